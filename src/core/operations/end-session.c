#define G_LOG_DOMAIN "amfa-end-session"

#include "end-session.h"

#include "core/model/error.h"
#include "holdings.h"
#include "process-mode.h"

/* "End session": our keys leave the file and the keyring, base and original stay, and nothing
 * long-term is written. A clicked one opens the keyring first (it may prompt), then takes the lock.
 *
 * Where the keyring stays locked or is absent, and for an end that nobody clicked (which never
 * opens it), the file's part is done by a proof that needs no keyring; that the keyring still has
 * its copy is noted before, and whoever opens it next does the rest (holdings.c). */

/* How long an end that nobody clicked waits for others, in all: the computer is about to sleep. */
#define UNASKED_US (2 * G_USEC_PER_SEC)

typedef struct
{
  AmfaBackend *backend;
  AmfaVault *vault;
  AmfaEndResult done;
} Ending;

void
amfa_end_result_clear (AmfaEndResult *self)
{
  g_clear_pointer (&self->whose, g_free);
}

static void
ending_free (Ending *self)
{
  amfa_backend_unref (self->backend);
  amfa_vault_free (self->vault);
  amfa_end_result_clear (&self->done);
  g_free (self);
}

static Ending *
ending_new (AmfaBackend *backend, const char *profile)
{
  Ending *self = g_new0 (Ending, 1);

  self->backend = amfa_backend_ref (backend);
  self->vault = amfa_vault_new (backend, profile);
  return self;
}

static gboolean
set_no_session (const Ending *self, GError **error)
{
  amfa_set_error (
      error, AMFA_ERROR_NO_SESSION,
      &(AmfaErrorDetails){ .subject = self->vault->profile, .other = self->done.whose });
  return FALSE;
}

/* The section without what is ours. */
static gboolean
write_section (
    Ending *self, AmfaFileLock *lock, AmfaHoldings *now, GCancellable *budget, GError **error)
{
  AmfaRecords *records = now->records;
  const char *name = self->vault->profile;
  gboolean is_ours = now->section->kind == AMFA_SECTION_OURS;
  g_autoptr (AmfaIniDocument) after =
      is_ours ? amfa_section_end_session (now->document, name, now->section, records->original,
                                          &records->marks, error)
              : amfa_section_remove_leftovers (now->document, name, error);
  gboolean durable;

  /* The record first: it has to know what will be left. */
  if (!after ||
      (is_ours && !amfa_holdings_keep_marks (now, self->backend, self->vault, budget, error)) ||
      !amfa_holdings_write (now, self->backend, self->vault, lock, after, &durable, error))
    return FALSE;
  self->done.outcome = is_ours ? AMFA_END_DONE : AMFA_END_LEFTOVERS;
  return TRUE;
}

static gboolean
write_once (
    Ending *self, AmfaFileLock *lock, AmfaHoldings *now, GCancellable *budget, GError **error)
{
  AmfaCredentials *found = now->section->credentials;

  switch (now->section->kind)
    {
    case AMFA_SECTION_OURS:
    case AMFA_SECTION_LEFTOVERS:
      return write_section (self, lock, now, budget, error);
    case AMFA_SECTION_LONG_TERM:
    case AMFA_SECTION_FOREIGN:
    case AMFA_SECTION_NO_KEYS:
    default:
      if (now->section->kind == AMFA_SECTION_FOREIGN)
        self->done.whose = g_strdup (amfa_credentials_get_key_id (found));
      self->done.outcome = AMFA_END_KEYRING_ONLY;
      return now->records->sessions->len > 0 || set_no_session (self, error);
    }
}

typedef struct
{
  gboolean left_behind;
  gboolean has_original;
} Memory;

static void
forget_session (AmfaProfileState *state, gpointer data)
{
  const Memory *memory = data;

  amfa_state_forget_session (state);
  state->end_pending = memory->left_behind;
  state->has_original = memory->has_original;
}

