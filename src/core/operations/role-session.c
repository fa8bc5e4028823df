#define G_LOG_DOMAIN "amfa-role-session"

#include "role-session.h"

#include "core/aws/sts.h"
#include "core/model/error.h"
#include "holdings.h"

/* Reading what is wanted, in a worker thread */

typedef struct
{
  AmfaBackend *backend;
  char *profile;
  char *role;
  char *region;
  char *serial;
  guint duration;
} Request;

static void
request_free (Request *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->profile);
  g_free (self->role);
  g_free (self->region);
  g_free (self->serial);
  g_free (self);
}

/**
 * amfa_role_dup_held:
 * @credentials: the credentials file
 * @config: the config file
 *
 * Blocks: call from a worker thread.
 *
 * Returns: (transfer full) (nullable): the role whose session the profile has
 */
char *
amfa_role_dup_held (AmfaBackend *backend,
                    const char *profile,
                    AmfaIniDocument *credentials,
                    AmfaIniDocument *config)
{
  g_autofree char *digest = amfa_profile_files_dup_digest (backend->files);
  g_autoptr (AmfaProfileState) state = amfa_state_file_read (backend->state, profile, digest);
  g_autoptr (AmfaRecords) records = amfa_state_dup_records (state);
  g_autoptr (AmfaSection) section = amfa_section_classify (credentials, profile, records);

  return section->kind == AMFA_SECTION_OURS ||
                 amfa_profile_is_process (credentials, config, profile)
             ? g_strdup (state->role)
             : NULL;
}

static AmfaRolePlan *
read_plan (const Request *request, GError **error)
{
  const AmfaProfileOptions said = { request->region, request->serial, request->duration };
  const AmfaEnvironment *environment = request->backend->environment;
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (request->backend->files, error);
  g_autoptr (AmfaIniDocument) config =
      snapshot ? amfa_profile_files_read_config (request->backend->files, error) : NULL;
  g_autoptr (AmfaRolePlan) plan = NULL;
  g_autofree char *held = NULL;

  if (!config)
    return NULL;

  AmfaIniDocument *credentials = amfa_snapshot_get_document (snapshot);

  plan = amfa_role_plan_new (request->profile, request->role, credentials, config, environment,
                             &said, error);
  if (!plan || plan->roles->len > 0 || request->role)
    return g_steal_pointer (&plan);
  held = amfa_role_dup_held (request->backend, request->profile, credentials, config);
  return held ? amfa_role_plan_new (request->profile, held, credentials, config, environment, &said,
                                    error)
              : g_steal_pointer (&plan);
}

static void
run_read (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  AmfaRolePlan *plan = read_plan (task_data, &error);

  if (plan)
    g_task_return_pointer (task, plan, (GDestroyNotify) amfa_role_plan_unref);
  else
    g_task_return_error (task, error);
}

/**
 * amfa_role_plan_read_async:
 * @profile: a profile
 * @role: (nullable): the ARN of a role that its identity is to assume, or %AMFA_ROLE_NONE; %NULL:
 *   as the files say, else the one whose session the profile has
 * @said: (nullable): what the user said, copied
 *
 * Finds out which identity is meant and how it is come by. No keyring, no network.
 */
void
amfa_role_plan_read_async (AmfaBackend *backend,
                           const char *profile,
                           const char *role,
                           const AmfaProfileOptions *said,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->backend = amfa_backend_ref (backend);
  request->profile = g_strdup (profile);
  request->role = g_strdup (role);
  if (said)
    {
      request->region = g_strdup (said->region);
      request->serial = g_strdup (said->serial);
      request->duration = said->duration;
    }
  g_task_set_source_tag (task, amfa_role_plan_read_async);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  g_task_run_in_thread (task, run_read);
}

/**
 * amfa_role_plan_read_finish:
 * @error: a file's, %AMFA_ERROR_ROLE_UNUSABLE, %AMFA_ERROR_ENDPOINT_BAD
 *
 * Returns: (transfer full): what is meant; one without roles for the profile's user
 */
AmfaRolePlan *
amfa_role_plan_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_role_plan_read_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* One role after the other */

typedef struct
{
  AmfaBackend *backend;
  AmfaRolePlan *plan;
  char *user_arn;
  guint next; /* role */
} Walk;

static void
walk_free (Walk *self)
{
  amfa_backend_unref (self->backend);
  amfa_role_plan_unref (self->plan);
  g_free (self->user_arn);
  g_free (self);
}

static void walk_on (GTask *task, AmfaCredentials *session);

static void
on_assumed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Walk *walk = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (AmfaCredentials) session =
      amfa_sts_assume_role_finish (AMFA_QUERY_CLIENT (source), result, &error);

  if (!session)
    {
      g_task_return_error (task, error);
      return;
    }
  walk->next++;
  walk_on (task, session);
}

static void
walk_on (GTask *task, AmfaCredentials *session)
{
  const Walk *walk = g_task_get_task_data (task);
  const AmfaRolePlan *plan = walk->plan;
  g_autofree char *name = NULL;
  AmfaRole role;

  if (walk->next == plan->roles->len)
    {
      const char *own_name = amfa_role_plan_get_role (plan)->session_name;

      g_task_return_pointer (task, amfa_credentials_new_named (session, own_name),
                             (GDestroyNotify) amfa_credentials_unref);
      return;
    }
  role = *(const AmfaRole *) g_ptr_array_index (plan->roles, walk->next);
  name = amfa_role_dup_session_name (&role, walk->user_arn);
  role.session_name = name;
  amfa_sts_assume_role_async (walk->backend->client, plan->profile->sts, session, &role,
                              amfa_role_plan_get_duration (plan, walk->next), NULL, NULL,
                              g_task_get_cancellable (task), on_assumed, g_object_ref (task));
}

/**
 * amfa_role_assume_async:
 * @plan: the way to a role
 * @session: a session of the user whom it begins with
 * @user_arn: (nullable): that user
 *
 * Assumes one role after the other, each for an hour at most.
 */
void
amfa_role_assume_async (AmfaBackend *backend,
                        AmfaRolePlan *plan,
                        AmfaCredentials *session,
                        const char *user_arn,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (backend != NULL && plan != NULL && session != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Walk *walk = g_new0 (Walk, 1);

  walk->backend = amfa_backend_ref (backend);
  walk->plan = amfa_role_plan_ref (plan);
  walk->user_arn = g_strdup (user_arn);
  g_task_set_source_tag (task, amfa_role_assume_async);
  g_task_set_task_data (task, walk, (GDestroyNotify) walk_free);
  walk_on (task, session);
}

/**
 * amfa_role_assume_finish:
 * @session_refused: (out) (optional): the first role was refused to the user's session: it may be
 *   that another one, with a newer code, would get it
 * @error: as for amfa_sts_assume_role_finish()
 *
 * Returns: (transfer full): the keys of the last role
 */
AmfaCredentials *
amfa_role_assume_finish (GAsyncResult *result, gboolean *session_refused, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_role_assume_async), NULL);

  const Walk *walk = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) problem = NULL;
  AmfaCredentials *session = g_task_propagate_pointer (G_TASK (result), &problem);

  if (session_refused)
    *session_refused =
        walk->next == 0 && (g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NOT_ALLOWED) ||
                            g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_SESSION_EXPIRED));
  if (problem)
    g_propagate_error (error, g_steal_pointer (&problem));
  return session;
}
