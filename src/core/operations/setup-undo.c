#define G_LOG_DOMAIN "amfa-setup"

#include "core/model/error.h"
#include "blocking-step.h"
#include "holdings.h"
#include "process-mode.h"
#include "restore.h"
#include "setup.h"
#include "transaction.h"

/* The way back from process mode, keys first: what the credentials file holds beats our line, so
 * that AWS tools have keys all the time. If the long-term keys left the file for the sake of
 * process mode, that is a restore; else a session of the keyring goes into the file as a login
 * would have put it there. */

#define MAX_ROUNDS 3

typedef struct
{
  AmfaBackend *backend;
  char *name;
  gboolean took_keys;
  AmfaUndoOutcome outcome;
  gboolean left_behind;
} Undo;

static void
undo_free (Undo *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->name);
  g_free (self);
}

static gboolean
look (gpointer data, GCancellable *cancellable, GError **error)
{
  Undo *self = data;
  g_autofree char *digest = amfa_profile_files_dup_digest (self->backend->files);
  g_autoptr (AmfaProfileState) state =
      amfa_state_file_read_surely (self->backend->state, self->name, digest, error);
  g_autoptr (AmfaSnapshot) snapshot =
      state ? amfa_profile_files_read (self->backend->files, error) : NULL;
  g_autoptr (AmfaIniDocument) config =
      snapshot ? amfa_profile_files_read_config (self->backend->files, error) : NULL;

  if (!config)
    return FALSE;
  self->took_keys = state->took_keys;
  if (amfa_profile_is_process (amfa_snapshot_get_document (snapshot), config, self->name))
    return TRUE;
  amfa_backend_sweep (self->backend); /* an undoing that was killed at its end */
  amfa_set_error (error, AMFA_ERROR_NOTHING_TO_RESTORE,
                  &(AmfaErrorDetails){ .reason = AMFA_NOTHING_NO_PROCESS, .other = self->name });
  return FALSE;
}

static gboolean
write_session (Undo *self, AmfaVault *vault, GCancellable *cancellable, GError **error)
{
  g_auto (AmfaHoldings) now = { NULL };
  g_autoptr (AmfaPreflight) found = NULL;
  g_autoptr (AmfaGrant) grant = NULL;
  g_autoptr (GError) problem = NULL;
  const char *role;
  AmfaLoginWarnings warnings;

  if (!amfa_holdings_read_settled (&now, self->backend, vault, AMFA_VAULT_MAY_PROMPT, cancellable,
                                   error) ||
      !(found = amfa_preflight_read (self->backend, self->name, NULL, AMFA_DEMAND_NOTHING,
                                     now.records, error)))
    return FALSE;
  if (found->section->kind != AMFA_SECTION_NO_KEYS)
    return TRUE; /* those have won all the time */

  role = found->state->role;
  grant = amfa_grant_load (vault, g_steal_pointer (&found), role, cancellable, &problem);
  if (problem)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!grant)
    return TRUE;
  grant->into_file = TRUE;
  self->outcome = AMFA_UNDO_SESSION;
  return amfa_transaction_commit (self->backend, self->name, grant, &warnings, cancellable, error);
}

/* What somebody else did to the session meanwhile is what is written then. */
static gboolean
write_latest_session (Undo *self, AmfaVault *vault, GCancellable *cancellable, GError **error)
{
  for (guint round = 1;; round++)
    {
      g_autoptr (GError) problem = NULL;

      self->outcome = AMFA_UNDO_AS_IT_IS;
      if (write_session (self, vault, cancellable, &problem))
        return TRUE;
      if (round == MAX_ROUNDS || !g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
    }
}

static gboolean
leave (gpointer data, GCancellable *cancellable, GError **error)
{
  Undo *self = data;
  g_autoptr (AmfaVault) vault = amfa_vault_new (self->backend, self->name);
  g_autoptr (AmfaFileLock) lock = NULL;

  return amfa_keyring_unlock (self->backend->keyring, cancellable, error) &&
         write_latest_session (self, vault, cancellable, error) &&
         (lock = amfa_profile_files_lock_both (self->backend->files, cancellable, error)) &&
         amfa_process_mode_leave (self->backend, vault, lock, FALSE, error);
}

/* Where there is nothing to restore, as beside keys of another program, our line goes alone. */
static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Undo *self = g_task_get_task_data (task);
  g_auto (AmfaRestoreResult) done = { 0 };
  GError *error = NULL;

  if (amfa_restore_finish (result, &done, &error))
    {
      self->left_behind = done.left_behind;
      self->outcome =
          done.outcome == AMFA_RESTORE_LINE_ONLY ? AMFA_UNDO_AS_IT_IS : AMFA_UNDO_ORIGINAL;
      g_task_return_boolean (task, TRUE);
    }
  else if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE))
    {
      g_clear_error (&error);
      amfa_blocking_step_run_last (task, leave);
    }
  else
    g_task_return_error (task, error);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Undo *self = g_task_get_task_data (task);

  if (!amfa_blocking_step_finish (result, task))
    return;
  if (!self->took_keys)
    {
      amfa_blocking_step_run_last (task, leave);
      return;
    }
  amfa_restore_async (self->backend, self->name, g_task_get_cancellable (task), on_restored,
                      g_object_ref (task));
}

/**
 * amfa_setup_undo_async:
 * @profile: a profile in process mode
 *
 * Ends process mode: our line leaves the config file, and AWS tools find in the credentials file
 * what they would find without it.
 */
void
amfa_setup_undo_async (AmfaBackend *backend,
                       const char *profile,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Undo *self = g_new0 (Undo, 1);

  self->backend = amfa_backend_ref (backend);
  self->name = g_strdup (profile);
  g_task_set_source_tag (task, amfa_setup_undo_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) undo_free);
  amfa_blocking_step_run (task, look, on_looked);
}

/**
 * amfa_setup_undo_finish:
 * @outcome: (out): what the credentials file holds now
 * @left_behind: (out): the keyring still has a session, which could not be removed
 * @error: %AMFA_ERROR_NOTHING_TO_RESTORE if the profile is not in process mode, %AMFA_ERROR_BUSY, a
 *   file's or the keyring's
 */
gboolean
amfa_setup_undo_finish (GAsyncResult *result,
                        AmfaUndoOutcome *outcome,
                        gboolean *left_behind,
                        GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_setup_undo_async), FALSE);

  const Undo *self = g_task_get_task_data (G_TASK (result));

  *outcome = self->outcome;
  *left_behind = self->left_behind;
  return g_task_propagate_boolean (G_TASK (result), error);
}
