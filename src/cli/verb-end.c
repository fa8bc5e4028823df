#define G_LOG_DOMAIN "amfa-verb-end"

#include "core/operations/end-session.h"
#include "verb.h"

#include <glib/gi18n.h>

static void
print_outcome (AmfaEndOutcome outcome, const char *whose, const char *profile)
{
  switch (outcome)
    {
    case AMFA_END_LEFTOVERS:
      g_print (_ ("What was left of a session was taken out of profile %s; its long-term key stays "
                  "as it is.\n"),
               profile);
      break;
    case AMFA_END_KEYRING_PENDING:
      g_print (_ ("The session of profile %s has ended. Its keys left the credentials file; the "
                  "keyring, which is not open, has a copy that goes when it is next opened.\n"),
               profile);
      break;
    case AMFA_END_DONE:
    case AMFA_END_KEYRING_ONLY:
    case AMFA_END_KEPT:
    default:
      g_print (_ ("The session of profile %s has ended.\n"), profile);
    }
  if (whose)
    g_print (
        _ ("The temporary keys %s in the file come from another program and were left alone.\n"),
        whose);
}

/* `awsmfa end`: the session leaves the file and the keyring, nothing long-term is written. */
static int
run_end (AmfaCommand *command, GStrv *arguments)
{
  g_auto (GStrv) operands = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (AmfaEndResult) done = { 0 };

  if (!amfa_command_parse (command, NULL, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_command_refuse_operands (operands, &error))
    return amfa_command_fail (error);

  amfa_end_session_async (command->backend, command->profile, command->cancellable,
                          amfa_command_on_result, &result);
  amfa_command_await (&result);
  if (!amfa_end_session_finish (result, &done, &error))
    return amfa_command_fail (error);
  if (!command->options.quiet)
    print_outcome (done.outcome, done.whose, command->profile);
  if (done.left_behind)
    amfa_command_say (_ ("The session could not be removed from the keyring."));
  return amfa_command_done ();
}

const AmfaVerb amfa_verb_end = { "end", NULL, N_ ("End the session"), run_end,
                                 AMFA_TAKES_PROFILE | AMFA_TAKES_QUIET };
