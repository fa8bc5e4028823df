#define G_LOG_DOMAIN "amfa-session-loan"

#include "session-loan.h"

#include "core/model/error.h"
#include "core/model/mfa.h"
#include "process-mode.h"

/**
 * amfa_loan_new:
 * @profile: the profile
 * @session: temporary credentials
 * @clock_offset: server clock minus ours, seconds
 * @arn: (nullable): whose they are
 */
AmfaLoan *
amfa_loan_new (const AmfaProfile *profile,
               AmfaCredentials *session,
               gint64 clock_offset,
               const char *arn)
{
  g_return_val_if_fail (profile != NULL && session != NULL, NULL);

  AmfaLoan *self = g_new0 (AmfaLoan, 1);

  self->session = amfa_credentials_ref (session);
  self->expires = amfa_credentials_get_expiration (session) - clock_offset;
  self->arn = g_strdup (arn);
  self->account = arn ? amfa_arn_get_account (arn) : NULL;
  self->region = profile->region_is_said ? g_strdup (profile->region) : NULL;
  return self;
}

AmfaLoan *
amfa_loan_copy (const AmfaLoan *self)
{
  AmfaLoan *copy = g_new0 (AmfaLoan, 1);

  *copy = (AmfaLoan){
    .session = amfa_credentials_ref (self->session),
    .expires = self->expires,
    .granted = self->granted,
    .account = g_strdup (self->account),
    .arn = g_strdup (self->arn),
    .region = g_strdup (self->region),
  };
  return copy;
}

void
amfa_loan_free (AmfaLoan *self)
{
  if (!self)
    return;

  amfa_credentials_unref (self->session);
  g_free (self->account);
  g_free (self->arn);
  g_free (self->region);
  g_free (self);
}

/**
 * amfa_loan_keep:
 * @grant: what AWS granted
 * @warnings: (out): what could not be kept
 *
 * The keyring's session item and what was learnt, so that the next loan needs no code. The base
 * credentials stay where they are. The state file tells of the session of the profile, which this
 * is in process mode only.
 */
void
amfa_loan_keep (AmfaBackend *backend,
                const char *name,
                const AmfaGrant *grant,
                AmfaLoginWarnings *warnings)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (backend, name);
  g_autoptr (AmfaProfileState) state = amfa_state_file_read (backend->state, name, vault->file);
  g_autoptr (AmfaSnapshot) snapshot = NULL;
  g_autoptr (GError) store_error = NULL;
  g_autoptr (GError) write_error = NULL;

  *warnings = AMFA_LOGIN_WARNING_NONE;
  if (!amfa_vault_store_session (vault, grant->session, NULL, &store_error))
    {
      g_info ("the session could not be stored: %s", store_error->message);
      *warnings |= AMFA_LOGIN_WARNING_SESSION_NOT_STORED;
    }

  amfa_grant_learn (grant, state);
  snapshot = amfa_profile_files_read (backend->files, NULL);
  if (snapshot && amfa_process_mode_is_on (backend, amfa_snapshot_get_document (snapshot), name))
    amfa_grant_date (grant, state);
  if (!amfa_state_file_write (backend->state, name, vault->file, state, &write_error))
    {
      g_info ("what was learnt could not be stored: %s", write_error->message);
      *warnings |= AMFA_LOGIN_WARNING_STATE;
    }
}

typedef struct
{
  AmfaBackend *backend;
  char *name;
  char *region;
  char *serial;
  guint min_seconds;
  AmfaVaultManner manner;
} Search;

static void
search_free (Search *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->name);
  g_free (self->region);
  g_free (self->serial);
  g_free (self);
}

static gboolean
lasts (AmfaCredentials *session, gint64 clock_offset, guint min_seconds)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  return amfa_credentials_get_expiration (session) - clock_offset >= now + min_seconds;
}

static gboolean
is_base (AmfaCredentials *keys, const AmfaPreflight *found)
{
  return g_strcmp0 (amfa_credentials_get_key_id (keys), found->state->base_key_id) == 0;
}

/* A session was granted to one base key and one device: with others than now asked for it is not
 * what the user means (aws-vault #496). */
static gboolean
is_meant (const Search *search, const AmfaPreflight *found)
{
  return (!amfa_section_holds_long_term (found->section) ||
          is_base (found->section->credentials, found)) &&
         (!search->serial || g_strcmp0 (search->serial, found->state->serial) == 0);
}

