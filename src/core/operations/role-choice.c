#define G_LOG_DOMAIN "amfa-role-choice"

#include "role-choice.h"

#include "core/model/role-list.h"

typedef struct
{
  AmfaBackend *backend;
  char *profile;
  char *role;
  char *region;
} Request;

static void
request_free (Request *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->profile);
  g_free (self->role);
  g_free (self->region);
  g_free (self);
}

void
amfa_role_choice_free (AmfaRoleChoice *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->roles, g_ptr_array_unref);
  g_free (self->held);
  g_free (self->role);
  g_clear_pointer (&self->plan, amfa_role_plan_unref);
  g_free (self->serial_origin);
  g_clear_error (&self->problem);
  g_free (self);
}

/* A profile that itself stands for a role has that one alone, which is no matter of its section. */
static void
take_plan (AmfaRoleChoice *self, const Request *request, AmfaRolePlan *plan)
{
  if (!g_str_equal (plan->source, request->profile) || plan->from_environment)
    {
      amfa_role_plan_unref (plan);
      g_clear_pointer (&self->role, g_free);
      return;
    }
  self->plan = plan;
  if (plan->serial)
    self->serial_origin =
        g_strdup_printf ("mfa_serial (%s)", request->backend->environment->config_path);
}

static AmfaRoleChoice *
choose (const Request *request, AmfaIniDocument *credentials, AmfaIniDocument *config)
{
  const AmfaProfileOptions said = { .region = request->region };
  g_autoptr (GPtrArray) list = amfa_role_list_read (credentials, config);
  AmfaRoleChoice *self = g_new0 (AmfaRoleChoice, 1);
  const char *role;
  AmfaRolePlan *plan;

  self->held = amfa_role_dup_held (request->backend, request->profile, credentials, config);
  self->roles = amfa_role_list_get_roles (list, request->profile, self->held);
  role = request->role ? request->role : self->held;
  if (!role || g_str_equal (role, AMFA_ROLE_NONE))
    return self;

  self->role = g_strdup (role);
  plan = amfa_role_plan_new (request->profile, role, credentials, config,
                             request->backend->environment, &said, &self->problem);
  if (plan)
    take_plan (self, request, plan);
  if (self->role && amfa_role_arn_is_valid (role))
    amfa_role_list_add_role (self->roles, role, NULL);
  return self;
}

static void
run_read (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;
  GError *error = NULL;
  g_autoptr (AmfaSnapshot) snapshot = amfa_profile_files_read (request->backend->files, &error);
  g_autoptr (AmfaIniDocument) config =
      snapshot ? amfa_profile_files_read_config (request->backend->files, &error) : NULL;

  if (config)
    g_task_return_pointer (task, choose (request, amfa_snapshot_get_document (snapshot), config),
                           (GDestroyNotify) amfa_role_choice_free);
  else
    g_task_return_error (task, error);
}

/**
 * amfa_role_choice_read_async:
 * @profile: a profile
 * @role: (nullable): the ARN of a role, %AMFA_ROLE_NONE for the profile's user; %NULL: what the
 *   profile has now
 * @region: (nullable): the user's word
 */
void
amfa_role_choice_read_async (AmfaBackend *backend,
                             const char *profile,
                             const char *role,
                             const char *region,
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
  request->region = g_strdup (region);
  g_task_set_source_tag (task, amfa_role_choice_read_async);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  g_task_run_in_thread (task, run_read);
}

/**
 * amfa_role_choice_read_finish:
 * @error: a file that cannot be used; what is wrong with a role is in the choice
 *
 * Returns: (transfer full): the identities
 */
AmfaRoleChoice *
amfa_role_choice_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_role_choice_read_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
