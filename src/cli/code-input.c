#define G_LOG_DOMAIN "amfa-code-input"

#include "code-input.h"

#include "core/model/mfa.h"
#include "core/model/secret.h"
#include "messages/own-command.h"
#include "terminal.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* Made only of digits and what is forgiven in a code: one, if only a mistyped one, and no verb. */
gboolean
amfa_code_input_is_code (const char *operand)
{
  amfa_autowipe char *code = amfa_code_normalize (operand);

  return *operand && strspn (code, G_CSET_DIGITS) == strlen (code);
}

/**
 * amfa_code_input_check:
 * @operands: what follows the options
 * @error: #GOptionError unless they are one code, "-" or nothing; a malformed code is refused
 *   before anything is asked or opened
 */
gboolean
amfa_code_input_check (GStrv operands, GError **error)
{
  amfa_autowipe char *code = NULL;

  for (gsize i = 0; operands[i]; i++)
    if (!amfa_code_input_is_code (operands[i]))
      {
        g_autofree char *shown = g_filename_display_name (operands[i]);

        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     _ ("“%s” is not a code. Use: awsmfa 123456"), shown);
        return FALSE;
      }
  if (operands[0] && operands[1])
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("One code at a time. Use: awsmfa 123456"));
      return FALSE;
    }
  if (!operands[0] || g_str_equal (operands[0], "-"))
    return TRUE;
  code = amfa_code_parse (operands[0], error);
  return code != NULL;
}

/**
 * amfa_code_input_get:
 * @operand: (nullable): a code, or "-" for a line of standard input
 * @error: %AMFA_ERROR_BAD_CODE, #GOptionError if there is none, a cancellation
 *
 * Returns: (transfer full): the code, to be wiped
 */
char *
amfa_code_input_get (const AmfaCommand *command, const char *operand, GError **error)
{
  amfa_autowipe char *line = NULL;

  if (!operand)
    {
      g_autofree char *own = amfa_own_command ("123456", command->profile);

      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("A code is missing, and there is no terminal to ask for it. Use: %s"), own);
      return NULL;
    }
  line = g_str_equal (operand, "-")
             ? amfa_terminal_read_line (STDIN_FILENO, command->cancellable, error)
             : g_strdup (operand);
  return line ? amfa_code_parse (line, error) : NULL;
}
