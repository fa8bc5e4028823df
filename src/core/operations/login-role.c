#define G_LOG_DOMAIN "amfa-login"

#include "login-private.h"

#include "blocking-step.h"
#include "core/model/error.h"
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
  amfa_login_knowledge_set_code_command (self->known, roles ? roles->code_command : NULL);
  if (!roles || roles->roles->len == 0)
    return;
  self->roles = amfa_role_plan_ref (roles);
  if (roles->from_environment)
    amfa_login_set_base (self, self->backend->environment->keys);
}

/**
 * amfa_login_set_identity:
 * @role: (nullable): the ARN of a role that the session shall be of, or %AMFA_ROLE_NONE for the
 *   user's own; %NULL: what the profile has now
 *
 * From now on the login finds out itself how the identity is come by: `prepare` tells, and `start`
 * makes sure.
 */
void
amfa_login_set_identity (AmfaLogin *self, const char *role)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  self->chooses_identity = TRUE;
  g_free (self->wanted_role);
  self->wanted_role = g_strdup (role);
}

void
amfa_login_find_identity (AmfaLogin *self, GAsyncReadyCallback callback, GTask *task)
{
  amfa_role_choice_read_async (self->backend, self->profile, self->wanted_role, self->known->region,
                               g_task_get_cancellable (task), callback, g_object_ref (task));
}

/* What was found first stays what is meant, whatever the section holds in the end. */
gboolean
amfa_login_find_identity_finish (AmfaLogin *self, GAsyncResult *result, GError **error)
{
  AmfaRoleChoice *choice = amfa_role_choice_read_finish (result, error);

  if (!choice)
    return FALSE;
  if (!self->wanted_role)
    self->wanted_role = g_strdup (choice->role ? choice->role : AMFA_ROLE_NONE);
  amfa_login_set_roles (self, choice->plan);
  amfa_login_knowledge_take_choice (self->known, choice);
  return TRUE;
}

typedef struct
{
  GTask *task;
  AmfaGrant *grant;
  GError *refusal;
} Rescue;

static void
on_rescued (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Rescue *rescue = user_data;
  g_autoptr (GTask) task = rescue->task;
  g_autoptr (AmfaGrant) grant = rescue->grant;
  g_autoptr (GError) error = NULL;
  AmfaLogin *self = g_task_get_source_object (task);
  AmfaLoginWarnings warnings;

  if (!amfa_commit_finish (result, &warnings, &error))
    g_info ("the session could not be kept: %s", error->message);
  if (self->chooses_identity)
    {
      grant->target = self->target;
      self->grant = g_steal_pointer (&grant);
      self->role_refused = !amfa_error_is_cancelled (rescue->refusal);
    }
  g_task_return_error (task, rescue->refusal);
  g_free (rescue);
}

/* The role was refused, but the user's session is good and has cost a code: it is kept for the next
 * attempt, whatever was to become of the role's. Where another identity can be chosen, that needs
 * no code then. */
static void
rescue (AmfaLogin *self, GTask *task, GError *refusal)
{
  Rescue *data = g_new0 (Rescue, 1);

  data->task = g_object_ref (task);
  data->grant = g_steal_pointer (&self->grant);
  data->refusal = refusal;
  data->grant->target = AMFA_TARGET_LOAN;
  amfa_commit_async (self->backend, self->profile, data->grant, on_rescued, data);
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

/* Trying again without a code */

static const char *
get_role_arn (AmfaLogin *self)
{
  return self->roles ? amfa_role_plan_get_role (self->roles)->arn : NULL;
}

/* Whether what was granted contains the user's session: the identity may be another by now. */
static gboolean
has_users_session (const AmfaGrant *grant)
{
  return !grant->role || grant->user;
}

/**
 * amfa_login_can_retry:
 *
 * Returns: whether AWS has granted what the identity that is meant needs: it only could not be
 *   written yet, or comes from the user's session
 */
gboolean
amfa_login_can_retry (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), FALSE);

  if (!self->grant)
    return FALSE;
  return g_strcmp0 (self->grant->role, get_role_arn (self)) == 0 ||
         (has_users_session (self->grant) && !(self->roles && self->roles->is_direct));
}

/**
 * amfa_login_was_role_refused:
 *
 * Returns: whether the last attempt got the user's session, but not the role's
 */
gboolean
amfa_login_was_role_refused (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), FALSE);

  return self->role_refused;
}

static gboolean
unlock_keyring (gpointer data, GCancellable *cancellable, GError **error)
{
  AmfaBackend *backend = data;

  return amfa_keyring_unlock (backend->keyring, cancellable, error);
}

static void
retry (AmfaLogin *self, GTask *task)
{
  AmfaGrant *grant = self->grant;

  if (g_strcmp0 (grant->role, get_role_arn (self)) == 0)
    {
      amfa_login_commit (self, task);
      return;
    }
  if (grant->role)
    {
      g_clear_pointer (&grant->role, g_free);
      amfa_credentials_unref (grant->session);
      grant->session = g_steal_pointer (&grant->user);
    }
  if (self->roles)
    amfa_login_assume_roles (self, task);
  else
    amfa_login_commit (self, task);
}

static void
on_keyring_unlocked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);

  if (amfa_blocking_step_finish (result, task))
    retry (g_task_get_source_object (task), task);
}

/**
 * amfa_login_retry_async:
 *
 * Goes on from what AWS granted already, without another code. That may have been long ago: for the
 * file the keyring is unlocked once more, which may prompt.
 */
void
amfa_login_retry_async (AmfaLogin *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (AMFA_IS_LOGIN (self) && amfa_login_can_retry (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, amfa_login_retry_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, amfa_backend_ref (self->backend),
                        (GDestroyNotify) amfa_backend_unref);
  self->role_refused = FALSE;
  if (self->grant->target == AMFA_TARGET_FILE)
    amfa_blocking_step_run (task, unlock_keyring, on_keyring_unlocked);
  else
    retry (self, task);
}
