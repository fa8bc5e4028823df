#define G_LOG_DOMAIN "amfa-transaction"

#include "transaction.h"

#include "core/model/error.h"
#include "vault.h"

/* The part that must never be wrong. At every instant, whatever dies (the process, the power, the
 * disk, the keyring), the credentials file is whole, in its old or its new form, and the base
 * credentials can be had from the keyring or from the file. Hence the order:
 *
 *  1. Preflight, before a code is spent: both files read, the keyring opened (the only place that
 *     may prompt), the lock had, room for a temporary file beside the target.
 *  2. AWS is asked (login.c). If it refuses, nothing anywhere has changed.
 *  3. Lock. From here on no prompt and no network.
 *  4. Read again. Somebody put another long-term key there meanwhile: their file is left alone.
 *  5. Keyring: base, original, session, each read back and compared; if the file is about to lose
 *     the only other copy of the key, the keyring's own file is synced first.
 *  6. Replace the file: whole or not at all. Somebody wrote it since step 4: back to 4.
 *  7. The state file, a memory only: failing to write it is a warning.
 *
 * After the rename of step 6 nothing is a failure any more. */

#define MAX_ROUNDS 5

void
amfa_preflight_free (AmfaPreflight *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->profile, amfa_profile_free);
  g_clear_pointer (&self->section, amfa_section_free);
  g_clear_pointer (&self->state, amfa_profile_state_free);
  g_clear_pointer (&self->base, amfa_credentials_unref);
  g_free (self);
}

/* Returns: (transfer full): an empty one for its maker to fill */
AmfaGrant *
amfa_grant_new (void)
{
  AmfaGrant *self = g_new0 (AmfaGrant, 1);

  g_atomic_ref_count_init (&self->references);
  return self;
}

