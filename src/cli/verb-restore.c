#define G_LOG_DOMAIN "amfa-verb-restore"

#include "core/operations/restore.h"
#include "verb.h"

#include <glib/gi18n.h>

static void
print_outcome (AmfaRestoreOutcome outcome, const char *profile)
{
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
  AmfaRestoreOutcome outcome;

  if (!amfa_command_parse (command, NULL, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_command_refuse_operands (operands, &error))
    return amfa_command_fail (error);

  amfa_restore_async (command->backend, command->profile, command->cancellable,
                      amfa_command_on_result, &result);
  amfa_command_await (&result);
  if (!amfa_restore_finish (result, &outcome, &error))
    return amfa_command_fail (error);
  if (!command->options.quiet)
    print_outcome (outcome, command->profile);
  return amfa_command_done ();
}

const AmfaVerb amfa_verb_restore = { NULL, NULL, NULL, run_restore };
