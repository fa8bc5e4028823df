#define G_LOG_DOMAIN "amfa-verb-env"

#include "borrow.h"
#include "code-input.h"
#include "verb.h"

#include <glib/gi18n.h>
#include <stdio.h>

static gboolean
parse_format (const char *format, AmfaSyntax *syntax, GError **error)
{
  static const struct
  {
    const char *name;
    AmfaSyntax syntax;
  } formats[] = {
    { "sh", AMFA_SYNTAX_SH },
    { "fish", AMFA_SYNTAX_FISH },
    { "json", AMFA_SYNTAX_JSON },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (!format || g_str_equal (format, formats[i].name))
      {
        *syntax = formats[i].syntax;
        return TRUE;
      }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("“%s” is not a format. Use: awsmfa env --format sh, fish or json"), format);
  return FALSE;
}

/* Without a buffer, which would keep the secrets. */
static int
print (AmfaSecret *text)
{
  setvbuf (stdout, NULL, _IONBF, 0);
  fwrite (amfa_secret_peek (text), 1, amfa_secret_get_length (text), stdout);
  return amfa_command_done ();
}

/* `awsmfa env`: a session for the shell that evaluates what is printed. */
static int
run_env (AmfaCommand *command, GStrv *arguments)
{
  g_autofree char *format = NULL;
  const GOptionEntry entries[] = {
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, N_ ("How to print the variables"),
      "sh|fish|json" },
    { NULL },
  };
  g_auto (GStrv) operands = NULL;
  g_autoptr (AmfaLoan) loan = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (AmfaSecret) text = NULL;
  g_autoptr (GError) error = NULL;
  AmfaSyntax syntax;

  if (!amfa_command_parse (command, entries, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !parse_format (format, &syntax, &error) || !amfa_code_input_check (operands, &error))
    return amfa_command_fail (error);
  loan = amfa_borrow (command, operands[0], &error);
  if (!loan)
    return amfa_command_fail (error);

  list = amfa_borrow_list_variables (loan);
  text = amfa_assignments_to_text (list, syntax);
  return print (text);
}

const AmfaVerb amfa_verb_env = { "env", N_ ("[CODE]"),
                                 N_ ("Print a session as environment variables"), run_env,
                                 AMFA_TAKES_ALL };
