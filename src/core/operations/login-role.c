#define G_LOG_DOMAIN "amfa-login"

#include "login-private.h"
#include "role-session.h"

/* What a login does beyond the code where a role is wanted. */

/**
 * amfa_login_set_roles:
 * @roles: (transfer none) (nullable): the way to a role that begins with this profile's user; the
 *   session is then the role's
 */
void
amfa_login_set_roles (AmfaLogin *self, AmfaRolePlan *roles)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  g_clear_pointer (&self->roles, amfa_role_plan_unref);
  if (!roles || roles->roles->len == 0)
    return;
  self->roles = amfa_role_plan_ref (roles);
  if (roles->from_environment)
    amfa_login_set_base (self, self->backend->environment->keys);
}

typedef struct
{
  GTask *task;
  GError *refusal;
} Rescue;

static void
on_rescued (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Rescue *rescue = user_data;
  g_autoptr (GTask) task = rescue->task;
  g_autoptr (GError) error = NULL;
  AmfaLoginWarnings warnings;

  if (!amfa_commit_finish (result, &warnings, &error))
    g_info ("the session could not be kept: %s", error->message);
  g_task_return_error (task, rescue->refusal);
  g_free (rescue);
}

/* The role was refused, but the user's session is good and has cost a code: it is kept for the next
 * attempt, whatever was to become of the role's. */
static void
rescue (AmfaLogin *self, GTask *task, GError *refusal)
{
  g_autoptr (AmfaGrant) grant = g_steal_pointer (&self->grant);
  Rescue *data = g_new0 (Rescue, 1);

  data->task = g_object_ref (task);
  data->refusal = refusal;
  grant->target = AMFA_TARGET_LOAN;
  amfa_commit_async (self->backend, self->profile, grant, on_rescued, data);
}

static void
on_roles_assumed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLogin *self = g_task_get_source_object (task);
  GError *error = NULL;
  AmfaCredentials *session = amfa_role_assume_finish (result, NULL, &error);

  if (!session)
    {
      rescue (self, task, error);
      return;
    }
  self->grant->user = g_steal_pointer (&self->grant->session);
  self->grant->session = session;
  self->grant->role = g_strdup (amfa_role_plan_get_role (self->roles)->arn);
  amfa_login_commit (self, task);
}

/* From the user's session that was just granted to the role's, then to the commit. */
void
amfa_login_assume_roles (AmfaLogin *self, GTask *task)
{
  amfa_role_assume_async (self->backend, self->roles, self->grant->session, self->grant->arn,
                          g_task_get_cancellable (task), on_roles_assumed, g_object_ref (task));
}

/* The code belongs to the role's own request. */
void
amfa_login_assume_directly (AmfaLogin *self,
                            const char *serial,
                            const char *code,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  AmfaRole role = *amfa_role_plan_get_role (self->roles);
  g_autofree char *name =
      amfa_role_dup_session_name (&role, amfa_login_knowledge_get_arn (self->known));

  role.session_name = name;
  amfa_sts_assume_role_async (self->backend->client, self->roles->profile->sts,
                              self->known->found->base, &role, self->roles->duration, serial, code,
                              cancellable, callback, user_data);
}
