#define G_LOG_DOMAIN "amfa-role-renewal"

#include "role-renewal.h"

#include "core/model/error.h"
#include "role-switch.h"

/* For as long as the user's session lives, a role can be assumed again without anybody's help. */

typedef struct
{
  AmfaBackend *backend;
  char *profile;
} Renewal;

static void
renewal_free (Renewal *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->profile);
  g_free (self);
}

static void
on_switched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLoginResult outcome;
  GError *error = NULL;

  if (!amfa_role_switch_finish (result, &outcome, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_debug ("the role of %s is renewed", ((const Renewal *) g_task_get_task_data (task))->profile);
  g_task_return_pointer (task, g_memdup2 (&outcome.expires, sizeof outcome.expires), g_free);
}

static void
on_plan_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  const Renewal *renewal = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (AmfaRolePlan) plan = amfa_role_plan_read_finish (result, &error);

  if (plan && plan->roles->len == 0)
    amfa_set_error (&error, AMFA_ERROR_NO_SESSION,
                    &(AmfaErrorDetails){ .subject = renewal->profile });
  if (error)
    g_task_return_error (task, error);
  else
    amfa_role_switch_async (renewal->backend, renewal->profile, plan, AMFA_ROLE_FOR_AN_HOUR,
                            AMFA_VAULT_QUIETLY, g_task_get_cancellable (task), on_switched,
                            g_object_ref (task));
}

/**
 * amfa_role_renew_async:
 * @profile: whose section holds the session of a role
 *
 * Assumes that role anew from the user's session, and writes it. Never prompts.
 */
void
amfa_role_renew_async (AmfaBackend *backend,
                       const char *profile,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Renewal *renewal = g_new0 (Renewal, 1);

  renewal->backend = amfa_backend_ref (backend);
  renewal->profile = g_strdup (profile);
  g_task_set_source_tag (task, amfa_role_renew_async);
  g_task_set_check_cancellable (task, FALSE); /* what is written is not undone by a late cancel */
  g_task_set_task_data (task, renewal, (GDestroyNotify) renewal_free);
  amfa_role_plan_read_async (backend, profile, NULL, NULL, cancellable, on_plan_read,
                             g_steal_pointer (&task));
}

/**
 * amfa_role_renew_finish:
 * @expires: (out) (optional): its end by our clock, Unix seconds
 * @error: %AMFA_ERROR_NO_SESSION or %AMFA_ERROR_SESSION_EXPIRED: the user's session is over, or
 *   there is no role; %AMFA_ERROR_NOT_ALLOWED: AWS refuses the role, which may be gone or want a
 *   newer code; %AMFA_ERROR_KEYRING_LOCKED and whatever else the keyring or a file has;
 *   %AMFA_ERROR_NETWORK, %AMFA_ERROR_SERVICE: worth another attempt
 */
gboolean
amfa_role_renew_finish (GAsyncResult *result, gint64 *expires, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_role_renew_async), FALSE);

  g_autofree gint64 *end = g_task_propagate_pointer (G_TASK (result), error);

  if (end && expires)
    *expires = *end;
  return end != NULL;
}
