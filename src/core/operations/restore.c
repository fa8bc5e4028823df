#define G_LOG_DOMAIN "amfa-restore"

#include "restore.h"

#include "core/model/error.h"
#include "holdings.h"
#include "process-mode.h"

/* Restore undoes what transaction.c did, offline. The keyring is opened first (it may prompt), then
 * the lock is taken. The file is made durable before the keyring forgets the sessions; the original
 * gets its mark last: if anything dies in between, the same can be done again. Once the file is
 * written, neither a cancellation nor a failing keyring undoes the deed.
 *
 * The record stays, marked as restored: an editor's stale save, a backup or a `git checkout` can
 * bring our session back, and then there has to be something to put in its place. */

typedef struct
{
  AmfaBackend *backend;
  AmfaVault *vault;
  gboolean is_process; /* AWS tools ask us for the keys */
  gboolean durable;    /* a power cut cannot undo what was written */
  AmfaRestoreResult done;
} Restoring;

void
amfa_restore_result_clear (AmfaRestoreResult *self)
{
  g_clear_pointer (&self->key_id, g_free);
}

static void
restoring_free (Restoring *self)
{
  amfa_backend_unref (self->backend);
  amfa_vault_free (self->vault);
  amfa_restore_result_clear (&self->done);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Restoring, restoring_free)

/* In process mode our line is to be taken back even where the file is as it was. */
static gboolean
is_done_but_for_line (const Restoring *self, const AmfaHoldings *now, const GError *problem)
{
  return self->is_process && now->section->kind != AMFA_SECTION_FOREIGN &&
         now->section->kind != AMFA_SECTION_OURS &&
         g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE);
}

static gboolean
write_once (Restoring *self, AmfaFileLock *lock, AmfaHoldings *now, GError **error)
{
  AmfaVault *vault = self->vault;
  g_autoptr (GError) problem = NULL;
  g_autoptr (AmfaIniDocument) after = amfa_section_restore (
      now->document, vault->profile, now->section, now->records, &self->done.outcome, &problem);

  if (after && !amfa_holdings_write (now, self->backend, vault, lock, after, &self->durable, error))
    return FALSE;
  if (is_done_but_for_line (self, now, problem))
    self->done.outcome = AMFA_RESTORE_LINE_ONLY;
  else if (!after)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }

  const AmfaOriginal *original = now->records->original;

  return !self->is_process ||
         amfa_process_mode_leave (self->backend, vault, lock,
                                  original && original->degree == AMFA_ORIGINAL_NO_FOLDER, error);
}

static gboolean
write_until_unchanged (
    Restoring *self, AmfaFileLock *lock, AmfaHoldings *now, GCancellable *budget, GError **error)
{
  AmfaPatience patience = { 0 };

  for (;;)
    {
      g_autoptr (GError) failure = NULL;

      if (amfa_holdings_read (now, self->backend, self->vault, AMFA_VAULT_QUIETLY, lock, budget,
                              &failure) &&
          write_once (self, lock, now, &failure))
        return TRUE;
      if (!amfa_patience_go_on (&patience,
                                amfa_profile_files_get_credentials_path (self->backend->files),
                                &failure, error))
        return FALSE;
    }
}

static void
forget_session (AmfaProfileState *state, gpointer data)
{
  const Restoring *self = data;

  amfa_state_forget_session (state);
  state->end_pending = self->done.left_behind;
  state->has_original = !self->durable && state->has_original;
}

/* If a power cut may bring the session back, so may the user want the original again. */
static gboolean
mark_restored (Restoring *self, AmfaHoldings *now, GCancellable *budget, GError **error)
{
  AmfaOriginal *original = now->records->original;

  if (!original || !self->durable)
    return TRUE;
  original->is_restored = TRUE;
  return amfa_vault_store_original (self->vault, original, budget, error);
}

/* The file is written: what fails now is no failure. */
static void
settle (Restoring *self, AmfaHoldings *now, GCancellable *budget)
{
  g_autoptr (GError) keyring_error = NULL;
  g_autoptr (GError) state_error = NULL;

  if (!amfa_holdings_drop_sessions (now, self->backend, self->vault, budget, &keyring_error) ||
      !mark_restored (self, now, budget, &keyring_error))
    {
      g_info ("the keyring could not be cleared: %s", keyring_error->message);
      self->done.left_behind = TRUE;
    }
  if (!amfa_state_file_update (self->backend->state, self->vault->profile, self->vault->file,
                               forget_session, self, &state_error))
    g_info ("the state file could not be written: %s", state_error->message);
}

