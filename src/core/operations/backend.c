#define G_LOG_DOMAIN "amfa-backend"

#include "backend.h"

#include "vault.h"

/**
 * amfa_backend_new:
 * @environment: (transfer full): the environment
 * @schema_dir: (nullable): where the compiled settings schema is, if not installed
 *
 * Returns: (transfer full): the outside things for @environment; nothing is asked or opened yet
 */
AmfaBackend *
amfa_backend_new (AmfaEnvironment *environment, const char *schema_dir)
{
  g_return_val_if_fail (environment != NULL, NULL);

  AmfaBackend *self = g_new0 (AmfaBackend, 1);

  g_atomic_ref_count_init (&self->references);
  self->environment = environment;
  self->client = amfa_query_client_new (environment);
  self->keyring = amfa_keyring_new (environment, amfa_vault_is_readable);
  self->files = amfa_profile_files_new (environment);
  self->state = amfa_state_file_new (environment);
  self->settings = amfa_settings_new (schema_dir);
  self->codes = amfa_code_memory_new ();
  return self;
}

AmfaBackend *
amfa_backend_ref (AmfaBackend *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
amfa_backend_unref (AmfaBackend *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_clear_pointer (&self->codes, amfa_code_memory_free);
  g_clear_object (&self->settings);
  g_clear_object (&self->state);
  g_clear_object (&self->files);
  g_clear_object (&self->keyring);
  g_clear_object (&self->client);
  g_clear_pointer (&self->environment, amfa_environment_free);
  g_free (self);
}

/**
 * amfa_backend_sweep:
 *
 * Removes what killed runs left beside the files, except where somebody is at work just now. Blocks
 * for no longer than the disk takes.
 */
void
amfa_backend_sweep (AmfaBackend *self)
{
  g_return_if_fail (self != NULL);

  amfa_profile_files_sweep (self->files);
  amfa_state_file_sweep (self->state);
}
