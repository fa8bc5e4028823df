#define G_LOG_DOMAIN "amfa-command"

#include "command.h"

#include "core/operations/restore.h"
#include "exit-status.h"

#include <glib/gi18n.h>

typedef struct
{
  gboolean finished;
  AmfaRestoreOutcome outcome;
  GError *error;
} Progress;

static void
on_restore_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Progress *progress = user_data;

  amfa_restore_finish (result, &progress->outcome, &progress->error);
  progress->finished = TRUE;
}

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
    default:
      g_return_if_reached ();
    }
}

/**
 * amfa_command_restore:
 * @command: what every verb gets
 *
 * `awsmfa --restore`: the original credentials back into the profile's section.
 *
 * Returns: the exit status
 */
int
amfa_command_restore (const AmfaCommand *command)
{
  Progress progress = { FALSE };

  amfa_restore_async (command->backend, command->profile, command->cancellable, on_restore_ready,
                      &progress);
  while (!progress.finished)
    g_main_context_iteration (NULL, TRUE);

  g_autoptr (GError) error = progress.error;

  if (error)
    return amfa_command_fail (error);

  print_outcome (progress.outcome, command->profile);
  return amfa_command_done ();
}
