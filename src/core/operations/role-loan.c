#define G_LOG_DOMAIN "amfa-role-loan"

#include "role-loan.h"

#include "blocking-step.h"
#include "core/model/error.h"
#include "core/model/mfa.h"
#include "core/model/session-rules.h"
#include "transaction-task.h"

/* The keyring's session of the role, if it lasts; else the role anew from a session of the user,
 * and into the keyring. */

typedef struct
{
  AmfaBackend *backend;
  AmfaRolePlan *plan;
  AmfaRoleLength length;
  guint min_seconds;
  AmfaVaultManner manner;
  gboolean session_refused;
  AmfaLoan *loan; /* the result */
  AmfaLoan *user; /* where it comes from, if it is not there yet */
  AmfaProfileState *state;
} Deed;

static void
deed_free (Deed *self)
{
  amfa_backend_unref (self->backend);
  amfa_role_plan_unref (self->plan);
  amfa_loan_free (self->loan);
  amfa_loan_free (self->user);
  g_clear_pointer (&self->state, amfa_profile_state_free);
  g_free (self);
}

static AmfaLoan *
new_role_loan (const Deed *deed,
               AmfaCredentials *session,
               gint64 clock_offset,
               const char *user_arn)
{
  g_autofree char *identity = amfa_role_plan_dup_identity (deed->plan, user_arn);

  return amfa_loan_new (deed->plan->profile, session, clock_offset, identity);
}

static AmfaLoanSearch
make_search (const Deed *deed, const char *role)
{
  const AmfaRolePlan *plan = deed->plan;
  AmfaCredentials *keys = deed->backend->environment->keys;

  return (AmfaLoanSearch){
    .profile = plan->source,
    .role = role,
    .session_name = role ? amfa_role_plan_get_role (plan)->session_name : NULL,
    .key_id = plan->from_environment ? amfa_credentials_get_key_id (keys) : NULL,
    .region = plan->profile->region_is_said ? plan->profile->region : NULL,
    .min_seconds = deed->min_seconds,
    .manner = deed->manner,
  };
}

static gboolean
look (gpointer data, GCancellable *cancellable, GError **error)
{
  Deed *deed = data;
  const AmfaRolePlan *plan = deed->plan;
  g_autofree char *digest = amfa_profile_files_dup_digest (deed->backend->files);
  AmfaLoanSearch search = make_search (deed, amfa_role_plan_get_role (plan)->arn);
  g_autoptr (AmfaLoan) kept = NULL;
  g_autoptr (GError) problem = NULL;

  deed->state = amfa_state_file_read (deed->backend->state, plan->source, digest);
  kept = amfa_loan_find (deed->backend, &search, cancellable, &problem);
  if (kept)
    deed->loan = new_role_loan (deed, kept->session, deed->state->clock_offset, deed->state->arn);
  else if (g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NO_SESSION) &&
           (!plan->is_direct || deed->length == AMFA_ROLE_FOR_AN_HOUR))
    {
      search = make_search (deed, NULL);
      g_clear_error (&problem);
      deed->user = amfa_loan_find (deed->backend, &search, cancellable, &problem);
    }
  if (!problem)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static void
on_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;
  AmfaLoginWarnings warnings;

  if (!amfa_commit_finish (result, &warnings, &error))
    g_info ("the role's session could not be kept: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
on_assumed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Deed *deed = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (AmfaCredentials) session =
      amfa_role_assume_finish (result, &deed->session_refused, &error);
  g_autoptr (AmfaGrant) grant = NULL;

  if (!session)
    {
      g_task_return_error (task, error);
      return;
    }
  grant = amfa_grant_new_again (deed->state);
  grant->target = AMFA_TARGET_LOAN;
  grant->session = amfa_credentials_ref (session);
  grant->role = g_strdup (amfa_role_plan_get_role (deed->plan)->arn);
  grant->clock_offset = amfa_query_client_get_clock_offset (deed->backend->client);
  deed->loan = new_role_loan (deed, session, grant->clock_offset, deed->state->arn);
  deed->loan->granted =
      amfa_session_get_length (deed->loan->expires - g_get_real_time () / G_USEC_PER_SEC);
  amfa_commit_async (deed->backend, deed->plan->source, grant, on_kept, g_object_ref (task));
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Deed *deed = g_task_get_task_data (task);

  if (!amfa_blocking_step_finish (result, task))
    return;
  if (deed->loan)
    g_task_return_boolean (task, TRUE);
  else
    amfa_role_assume_async (deed->backend, deed->plan, deed->user->session, deed->state->arn,
                            g_task_get_cancellable (task), on_assumed, g_object_ref (task));
}

/**
 * amfa_role_loan_async:
 * @plan: the way to a role
 * @length: whether an hour will do for a role that is meant to last longer
 * @min_seconds: how long a session that is there has to last from now
 * @manner: whether the keyring may ask for its password
 */
void
amfa_role_loan_async (AmfaBackend *backend,
                      AmfaRolePlan *plan,
                      AmfaRoleLength length,
                      guint min_seconds,
                      AmfaVaultManner manner,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_return_if_fail (backend != NULL && plan != NULL && plan->roles->len > 0);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Deed *deed = g_new0 (Deed, 1);

  deed->backend = amfa_backend_ref (backend);
  deed->plan = amfa_role_plan_ref (plan);
  deed->length = length;
  deed->min_seconds = min_seconds;
  deed->manner = manner;
  g_task_set_source_tag (task, amfa_role_loan_async);
  g_task_set_task_data (task, deed, (GDestroyNotify) deed_free);
  amfa_blocking_step_run (task, look, on_looked);
}

/**
 * amfa_role_loan_finish:
 * @session_refused: (out): as for amfa_role_assume_finish()
 * @error: %AMFA_ERROR_NO_SESSION if a code is needed, %AMFA_ERROR_PROFILE_UNKNOWN, a file's, the
 *   keyring's, and whatever AWS answers
 *
 * Returns: (transfer full): the role's session
 */
AmfaLoan *
amfa_role_loan_finish (GAsyncResult *result, gboolean *session_refused, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_role_loan_async), NULL);

  Deed *deed = g_task_get_task_data (G_TASK (result));

  *session_refused = deed->session_refused;
  return g_task_propagate_boolean (G_TASK (result), error) ? g_steal_pointer (&deed->loan) : NULL;
}
