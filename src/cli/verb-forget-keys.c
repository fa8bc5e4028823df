#define G_LOG_DOMAIN "amfa-verb-forget-keys"

#include "core/operations/forget-keys.h"
#include "confirm.h"
#include "messages/own-command.h"
#include "terminal.h"
#include "verb.h"

#include <glib/gi18n.h>

/* What is discarded is gone: nobody else has the secret. */
static gboolean
confirm (const AmfaCommand *command, GError **error)
{
  g_autofree char *prompt = NULL;
  AmfaAnswer answer;

  if (!amfa_terminal_is_there ())
    {
      g_autofree char *own = amfa_own_command ("forget-keys --discard --yes", command->profile);

      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("There is no terminal to ask whether that is meant. Use: %s"), own);
      return FALSE;
    }
  prompt = g_strdup_printf (_ ("Delete the keys of profile %s from the keyring for good? AWS shows "
                               "a secret only once. [y/N] "),
                            command->profile);
  answer = amfa_confirm (prompt, command->cancellable, error);
  if (answer != AMFA_ANSWER_NO)
    return answer == AMFA_ANSWER_YES;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Nothing was deleted."));
  return FALSE;
}

/* `awsmfa forget-keys`: the profile's keys out of the keyring, back into the file first. */
static int
run_forget_keys (AmfaCommand *command, GStrv *arguments)
{
  gboolean discard = FALSE, yes = FALSE;
  const GOptionEntry entries[] = {
    { "discard", 0, 0, G_OPTION_ARG_NONE, &discard,
      N_ ("Delete them even if they are nowhere else"), NULL },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &yes, N_ ("Do not ask whether that is meant"), NULL },
    { NULL },
  };
  g_auto (GStrv) operands = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;

  if (!amfa_command_parse (command, entries, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_command_refuse_operands (operands, &error) ||
      (discard && !yes && !confirm (command, &error)))
    return amfa_command_fail (error);

  amfa_forget_keys_async (command->backend, command->profile,
                          discard ? AMFA_FORGET_DISCARD : AMFA_FORGET_RETURNED,
                          command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  if (!amfa_forget_keys_finish (result, &kept, &error))
    return amfa_command_fail (error);

  if (kept)
    {
      g_autofree char *own = amfa_own_command ("forget-keys --discard", command->profile);

      amfa_command_say (_ ("The older key %s stays in the keyring: it is in no file. To delete it "
                           "too: %s"),
                        kept, own);
    }
  if (!command->options.quiet)
    g_print (discard ? _ ("The keys of profile %s were deleted from the keyring.\n")
                     : _ ("The keys of profile %s are in the credentials file and no longer in the "
                          "keyring.\n"),
             command->profile);
  return amfa_command_done ();
}

const AmfaVerb amfa_verb_forget_keys = { "forget-keys", NULL,
                                         N_ ("Take the long-term key out of the keyring"),
                                         run_forget_keys, AMFA_TAKES_PROFILE | AMFA_TAKES_QUIET };
