#define G_LOG_DOMAIN "amfa-forget-keys"

#include "forget-keys.h"

#include "core/model/error.h"
#include "blocking-step.h"
#include "process-mode.h"
#include "restore.h"

/* The keyring forgets a key only once the credentials file holds it, unless that is what the user
 * wants. So: can the file get it back? → restore → is it really there? → forget. An older key that
 * was replaced (base-old) and is in no file stays behind, and its id is told. */

typedef struct
{
  AmfaBackend *backend;
  AmfaVault *vault;
  AmfaForgetManner manner;
  gboolean needs_restore;
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

/* What the keyring and the credentials file hold. */
typedef struct
{
  AmfaCredentials *base;  /* nullable */
  AmfaCredentials *old;   /* nullable */
  GStrv former_ids;       /* that of @old and of those before it; nullable */
  AmfaOriginal *original; /* nullable */
  AmfaSection *section;
  gboolean is_process;
} Holdings;

static void
holdings_clear (Holdings *self)
{
  g_clear_pointer (&self->base, amfa_credentials_unref);
  g_clear_pointer (&self->old, amfa_credentials_unref);
  g_clear_pointer (&self->former_ids, g_strfreev);
  g_clear_pointer (&self->original, amfa_original_free);
  g_clear_pointer (&self->section, amfa_section_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Holdings, holdings_clear)

static gboolean
read_holdings (Forgetting *self,
               Holdings *holdings,
               AmfaVaultManner manner,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (self->backend->files, error);
  g_autoptr (AmfaProfileState) state = NULL;
  g_auto (GStrv) marks = NULL;

  if (!snapshot ||
      !amfa_vault_load_credentials (self->vault, AMFA_ITEM_BASE, manner, &holdings->base,
                                    cancellable, error) ||
      !amfa_vault_load_credentials (self->vault, AMFA_ITEM_BASE_OLD, manner, &holdings->old,
                                    cancellable, error) ||
      !amfa_vault_load_former_ids (self->vault, manner, &holdings->former_ids, cancellable,
                                   error) ||
      !amfa_vault_load_original (self->vault, manner, &holdings->original, cancellable, error))
    return FALSE;

  AmfaIniDocument *document = amfa_snapshot_get_document (snapshot);
  AmfaOriginal *original = holdings->original;

  state = amfa_state_file_read (self->backend->state, self->vault->profile, self->vault->file);
  marks = amfa_marks_merge ((const char *const *) state->marks,
                            original ? (const char *const *) original->marks : NULL);
  holdings->section =
      amfa_section_classify (document, self->vault->profile, (const char *const *) marks);
  holdings->is_process = amfa_process_mode_is_on (self->backend, document, self->vault->profile);
  return TRUE;
}

static gboolean
holds (const AmfaSection *section, AmfaCredentials *key)
{
  return amfa_section_holds_long_term (section) &&
         amfa_credentials_equal (section->credentials, key);
}

/* Whether a restore would put @base into the section: the original has it, or an older key that it
 * has replaced since. */
static gboolean
gives_back (const Holdings *holdings, const char *profile)
{
  const AmfaOriginal *original = holdings->original;
  g_autoptr (AmfaCredentials) keys = NULL;

  if (!holdings->base || !original || holdings->section->kind == AMFA_SECTION_FOREIGN ||
      holdings->section->kind == AMFA_SECTION_LONG_TERM ||
      holdings->section->kind == AMFA_SECTION_LEFTOVERS)
    return FALSE;
  keys = amfa_original_dup_keys (original, profile);
  return keys && (amfa_credentials_equal (keys, holdings->base) ||
                  amfa_original_is_superseded (original, profile, holdings->base,
                                               (const char *const *) holdings->former_ids));
}

/* Returns: (nullable): the key that must not get lost */
static AmfaCredentials *
get_latest (const Holdings *holdings)
{
  return holdings->base ? holdings->base : holdings->old;
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

static gboolean
look (gpointer data, GCancellable *cancellable, GError **error)
{
  Forgetting *self = data;
  g_auto (Holdings) holdings = { NULL };

  if (!amfa_keyring_unlock (self->backend->keyring, cancellable, error) ||
      !read_holdings (self, &holdings, AMFA_VAULT_MAY_PROMPT, cancellable, error))
    return FALSE;

  AmfaCredentials *latest = get_latest (&holdings);
  gboolean in_place = latest && holds (holdings.section, latest);

  self->needs_restore = !in_place || holdings.is_process;
  if (!latest)
    set_nothing (self, error);
  else if (!in_place && !gives_back (&holdings, self->vault->profile))
    set_only_copy (self, latest, error);
  else
    return TRUE;
  return FALSE;
}

/* Not to be cancelled: half of it gone is neither one nor the other. */
static gboolean
remove_items (Forgetting *self, GError **error)
{
  static const AmfaItemKind kinds[] = { AMFA_ITEM_ORIGINAL, AMFA_ITEM_BASE_OLD, AMFA_ITEM_BASE };

  if (!amfa_vault_remove_sessions (self->vault, NULL, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (!(kinds[i] == AMFA_ITEM_BASE_OLD && self->kept_key_id) &&
        !amfa_vault_remove (self->vault, kinds[i], NULL, error))
      return FALSE;
  return TRUE;
}

/* A session that stays in the file is known again by its marks. */
static void
clear_state (Forgetting *self, const AmfaSection *section)
{
  g_autoptr (AmfaProfileState) state =
      amfa_state_file_read (self->backend->state, self->vault->profile, self->vault->file);
  g_autoptr (AmfaProfileState) rest = amfa_profile_state_new ();
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (section->kind == AMFA_SECTION_OURS)
    {
      g_strfreev (rest->marks);
      rest->marks = g_strdupv (state->marks);
      rest->role = g_strdup (state->role);
      rest->expiration = state->expiration;
      rest->granted = state->granted;
      rest->clock_offset = state->clock_offset;
      ok = amfa_state_file_write (self->backend->state, self->vault->profile, self->vault->file,
                                  rest, &error);
    }
  else
    ok = amfa_state_file_forget (self->backend->state, self->vault->profile, self->vault->file,
                                 &error);
  if (!ok)
    g_info ("the state file could not be written: %s", error->message);
}

/* Under the lock: a login that imports the file's key meanwhile would leave it to us. */
static gboolean
forget (gpointer data, GCancellable *cancellable, GError **error)
{
  Forgetting *self = data;
  g_auto (Holdings) holdings = { NULL };
  g_autoptr (AmfaFileLock) lock = NULL;
  gboolean discards = self->manner == AMFA_FORGET_DISCARD;

  if (!amfa_keyring_unlock (self->backend->keyring, cancellable, error) ||
      !(lock = amfa_profile_files_lock_both (self->backend->files, cancellable, error)) ||
      !read_holdings (self, &holdings, AMFA_VAULT_QUIETLY, cancellable, error))
    return FALSE;

  AmfaCredentials *latest = get_latest (&holdings);

  if (!latest && !(discards && holdings.original))
    {
      set_nothing (self, error);
      return FALSE;
    }
  if (!discards && !holds (holdings.section, latest))
    {
      set_only_copy (self, latest, error);
      return FALSE;
    }
  if (!discards && holdings.old && !holds (holdings.section, holdings.old))
    self->kept_key_id = g_strdup (amfa_credentials_get_key_id (holdings.old));

  if ((holdings.is_process &&
       !amfa_process_mode_leave (self->backend, self->vault, lock, FALSE, error)) ||
      !remove_items (self, error))
    return FALSE;
  clear_state (self, holdings.section);
  return TRUE;
}

static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  /* Somebody else may have restored it meanwhile: whether it is there is looked at again. */
  if (amfa_restore_finish (result, NULL, &error) ||
      g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE))
    {
      g_clear_error (&error);
      amfa_blocking_step_run_last (task, forget);
    }
  else
    g_task_return_error (task, error);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Forgetting *self = g_task_get_task_data (task);

  if (!amfa_blocking_step_finish (result, task))
    return;
  if (self->needs_restore)
    amfa_restore_async (self->backend, self->vault->profile, g_task_get_cancellable (task),
                        on_restored, g_object_ref (task));
  else
    amfa_blocking_step_run_last (task, forget);
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
  if (manner == AMFA_FORGET_DISCARD)
    amfa_blocking_step_run_last (task, forget);
  else
    amfa_blocking_step_run (task, look, on_looked);
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
