#define G_LOG_DOMAIN "amfa-command-loan"

#include "command-loan.h"

#include "core/io/file-lock.h"
#include "core/model/error.h"
#include "login-flow.h"
#include "roles.h"

/* Twenty tools that start at once all find that there is no session. One of them at a time runs the
 * command, and who comes after finds the session of the first in the keyring. */

typedef struct
{
  char *folder;
  char *runtime_dir;
  gint64 timeout; /* microseconds */
} Turn;

static void
turn_free (Turn *self)
{
  g_free (self->folder);
  g_free (self->runtime_dir);
  g_free (self);
}

static void
run_wait (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Turn *turn = task_data;
  GError *error = NULL;
  AmfaFileLock *lock =
      amfa_file_lock_new (turn->folder, turn->runtime_dir, turn->timeout, cancellable, &error);

  if (lock)
    g_task_return_pointer (task, lock, (GDestroyNotify) amfa_file_lock_free);
  else
    g_task_return_error (task, error);
}

static AmfaFileLock *
wait_for_turn (const AmfaCommand *command, guint wait, GError **error)
{
  const char *runtime_dir = command->backend->environment->runtime_dir;
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, command->profile, -1);
  g_autofree char *name = g_strdup_printf ("awsmfa-code-%.16s", digest);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, command->cancellable, amfa_command_on_result, &result);
  Turn *turn = g_new0 (Turn, 1);

  turn->folder = g_build_filename (runtime_dir, name, NULL);
  turn->runtime_dir = g_strdup (runtime_dir);
  turn->timeout = wait * G_USEC_PER_SEC;
  g_task_set_task_data (task, turn, (GDestroyNotify) turn_free);
  g_task_run_in_thread (task, run_wait);
  amfa_command_await (&result);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * amfa_command_loan_get:
 * @plan: which identity
 * @min_seconds: how long a session has to last that somebody else has started meanwhile
 * @wait: seconds that all of it may take
 * @error: #GOptionError if the profile has no command, %AMFA_ERROR_CODE_COMMAND if that gives no
 *   code, %AMFA_ERROR_BUSY, whatever a login meets
 *
 * Returns: (transfer full): a session; the credentials file has not been written
 */
AmfaLoan *
amfa_command_loan_get (
    const AmfaCommand *command, AmfaRolePlan *plan, guint min_seconds, guint wait, GError **error)
{
  gint64 end = g_get_monotonic_time () + wait * G_USEC_PER_SEC;
  g_autoptr (AmfaLogin) login = amfa_roles_new_login (command, plan);
  g_autoptr (AmfaFileLock) turn = NULL;
  gboolean session_refused;
  AmfaLoan *loan;

  if (!amfa_login_flow_has_command (command, login, error))
    return NULL;
  turn = wait_for_turn (command, wait, error);
  if (!turn)
    return NULL;
  loan = amfa_roles_find_loan (command, plan, AMFA_ROLE_FOR_AN_HOUR, min_seconds,
                               AMFA_VAULT_QUIETLY, &session_refused, NULL);
  if (loan)
    return loan;

  gint64 left = (end - g_get_monotonic_time ()) / 1000;

  if (!amfa_login_flow_run_command (command, login, AMFA_TARGET_LOAN, (guint) MAX (left, 1), error))
    return NULL;
  return amfa_loan_copy (amfa_login_get_loan (login));
}
