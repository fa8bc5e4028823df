#define G_LOG_DOMAIN "amfa-device-list"

#include "device-list.h"

#include "login-knowledge.h"
#include "transaction-task.h"

typedef struct
{
  AmfaBackend *backend;
  AmfaLoginKnowledge *known;
} Inquiry;

static void
inquiry_free (Inquiry *self)
{
  amfa_backend_unref (self->backend);
  amfa_login_knowledge_free (self->known);
  g_free (self);
}

void
amfa_device_list_free (AmfaDeviceList *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->discovery, amfa_discovery_free);
  g_free (self->key_id);
  g_free (self->chosen);
  g_free (self);
}

/* The sources in the order in which a login takes them. */
static AmfaSerialSource
get_source (const AmfaLoginKnowledge *known, const AmfaDiscovery *discovery)
{
  if (known->serial)
    return AMFA_SERIAL_SAID;
  if (known->found->profile->serial)
    return AMFA_SERIAL_CONFIG;
  if (amfa_login_knowledge_get_serial (known))
    return AMFA_SERIAL_REMEMBERED;
  if (discovery->serial)
    return discovery->devices ? AMFA_SERIAL_ONLY : AMFA_SERIAL_DERIVED;
  return AMFA_SERIAL_UNKNOWN;
}

static void
on_discovered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Inquiry *inquiry = g_task_get_task_data (task);
  g_autoptr (AmfaDeviceList) list = g_new0 (AmfaDeviceList, 1);
  GError *error = NULL;

  list->discovery = amfa_discover_finish (AMFA_QUERY_CLIENT (source), result, &error);
  if (!list->discovery)
    {
      g_task_return_error (task, error);
      return;
    }
  list->key_id = g_strdup (inquiry->known->key_id);
  list->source = get_source (inquiry->known, list->discovery);
  list->chosen = g_strdup (amfa_login_knowledge_get_serial (inquiry->known));
  if (!list->chosen)
    list->chosen = g_strdup (list->discovery->serial);
  g_task_return_pointer (task, g_steal_pointer (&list), (GDestroyNotify) amfa_device_list_free);
}

static void
on_preflight_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Inquiry *inquiry = g_task_get_task_data (task);
  AmfaQueryClient *client = inquiry->backend->client;
  GError *error = NULL;
  AmfaPreflight *found = amfa_inquire_finish (result, &error);

  if (!found)
    {
      g_task_return_error (task, error);
      return;
    }
  amfa_login_knowledge_take_found (inquiry->known, found);
  amfa_discover_async (client, found->profile, found->base, TRUE, g_task_get_cancellable (task),
                       on_discovered, g_object_ref (task));
}

/**
 * amfa_device_list_async:
 * @name: the profile
 * @options: (nullable): what the user said, copied
 * @typed: (nullable): base credentials that the user typed
 *
 * Asks AWS with the base credentials; the keyring may ask for its password.
 */
void
amfa_device_list_async (AmfaBackend *backend,
                        const char *name,
                        const AmfaProfileOptions *options,
                        AmfaCredentials *typed,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (backend != NULL && name != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Inquiry *inquiry = g_new0 (Inquiry, 1);

  g_task_set_source_tag (task, amfa_device_list_async);
  inquiry->backend = amfa_backend_ref (backend);
  inquiry->known = amfa_login_knowledge_new (options);
  g_task_set_task_data (task, inquiry, (GDestroyNotify) inquiry_free);

  /* As for a loan: nothing will be written. */
  amfa_inquire_async (backend, AMFA_INQUIRY_PREFLIGHT, name, options, AMFA_TARGET_LOAN, typed,
                      cancellable, on_preflight_ready, g_object_ref (task));
}

/**
 * amfa_device_list_finish:
 * @error: whatever keeps a login from asking AWS; a list that AWS does not give is none, but said
 *   in the discovery
 *
 * Returns: (transfer full): the devices
 */
AmfaDeviceList *
amfa_device_list_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_device_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
