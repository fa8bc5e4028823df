#define G_LOG_DOMAIN "amfa-role-switch"

#include "role-switch.h"

#include "blocking-step.h"
#include "core/model/error.h"
#include "session-loan.h"
#include "transaction-task.h"

/* The transaction of a login (transaction.c) without a code: what is written comes from a session
 * that is there. A role is always assumed anew, so that it lasts as long as it can; one that wants
 * a code of its own is what the keyring has of it.
 *
 * AWS is asked without the lock, and meanwhile the session may be ended, or replaced by a newer
 * one. Nothing is then written over that. What somebody wants begins again with what is there now,
 * unless there is no session any more. */

/* What ends sooner is not worth writing; a role can be had of it all the same. */
#define LEAST_SECONDS 60

#define MAX_ROUNDS 3

typedef struct
{
  AmfaBackend *backend;
  char *profile;
  AmfaRolePlan *plan;
  AmfaRoleOccasion occasion;
  gboolean from_keyring; /* the role has cost a code of its own */
  guint round;
  AmfaGrant *grant;
  AmfaCredentials *user; /* to assume roles from; NULL if the grant has its session already */
  gboolean session_refused;
  AmfaLoginResult outcome;
} Deed;

static void
deed_free (Deed *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->profile);
  amfa_role_plan_unref (self->plan);
  g_clear_pointer (&self->grant, amfa_grant_unref);
  g_clear_pointer (&self->user, amfa_credentials_unref);
  g_free (self);
}

/* What the session will be written over, after all that can fail before AWS is asked. */
static AmfaPreflight *
inspect (const Deed *deed, GCancellable *cancellable, GError **error)
{
  AmfaBackend *backend = deed->backend;
  g_autoptr (AmfaPreflight) found = amfa_preflight_read (
      backend, deed->profile, NULL, AMFA_DEMAND_WRITABLE | AMFA_DEMAND_HEEDED | AMFA_DEMAND_KNOWN,
      NULL, error);

  if (!found ||
      (amfa_preflight_writes_file (found) &&
       !amfa_profile_files_preflight (backend->files, AMFA_FILE_CREDENTIALS, cancellable, error)) ||
      (deed->occasion == AMFA_ROLE_WANTED &&
       !amfa_keyring_unlock (backend->keyring, cancellable, error)))
    return NULL;
  return g_steal_pointer (&found);
}

static void
set_changed (const Deed *deed, GError **error)
{
  const char *path = amfa_profile_files_get_credentials_path (deed->backend->files);

  amfa_set_error (error, AMFA_ERROR_FILE_CHANGED, &(AmfaErrorDetails){ .subject = path });
}

/* Whether the role that is to be renewed is still the one that the profile holds. */
static gboolean
check_held (const Deed *deed, const AmfaPreflight *found, GError **error)
{
  if (deed->occasion == AMFA_ROLE_WANTED ||
      g_strcmp0 (amfa_role_plan_get_role (deed->plan)->arn, found->state->role) == 0)
    return TRUE;
  set_changed (deed, error);
  return FALSE;
}

/* Takes @found. */
static AmfaGrant *
make_grant (const Deed *deed, AmfaPreflight *found)
{
  const AmfaRole *role = amfa_role_plan_get_role (deed->plan);
  AmfaGrant *grant = amfa_grant_new_again (found->state);

  grant->role = role ? g_strdup (role->arn) : NULL;
  grant->clock_offset = found->state->clock_offset;
  if (amfa_section_holds_long_term (found->section))
    {
      grant->base = amfa_credentials_ref (found->section->credentials);
      grant->origin = amfa_base_origin_of_section (found->section);
    }
  if (found->section->credentials)
    grant->seen = amfa_credentials_ref (found->section->credentials);
  grant->over = found;
  return grant;
}

static gboolean
look (gpointer data, GCancellable *cancellable, GError **error)
{
  Deed *deed = data;
  g_autoptr (AmfaPreflight) found = inspect (deed, cancellable, error);
  g_autoptr (AmfaLoan) loan = NULL;
  g_autoptr (GError) problem = NULL;

  if (found && check_held (deed, found, error))
    {
      const AmfaRole *role = deed->from_keyring ? amfa_role_plan_get_role (deed->plan) : NULL;
      gboolean is_written = deed->from_keyring || deed->plan->roles->len == 0;
      const AmfaLoanSearch search = {
        .profile = deed->profile,
        .role = role ? role->arn : NULL,
        .session_name = role ? role->session_name : NULL,
        .min_seconds = is_written ? LEAST_SECONDS : 1,
        .manner = deed->occasion == AMFA_ROLE_WANTED ? AMFA_VAULT_MAY_PROMPT : AMFA_VAULT_QUIETLY,
      };

      deed->grant = make_grant (deed, g_steal_pointer (&found));
      loan = amfa_loan_find (deed->backend, &search, cancellable, &problem);
    }
  /* It was there when this began: what is to be said is that it was ended. */
  if (deed->round > 1 && g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NO_SESSION))
    set_changed (deed, error);
  else if (problem)
    g_propagate_error (error, g_steal_pointer (&problem));
  if (!loan || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  if (deed->from_keyring || deed->plan->roles->len == 0)
    deed->grant->session = amfa_credentials_ref (loan->session);
  else
    deed->user = amfa_credentials_ref (loan->session);
  return TRUE;
}

