#define G_LOG_DOMAIN "amfa-session-loan"

#include "session-loan.h"

#include "core/model/error.h"
#include "core/model/mfa.h"
#include "holdings.h"
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

typedef struct
{
  AmfaBackend *backend;
  const char *name;
  const AmfaGrant *grant;
} Lesson;

static void
learn (AmfaProfileState *state, gpointer data)
{
  const Lesson *lesson = data;
  const AmfaGrant *grant = lesson->grant;
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (lesson->backend->files, NULL);
  AmfaCredentials *held = g_strcmp0 (state->role, grant->role) == 0 ? grant->session
                          : !state->role                            ? grant->user
                                                                    : NULL; /* by the profile */

  amfa_grant_learn (grant, state);
  if (held && snapshot &&
      amfa_process_mode_is_on (lesson->backend, amfa_snapshot_get_document (snapshot),
                               lesson->name))
    amfa_grant_date (grant, held, state);
}

static gboolean
store_sessions (AmfaBackend *backend, AmfaVault *vault, const AmfaGrant *grant, GError **error)
{
  g_autoptr (GCancellable) budget = amfa_keyring_budget_new (AMFA_KEYRING_OPERATION_MS, NULL);
  g_auto (AmfaHoldings) now = { NULL };
  g_auto (GStrv) marks = NULL;

  if (!amfa_holdings_read_settled (&now, backend, vault, AMFA_VAULT_QUIETLY, budget, error) ||
      (amfa_grant_is_of_new_key (grant, now.state->base_key_id) &&
       !amfa_holdings_drop_sessions (&now, backend, vault, budget, error)))
    return FALSE;
  marks = amfa_marks_add_session ((const char *const *) now.records->marks, grant->session);
  return amfa_grant_store_sessions (grant, vault, (const char *const *) marks, NULL, budget, error);
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
  g_autoptr (GError) store_error = NULL;
  g_autoptr (GError) write_error = NULL;
  Lesson lesson = { backend, name, grant };

  *warnings = AMFA_LOGIN_WARNING_NONE;
  if (!store_sessions (backend, vault, grant, &store_error))
    {
      g_info ("the session could not be stored: %s", store_error->message);
      *warnings |= AMFA_LOGIN_WARNING_SESSION_NOT_STORED;
    }

  if (!amfa_state_file_update (backend->state, name, vault->file, learn, &lesson, &write_error))
    {
      g_info ("what was learnt could not be stored: %s", write_error->message);
      *warnings |= AMFA_LOGIN_WARNING_STATE;
    }
}

/* @left: (inout): the most that is left of those that are too short */
static gboolean
lasts (AmfaCredentials *session, gint64 clock_offset, guint min_seconds, gint64 *left)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gint64 seconds = amfa_credentials_get_expiration (session) - clock_offset - now;

  if (seconds >= min_seconds)
    return TRUE;
  *left = MAX (*left, seconds);
  return FALSE;
}

/* A session was granted to one base key and one device: with others than now asked for it is not
 * what the user means (aws-vault #496). */
static gboolean
is_meant (const AmfaLoanSearch *search, const AmfaPreflight *found)
{
  const char *base = search->key_id ? search->key_id
                     : amfa_section_holds_long_term (found->section)
                         ? amfa_credentials_get_key_id (found->section->credentials)
                         : NULL;

  return (!base || g_strcmp0 (base, found->state->base_key_id) == 0) &&
         (!search->serial || g_strcmp0 (search->serial, found->state->serial) == 0);
}

/* Keys that a login of the profile would use only because there are none nearer, and that have
 * changed: a session of the keyring may be another account's then. */
static gboolean
has_other_distant_keys (AmfaBackend *backend,
                        const AmfaLoanSearch *search,
                        const AmfaPreflight *found,
                        AmfaVault *vault,
                        GCancellable *cancellable)
{
  AmfaCredentials *keys =
      found->profile->config_keys ? found->profile->config_keys : backend->environment->keys;

  return keys && !search->role && !search->key_id &&
         !amfa_section_holds_long_term (found->section) &&
         g_strcmp0 (amfa_credentials_get_key_id (keys), found->state->base_key_id) != 0 &&
         amfa_vault_look (vault, AMFA_ITEM_BASE, cancellable) == AMFA_LOOK_NOT_STORED;
}

/* What it has of an ended session is given to nobody, whether it can be removed now or not. */
static gboolean
finish_end (AmfaBackend *backend,
            AmfaVault *vault,
            AmfaVaultManner manner,
            GCancellable *cancellable)
{
  g_auto (AmfaHoldings) now = { NULL };
  g_autoptr (GError) error = NULL;

  if (amfa_holdings_read_settled (&now, backend, vault, manner, cancellable, &error))
    return TRUE;
  g_info ("an ended session stays in the keyring: %s", error->message);
  return FALSE;
}

