#define G_LOG_DOMAIN "amfa-options"

#include "options.h"

#include "core/model/secret.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
looks_like_code (const char *operand)
{
  return *operand && strspn (operand, "0123456789 -") == strlen (operand);
}

static gboolean
take_operands (AmfaOptions *self, char **operands, GError **error)
{
  guint n = operands ? g_strv_length (operands) : 0;

  if (self->version)
    return TRUE;
  if (self->restore && n > 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--restore takes no code. Use: awsmfa --restore"));
      return FALSE;
    }
  if (self->restore)
    return TRUE;
  if (n != 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   n == 0 ? _ ("A code is missing. Use: awsmfa 123456")
                          : _ ("One code at a time. Use: awsmfa 123456"));
      return FALSE;
    }
  if (!looks_like_code (operands[0]))
    {
      g_autofree char *operand = g_filename_display_name (operands[0]);

      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("“%s” is not a code. Use: awsmfa 123456"), operand);
      return FALSE;
    }
  self->code = g_strdup (operands[0]);
  return TRUE;
}

/**
 * amfa_options_parse:
 * @self: (out caller-allocates): zeroed options
 * @arguments: (inout): the command line; consumed
 * @error: #GOptionError
 *
 * Prints the help and exits where that is asked for.
 */
gboolean
amfa_options_parse (AmfaOptions *self, GStrv *arguments, GError **error)
{
  g_auto (GStrv) operands = NULL;
  const GOptionEntry entries[] = {
    { "restore", 'r', 0, G_OPTION_ARG_NONE, &self->restore,
      N_ ("Put the original credentials back"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, N_ ("Print the version"), NULL },
    /* As bytes: a conversion that fails would hide that it is not a code. */
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &operands, NULL, N_ ("CODE") },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (
      context, _ ("Starts an AWS session with the six-digit code of an MFA device and writes it\n"
                  "into the shared credentials file."));
  return g_option_context_parse_strv (context, arguments, error) &&
         take_operands (self, operands, error);
}

void
amfa_options_clear (AmfaOptions *self)
{
  amfa_wipe_and_free (g_steal_pointer (&self->code));
}
