#define G_LOG_DOMAIN "amfa-forget-keys"

#include "forget-keys.h"

#include "blocking-step.h"
#include "core/io/disk-sync.h"
#include "core/io/snapshot.h"
#include "core/model/error.h"
#include "holdings.h"
#include "process-mode.h"
#include "restore.h"

/* The keyring forgets a key only once the credentials file holds it, unless that is what the user
 * wants. So: restore, if there is an original to restore → if the section has no keys then, or only
 * a session of ours, write the key there → is it really there? → forget. An older key that was
 * replaced (base-old) and is in no file stays behind, and its id is told.
 *
 * All of it under one lock: a login or a setup that imports the file's key meanwhile would leave it
 * to us. */

typedef struct
{
  AmfaBackend *backend;
  AmfaVault *vault;
  AmfaForgetManner manner;
  char *kept_key_id;
} Forgetting;

static void
forgetting_free (Forgetting *self)
{
  amfa_backend_unref (self->backend);
  amfa_vault_free (self->vault);
  g_free (self->kept_key_id);
  g_free (self);
}

static gboolean
holds (const AmfaSection *section, AmfaCredentials *key)
{
  return amfa_section_holds_long_term (section) &&
         amfa_credentials_equal (section->credentials, key);
}

/* Returns: (nullable): the key that must not get lost */
static AmfaCredentials *
get_latest (const AmfaRecords *records)
{
  return records->base ? records->base : records->former;
}

/* Whether the section is, or will be after a restore, one that @key can be written into. */
static gboolean
has_room (const AmfaHoldings *now, const char *profile, AmfaCredentials *key)
{
  const AmfaOriginal *original = now->records->original;
  AmfaSectionKind kind = now->section->kind;
  g_autoptr (AmfaIniDocument) source = NULL;
  g_autoptr (AmfaCredentials) keys = NULL;

  if (kind != AMFA_SECTION_OURS && kind != AMFA_SECTION_NO_KEYS)
    return FALSE;
  if (!original || original->is_restored)
    return TRUE;
  source = original->text ? amfa_ini_document_parse (original->text, NULL) : NULL;
  keys = source ? amfa_section_dup_credentials (source, profile) : NULL;
  return !keys || amfa_credentials_equal (keys, key) ||
         amfa_original_is_superseded (original, profile, key,
                                      (const char *const *) now->records->former_ids);
}

static void
set_only_copy (const Forgetting *self, AmfaCredentials *base, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_ONLY_COPY,
                  &(AmfaErrorDetails){
                      .subject = self->vault->profile,
                      .other = amfa_credentials_get_key_id (base),
                  });
}

static void
set_nothing (const Forgetting *self, GError **error)
{
  amfa_set_error (
      error, AMFA_ERROR_NOTHING_TO_RESTORE,
      &(AmfaErrorDetails){ .reason = AMFA_NOTHING_IN_KEYRING, .other = self->vault->profile });
}

/* Nothing is changed where the key could not be put back.
 *
 * @needs_restore: (out): whether it is not there yet, or AWS tools ask us for it */
static gboolean
decide (const Forgetting *self, const AmfaHoldings *now, gboolean *needs_restore, GError **error)
{
  AmfaCredentials *latest = get_latest (now->records);
  gboolean in_place = latest && holds (now->section, latest);
  gboolean is_process;

  if (!amfa_process_mode_find (self->backend, now->document, self->vault->profile, &is_process,
                               error))
    return FALSE;
  *needs_restore = !in_place || is_process;
  if (!latest)
    set_nothing (self, error);
  else if (!in_place && !has_room (now, self->vault->profile, latest))
    set_only_copy (self, latest, error);
  else
    return TRUE;
  return FALSE;
}

/* Before the lock: the only place that may prompt. */
static gboolean
look (const Forgetting *self, GCancellable *cancellable, GError **error)
{
  g_auto (AmfaHoldings) now = { NULL };
  gboolean needs_restore;

  if (!amfa_holdings_read (&now, self->backend, self->vault, AMFA_VAULT_MAY_PROMPT, NULL,
                           cancellable, error))
    return FALSE;
  if (decide (self, &now, &needs_restore, error))
    return TRUE;
  /* Nothing to do is also what is found after a run that was killed when all but done. */
  amfa_backend_sweep (self->backend);
  return FALSE;
}

