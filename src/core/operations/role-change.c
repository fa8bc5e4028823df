#define G_LOG_DOMAIN "amfa-role-change"

#include "role-change.h"

#include "core/model/error.h"

/* For as long as the user's session lives, the user and the roles can take turns in the profile's
 * section, and a role's keys can be had anew, without a code. */

typedef struct
{
  AmfaBackend *backend;
  char *profile;
  AmfaRoleOccasion occasion;
  AmfaLoginResult outcome;
  gboolean session_refused;
} Change;

static void
change_free (Change *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->profile);
  g_free (self);
}

static void
on_switched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Change *change = g_task_get_task_data (task);
  GError *error = NULL;

  if (amfa_role_switch_finish (result, &change->outcome, &change->session_refused, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_plan_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  const Change *change = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (AmfaRolePlan) plan = amfa_role_plan_read_finish (result, &error);

  if (plan && plan->roles->len == 0 && change->occasion == AMFA_ROLE_RENEWAL)
    amfa_set_error (&error, AMFA_ERROR_NO_SESSION,
                    &(AmfaErrorDetails){ .subject = change->profile });
  if (error)
    g_task_return_error (task, error);
  else
    amfa_role_switch_async (change->backend, change->profile, plan, change->occasion,
                            g_task_get_cancellable (task), on_switched, g_object_ref (task));
}

/**
 * amfa_role_change_async:
 * @profile: whose section is written
 * @role: (nullable): the ARN of a role of its user, or %AMFA_ROLE_NONE for the user; %NULL: the
 *   role that it holds, anew and by itself
 *
 * Cancelling works until AWS has answered.
 */
void
amfa_role_change_async (AmfaBackend *backend,
                        const char *profile,
                        const char *role,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Change *change = g_new0 (Change, 1);

  change->backend = amfa_backend_ref (backend);
  change->profile = g_strdup (profile);
  change->occasion = role ? AMFA_ROLE_WANTED : AMFA_ROLE_RENEWAL;
  g_task_set_source_tag (task, amfa_role_change_async);
  g_task_set_check_cancellable (task, FALSE); /* what is written is not undone by a late cancel */
  g_task_set_task_data (task, change, (GDestroyNotify) change_free);
  amfa_role_plan_read_async (backend, profile, role, NULL, cancellable, on_plan_read,
                             g_steal_pointer (&task));
}

/**
 * amfa_role_change_finish:
 * @outcome: (out) (optional): what the section holds now
 * @session_refused: (out) (optional): as for amfa_role_assume_finish()
 * @error: %AMFA_ERROR_NO_SESSION or %AMFA_ERROR_SESSION_EXPIRED: a code is needed, or there is no
 *   role to renew; %AMFA_ERROR_NOT_ALLOWED: AWS refuses the role, which may be gone or want a newer
 *   code; %AMFA_ERROR_ROLE_UNUSABLE, %AMFA_ERROR_SHADOWED; the keyring's or a file's;
 *   %AMFA_ERROR_FILE_CHANGED, %AMFA_ERROR_NETWORK, %AMFA_ERROR_SERVICE: worth another attempt; the
 *   file is then as it was
 */
gboolean
amfa_role_change_finish (GAsyncResult *result,
                         AmfaLoginResult *outcome,
                         gboolean *session_refused,
                         GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_role_change_async), FALSE);

  const Change *change = g_task_get_task_data (G_TASK (result));

  if (outcome)
    *outcome = change->outcome;
  if (session_refused)
    *session_refused = change->session_refused;
  return g_task_propagate_boolean (G_TASK (result), error);
}
