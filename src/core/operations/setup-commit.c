#define G_LOG_DOMAIN "amfa-setup"

#include "setup-commit.h"

#include "core/model/error.h"
#include "core/model/process-section.h"
#include "process-mode.h"

/* Setting up follows the transaction's order (transaction.c): the keyring has everything, durably,
 * before a file loses anything. In process mode the credential_process comes in between: while the
 * keys are still in the credentials file they win, so that at every instant AWS tools have keys. */

#define MAX_ROUNDS 5

static gboolean
check_process (AmfaSetup *self, AmfaIniDocument *credentials, GError **error)
{
  AmfaProfileFiles *files = self->backend->files;
  g_autoptr (AmfaIniDocument) config = NULL;
  g_autoptr (GError) problem = NULL;

  if (!self->process_line)
    return TRUE;
  config = amfa_profile_files_read_config (files, error);
  if (!config)
    return FALSE;
  if (amfa_process_section_check (credentials, config, self->name, &problem))
    return TRUE;
  amfa_error_set_path (problem, g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_CONFIG_UNUSABLE)
                                    ? amfa_profile_files_get_config_path (files)
                                    : amfa_profile_files_get_credentials_path (files));
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Keys leave the section: an import's, and in process mode whatever would beat ours. */
static gboolean
takes_keys (const AmfaSetup *self, const AmfaSection *section)
{
  return self->process_line ? section->kind != AMFA_SECTION_NO_KEYS
                            : amfa_section_gives_up_keys (section);
}

static gboolean
read_files (AmfaSetup *self, const AmfaOriginal *original, GError **error)
{
  const AmfaProfileOptions options = { .region = self->region };
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (self->backend->files, error);

  g_clear_pointer (&self->found, amfa_preflight_free);
  if (!snapshot || !check_process (self, amfa_snapshot_get_document (snapshot), error))
    return FALSE;
  self->found = amfa_preflight_read (self->backend, self->name, &options, AMFA_DEMAND_WRITABLE,
                                     original, error);
  return self->found != NULL;
}

static gboolean
try_files (AmfaSetup *self, GCancellable *cancellable, GError **error)
{
  AmfaProfileFiles *files = self->backend->files;

  return (!takes_keys (self, self->found->section) ||
          amfa_profile_files_preflight (files, AMFA_FILE_CREDENTIALS, cancellable, error)) &&
         (!self->process_line ||
          amfa_profile_files_preflight (files, AMFA_FILE_CONFIG, cancellable, error));
}

