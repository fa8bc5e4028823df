#define G_LOG_DOMAIN "amfa-holdings"

#include "holdings.h"

#include "core/model/error.h"

#define PATIENCE_US (3 * G_USEC_PER_SEC)
#define FIRST_PAUSE_US 1000

void
amfa_holdings_clear (AmfaHoldings *self)
{
  g_clear_pointer (&self->snapshot, amfa_snapshot_free);
  g_clear_pointer (&self->state, amfa_profile_state_free);
  g_clear_pointer (&self->records, amfa_records_free);
  g_clear_pointer (&self->section, amfa_section_free);
  self->document = NULL;
}

/* Returns: (transfer full): what the state file alone tells; enough to show, not to delete by */
AmfaRecords *
amfa_state_dup_records (const AmfaProfileState *state)
{
  return amfa_records_new ((const char *const *) state->marks, state->base_key_id);
}

static gboolean
read_files (AmfaHoldings *self, AmfaBackend *backend, AmfaVault *vault, GError **error)
{
  amfa_holdings_clear (self);
  self->snapshot = amfa_profile_files_read (backend->files, error);
  if (!self->snapshot)
    return FALSE;
  self->document = amfa_snapshot_get_document (self->snapshot);
  self->state = amfa_state_file_read (backend->state, vault->profile, vault->file);
  self->records = amfa_state_dup_records (self->state);
  return TRUE;
}

/* Keys that are ours by the state file alone are somebody else's as long as that is no proof. */
static void
classify (AmfaHoldings *self, const char *profile)
{
  self->section = amfa_section_classify (self->document, profile, self->records);
  if (self->section->kind == AMFA_SECTION_OURS &&
      !amfa_records_allow_removal (self->records, self->document, profile))
    self->section->kind = AMFA_SECTION_FOREIGN;
}

/* The items of version 0.1.0 do not say that the key came out of the file. The original does. */
static void
mark_base (AmfaHoldings *self, AmfaVault *vault, GCancellable *cancellable)
{
  AmfaRecords *records = self->records;
  g_autoptr (AmfaCredentials) keys =
      records->original ? amfa_original_dup_keys (records->original, vault->profile) : NULL;
  g_autoptr (GError) error = NULL;

  if (!records->base || records->base_is_from_file || !keys ||
      !amfa_credentials_equal (keys, records->base))
    return;
  records->base_is_from_file = TRUE;
  if (!amfa_vault_note_from_file (vault, records->base, cancellable, &error))
    g_info ("where the base comes from could not be stored: %s", error->message);
}

/* @data: (nullable): the original, which counts again */
static void
clear_end_pending (AmfaProfileState *state, gpointer data)
{
  state->end_pending = FALSE;
  state->has_original = data != NULL;
}

/* An end that did not open the keyring left the rest to whoever opens it next. */
static gboolean
finish_end (AmfaHoldings *self,
            AmfaBackend *backend,
            AmfaVault *vault,
            GCancellable *cancellable,
            GError **error)
{
  if (self->records->original)
    self->records->original->is_restored = FALSE;
  return amfa_holdings_keep_marks (self, backend, vault, cancellable, error) &&
         amfa_vault_remove_sessions (vault, cancellable, error) &&
         amfa_state_file_update (backend->state, vault->profile, vault->file, clear_end_pending,
                                 self->records->original, error);
}

/**
 * amfa_holdings_read:
 * @self: (out): to be cleared; may hold something older
 * @manner: whether the keyring may ask for its password
 * @lock: (nullable): of the credentials file
 * @error: %AMFA_ERROR_FILE_UNUSABLE, %AMFA_ERROR_KEYRING_LOCKED, %AMFA_ERROR_KEYRING_ABSENT,
 *   %AMFA_ERROR_KEYRING_FAILED
 *
 * With a @lock, what a killed run left beside the state file goes as well.
 *
 * Finishes an end that is pending if there is a @lock: else a new session could be taken for the
 * ended one.
 */
gboolean
amfa_holdings_read (AmfaHoldings *self,
                    AmfaBackend *backend,
                    AmfaVault *vault,
                    AmfaVaultManner manner,
                    AmfaFileLock *lock,
                    GCancellable *cancellable,
                    GError **error)
{
  if (lock)
    amfa_state_file_sweep (backend->state);
  if (!read_files (self, backend, vault, error) ||
      !amfa_vault_load_records (vault, self->records, manner, cancellable, error))
    return FALSE;

  amfa_records_adopt_ended (self->records, self->document, vault->profile);
  mark_base (self, vault, cancellable);
  if (lock && self->state->end_pending && !finish_end (self, backend, vault, cancellable, error))
    return FALSE;
  classify (self, vault->profile);
  return TRUE;
}