/* Not to be cancelled: half of it gone is neither one nor the other. */
static gboolean
remove_items (Forgetting *self, GError **error)
{
  static const AmfaItemKind kinds[] = { AMFA_ITEM_ORIGINAL, AMFA_ITEM_BASE_OLD, AMFA_ITEM_BASE };
  g_autoptr (GCancellable) budget =
      amfa_keyring_budget_new_under_lock (AMFA_KEYRING_LOCKED_MS, NULL);

  if (!amfa_vault_remove_sessions (self->vault, budget, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (!(kinds[i] == AMFA_ITEM_BASE_OLD && self->kept_key_id) &&
        !amfa_vault_remove (self->vault, kinds[i], budget, error))
      return FALSE;
  return TRUE;
}

/* A session that stays in the file, or what is left of one, is known again by its marks. */
static void
forget_all_but_session (AmfaProfileState *state, gpointer data)
{
  g_clear_pointer (&state->serial, g_free);
  g_clear_pointer (&state->account, g_free);
  g_clear_pointer (&state->arn, g_free);
  g_clear_pointer (&state->base_key_id, g_free);
  state->user_expiration = 0;
  state->has_original = FALSE;
  amfa_state_forget_unwritten (state);
  state->took_keys = FALSE;
}

static void
clear_state (Forgetting *self, const AmfaSection *section)
{
  AmfaStateFile *file = self->backend->state;
  g_autoptr (GError) error = NULL;
  gboolean ok =
      section->kind == AMFA_SECTION_OURS || section->kind == AMFA_SECTION_LEFTOVERS
          ? amfa_state_file_update (file, self->vault->profile, self->vault->file,
                                    forget_all_but_session, NULL, &error)
          : amfa_state_file_forget (file, self->vault->profile, self->vault->file, &error);

  if (!ok)
    g_info ("the state file could not be written: %s", error->message);
}

/* The key into the section, unless it is there, without what would make a session of it, and what
 * is there then. */
static gboolean
write_key (
    Forgetting *self, AmfaFileLock *lock, AmfaHoldings *now, GCancellable *budget, GError **error)
{
  AmfaCredentials *latest = get_latest (now->records);
  g_autoptr (AmfaIniDocument) after = NULL;
  gboolean durable;

  if (holds (now->section, latest))
    {
      if (now->section->kind != AMFA_SECTION_LEFTOVERS)
        return TRUE;
      after = amfa_section_remove_leftovers (now->document, self->vault->profile, error);
    }
  else if (now->section->kind != AMFA_SECTION_OURS && now->section->kind != AMFA_SECTION_NO_KEYS)
    set_only_copy (self, latest, error);
  else if (amfa_section_check_lone_keys (now->document, self->vault->profile, now->section,
                                         now->records, NULL, FALSE, error))
    after = amfa_section_put_base (now->document, self->vault->profile, latest, error);
  if (!after ||
      !amfa_holdings_write (now, self->backend, self->vault, lock, after, &durable, error))
    return FALSE;
  return amfa_holdings_read (now, self->backend, self->vault, AMFA_VAULT_QUIETLY, lock, budget,
                             error);
}

static gboolean
restore (
    Forgetting *self, AmfaFileLock *lock, AmfaHoldings *now, GCancellable *budget, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!amfa_restore_under_lock (self->backend, self->vault, lock, budget, &problem) &&
      !g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return amfa_holdings_read (now, self->backend, self->vault, AMFA_VAULT_QUIETLY, lock, budget,
                             error);
}

static gboolean
return_key (
    Forgetting *self, AmfaFileLock *lock, AmfaHoldings *now, GCancellable *budget, GError **error)
{
  gboolean needs_restore;

  if (!decide (self, now, &needs_restore, error) ||
      (needs_restore && !restore (self, lock, now, budget, error)) ||
      !write_key (self, lock, now, budget, error))
    return FALSE;

  const AmfaRecords *records = now->records;

  if (!holds (now->section, get_latest (records)))
    {
      set_only_copy (self, get_latest (records), error);
      return FALSE;
    }
  if (records->former && !holds (now->section, records->former))
    self->kept_key_id = g_strdup (amfa_credentials_get_key_id (records->former));
  return TRUE;
}

/* Whoever wrote the key there: it is about to be the only copy. */
static gboolean
make_durable (const AmfaHoldings *now, GError **error)
{
  const char *target = amfa_snapshot_get_target (now->snapshot);
  g_autofree char *folder = g_path_get_dirname (target);
  const char *const folders[] = { folder, NULL };
  int code = amfa_disk_sync (folders);

  if (code == 0)
    return TRUE;
  amfa_set_error (error, AMFA_ERROR_FILE_WRITE,
                  &(AmfaErrorDetails){ .subject = target, .quote = g_strerror (code) });
  return FALSE;
}

static gboolean
forget_once (Forgetting *self, AmfaFileLock *lock, GCancellable *budget, GError **error)
{
  g_auto (AmfaHoldings) now = { NULL };
  gboolean is_process;

  g_clear_pointer (&self->kept_key_id, g_free);
  if (!amfa_holdings_read (&now, self->backend, self->vault, AMFA_VAULT_QUIETLY, lock, budget,
                           error))
    return FALSE;
  if (self->manner != AMFA_FORGET_DISCARD)
    {
      if (!return_key (self, lock, &now, budget, error) || !make_durable (&now, error))
        return FALSE;
    }
  else if (!get_latest (now.records) && !now.records->original)
    {
      set_nothing (self, error);
      return FALSE;
    }

  if (!amfa_process_mode_find (self->backend, now.document, self->vault->profile, &is_process,
                               error) ||
      (is_process && !amfa_process_mode_leave (self->backend, self->vault, lock, FALSE, error)) ||
      !remove_items (self, error))
    return FALSE;
  clear_state (self, now.section);
  return TRUE;
}

static gboolean
forget (gpointer data, GCancellable *cancellable, GError **error)
{
  Forgetting *self = data;
  g_autoptr (AmfaFileLock) lock = NULL;
  g_autoptr (GCancellable) budget = NULL;
  AmfaPatience patience = { 0 };

  if (!amfa_keyring_unlock (self->backend->keyring, cancellable, error) ||
      (self->manner != AMFA_FORGET_DISCARD && !look (self, cancellable, error)) ||
      !(lock = amfa_profile_files_lock_both (self->backend->files, cancellable, error)))
    return FALSE;
  budget = amfa_keyring_budget_new_under_lock (AMFA_KEYRING_LOCKED_MS, NULL);

  for (;;)
    {
      g_autoptr (GError) failure = NULL;

      if (forget_once (self, lock, budget, &failure))
        return TRUE;
      if (!amfa_patience_go_on (&patience,
                                amfa_profile_files_get_credentials_path (self->backend->files),
                                &failure, error))
        return FALSE;
    }
}

/**
 * amfa_forget_keys_async:
 * @profile: the profile
 * @manner: whether keys may be lost
 *
 * Takes the profile's keys out of the keyring, with %AMFA_FORGET_RETURNED after they are back in
 * the credentials file. Process mode ends. A session in the file stays when keys are discarded.
 */
void
amfa_forget_keys_async (AmfaBackend *backend,
                        const char *profile,
                        AmfaForgetManner manner,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Forgetting *self = g_new0 (Forgetting, 1);

  self->backend = amfa_backend_ref (backend);
  self->vault = amfa_vault_new (backend, profile);
  self->manner = manner;
  g_task_set_source_tag (task, amfa_forget_keys_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) forgetting_free);
  amfa_blocking_step_run_last (task, forget);
}

/**
 * amfa_forget_keys_finish:
 * @kept_key_id: (out) (transfer full) (nullable): an older key that stays in the keyring, since
 *   it is nowhere else
 * @error: %AMFA_ERROR_ONLY_COPY: the keys cannot be put back, nothing was changed;
 *   %AMFA_ERROR_NOTHING_TO_RESTORE: the keyring has none; %AMFA_ERROR_BUSY, a file's or the
 * keyring's
 */
gboolean
amfa_forget_keys_finish (GAsyncResult *result, char **kept_key_id, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_forget_keys_async), FALSE);

  Forgetting *self = g_task_get_task_data (G_TASK (result));

  *kept_key_id = g_steal_pointer (&self->kept_key_id);
  return g_task_propagate_boolean (G_TASK (result), error);
}