AmfaGrant *
amfa_grant_ref (AmfaGrant *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
amfa_grant_unref (AmfaGrant *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_clear_pointer (&self->base, amfa_credentials_unref);
  g_clear_pointer (&self->seen, amfa_credentials_unref);
  g_clear_pointer (&self->session, amfa_credentials_unref);
  g_free (self->serial);
  g_free (self->account);
  g_free (self->arn);
  g_free (self);
}

static const char *
get_path (AmfaBackend *backend)
{
  return amfa_profile_files_get_credentials_path (backend->files);
}

static void
replace_string (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

static gboolean
holds_long_term (const AmfaSection *section)
{
  return section->kind == AMFA_SECTION_LONG_TERM || section->kind == AMFA_SECTION_LEFTOVERS;
}

static AmfaPreflight *
read_files (AmfaBackend *backend,
            const char *name,
            const AmfaProfileOptions *options,
            const AmfaOriginal *original,
            GError **error)
{
  g_autoptr (AmfaPreflight) self = g_new0 (AmfaPreflight, 1);
  g_autofree char *digest = amfa_profile_files_dup_digest (backend->files);
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (backend->files, error);
  g_autoptr (AmfaIniDocument) config = NULL;
  g_autoptr (GError) unusable = NULL;
  g_auto (GStrv) marks = NULL;

  if (!snapshot)
    return NULL;
  config = amfa_profile_files_read_config (backend->files, error);
  if (!config)
    return NULL;

  AmfaIniDocument *credentials = amfa_snapshot_get_document (snapshot);

  self->profile =
      amfa_profile_resolve (name, credentials, config, backend->environment, options, error);
  if (!self->profile)
    return NULL;
  if (!amfa_section_check_writable (credentials, name, &unusable))
    {
      amfa_error_set_path (unusable, get_path (backend));
      g_propagate_error (error, g_steal_pointer (&unusable));
      return NULL;
    }

  self->state = amfa_state_file_read (backend->state, name, digest);
  marks = amfa_marks_merge ((const char *const *) self->state->marks,
                            original ? (const char *const *) original->marks : NULL);
  self->section = amfa_section_classify (credentials, name, (const char *const *) marks);
  return g_steal_pointer (&self);
}

/**
 * amfa_transaction_look:
 * @name: the profile
 * @options: (nullable): what the user said
 * @typed: (nullable): base credentials that the user typed just now
 * @error: a file that cannot be used, %AMFA_ERROR_ENDPOINT_BAD
 *
 * What can be known without a prompt and without the network.
 *
 * Returns: (transfer full): base is set if it was typed or the files hold it
 */
AmfaPreflight *
amfa_transaction_look (AmfaBackend *backend,
                       const char *name,
                       const AmfaProfileOptions *options,
                       AmfaCredentials *typed,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (AmfaPreflight) self = read_files (backend, name, options, NULL, error);
  g_autoptr (AmfaVault) vault = amfa_vault_new (backend, name);

  if (!self)
    return NULL;
  if (typed)
    {
      self->origin = AMFA_BASE_TYPED;
      self->base = amfa_credentials_ref (typed);
      return g_steal_pointer (&self);
    }
  if (holds_long_term (self->section))
    {
      self->origin = AMFA_BASE_FILE;
      self->base = amfa_credentials_ref (self->section->credentials);
      return g_steal_pointer (&self);
    }

  switch (amfa_vault_look (vault, AMFA_ITEM_BASE, cancellable))
    {
    case AMFA_LOOK_STORED:
      self->origin = AMFA_BASE_KEYRING;
      break;
    case AMFA_LOOK_LOCKED:
    case AMFA_LOOK_ABSENT:
      self->origin = AMFA_BASE_UNKNOWN;
      break;
    case AMFA_LOOK_NOT_STORED:
    default:
      self->origin = self->profile->config_keys ? AMFA_BASE_CONFIG : AMFA_BASE_NONE;
      if (self->profile->config_keys)
        self->base = amfa_credentials_ref (self->profile->config_keys);
    }
  return g_steal_pointer (&self);
}

/* The file's key before the keyring's, the keyring's before the config file's. */
static gboolean
choose_base (AmfaPreflight *self,
             const char *name,
             AmfaCredentials *typed,
             AmfaCredentials *stored,
             GError **error)
{
  AmfaCredentials *base = NULL;

  if (typed)
    {
      base = typed;
      self->origin = AMFA_BASE_TYPED;
    }
  else if (holds_long_term (self->section))
    {
      base = self->section->credentials;
      self->origin = AMFA_BASE_FILE;
    }
  else if (stored)
    {
      base = stored;
      self->origin = AMFA_BASE_KEYRING;
    }
  else
    {
      base = self->profile->config_keys;
      self->origin = AMFA_BASE_CONFIG;
    }

  if (!base)
    {
      gboolean lost = self->section->kind == AMFA_SECTION_OURS;

      amfa_set_error (error, lost ? AMFA_ERROR_BASE_LOST : AMFA_ERROR_NO_KEYS,
                      &(AmfaErrorDetails){ .subject = name });
      return FALSE;
    }
  self->base = amfa_credentials_ref (base);
  return TRUE;
}

/**
 * amfa_transaction_preflight:
 * @name: the profile
 * @options: (nullable): what the user said
 * @typed: (nullable): base credentials that the user typed just now
 * @error: whatever would make the login fail after AWS granted it, a file, the lock or the keyring;
 *   %AMFA_ERROR_NO_KEYS, %AMFA_ERROR_BASE_LOST
 *
 * Step 1. May prompt for the keyring's password.
 *
 * Returns: (transfer full): base is set
 */
AmfaPreflight *
amfa_transaction_preflight (AmfaBackend *backend,
                            const char *name,
                            const AmfaProfileOptions *options,
                            AmfaCredentials *typed,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (backend, name);
  g_autoptr (AmfaPreflight) self = read_files (backend, name, options, NULL, error);
  g_autoptr (AmfaCredentials) stored = NULL;
  g_autoptr (AmfaOriginal) original = NULL;

  if (!self || !amfa_profile_files_preflight (backend->files, cancellable, error) ||
      !amfa_keyring_unlock (backend->keyring, cancellable, error) ||
      !amfa_vault_load_credentials (vault, AMFA_ITEM_BASE, AMFA_VAULT_MAY_PROMPT, &stored,
                                    cancellable, error) ||
      !amfa_vault_load_original (vault, AMFA_VAULT_MAY_PROMPT, &original, cancellable, error))
    return NULL;

  /* Again: with the marks of the original, and after a prompt that may have waited for long. */
  g_clear_pointer (&self, amfa_preflight_free);
  self = read_files (backend, name, options, original, error);
  if (!self || !choose_base (self, name, typed, stored, error))
    return NULL;
  return g_steal_pointer (&self);
}

static AmfaOriginalDegree
get_absence (AmfaFilePresence before_lock, AmfaSnapshot *snapshot)
{
  if (amfa_snapshot_get_presence (snapshot) == AMFA_FILE_PRESENT)
    return AMFA_ORIGINAL_NO_SECTION;
  /* The lock has made the folder. */
  return before_lock == AMFA_FILE_FOLDER_ABSENT ? AMFA_ORIGINAL_NO_FOLDER : AMFA_ORIGINAL_NO_FILE;
}

/* Step 4: is it still the file that AWS was asked for? */
static gboolean
check_unchanged (AmfaBackend *backend,
                 const AmfaSection *section,
                 const AmfaGrant *grant,
                 GError **error)
{
  if (!holds_long_term (section) || amfa_credentials_equal (section->credentials, grant->base) ||
      (grant->seen && amfa_credentials_equal (section->credentials, grant->seen)))
    return TRUE;

  amfa_set_error (error, AMFA_ERROR_FILE_CHANGED,
                  &(AmfaErrorDetails){ .subject = get_path (backend) });
  return FALSE;
}

/* Step 5. */
static gboolean
fill_keyring (AmfaVault *vault,
              const AmfaGrant *grant,
              const AmfaOriginal *original,
              gboolean is_import,
              AmfaLoginWarnings *warnings,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GError) session_error = NULL;

  if (grant->origin != AMFA_BASE_CONFIG &&
      !amfa_vault_store_base (vault, grant->base, cancellable, error))
    return FALSE;
  if (!amfa_vault_store_original (vault, original, cancellable, error))
    return FALSE;
  if (is_import && !amfa_keyring_make_durable (vault->keyring, error))
    return FALSE;

  if (!amfa_vault_store_session (vault, grant->session, cancellable, &session_error))
    {
      g_message ("the session could not be stored: %s", session_error->message);
      *warnings |= AMFA_LOGIN_WARNING_SESSION_NOT_STORED;
    }
  return TRUE;
}

/* Steps 4 to 6, once. Sets @again if somebody wrote the file in between. */
static gboolean
write_once (AmfaBackend *backend,
            AmfaVault *vault,
            AmfaFileLock *lock,
            AmfaFilePresence before_lock,
            const AmfaGrant *grant,
            AmfaLoginWarnings *warnings,
            gboolean *again,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (backend->files, error);
  g_autoptr (AmfaProfileState) state = NULL;
  g_autoptr (AmfaOriginal) existing = NULL;
  g_autoptr (AmfaOriginal) original = NULL;
  g_autoptr (AmfaSection) section = NULL;
  g_autoptr (AmfaIniDocument) after = NULL;
  g_autoptr (GError) failure = NULL;
  g_auto (GStrv) marks = NULL;

  if (!snapshot ||
      !amfa_vault_load_original (vault, AMFA_VAULT_QUIETLY, &existing, cancellable, error))
    return FALSE;

  AmfaIniDocument *before = amfa_snapshot_get_document (snapshot);

  state = amfa_state_file_read (backend->state, vault->profile, vault->file);
  marks = amfa_marks_merge ((const char *const *) state->marks,
                            existing ? (const char *const *) existing->marks : NULL);
  section = amfa_section_classify (before, vault->profile, (const char *const *) marks);
  if (!check_unchanged (backend, section, grant, error))
    return FALSE;

  gboolean is_import = holds_long_term (section);

  if (amfa_section_check_writable (before, vault->profile, &failure))
    original = amfa_section_plan_original (before, vault->profile, section,
                                           get_absence (before_lock, snapshot), existing, &failure);
  if (original)
    after = amfa_section_write_session (before, vault->profile, grant->session, original, &failure);
  if (!after)
    {
      amfa_error_set_path (failure, get_path (backend));
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  if (!fill_keyring (vault, grant, original, is_import, warnings, cancellable, error))
    return FALSE;

  gboolean durable = TRUE;

  if (!amfa_profile_files_replace (backend->files, lock, snapshot, after, &durable, &failure))
    {
      *again = g_error_matches (failure, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (!durable)
    *warnings |= AMFA_LOGIN_WARNING_NOT_DURABLE;
  if (is_import)
    *warnings |= AMFA_LOGIN_WARNING_IMPORTED;
  return TRUE;
}

/* Step 7. */
static void
remember (AmfaBackend *backend,
          AmfaVault *vault,
          const AmfaGrant *grant,
          AmfaLoginWarnings *warnings)
{
  g_autoptr (AmfaProfileState) state =
      amfa_state_file_read (backend->state, vault->profile, vault->file);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) marks = g_steal_pointer (&state->marks);

  replace_string (&state->serial, grant->serial);
  replace_string (&state->account, grant->account);
  replace_string (&state->arn, grant->arn);
  replace_string (&state->base_key_id, amfa_credentials_get_key_id (grant->base));
  state->marks = amfa_marks_add_session ((const char *const *) marks, grant->session);
  state->expiration = amfa_credentials_get_expiration (grant->session);
  state->granted = g_get_real_time () / G_USEC_PER_SEC + grant->clock_offset;
  state->clock_offset = grant->clock_offset;
  state->has_original = TRUE;

  if (!amfa_state_file_write (backend->state, vault->profile, vault->file, state, &error))
    {
      g_message ("what was learnt could not be stored: %s", error->message);
      *warnings |= AMFA_LOGIN_WARNING_STATE;
    }
}

/**
 * amfa_transaction_commit:
 * @name: the profile
 * @grant: what AWS granted
 * @warnings: (out): what did not go well but is no failure
 * @error: %AMFA_ERROR_BUSY, %AMFA_ERROR_FILE_CHANGED, %AMFA_ERROR_FILE_UNUSABLE,
 *   %AMFA_ERROR_FILE_WRITE or the keyring's; the file is then as it was
 *
 * Steps 3 to 7. May be called again with the same @grant after a failure.
 */
gboolean
amfa_transaction_commit (AmfaBackend *backend,
                         const char *name,
                         const AmfaGrant *grant,
                         AmfaLoginWarnings *warnings,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (backend, name);
  g_autoptr (AmfaSnapshot) before_lock = amfa_profile_files_read (backend->files, error);
  g_autoptr (AmfaFileLock) lock = NULL;

  *warnings = AMFA_LOGIN_WARNING_NONE;
  if (!before_lock)
    return FALSE;
  lock = amfa_profile_files_lock (backend->files, cancellable, error);
  if (!lock)
    return FALSE;

  for (guint round = 1;; round++)
    {
      g_autoptr (GError) failure = NULL;
      gboolean again = FALSE;

      *warnings = AMFA_LOGIN_WARNING_NONE;
      if (write_once (backend, vault, lock, amfa_snapshot_get_presence (before_lock), grant,
                      warnings, &again, cancellable, &failure))
        break;
      if (!again || round == MAX_ROUNDS)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
  remember (backend, vault, grant, warnings);
  return TRUE;
}
