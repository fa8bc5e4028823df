#define G_LOG_DOMAIN "amfa-setup"

#include "setup-commit.h"

#include "core/model/error.h"
#include "core/model/process-section.h"
#include "holdings.h"
#include "process-mode.h"

/* Setting up follows the transaction's order (transaction.c): the keyring has everything, durably,
 * before a file loses anything. In process mode the credential_process comes in between: while the
 * keys are still in the credentials file they win, so that at every instant AWS tools have keys. */

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
read_files (AmfaSetup *self, const AmfaRecords *records, GError **error)
{
  const AmfaProfileOptions options = { .region = self->region };
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (self->backend->files, error);

  g_clear_pointer (&self->found, amfa_preflight_free);
  if (!snapshot || !check_process (self, amfa_snapshot_get_document (snapshot), error))
    return FALSE;
  self->found = amfa_preflight_read (self->backend, self->name, &options, AMFA_DEMAND_WRITABLE,
                                     records, error);
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
                      .reason = AMFA_CHANGE_OF_KEYS,
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
  g_auto (AmfaHoldings) now = { NULL };

  if (!read_files (self, NULL, error) || !try_files (self, cancellable, error) ||
      !amfa_keyring_unlock (self->backend->keyring, cancellable, error) ||
      !amfa_holdings_read (&now, self->backend, vault, AMFA_VAULT_MAY_PROMPT, NULL, cancellable,
                           error) ||
      !read_files (self, now.records, error) || !choose_base (self, now.records->base, error) ||
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
keep_session (
    AmfaVault *vault, const AmfaHoldings *now, GStrv marks, GCancellable *budget, GError **error)
{
  const AmfaSection *section = now->section;
  const char *role = now->state->role;
  g_autoptr (AmfaCredentials) stored = NULL;

  if (section->kind != AMFA_SECTION_OURS)
    return TRUE;
  if (!amfa_vault_load_session (vault, role, AMFA_VAULT_QUIETLY, &stored, budget, error))
    return FALSE;
  return (stored && amfa_credentials_get_expiration (stored) >=
                        amfa_credentials_get_expiration (section->credentials)) ||
         amfa_vault_store_session (vault, role, section->credentials, (const char *const *) marks,
                                   NULL, budget, error);
}

/* What a commit leads to. */
typedef struct
{
  AmfaHoldings now;
  AmfaOriginal *original; /* nullable */
  AmfaIniDocument *after; /* nullable: the credentials file stays as it is */
  GStrv marks;
} Plan;

static void
plan_clear (Plan *self)
{
  amfa_holdings_clear (&self->now);
  g_clear_pointer (&self->original, amfa_original_free);
  g_clear_pointer (&self->after, amfa_ini_document_unref);
  g_clear_pointer (&self->marks, g_strfreev);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

static gboolean
store_original (AmfaVault *vault, Plan *plan, GCancellable *budget, GError **error)
{
  if (!plan->original)
    return TRUE;
  amfa_original_set_marks (plan->original, (const char *const *) plan->marks);
  if (!amfa_vault_store_original (vault, plan->original, budget, error))
    return FALSE;
  amfa_records_set_original (plan->now.records, plan->original);
  return TRUE;
}

static gboolean
fill_keyring (AmfaSetup *self, AmfaVault *vault, Plan *plan, GCancellable *budget, GError **error)
{
  AmfaCredentials *base = self->found->base;

  if (self->found->origin != AMFA_BASE_KEYRING)
    {
      if (!amfa_vault_store_base (vault, base, self->found->origin == AMFA_BASE_FILE, budget,
                                  error))
        return FALSE;
      amfa_records_set_base (plan->now.records, base);
    }
  return store_original (vault, plan, budget, error) &&
         (!self->process_line || keep_session (vault, &plan->now, plan->marks, budget, error)) &&
         (!plan->original || amfa_keyring_make_durable (vault->keyring, budget, error));
}

static void
replace_string (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

/* It is of the user whose key it was asked with, whoever brings a key now. */
static gboolean
has_session (AmfaVault *vault, const AmfaSection *section, GCancellable *budget)
{
  return section->kind == AMFA_SECTION_OURS ||
         amfa_vault_look (vault, AMFA_ITEM_SESSION, budget) == AMFA_LOOK_STORED;
}

/* Asked of the keyring before the state file is locked. */
typedef struct
{
  AmfaSetup *setup;
  gboolean has_session;
  gboolean took_keys;
  gint64 expiration; /* of the keyring's session; -1: unknown */
} Memory;

static void
learn_identity (const Memory *memory, AmfaProfileState *state)
{
  const AmfaSetup *self = memory->setup;
  gboolean is_mixed = g_strcmp0 (state->arn, self->arn) != 0 && memory->has_session;
  gboolean is_same_account = g_strcmp0 (state->account, self->account) == 0;

  replace_string (&state->account, is_mixed && !is_same_account ? NULL : self->account);
  replace_string (&state->arn, is_mixed ? NULL : self->arn);
}

/* The state file speaks of the keyring's session from now on. */
static void
date_session (const Memory *memory, AmfaProfileState *state)
{
  if (memory->expiration < 0)
    return;
  if (memory->expiration != state->expiration)
    state->granted = 0;
  state->expiration = memory->expiration;
}

static void
learn (AmfaProfileState *state, gpointer data)
{
  const Memory *memory = data;
  const AmfaSetup *self = memory->setup;
  const char *key_id = amfa_credentials_get_key_id (self->found->base);

  if (g_strcmp0 (state->base_key_id, key_id) != 0)
    {
      g_clear_pointer (&state->serial, g_free);
      replace_string (&state->base_key_id, key_id);
    }
  if (self->serial)
    replace_string (&state->serial, self->serial);
  if (self->arn)
    learn_identity (memory, state);
  state->has_original |= self->taken_out;
  if (!self->process_line)
    return;
  state->took_keys |= memory->took_keys;
  date_session (memory, state);
}

static void
remember (AmfaSetup *self, AmfaVault *vault, const AmfaHoldings *now, GCancellable *budget)
{
  g_autoptr (AmfaCredentials) session = NULL;
  g_autoptr (GError) error = NULL;
  Memory memory = {
    .setup = self,
    .has_session = has_session (vault, now->section, budget),
    .took_keys = amfa_section_holds_long_term (now->section),
    .expiration = -1,
  };

  if (self->process_line &&
      amfa_vault_load_session (vault, now->state->role, AMFA_VAULT_QUIETLY, &session, budget, NULL))
    memory.expiration = session ? amfa_credentials_get_expiration (session) : 0;
  if (!amfa_state_file_update (self->backend->state, vault->profile, vault->file, learn, &memory,
                               &error))
    g_info ("what was learnt could not be stored: %s", error->message);
}

static void
note_taking (AmfaProfileState *state, gpointer data)
{
  state->took_keys = TRUE;
}

/* Before the file loses them: else who undoes process mode after a crash would not know. */
static void
remember_taking (AmfaSetup *self, AmfaVault *vault)
{
  g_autoptr (GError) error = NULL;

  if (!amfa_state_file_update (self->backend->state, vault->profile, vault->file, note_taking, NULL,
                               &error))
    g_info ("what was learnt could not be stored: %s", error->message);
}

static gboolean
make_plan (AmfaSetup *self,
           AmfaVault *vault,
           AmfaFileLock *lock,
           Plan *plan,
           GCancellable *budget,
           GError **error)
{
  AmfaHoldings *now = &plan->now;

  if (!amfa_holdings_read (now, self->backend, vault, AMFA_VAULT_QUIETLY, lock, budget, error) ||
      !check_process (self, now->document, error) || !check_unchanged (self, now->section, error))
    return FALSE;

  plan->marks = g_strdupv (now->records->marks);
  if (!takes_keys (self, now->section))
    return TRUE;
  plan->after = amfa_section_take_out (now->document, self->name, now->section, now->records,
                                       &plan->original, &plan->marks, error);
  return plan->after != NULL;
}

static gboolean
commit_once (AmfaSetup *self,
             AmfaVault *vault,
             AmfaFileLock *lock,
             AmfaFilePresence config_before_lock,
             GCancellable *budget,
             GError **error)
{
  g_auto (Plan) plan = { { NULL } };
  gboolean durable;

  if (!make_plan (self, vault, lock, &plan, budget, error) ||
      !fill_keyring (self, vault, &plan, budget, error) ||
      (self->process_line &&
       !amfa_process_mode_enter (self->backend, vault, lock, config_before_lock, self->process_line,
                                 error)))
    return FALSE;
  if (self->process_line && amfa_section_holds_long_term (plan.now.section))
    remember_taking (self, vault);
  if (plan.after &&
      !amfa_holdings_write (&plan.now, self->backend, vault, lock, plan.after, &durable, error))
    return FALSE;

  self->taken_out = plan.after != NULL;
  remember (self, vault, &plan.now, budget);
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
  g_autoptr (GCancellable) budget = NULL;
  AmfaPatience patience = { 0 };

  if (self->process_line && !config)
    return FALSE;
  lock = self->process_line
             ? amfa_profile_files_lock_both (files, cancellable, error)
             : amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, cancellable, error);
  if (!lock)
    return FALSE;

  budget = amfa_keyring_budget_new_under_lock (AMFA_KEYRING_LOCKED_MS, NULL);
  for (;;)
    {
      g_autoptr (GError) problem = NULL;

      if (commit_once (self, vault, lock, presence, budget, &problem))
        return TRUE;
      if (!amfa_patience_go_on (&patience, amfa_profile_files_get_credentials_path (files),
                                &problem, error))
        return FALSE;
    }
}