/* Keys that a login would use only because there are none nearer, and that have changed: a session
 * of the keyring may be another account's then. */
static gboolean
has_other_distant_keys (const Search *search,
                        const AmfaPreflight *found,
                        AmfaVault *vault,
                        GCancellable *cancellable)
{
  AmfaCredentials *keys = found->profile->config_keys ? found->profile->config_keys
                                                      : search->backend->environment->keys;

  return keys && !amfa_section_holds_long_term (found->section) && !is_base (keys, found) &&
         amfa_vault_look (vault, AMFA_ITEM_BASE, cancellable) == AMFA_LOOK_NOT_STORED;
}

/* Returns: (transfer full) (nullable): what the keyring holds; %NULL without @error if nothing */
static AmfaCredentials *
load_session (const Search *search,
              const AmfaPreflight *found,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (search->backend, search->name);
  AmfaCredentials *session = NULL;

  if (has_other_distant_keys (search, found, vault, cancellable))
    return NULL;
  switch (amfa_vault_look (vault, AMFA_ITEM_SESSION, cancellable))
    {
    case AMFA_LOOK_STORED:
    case AMFA_LOOK_LOCKED:
      amfa_vault_load_credentials (vault, AMFA_ITEM_SESSION, search->manner, &session, cancellable,
                                   error);
      return session;
    case AMFA_LOOK_NOT_STORED:
    case AMFA_LOOK_ABSENT:
    default:
      return NULL;
    }
}

static AmfaLoan *
find (const Search *search, GCancellable *cancellable, GError **error)
{
  const AmfaProfileOptions options = { .region = search->region, .serial = search->serial };
  g_autoptr (AmfaPreflight) found =
      amfa_preflight_read (search->backend, search->name, &options, AMFA_DEMAND_KNOWN, NULL, error);
  g_autoptr (AmfaCredentials) session = NULL;
  g_autoptr (GError) keyring_error = NULL;

  if (!found)
    return NULL;

  gint64 offset = found->state->clock_offset;

  if (is_meant (search, found) && found->section->kind == AMFA_SECTION_OURS &&
      lasts (found->section->credentials, offset, search->min_seconds))
    session = amfa_credentials_ref (found->section->credentials);
  else if (is_meant (search, found))
    session = load_session (search, found, cancellable, &keyring_error);
  if (keyring_error)
    {
      g_propagate_error (error, g_steal_pointer (&keyring_error));
      return NULL;
    }
  if (session && lasts (session, offset, search->min_seconds))
    return amfa_loan_new (found->profile, session, offset, found->state->arn);

  amfa_set_error (error, AMFA_ERROR_NO_SESSION, &(AmfaErrorDetails){ .subject = search->name });
  return NULL;
}

static void
run_find (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  AmfaLoan *loan = find (task_data, cancellable, &error);

  if (loan)
    g_task_return_pointer (task, loan, (GDestroyNotify) amfa_loan_free);
  else
    g_task_return_error (task, error);
}

/**
 * amfa_loan_find_async:
 * @name: the profile
 * @options: (nullable): what the user said, copied
 * @min_seconds: how long the session has to last from now
 * @manner: whether the keyring may ask for its password
 *
 * Looks for a session that is there already: in the profile's section, then in the keyring.
 */
void
amfa_loan_find_async (AmfaBackend *backend,
                      const char *name,
                      const AmfaProfileOptions *options,
                      guint min_seconds,
                      AmfaVaultManner manner,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_return_if_fail (backend != NULL && name != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Search *search = g_new0 (Search, 1);

  search->backend = amfa_backend_ref (backend);
  search->name = g_strdup (name);
  search->region = g_strdup (options ? options->region : NULL);
  search->serial = g_strdup (options ? options->serial : NULL);
  search->min_seconds = min_seconds;
  search->manner = manner;
  g_task_set_source_tag (task, amfa_loan_find_async);
  g_task_set_task_data (task, search, (GDestroyNotify) search_free);
  g_task_run_in_thread (task, run_find);
}

/**
 * amfa_loan_find_finish:
 * @error: %AMFA_ERROR_NO_SESSION if there is none that lasts so long, %AMFA_ERROR_PROFILE_UNKNOWN,
 *   a file's or the keyring's
 *
 * Returns: (transfer full): a session
 */
AmfaLoan *
amfa_loan_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_loan_find_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