/**
 * amfa_holdings_read_settled:
 * @self: (out): to be cleared
 * @manner: whether the keyring may ask for its password
 * @error: as for amfa_holdings_read(), %AMFA_ERROR_BUSY
 *
 * For whoever gives or takes a session without the lock. It is had for the moment where an end is
 * pending: that is finished first, and nobody's new session meanwhile is taken for the ended one.
 */
gboolean
amfa_holdings_read_settled (AmfaHoldings *self,
                            AmfaBackend *backend,
                            AmfaVault *vault,
                            AmfaVaultManner manner,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (AmfaFileLock) lock = NULL;
  g_autoptr (GCancellable) budget = NULL;

  if (!amfa_holdings_read (self, backend, vault, manner, NULL, cancellable, error))
    return FALSE;
  if (!self->state->end_pending)
    return TRUE;
  lock = amfa_profile_files_lock (backend->files, AMFA_FILE_LOCK_TIMEOUT, cancellable, error);
  budget = amfa_keyring_budget_new_under_lock (AMFA_KEYRING_LOCKED_MS, cancellable);
  return lock && amfa_holdings_read (self, backend, vault, AMFA_VAULT_QUIETLY, lock, budget, error);
}

/**
 * amfa_holdings_read_offline:
 * @self: (out): to be cleared
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * What can be known without the keyring. A section counts as ours only with a proof that needs
 * none.
 */
gboolean
amfa_holdings_read_offline (AmfaHoldings *self,
                            AmfaBackend *backend,
                            AmfaVault *vault,
                            GError **error)
{
  if (!read_files (self, backend, vault, error))
    return FALSE;
  classify (self, vault->profile);
  return TRUE;
}

/**
 * amfa_holdings_read_file_again:
 * @self: read under a lock that is still held
 * @error: %AMFA_ERROR_FILE_UNUSABLE; @self is as it was then
 *
 * Others write the file without our lock; the keyring and the state file are ours under it.
 */
gboolean
amfa_holdings_read_file_again (AmfaHoldings *self,
                               AmfaBackend *backend,
                               AmfaVault *vault,
                               GError **error)
{
  AmfaSnapshot *snapshot = amfa_profile_files_read (backend->files, error);

  if (!snapshot)
    return FALSE;
  g_clear_pointer (&self->section, amfa_section_free);
  g_clear_pointer (&self->snapshot, amfa_snapshot_free);
  self->snapshot = snapshot;
  self->document = amfa_snapshot_get_document (snapshot);
  classify (self, vault->profile);
  return TRUE;
}

static gboolean
loses_secret (AmfaIniDocument *before, AmfaIniDocument *after, const char *name)
{
  static const char *const key = "aws_secret_access_key";
  g_autoptr (AmfaSecret) old = amfa_ini_document_get_value (before, name, key);
  g_autoptr (AmfaSecret) new = amfa_ini_document_has_section (after, name)
                                   ? amfa_ini_document_get_value (after, name, key)
                                   : NULL;

  return amfa_ini_document_has_section (before, name) &&
         amfa_ini_document_owns_key (before, name, key) && !(new &&amfa_secret_equal (old, new));
}

static gboolean
made_by_us (const AmfaRecords *records)
{
  const AmfaOriginal *original = records->original;

  return original &&
         (original->degree == AMFA_ORIGINAL_NO_FILE || original->degree == AMFA_ORIGINAL_NO_FOLDER);
}

/**
 * amfa_holdings_write:
 * @lock: of the credentials file
 * @after: what it shall be
 * @durable: (out): whether a power cut can no longer undo it
 * @error: %AMFA_ERROR_FILE_CHANGED: others wrote it meanwhile, or it has a secret that nobody could
 *   bring back; %AMFA_ERROR_FILE_WRITE
 *
 * The only door through which the credentials file is written: no secret access key leaves it
 * without a proof (amfa_records_allow_removal()). A file that we made and that is empty again goes,
 * and its folder.
 */
