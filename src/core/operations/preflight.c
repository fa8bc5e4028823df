#define G_LOG_DOMAIN "amfa-preflight"

#include "preflight.h"

#include "core/model/error.h"
#include "vault.h"

/* Step 1 of the transaction (transaction.c): whatever can go wrong here goes wrong before a code is
 * spent. */

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
      amfa_error_set_path (unusable, amfa_profile_files_get_credentials_path (backend->files));
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
 * amfa_preflight_look:
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
amfa_preflight_look (AmfaBackend *backend,
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
  if (amfa_section_holds_long_term (self->section))
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
  else if (amfa_section_holds_long_term (self->section))
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
 * amfa_preflight_run:
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
amfa_preflight_run (AmfaBackend *backend,
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