/* The file is written: what fails now is no failure. */
static void
settle (Ending *self, AmfaHoldings *now, GCancellable *budget)
{
  const AmfaOriginal *original = now->records->original;
  Memory memory = { .has_original = original && !original->is_restored };
  g_autoptr (GError) keyring_error = NULL;
  g_autoptr (GError) state_error = NULL;

  if (!amfa_holdings_drop_sessions (now, self->backend, self->vault, budget, &keyring_error))
    {
      g_info ("a session stays in the keyring: %s", keyring_error->message);
      self->done.left_behind = memory.left_behind = TRUE;
    }
  if (!amfa_state_file_update (self->backend->state, self->vault->profile, self->vault->file,
                               forget_session, &memory, &state_error))
    g_info ("the state file could not be written: %s", state_error->message);
}

static gboolean
end_with_keyring (Ending *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaFileLock) lock =
      amfa_profile_files_lock (self->backend->files, AMFA_FILE_LOCK_TIMEOUT, cancellable, error);
  g_autoptr (GCancellable) budget =
      amfa_keyring_budget_new_under_lock (AMFA_KEYRING_LOCKED_MS, NULL);
  AmfaPatience patience = { 0 };

  while (lock)
    {
      g_auto (AmfaHoldings) now = { NULL };
      g_autoptr (GError) failure = NULL;

      g_clear_pointer (&self->done.whose, g_free);
      if (amfa_holdings_read (&now, self->backend, self->vault, AMFA_VAULT_QUIETLY, lock, budget,
                              &failure) &&
          write_once (self, lock, &now, budget, &failure))
        {
          settle (self, &now, budget);
          return TRUE;
        }
      if (!amfa_patience_go_on (&patience,
                                amfa_profile_files_get_credentials_path (self->backend->files),
                                &failure, error))
        return FALSE;
    }
  return FALSE;
}

/* Without the keyring */

static void
note_pending (AmfaProfileState *state, gpointer data)
{
  state->end_pending = TRUE;
}

static void
note_ended (AmfaProfileState *state, gpointer data)
{
  amfa_state_forget_session (state);
}

static gboolean
update (Ending *self, AmfaStateChange change, GError **error)
{
  return amfa_state_file_update (self->backend->state, self->vault->profile, self->vault->file,
                                 change, NULL, error);
}

/* Noted first: what dies in between leaves a session that goes with the next opening. */
static gboolean
write_offline (Ending *self, AmfaFileLock *lock, AmfaHoldings *now, GError **error)
{
  g_autoptr (AmfaIniDocument) after = NULL;
  g_autoptr (GError) problem = NULL;
  gboolean durable;

  if (!update (self, note_pending, error))
    return FALSE;
  if (now->section->kind == AMFA_SECTION_OURS)
    {
      after = amfa_section_end_session (now->document, self->vault->profile, now->section, NULL,
                                        &now->records->marks, error);
      if (!after ||
          !amfa_holdings_write (now, self->backend, self->vault, lock, after, &durable, error))
        return FALSE;
    }
  self->done.outcome = AMFA_END_KEYRING_PENDING;
  if (!update (self, note_ended, &problem)) /* the file is written: that is no failure */
    g_info ("the state file could not be written: %s", problem->message);
  return TRUE;
}

/* In process mode the note is the whole of it. */
static gboolean
can_end_offline (Ending *self, const AmfaHoldings *now)
{
  return now->section->kind == AMFA_SECTION_OURS ||
         (now->section->kind == AMFA_SECTION_NO_KEYS && now->state->expiration > 0 &&
          amfa_process_mode_is_on (self->backend, now->document, self->vault->profile));
}