gboolean
amfa_holdings_write (AmfaHoldings *self,
                     AmfaBackend *backend,
                     AmfaVault *vault,
                     AmfaFileLock *lock,
                     AmfaIniDocument *after,
                     gboolean *durable,
                     GError **error)
{
  AmfaSecret *text = amfa_ini_document_get_text (after);

  *durable = TRUE;
  if (amfa_secret_equal (text, amfa_ini_document_get_text (self->document)))
    return TRUE;
  if (loses_secret (self->document, after, vault->profile) &&
      !amfa_records_allow_removal (self->records, self->document, vault->profile))
    {
      amfa_set_error (error, AMFA_ERROR_FILE_CHANGED,
                      &(AmfaErrorDetails){
                          .subject = amfa_profile_files_get_credentials_path (backend->files),
                          .reason = AMFA_CHANGE_OF_KEYS,
                      });
      return FALSE;
    }
  if (made_by_us (self->records) && amfa_secret_get_length (text) == 0)
    return amfa_profile_files_remove (backend->files, lock, self->snapshot,
                                      self->records->original->degree == AMFA_ORIGINAL_NO_FOLDER,
                                      error);
  return amfa_profile_files_replace (backend->files, lock, self->snapshot, after, durable, error);
}

/* There is no session any more that only the keyring has. */
void
amfa_state_forget_unwritten (AmfaProfileState *state)
{
  state->unwritten = FALSE;
  g_clear_pointer (&state->unwritten_role, g_free);
}

/* What is remembered of the profile's session: there is none any more. */
void
amfa_state_forget_session (AmfaProfileState *state)
{
  state->expiration = 0;
  state->granted = 0;
  state->user_expiration = 0;
  g_clear_pointer (&state->role, g_free);
  amfa_state_forget_unwritten (state);
}

/* An #AmfaStateChange: @data are marks. */
void
amfa_state_merge_marks (AmfaProfileState *state, gpointer data)
{
  g_auto (GStrv) old = g_steal_pointer (&state->marks);

  state->marks = amfa_marks_merge ((const char *const *) old, data);
}

/**
 * amfa_holdings_keep_marks:
 * @error: the keyring's, or the state file's where nothing else could keep the marks
 *
 * By what the session items know our sessions are known again: before they go, or the section
 * does, the original gets it, which is stored as it is in @self; without one the state file.
 */
gboolean
amfa_holdings_keep_marks (AmfaHoldings *self,
                          AmfaBackend *backend,
                          AmfaVault *vault,
                          GCancellable *cancellable,
                          GError **error)
{
  AmfaRecords *records = self->records;

  if (!records->original)
    return amfa_state_file_update (backend->state, vault->profile, vault->file,
                                   amfa_state_merge_marks, records->marks, error);
  amfa_original_set_marks (records->original, (const char *const *) records->marks);
  return amfa_vault_store_original (vault, records->original, cancellable, error);
}

/**
 * amfa_holdings_drop_sessions:
 * @error: as for amfa_holdings_keep_marks()
 *
 * Removes the session items, after what they know is kept elsewhere.
 */
gboolean
amfa_holdings_drop_sessions (AmfaHoldings *self,
                             AmfaBackend *backend,
                             AmfaVault *vault,
                             GCancellable *cancellable,
                             GError **error)
{
  return (self->records->sessions->len == 0 ||
          amfa_holdings_keep_marks (self, backend, vault, cancellable, error)) &&
         amfa_vault_remove_sessions (vault, cancellable, error);
}

static gboolean
is_worth_another_round (AmfaPatience *self, const GError *failure)
{
  gint64 now = g_get_monotonic_time ();

  if (!g_error_matches (failure, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED) ||
      amfa_error_get_details (failure)->reason != AMFA_CHANGE_OF_FILE)
    return FALSE;
  if (self->until == 0)
    self->until = now + PATIENCE_US;
  return now < self->until;
}

/**
 * amfa_patience_go_on:
 * @self: zeroed before the first use, but for its end where that is not the usual one
 * @path: the file that is written, for an error that does not name it
 * @failure: (inout): why a round failed
 * @error: gets @failure if that is the end of it
 *
 * Returns: whether the file has to be read again, after a pause that grows, since others wrote it
 */
gboolean
amfa_patience_go_on (AmfaPatience *self, const char *path, GError **failure, GError **error)
{
  if (!is_worth_another_round (self, *failure))
    {
      amfa_error_set_path (*failure, path);
      g_propagate_error (error, g_steal_pointer (failure));
      return FALSE;
    }
  self->pause = CLAMP (self->pause * 2, FIRST_PAUSE_US, G_USEC_PER_SEC / 4);
  g_usleep (self->pause);
  return TRUE;
}