static void on_looked (GObject *source, GAsyncResult *result, gpointer user_data);

static void
begin (GTask *task)
{
  Deed *deed = g_task_get_task_data (task);

  g_clear_pointer (&deed->grant, amfa_grant_unref);
  g_clear_pointer (&deed->user, amfa_credentials_unref);
  deed->round++;
  amfa_blocking_step_run (task, look, on_looked);
}

static void
on_committed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Deed *deed = g_task_get_task_data (task);
  GError *error = NULL;

  deed->outcome.clock_offset = deed->grant->clock_offset;
  deed->outcome.expires =
      amfa_credentials_get_expiration (deed->grant->session) - deed->grant->clock_offset;
  if (amfa_commit_finish (result, &deed->outcome.warnings, &error))
    g_task_return_boolean (task, TRUE);
  else if (deed->occasion == AMFA_ROLE_WANTED && deed->round < MAX_ROUNDS &&
           g_error_matches (error, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED))
    {
      g_error_free (error);
      begin (task);
    }
  else
    g_task_return_error (task, error);
}

static void
commit (GTask *task)
{
  const Deed *deed = g_task_get_task_data (task);

  amfa_commit_async (deed->backend, deed->profile, deed->grant, on_committed, g_object_ref (task));
}

static void
on_assumed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Deed *deed = g_task_get_task_data (task);
  GError *error = NULL;

  deed->grant->session = amfa_role_assume_finish (result, &deed->session_refused, &error);
  if (!deed->grant->session)
    {
      g_task_return_error (task, error);
      return;
    }
  deed->grant->user = g_steal_pointer (&deed->user);
  deed->grant->clock_offset = amfa_query_client_get_clock_offset (deed->backend->client);
  commit (task);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  const Deed *deed = g_task_get_task_data (task);

  if (!amfa_blocking_step_finish (result, task))
    return;
  if (deed->user)
    amfa_role_assume_async (deed->backend, deed->plan, deed->user, deed->grant->arn,
                            g_task_get_cancellable (task), on_assumed, g_object_ref (task));
  else
    commit (task);
}

/**
 * amfa_role_switch_async:
 * @profile: whose section is written
 * @plan: the identity; it begins with the user of @profile
 * @occasion: who asks for it
 *
 * Cancelling works until AWS has answered.
 */
void
amfa_role_switch_async (AmfaBackend *backend,
                        const char *profile,
                        AmfaRolePlan *plan,
                        AmfaRoleOccasion occasion,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL && plan != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Deed *deed = g_new0 (Deed, 1);

  deed->backend = amfa_backend_ref (backend);
  deed->profile = g_strdup (profile);
  deed->plan = amfa_role_plan_ref (plan);
  deed->occasion = occasion;
  deed->from_keyring = plan->is_direct && occasion == AMFA_ROLE_WANTED;
  g_task_set_source_tag (task, amfa_role_switch_async);
  g_task_set_check_cancellable (task, FALSE); /* what is written is not undone by a late cancel */
  g_task_set_task_data (task, deed, (GDestroyNotify) deed_free);
  begin (task);
}

/**
 * amfa_role_switch_finish:
 * @outcome: (out) (optional): what the section holds now
 * @session_refused: (out) (optional): as for amfa_role_assume_finish()
 * @error: %AMFA_ERROR_NO_SESSION if a code is needed, %AMFA_ERROR_FILE_CHANGED if the session was
 *   ended or replaced meanwhile, %AMFA_ERROR_SHADOWED, %AMFA_ERROR_PROFILE_UNKNOWN, a file's, the
 * keyring's, and whatever AWS answers; the file is then as it was
 */
gboolean
amfa_role_switch_finish (GAsyncResult *result,
                         AmfaLoginResult *outcome,
                         gboolean *session_refused,
                         GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_role_switch_async), FALSE);

  const Deed *deed = g_task_get_task_data (G_TASK (result));

  if (outcome)
    *outcome = deed->outcome;
  if (session_refused)
    *session_refused = deed->session_refused;
  return g_task_propagate_boolean (G_TASK (result), error);
}