/* Returns: (transfer full) (nullable): what the keyring holds; %NULL without @error if nothing */
static AmfaCredentials *
load_session (AmfaBackend *backend,
              const AmfaLoanSearch *search,
              const AmfaPreflight *found,
              AmfaVaultManner manner,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (backend, search->profile);
  AmfaCredentials *session = NULL;

  if (has_other_distant_keys (backend, search, found, vault, cancellable) ||
      (found->state->end_pending && !finish_end (backend, vault, manner, cancellable)))
    return NULL;
  switch (amfa_vault_look_session (vault, search->role, cancellable))
    {
    case AMFA_LOOK_STORED:
    case AMFA_LOOK_LOCKED:
      amfa_vault_load_session (vault, search->role, manner, &session, cancellable, error);
      return session;
    case AMFA_LOOK_NOT_STORED:
    case AMFA_LOOK_ABSENT:
    case AMFA_LOOK_UNKNOWN:
    default:
      return NULL;
    }
}

/* The section's session, if it is that of the right identity. */
static gboolean
section_has_it (const AmfaLoanSearch *search, const AmfaPreflight *found, gint64 *left)
{
  return found->section->kind == AMFA_SECTION_OURS && !found->state->end_pending &&
         g_strcmp0 (search->role, found->state->role) == 0 &&
         lasts (found->section->credentials, found->state->clock_offset, search->min_seconds, left);
}

static gboolean
has_name (const AmfaLoanSearch *search, AmfaCredentials *session)
{
  return g_strcmp0 (amfa_credentials_get_session_name (session), search->session_name) == 0;
}

/* The section's session, else the keyring's. The keyring alone tells what a role's session is
 * called, also of the section's, and may have another one of that role.
 *
 * @left: (inout): as of lasts()
 * Returns: (transfer full) (nullable): %NULL without @error if there is none */
static AmfaCredentials *
choose (AmfaBackend *backend,
        const AmfaLoanSearch *search,
        const AmfaPreflight *found,
        gint64 *left,
        GCancellable *cancellable,
        GError **error)
{
  AmfaCredentials *held = section_has_it (search, found, left) ? found->section->credentials : NULL;
  g_autoptr (AmfaCredentials) kept = NULL;

  if (held && !search->role)
    return amfa_credentials_ref (held);
  kept = load_session (backend, search, found, held ? AMFA_VAULT_QUIETLY : search->manner,
                       cancellable, held ? NULL : error);
  if (kept && has_name (search, kept) &&
      lasts (kept, found->state->clock_offset, search->min_seconds, left))
    return g_steal_pointer (&kept);
  if (held && !(kept && amfa_credentials_equal (kept, held) && !has_name (search, kept)))
    return amfa_credentials_ref (held);
  return NULL;
}

/**
 * amfa_loan_find:
 * @search: which session
 * @error: as for amfa_loan_find_finish()
 *
 * Looks into the profile's section, then into the keyring.
 *
 * Returns: (transfer full): a session; a role's says whose user it comes from
 */
AmfaLoan *
amfa_loan_find (AmfaBackend *backend,
                const AmfaLoanSearch *search,
                GCancellable *cancellable,
                GError **error)
{
  const AmfaProfileOptions options = { .region = search->region, .serial = search->serial };
  g_autoptr (AmfaPreflight) found =
      amfa_preflight_read (backend, search->profile, &options, AMFA_DEMAND_KNOWN, NULL, error);
  g_autoptr (AmfaCredentials) session = NULL;
  g_autoptr (GError) keyring_error = NULL;
  gint64 left = 0;

  if (!found)
    return NULL;

  if (is_meant (search, found))
    session = choose (backend, search, found, &left, cancellable, &keyring_error);
  if (keyring_error)
    {
      g_propagate_error (error, g_steal_pointer (&keyring_error));
      return NULL;
    }
  if (session)
    return amfa_loan_new (found->profile, session, found->state->clock_offset, found->state->arn);

  amfa_set_error (error, AMFA_ERROR_NO_SESSION,
                  &(AmfaErrorDetails){ .subject = search->profile, .seconds = left });
  return NULL;
}

typedef struct
{
  AmfaBackend *backend;
  char *name;
  char *region;
  char *serial;
  guint min_seconds;
  AmfaVaultManner manner;
} Request;

static void
request_free (Request *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->name);
  g_free (self->region);
  g_free (self->serial);
  g_free (self);
}

static void
run_find (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;
  const AmfaLoanSearch search = {
    .profile = request->name,
    .region = request->region,
    .serial = request->serial,
    .min_seconds = request->min_seconds,
    .manner = request->manner,
  };
  GError *error = NULL;
  AmfaLoan *loan = amfa_loan_find (request->backend, &search, cancellable, &error);

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
 * Looks for a session of the profile's user that is there already.
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
  Request *request = g_new0 (Request, 1);

  request->backend = amfa_backend_ref (backend);
  request->name = g_strdup (name);
  request->region = g_strdup (options ? options->region : NULL);
  request->serial = g_strdup (options ? options->serial : NULL);
  request->min_seconds = min_seconds;
  request->manner = manner;
  g_task_set_source_tag (task, amfa_loan_find_async);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
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
