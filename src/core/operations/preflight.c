#define G_LOG_DOMAIN "amfa-preflight"

#include "preflight.h"

#include "core/model/error.h"
#include "core/model/foreign-layout.h"
#include "core/model/process-line.h"
#include "core/model/profile-shadow.h"
#include "holdings.h"

#define DEFAULT_PROFILE "default"

/* What a session in the file needs. */
#define DEMANDS_OF_FILE (AMFA_DEMAND_WRITABLE | AMFA_DEMAND_HEEDED)

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

/* Returns: %FALSE. @problem: (transfer full): of the credentials file */
static gboolean
fail (AmfaBackend *backend, GError *problem, GError **error)
{
  amfa_error_set_path (problem, amfa_profile_files_get_credentials_path (backend->files));
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
check_writable (AmfaBackend *backend,
                AmfaIniDocument *credentials,
                const char *name,
                GError **error)
{
  GError *unusable = NULL;

  return amfa_section_check_writable (credentials, name, &unusable) ||
         fail (backend, unusable, error);
}

/* What AWS tools would make of keys in the section. */
static gboolean
check_heeded (AmfaPreflight *self,
              AmfaBackend *backend,
              AmfaIniDocument *credentials,
              AmfaIniDocument *config,
              GError **error)
{
  g_autofree char *section = amfa_profile_config_section (config, self->profile->name);
  const AmfaSettingScope scope = { credentials, config, self->profile->name, section,
                                   backend->environment };
  AmfaPlace process;

  self->ends_process = !self->profile->is_process && self->section->kind == AMFA_SECTION_NO_KEYS &&
                       amfa_place_find (&scope, AMFA_PROCESS_KEY, &process);
  return amfa_shadow_check (&scope, error);
}

/**
 * amfa_preflight_check_known:
 * @name: a profile
 * @state: what is remembered of it
 * @error: %AMFA_ERROR_PROFILE_UNKNOWN
 *
 * Returns: whether it is in a file or was used before; the default profile need not be anywhere yet
 */
gboolean
amfa_preflight_check_known (const char *name,
                            const AmfaProfileState *state,
                            AmfaIniDocument *credentials,
                            AmfaIniDocument *config,
                            GError **error)
{
  g_auto (GStrv) names = amfa_profile_list_names (credentials, config);
  g_autoptr (AmfaForeignLayout) pair = amfa_foreign_layout_find_pair (credentials, name);
  g_autofree char *list = names[0] ? g_strjoinv (", ", names) : NULL;

  if (g_str_equal (name, DEFAULT_PROFILE) || state->base_key_id || pair ||
      g_strv_contains ((const char *const *) names, name))
    return TRUE;
  amfa_set_error (error, AMFA_ERROR_PROFILE_UNKNOWN,
                  &(AmfaErrorDetails){ .subject = name, .other = list });
  return FALSE;
}

/* Where the long-term keys that the section holds are. */
AmfaBaseOrigin
amfa_base_origin_of_section (const AmfaSection *section)
{
  return section->is_inherited ? AMFA_BASE_DEFAULTS : AMFA_BASE_FILE;
}

/* Whether a login writes the credentials file: in process mode only to take keys out of it. */
gboolean
amfa_preflight_writes_file (const AmfaPreflight *self)
{
  return !self->profile->is_process || self->section->kind != AMFA_SECTION_NO_KEYS;
}

/**
 * amfa_preflight_read:
 * @name: the profile
 * @options: (nullable): what the user said
 * @demands: what has to hold
 * @records: (nullable): what else is known than by the state file alone
 * @error: a file that cannot be used, %AMFA_ERROR_ENDPOINT_BAD, %AMFA_ERROR_PROFILE_UNKNOWN,
 *   %AMFA_ERROR_SHADOWED
 *
 * What the files say: no keyring, no network.
 *
 * Returns: (transfer full): without base credentials
 */
AmfaPreflight *
amfa_preflight_read (AmfaBackend *backend,
                     const char *name,
                     const AmfaProfileOptions *options,
                     AmfaReadDemands demands,
                     const AmfaRecords *records,
                     GError **error)
{
  g_autoptr (AmfaPreflight) self = g_new0 (AmfaPreflight, 1);
  g_autofree char *digest = amfa_profile_files_dup_digest (backend->files);
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (backend->files, error);
  g_autoptr (AmfaIniDocument) config = NULL;
  g_autoptr (AmfaRecords) remembered = NULL;

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
  self->state = amfa_state_file_read (backend->state, name, digest);
  if ((demands & AMFA_DEMAND_KNOWN) &&
      !amfa_preflight_check_known (name, self->state, credentials, config, error))
    return NULL;

  remembered = amfa_state_dup_records (self->state);
  self->section = amfa_section_classify (credentials, name, records ? records : remembered);
  if ((demands & AMFA_DEMAND_WRITABLE) && amfa_preflight_writes_file (self) &&
      !check_writable (backend, credentials, name, error))
    return NULL;
  if ((demands & AMFA_DEMAND_HEEDED) && !check_heeded (self, backend, credentials, config, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* Where our session took the place of a key, a restore may still have it. */
static void
set_no_base (const AmfaPreflight *self, const AmfaRecords *records, GError **error)
{
  const char *name = self->profile->name;
  gboolean is_ours = self->section->kind == AMFA_SECTION_OURS;
  g_autoptr (AmfaCredentials) former = is_ours && records && records->original
                                           ? amfa_original_dup_keys (records->original, name)
                                           : NULL;

  amfa_set_error (error, is_ours ? AMFA_ERROR_BASE_LOST : AMFA_ERROR_NO_KEYS,
                  &(AmfaErrorDetails){
                      .subject = name,
                      .other = former ? amfa_credentials_get_key_id (former) : NULL,
                  });
}

/* The file's key before the keyring's, the keyring's before the config file's, and what the
 * environment says last: it was perhaps meant for others. */
static gboolean
choose_base (AmfaPreflight *self,
             AmfaBackend *backend,
             AmfaCredentials *typed,
             const AmfaRecords *records,
             GError **error)
{
  AmfaCredentials *stored = records ? records->base : NULL;
  const struct
  {
    AmfaCredentials *credentials;
    AmfaBaseOrigin origin;
  } sources[] = {
    { typed, AMFA_BASE_TYPED },
    { amfa_section_holds_long_term (self->section) ? self->section->credentials : NULL,
      amfa_base_origin_of_section (self->section) },
    { stored, AMFA_BASE_KEYRING },
    { self->profile->pair_keys, AMFA_BASE_PAIR },
    { self->profile->config_keys, AMFA_BASE_CONFIG },
    { backend->environment->keys, AMFA_BASE_ENVIRONMENT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    if (sources[i].credentials)
      {
        self->base = amfa_credentials_ref (sources[i].credentials);
        self->origin = sources[i].origin;
        return TRUE;
      }

  set_no_base (self, records, error);
  return FALSE;
}

/**
 * amfa_preflight_look:
 * @name: the profile
 * @options: (nullable): what the user said
 * @target: where the session will go
 * @typed: (nullable): base credentials that the user typed just now
 * @error: a file that cannot be used, %AMFA_ERROR_ENDPOINT_BAD, %AMFA_ERROR_SHADOWED
 *
 * What can be known without a prompt and without the network.
 *
 * Returns: (transfer full): base is set if it was typed or the files hold it
 */
AmfaPreflight *
amfa_preflight_look (AmfaBackend *backend,
                     const char *name,
                     const AmfaProfileOptions *options,
                     AmfaLoginTarget target,
                     AmfaCredentials *typed,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (AmfaPreflight) self = amfa_preflight_read (
      backend, name, options, target == AMFA_TARGET_FILE ? DEMANDS_OF_FILE : AMFA_DEMAND_NOTHING,
      NULL, error);
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
      self->origin = amfa_base_origin_of_section (self->section);
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
    case AMFA_LOOK_UNKNOWN:
      self->origin = AMFA_BASE_UNKNOWN;
      break;
    case AMFA_LOOK_NOT_STORED:
    default:
      if (!choose_base (self, backend, NULL, NULL, NULL))
        self->origin = AMFA_BASE_NONE;
    }
  return g_steal_pointer (&self);
}

/* Opens the keyring: the only place that may prompt. */
static gboolean
open_keyring (AmfaBackend *backend,
              AmfaVault *vault,
              AmfaHoldings *holdings,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GCancellable) budget =
      amfa_keyring_budget_new (AMFA_KEYRING_OPERATION_MS, cancellable);

  return amfa_keyring_unlock (backend->keyring, budget, error) &&
         amfa_holdings_read (holdings, backend, vault, AMFA_VAULT_MAY_PROMPT, NULL, budget, error);
}

/* A login replaces half a key that stands alone. Unless the original gets it, or something else of
 * the keyring knows it, nobody could bring it back. */
static gboolean
check_lone_keys (AmfaBackend *backend, const char *name, AmfaHoldings *holdings, GError **error)
{
  g_autoptr (AmfaOriginal) original = NULL;
  GError *unusable = NULL;

  if (holdings->section->kind != AMFA_SECTION_NO_KEYS)
    return TRUE;
  if (!amfa_section_plan_original (holdings->document, name, holdings->section,
                                   AMFA_ORIGINAL_NO_SECTION, holdings->records, &original,
                                   &unusable))
    return fail (backend, unusable, error);
  return TRUE;
}

/**
 * amfa_preflight_run:
 * @name: the profile
 * @options: (nullable): what the user said
 * @target: where the session will go
 * @typed: (nullable): base credentials that the user typed just now
 * @error: whatever would make the login fail after AWS granted it, a file, the lock or the keyring;
 *   %AMFA_ERROR_NO_KEYS, %AMFA_ERROR_BASE_LOST, %AMFA_ERROR_PROFILE_UNKNOWN, %AMFA_ERROR_SHADOWED
 *
 * Step 1. May prompt for the keyring's password. A loan needs the keyring only for the base
 * credentials, and only where nothing else has them.
 *
 * Returns: (transfer full): base is set
 */
AmfaPreflight *
amfa_preflight_run (AmfaBackend *backend,
                    const char *name,
                    const AmfaProfileOptions *options,
                    AmfaLoginTarget target,
                    AmfaCredentials *typed,
                    GCancellable *cancellable,
                    GError **error)
{
  gboolean is_loan = target != AMFA_TARGET_FILE;
  AmfaReadDemands demands = (is_loan ? AMFA_DEMAND_NOTHING : DEMANDS_OF_FILE) |
                            (typed ? AMFA_DEMAND_NOTHING : AMFA_DEMAND_KNOWN);
  g_autoptr (AmfaVault) vault = amfa_vault_new (backend, name);
  g_autoptr (AmfaPreflight) self =
      amfa_preflight_read (backend, name, options, demands, NULL, error);
  g_auto (AmfaHoldings) holdings = { NULL };
  g_autoptr (GError) keyring_error = NULL;

  if (!self ||
      (!is_loan && amfa_preflight_writes_file (self) &&
       !amfa_profile_files_preflight (backend->files, AMFA_FILE_CREDENTIALS, cancellable, error)))
    return NULL;
  if (target == AMFA_TARGET_LOAN_UNKEPT)
    amfa_set_error (&keyring_error, AMFA_ERROR_KEYRING_LOCKED, NULL);
  else if (!open_keyring (backend, vault, &holdings, cancellable, &keyring_error) &&
           (!is_loan || amfa_error_is_cancelled (keyring_error)))
    {
      g_propagate_error (error, g_steal_pointer (&keyring_error));
      return NULL;
    }

  /* Again: with the marks of the original, and after a prompt that may have waited for long. */
  g_clear_pointer (&self, amfa_preflight_free);
  self = amfa_preflight_read (backend, name, options, demands,
                              keyring_error ? NULL : holdings.records, error);
  if (!self)
    return NULL;
  self->no_keyring = keyring_error != NULL;

  if (!choose_base (self, backend, typed, holdings.records, keyring_error ? NULL : error))
    {
      if (keyring_error)
        g_propagate_error (error, g_steal_pointer (&keyring_error));
      return NULL;
    }
  if (!is_loan && !self->profile->is_process && !check_lone_keys (backend, name, &holdings, error))
    return NULL;
  return g_steal_pointer (&self);
}