/* As for a login, except that who only wants keys stored means those stored already last. */
static gboolean
choose_base (AmfaSetup *self, AmfaCredentials *stored, GError **error)
{
  AmfaPreflight *found = self->found;
  const struct
  {
    AmfaCredentials *credentials;
    AmfaBaseOrigin origin;
  } sources[] = {
    { self->typed, AMFA_BASE_TYPED },
    { amfa_section_holds_long_term (found->section) ? found->section->credentials : NULL,
      amfa_base_origin_of_section (found->section) },
    { self->process_line ? stored : NULL, AMFA_BASE_KEYRING },
    { found->profile->pair_keys, AMFA_BASE_PAIR },
    { found->profile->config_keys, AMFA_BASE_CONFIG },
    { self->backend->environment->keys, AMFA_BASE_ENVIRONMENT },
    { stored, AMFA_BASE_KEYRING },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    if (sources[i].credentials)
      {
        found->base = amfa_credentials_ref (sources[i].credentials);
        found->origin = sources[i].origin;
        return TRUE;
      }
  amfa_set_error (error, AMFA_ERROR_NO_KEYS, &(AmfaErrorDetails){ .subject = self->name });
  return FALSE;
}

/* The file's key would be the next login's, whatever the keyring has. */
static gboolean
check_unchanged (AmfaSetup *self, const AmfaSection *section, GError **error)
{
  if (!amfa_section_holds_long_term (section) ||
      amfa_credentials_equal (section->credentials, self->found->base))
    return TRUE;
  amfa_set_error (error, AMFA_ERROR_FILE_CHANGED,
                  &(AmfaErrorDetails){
                      .subject = amfa_profile_files_get_credentials_path (self->backend->files),
                  });
  return FALSE;
}

/**
 * amfa_setup_preflight:
 * @error: a file that cannot be used, the keyring's, %AMFA_ERROR_NO_KEYS: they have to be typed,
 *   %AMFA_ERROR_NEEDS_LONG_TERM, %AMFA_ERROR_FILE_CHANGED: the file has others than those typed
 *
 * May prompt for the keyring's password. Afterwards it is known which keys to ask AWS about.
 */
gboolean
amfa_setup_preflight (AmfaSetup *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (self->backend, self->name);
  g_autoptr (AmfaCredentials) stored = NULL;
  g_autoptr (AmfaOriginal) original = NULL;

  if (!read_files (self, NULL, error) || !try_files (self, cancellable, error) ||
      !amfa_keyring_unlock (self->backend->keyring, cancellable, error) ||
      !amfa_vault_load_credentials (vault, AMFA_ITEM_BASE, AMFA_VAULT_MAY_PROMPT, &stored,
                                    cancellable, error) ||
      !amfa_vault_load_original (vault, AMFA_VAULT_MAY_PROMPT, &original, cancellable, error) ||
      !read_files (self, original, error) || !choose_base (self, stored, error) ||
      !check_unchanged (self, self->found->section, error))
    return FALSE;

  if (!amfa_credentials_are_temporary (self->found->base))
    return TRUE;
  amfa_set_error (
      error, AMFA_ERROR_NEEDS_LONG_TERM,
      &(AmfaErrorDetails){ .subject = amfa_credentials_get_key_id (self->found->base) });
  return FALSE;
}

/* The session that is about to leave the file, unless the keyring has it or a later one. */
static gboolean
keep_session (AmfaVault *vault, const char *role, const AmfaSection *section, GError **error)
{
  g_autoptr (AmfaCredentials) stored = NULL;

  if (section->kind != AMFA_SECTION_OURS)
    return TRUE;
  if (!amfa_vault_load_session (vault, role, AMFA_VAULT_QUIETLY, &stored, NULL, error))
    return FALSE;
  return (stored && amfa_credentials_get_expiration (stored) >=
                        amfa_credentials_get_expiration (section->credentials)) ||
         amfa_vault_store_session (vault, role, section->credentials, NULL, error);
}

static gboolean
fill_keyring (AmfaSetup *self,
              AmfaVault *vault,
              const char *role,
              const AmfaSection *section,
              const AmfaOriginal *original,
              GError **error)
{
  if (self->found->origin != AMFA_BASE_KEYRING &&
      !amfa_vault_store_base (vault, self->found->base, NULL, error))
    return FALSE;
  if (original && !amfa_vault_store_original (vault, original, NULL, error))
    return FALSE;
  if (self->process_line && !keep_session (vault, role, section, error))
    return FALSE;
  return !original || amfa_keyring_make_durable (vault->keyring, error);
}

static void
replace_string (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

/* The state file speaks of the keyring's session from now on. */
static void
date_session (AmfaVault *vault, AmfaProfileState *state)
{
  g_autoptr (AmfaCredentials) session = NULL;

  if (!amfa_vault_load_session (vault, state->role, AMFA_VAULT_QUIETLY, &session, NULL, NULL))
    return;

  gint64 expiration = session ? amfa_credentials_get_expiration (session) : 0;

  if (expiration != state->expiration)
    state->granted = 0;
  state->expiration = expiration;
}

/* It is of the user whose key it was asked with, whoever brings a key now. */
static gboolean
has_session (AmfaVault *vault, const AmfaSection *section)
{
  return section->kind == AMFA_SECTION_OURS ||
         amfa_vault_look (vault, AMFA_ITEM_SESSION, NULL) == AMFA_LOOK_STORED;
}

static void
remember (AmfaSetup *self, AmfaVault *vault, const AmfaSection *section)
{
  const char *key_id = amfa_credentials_get_key_id (self->found->base);
  g_autoptr (AmfaProfileState) state =
      amfa_state_file_read (self->backend->state, vault->profile, vault->file);
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (state->base_key_id, key_id) != 0)
    {
      g_clear_pointer (&state->serial, g_free);
      replace_string (&state->base_key_id, key_id);
    }
  if (self->serial)
    replace_string (&state->serial, self->serial);
  if (self->arn)
    {
      gboolean is_mixed = g_strcmp0 (state->arn, self->arn) != 0 && has_session (vault, section);
      gboolean is_same_account = g_strcmp0 (state->account, self->account) == 0;

      replace_string (&state->account, is_mixed && !is_same_account ? NULL : self->account);
      replace_string (&state->arn, is_mixed ? NULL : self->arn);
    }
  state->has_original |= self->taken_out;
  if (self->process_line)
    {
      state->took_keys |= amfa_section_holds_long_term (section);
      date_session (vault, state);
    }
  if (!amfa_state_file_write (self->backend->state, vault->profile, vault->file, state, &error))
    g_info ("what was learnt could not be stored: %s", error->message);
}

/* Before the file loses them: else who undoes process mode after a crash would not know. */
static void
remember_taking (AmfaSetup *self, AmfaVault *vault)
{
  g_autoptr (AmfaProfileState) state =
      amfa_state_file_read (self->backend->state, vault->profile, vault->file);
  g_autoptr (GError) error = NULL;

  state->took_keys = TRUE;
  if (!amfa_state_file_write (self->backend->state, vault->profile, vault->file, state, &error))
    g_info ("what was learnt could not be stored: %s", error->message);
}

static gboolean
commit_once (AmfaSetup *self,
             AmfaVault *vault,
             AmfaFileLock *lock,
             AmfaFilePresence config_before_lock,
             GError **error)
{
  AmfaProfileFiles *files = self->backend->files;
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (files, error);
  g_autoptr (AmfaOriginal) existing = NULL;
  g_autoptr (AmfaOriginal) original = NULL;
  g_autoptr (AmfaProfileState) state = NULL;
  g_autoptr (AmfaSection) section = NULL;
  g_autoptr (AmfaIniDocument) after = NULL;
  g_auto (GStrv) marks = NULL;

  if (!snapshot || !check_process (self, amfa_snapshot_get_document (snapshot), error) ||
      !amfa_vault_load_original (vault, AMFA_VAULT_QUIETLY, &existing, NULL, error))
    return FALSE;

  AmfaIniDocument *before = amfa_snapshot_get_document (snapshot);

  state = amfa_state_file_read (self->backend->state, vault->profile, vault->file);
  marks = amfa_marks_merge ((const char *const *) state->marks,
                            existing ? (const char *const *) existing->marks : NULL);
  section = amfa_section_classify (before, self->name, (const char *const *) marks);
  if (!check_unchanged (self, section, error))
    return FALSE;

  if (takes_keys (self, section))
    {
      after = amfa_section_take_out (before, self->name, section, existing, &original, error);
      if (!after)
        return FALSE;
    }
  if (!fill_keyring (self, vault, state->role, section, original, error) ||
      (self->process_line &&
       !amfa_process_mode_enter (self->backend, vault, lock, config_before_lock, self->process_line,
                                 error)))
    return FALSE;
  if (self->process_line && amfa_section_holds_long_term (section))
    remember_taking (self, vault);
  if (after && !amfa_profile_files_replace (files, lock, snapshot, after, NULL, error))
    return FALSE;

  self->taken_out = after != NULL;
  remember (self, vault, section);
  return TRUE;
}

/**
 * amfa_setup_commit:
 * @error: %AMFA_ERROR_BUSY, %AMFA_ERROR_FILE_CHANGED, a file's or the keyring's; the keys can be
 *   had as before
 */
gboolean
amfa_setup_commit (AmfaSetup *self, GCancellable *cancellable, GError **error)
{
  AmfaProfileFiles *files = self->backend->files;
  g_autoptr (AmfaVault) vault = amfa_vault_new (self->backend, self->name);
  g_autoptr (AmfaSnapshot) config =
      self->process_line ? amfa_profile_files_read_one (files, AMFA_FILE_CONFIG, error) : NULL;
  AmfaFilePresence presence = config ? amfa_snapshot_get_presence (config) : AMFA_FILE_PRESENT;
  g_autoptr (AmfaFileLock) lock = NULL;

  if (self->process_line && !config)
    return FALSE;
  lock = self->process_line ? amfa_profile_files_lock_both (files, cancellable, error)
                            : amfa_profile_files_lock (files, cancellable, error);
  if (!lock)
    return FALSE;

  for (guint round = 1;; round++)
    {
      g_autoptr (GError) problem = NULL;

      if (commit_once (self, vault, lock, presence, &problem))
        return TRUE;
      if (round == MAX_ROUNDS || !g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED))
        {
          amfa_error_set_path (problem, amfa_profile_files_get_credentials_path (files));
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
    }
}
