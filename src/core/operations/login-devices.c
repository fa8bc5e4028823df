#define G_LOG_DOMAIN "amfa-login"

#include "core/model/error.h"
#include "device-list.h"
#include "login-private.h"

/* The devices that a login can choose from. */

/**
 * amfa_login_get_devices:
 *
 * Returns: (transfer none) (nullable) (element-type AmfaDevice): the devices to choose from, if
 *   AWS was asked and told
 */
GPtrArray *
amfa_login_get_devices (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), NULL);

  return self->known->discovery ? self->known->discovery->devices : NULL;
}

/**
 * amfa_login_get_unusable_devices:
 *
 * Returns: (transfer none) (nullable) (element-type AmfaDevice): the user's other devices, which
 *   AWS takes no codes of outside its console
 */
GPtrArray *
amfa_login_get_unusable_devices (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), NULL);

  return self->known->discovery ? self->known->discovery->unusable : NULL;
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLogin *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (AmfaDeviceList) list = amfa_device_list_finish (result, &error);

  if (list && !list->discovery->devices)
    error = g_error_copy (list->discovery->refusal);
  if (list)
    amfa_login_knowledge_take_list (self->known, list->key_id, g_steal_pointer (&list->discovery));
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * amfa_login_list_devices_async:
 *
 * Asks AWS for the user's devices; the keyring may ask for its password. It changes nothing that
 * another step of the login relies on.
 */
void
amfa_login_list_devices_async (AmfaLogin *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  const AmfaProfileOptions options = { .region = self->known->region };
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, amfa_login_list_devices_async);
  amfa_device_list_async (self->backend, self->profile, &options, self->known->typed, cancellable,
                          on_listed, g_object_ref (task));
}

/**
 * amfa_login_list_devices_finish:
 * @error: whatever keeps a login from asking AWS; %AMFA_ERROR_NOT_ALLOWED and the like if AWS does
 *   not tell
 *
 * Returns: whether amfa_login_get_devices() knows now
 */
gboolean
amfa_login_list_devices_finish (AmfaLogin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