static gboolean
end_offline (
    Ending *self, gint64 timeout, AmfaPatience patience, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaFileLock) lock =
      amfa_profile_files_lock (self->backend->files, timeout, cancellable, error);

  while (lock)
    {
      g_auto (AmfaHoldings) now = { NULL };
      g_autoptr (GError) failure = NULL;

      self->done.outcome = AMFA_END_KEPT;
      if (amfa_holdings_read_offline (&now, self->backend, self->vault, &failure) &&
          (!can_end_offline (self, &now) || write_offline (self, lock, &now, &failure)))
        return TRUE;
      if (!amfa_patience_go_on (&patience,
                                amfa_profile_files_get_credentials_path (self->backend->files),
                                &failure, error))
        return FALSE;
    }
  return FALSE;
}

/**
 * amfa_end_session_offline:
 * @outcome: (out): %AMFA_END_KEYRING_PENDING or %AMFA_END_KEPT
 * @error: %AMFA_ERROR_BUSY, a file's
 *
 * For an end that nobody clicked (the screen is locked, the computer sleeps, the session expired):
 * the keyring is not opened, nobody is asked, and others who write the file are not waited for
 * longer than two seconds. AWS honours copies until their end, and programs
 * that have the keys in their environment keep them.
 */
gboolean
amfa_end_session_offline (AmfaBackend *backend,
                          const char *profile,
                          AmfaEndOutcome *outcome,
                          GCancellable *cancellable,
                          GError **error)
{
  g_return_val_if_fail (backend != NULL && profile != NULL && outcome != NULL, FALSE);

  Ending *self = ending_new (backend, profile);
  AmfaPatience patience = { .until = g_get_monotonic_time () + UNASKED_US };
  gboolean done = end_offline (self, UNASKED_US, patience, cancellable, error);

  *outcome = self->done.outcome;
  ending_free (self);
  return done;
}

static gboolean
is_keyring_away (const GError *error)
{
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT);
}

static gboolean
end_clicked (Ending *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GCancellable) budget =
      amfa_keyring_budget_new (AMFA_KEYRING_OPERATION_MS, cancellable);
  g_autoptr (GError) keyring_error = NULL;
  g_auto (AmfaHoldings) ahead = { NULL };

  /* The only place that may prompt. */
  if (amfa_keyring_unlock (self->backend->keyring, budget, &keyring_error) &&
      amfa_holdings_read (&ahead, self->backend, self->vault, AMFA_VAULT_MAY_PROMPT, NULL, budget,
                          &keyring_error))
    return end_with_keyring (self, cancellable, error);
  if (is_keyring_away (keyring_error))
    {
      if (!end_offline (self, AMFA_FILE_LOCK_TIMEOUT, (AmfaPatience){ 0 }, cancellable, error))
        return FALSE;
      if (self->done.outcome == AMFA_END_KEYRING_PENDING)
        return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&keyring_error));
  return FALSE;
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (end_clicked (task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * amfa_end_session_async:
 * @backend: the outside things
 * @profile: the profile
 *
 * Takes the session's keys out of the file and the keyring. The base credentials and the original
 * stay where they are; nothing long-term is written.
 */
void
amfa_end_session_async (AmfaBackend *backend,
                        const char *profile,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, amfa_end_session_async);
  g_task_set_check_cancellable (task, FALSE); /* what is written is not undone by a late cancel */
  g_task_set_task_data (task, ending_new (backend, profile), (GDestroyNotify) ending_free);
  g_task_run_in_thread (task, run_in_thread);
}

/**
 * amfa_end_session_finish:
 * @done: (out) (optional): what was done; to be cleared
 * @error: %AMFA_ERROR_NO_SESSION, %AMFA_ERROR_BUSY, a file's or the keyring's
 */
gboolean
amfa_end_session_finish (GAsyncResult *result, AmfaEndResult *done, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_end_session_async), FALSE);

  Ending *self = g_task_get_task_data (G_TASK (result));

  if (done)
    {
      *done = self->done;
      self->done = (AmfaEndResult){ 0 };
    }
  return g_task_propagate_boolean (G_TASK (result), error);
}