/* An earlier restore wrote the file, and died before the keyring forgot. */
static gboolean
is_half_done (const Restoring *self, const AmfaHoldings *now)
{
  const AmfaOriginal *original = now->section ? now->records->original : NULL;
  g_autoptr (AmfaSecret) text =
      original && now->section->kind == AMFA_SECTION_LONG_TERM
          ? amfa_ini_document_get_section_text (now->document, self->vault->profile)
          : NULL;

  return text && !original->is_restored && original->text &&
         amfa_secret_equal (text, original->text);
}

static gboolean
run_under_lock (Restoring *self, AmfaFileLock *lock, GCancellable *budget, GError **error)
{
  g_auto (AmfaHoldings) now = { NULL };
  gboolean is_written = write_until_unchanged (self, lock, &now, budget, error);

  if (is_written && now.records->base)
    self->done.key_id = g_strdup (amfa_credentials_get_key_id (now.records->base));
  if (is_written || is_half_done (self, &now))
    settle (self, &now, budget);
  return is_written;
}

static gboolean
run (Restoring *self, GCancellable *cancellable, GError **error)
{
  AmfaProfileFiles *files = self->backend->files;
  g_autoptr (GCancellable) time = amfa_keyring_budget_new (AMFA_KEYRING_OPERATION_MS, cancellable);
  g_auto (AmfaHoldings) now = { NULL };
  g_autoptr (AmfaFileLock) lock = NULL;
  g_autoptr (GCancellable) budget = NULL;

  if (!amfa_keyring_unlock (self->backend->keyring, time, error) ||
      !amfa_holdings_read (&now, self->backend, self->vault, AMFA_VAULT_MAY_PROMPT, NULL, time,
                           error) ||
      !amfa_process_mode_find (self->backend, now.document, self->vault->profile, &self->is_process,
                               error))
    return FALSE;

  lock = self->is_process
             ? amfa_profile_files_lock_both (files, cancellable, error)
             : amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, cancellable, error);
  if (!lock)
    return FALSE;
  budget = amfa_keyring_budget_new_under_lock (AMFA_KEYRING_LOCKED_MS, NULL);
  return run_under_lock (self, lock, budget, error);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (run (task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static Restoring *
restoring_new (AmfaBackend *backend, const char *profile)
{
  Restoring *self = g_new0 (Restoring, 1);

  self->backend = amfa_backend_ref (backend);
  self->vault = amfa_vault_new (backend, profile);
  self->durable = TRUE;
  return self;
}

/**
 * amfa_restore_under_lock:
 * @vault: of the profile
 * @lock: covers both files
 * @budget: the keyring's time
 * @error: as for amfa_restore_finish()
 *
 * The same as a part of another deed. Blocks, and does not prompt.
 */
gboolean
amfa_restore_under_lock (AmfaBackend *backend,
                         AmfaVault *vault,
                         AmfaFileLock *lock,
                         GCancellable *budget,
                         GError **error)
{
  g_return_val_if_fail (backend != NULL && vault != NULL && lock != NULL, FALSE);

  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (backend->files, error);
  g_autoptr (Restoring) self = restoring_new (backend, vault->profile);

  return snapshot &&
         amfa_process_mode_find (backend, amfa_snapshot_get_document (snapshot), vault->profile,
                                 &self->is_process, error) &&
         run_under_lock (self, lock, budget, error);
}

/**
 * amfa_restore_async:
 * @backend: the outside things
 * @profile: the profile
 *
 * Puts the original credentials back: byte for byte if nobody else touched the section, else only
 * our lines are taken back. In process mode the credential_process goes as well.
 */
void
amfa_restore_async (AmfaBackend *backend,
                    const char *profile,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, amfa_restore_async);
  g_task_set_check_cancellable (task, FALSE); /* what is written is not undone by a late cancel */
  g_task_set_task_data (task, restoring_new (backend, profile), (GDestroyNotify) restoring_free);
  g_task_run_in_thread (task, run_in_thread);
}

/**
 * amfa_restore_finish:
 * @done: (out) (optional): what was done; to be cleared
 * @error: %AMFA_ERROR_NOTHING_TO_RESTORE, %AMFA_ERROR_BASE_LOST, %AMFA_ERROR_BUSY, a file's or the
 *   keyring's
 */
gboolean
amfa_restore_finish (GAsyncResult *result, AmfaRestoreResult *done, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_restore_async), FALSE);

  Restoring *self = g_task_get_task_data (G_TASK (result));

  if (done)
    {
      *done = self->done;
      self->done = (AmfaRestoreResult){ 0 };
    }
  return g_task_propagate_boolean (G_TASK (result), error);
}
