#define G_LOG_DOMAIN "amfa-key-input"

#include "key-input.h"

#include "terminal.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* What was typed is not repeated: it may be a secret in the place of the id. */
static AmfaCredentials *
make (char *key_id, char *secret, GError **error)
{
  g_strstrip (key_id);
  g_strstrip (secret);
  if (amfa_key_pair_is_possible (key_id, strlen (secret)))
    {
      g_autoptr (AmfaSecret) value = amfa_secret_new (secret, -1);

      return amfa_credentials_new (key_id, value, NULL, 0);
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("That is not an access key ID and its secret (have they changed places?)."));
  return NULL;
}

/**
 * amfa_key_input_ask:
 * @error: a cancellation, #GOptionError, what the terminal says
 *
 * Asks on the terminal, for the secret without an echo.
 *
 * Returns: (transfer full): what was typed
 */
AmfaCredentials *
amfa_key_input_ask (const AmfaCommand *command, GError **error)
{
  amfa_autowipe char *key_id = NULL;
  amfa_autowipe char *secret = NULL;

  key_id =
      amfa_terminal_ask (_ ("AWS access key ID: "), AMFA_ECHO_VISIBLE, command->cancellable, error);
  if (!key_id)
    return NULL;
  secret = amfa_terminal_ask (_ ("AWS secret access key (does not show): "), AMFA_ECHO_HIDDEN,
                              command->cancellable, error);
  return secret ? make (key_id, secret, error) : NULL;
}

/**
 * amfa_key_input_read:
 * @error: as for amfa_key_input_ask()
 *
 * Returns: (transfer full): two lines of standard input: the id, the secret
 */
AmfaCredentials *
amfa_key_input_read (const AmfaCommand *command, GError **error)
{
  amfa_autowipe char *key_id = NULL;
  amfa_autowipe char *secret = NULL;

  key_id = amfa_terminal_read_line (STDIN_FILENO, command->cancellable, error);
  if (!key_id)
    return NULL;
  secret = amfa_terminal_read_line (STDIN_FILENO, command->cancellable, error);
  return secret ? make (key_id, secret, error) : NULL;
}
