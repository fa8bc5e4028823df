#define G_LOG_DOMAIN "amfa-verb-restore"

#include "core/operations/restore.h"
#include "messages/own-command.h"
#include "verb.h"

#include <glib/gi18n.h>

static void
print_outcome (AmfaRestoreOutcome outcome, const char *key_id, const char *profile)
{
  g_autofree char *own = amfa_own_command ("forget-keys", profile);

  switch (outcome)
    {
    case AMFA_RESTORE_VERBATIM:
      g_print (_ ("The original credentials of profile %s are back.\n"), profile);
      break;
    case AMFA_RESTORE_BY_LINE:
      g_print (_ ("The original credentials of profile %s are back; what others changed since was "
                  "kept.\n"),
               profile);
      break;
    case AMFA_RESTORE_ROTATED:
      g_print (_ ("Profile %s has its long-term credentials back, with the newer key that replaced "
                  "the original one.\n"),
               profile);
      break;
    case AMFA_RESTORE_LEFTOVERS:
      g_print (_ ("What was left of an old session was taken out of profile %s.\n"), profile);
      break;
    case AMFA_RESTORE_LINE_ONLY:
      g_print (_ ("AWS tools no longer ask awsmfa for the keys of profile %s. The credentials file "
                  "was left as it is.\n"),
               profile);
      break;
    case AMFA_RESTORE_BASE:
      g_print (
          _ ("The keyring no longer had what was in profile %s; access key %s, which came from "
             "there, is back.\n"),
          profile, key_id);
      break;
    case AMFA_RESTORE_REMOVED:
      g_print (_ ("The session was taken out of profile %s. Access key %s is in the keyring; it is "
                  "not known to have been in the file. To write it there: %s\n"),
               profile, key_id, own);
      break;
    default:
      g_return_if_reached ();
    }
}

/* `awsmfa --restore`: the original credentials back into the profile's section. */
static int
run_restore (AmfaCommand *command, GStrv *arguments)
{
  g_auto (GStrv) operands = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (AmfaRestoreResult) done = { 0 };

  if (!amfa_command_parse (command, NULL, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_command_refuse_operands (operands, &error))
    return amfa_command_fail (error);

  amfa_restore_async (command->backend, command->profile, command->cancellable,
                      amfa_command_on_result, &result);
  amfa_command_await (&result);
  if (!amfa_restore_finish (result, &done, &error))
    return amfa_command_fail (error);
  if (!command->options.quiet)
    print_outcome (done.outcome, done.key_id, command->profile);
  if (done.left_behind)
    amfa_command_say (_ ("The session could not be removed from the keyring."));
  return amfa_command_done ();
}

const AmfaVerb amfa_verb_restore = { NULL, NULL, NULL, run_restore,
                                     AMFA_TAKES_PROFILE | AMFA_TAKES_QUIET };
