#define G_LOG_DOMAIN "amfa-discovery"

#include "discovery.h"

#include "core/aws/iam.h"
#include "core/aws/sts.h"
#include "core/model/error.h"

/* GetCallerIdentity needs no permission; ListMFADevices may be denied, and then the serial is
 * derived from the user's ARN: the device's name is free, but most are named as their user. Other
 * servers than AWS know neither call. Only what says that a login cannot work either is an error.
 */

typedef struct
{
  AmfaEndpoint *iam;
  AmfaCredentials *base;
  AmfaDiscovery *found;
} Search;

void
amfa_discovery_free (AmfaDiscovery *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->identity, amfa_identity_free);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  g_clear_pointer (&self->unusable, g_ptr_array_unref);
  g_clear_error (&self->refusal);
  g_free (self->serial);
  g_free (self);
}

static void
search_free (Search *self)
{
  amfa_endpoint_free (self->iam);
  amfa_credentials_unref (self->base);
  g_clear_pointer (&self->found, amfa_discovery_free);
  g_free (self);
}

/* Whether a login may work all the same: AWS answered, and said no more than that this call is not
 * for us. Where the serial is known, the identity is good to know and no more: what another server
 * than AWS makes of that question does not stand in the way of the session. What happened here or
 * on the way happens to the next call, too. */
static gboolean
is_no_obstacle (const GError *error, gboolean wanted_serial)
{
  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NOT_ALLOWED) ||
      g_error_matches (error, AMFA_ERROR, AMFA_ERROR_BAD_REQUEST))
    return TRUE;
  return !wanted_serial && (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_PROTOCOL) ||
                            g_error_matches (error, AMFA_ERROR, AMFA_ERROR_REGION_DISABLED) ||
                            g_error_matches (error, AMFA_ERROR, AMFA_ERROR_SERVICE));
}

/* Another host than STS's, which a firewall may close: without it the serial is derived. */
static gboolean
is_no_obstacle_of_iam (const GError *error)
{
  return is_no_obstacle (error, FALSE) || g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NETWORK) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_TLS) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_SCOPE_REFUSED);
}

static void
choose_serial (AmfaDiscovery *found)
{
  if (found->devices)
    found->unusable = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_device_free);
  for (guint i = 0; found->devices && i < found->devices->len;)
    {
      AmfaDevice *device = g_ptr_array_index (found->devices, i);
      AmfaDeviceKind kind = amfa_serial_get_kind (device->serial);

      if (kind == AMFA_DEVICE_VIRTUAL || kind == AMFA_DEVICE_HARDWARE)
        {
          i++;
          continue;
        }
      if (kind == AMFA_DEVICE_FIDO)
        found->n_fido++;
      g_ptr_array_add (found->unusable, g_ptr_array_steal_index (found->devices, i));
    }

  if (found->devices && found->devices->len == 1)
    {
      AmfaDevice *only = g_ptr_array_index (found->devices, 0);

      found->serial = g_strdup (only->serial);
    }
  else if (!found->devices && found->identity)
    found->serial = amfa_serial_derive (found->identity->arn);
}

static void
on_devices_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;
  Search *search = g_task_get_task_data (task);

  search->found->devices =
      amfa_iam_list_mfa_devices_finish (AMFA_QUERY_CLIENT (source), result, &error);
  if (error && !is_no_obstacle_of_iam (error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  search->found->refusal = g_steal_pointer (&error);
  choose_serial (search->found);
  g_task_return_pointer (task, g_steal_pointer (&search->found),
                         (GDestroyNotify) amfa_discovery_free);
}

static void
on_identity_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AmfaQueryClient *client = AMFA_QUERY_CLIENT (source);
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;
  Search *search = g_task_get_task_data (task);

  search->found->identity = amfa_sts_get_caller_identity_finish (client, result, &error);
  if (error && !is_no_obstacle (error, search->found->wanted_serial))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (error)
    g_debug ("no identity: %s", error->message);

  if (search->found->wanted_serial)
    {
      amfa_iam_list_mfa_devices_async (client, search->iam, search->base,
                                       g_task_get_cancellable (task), on_devices_ready,
                                       g_object_ref (task));
      return;
    }
  g_task_return_pointer (task, g_steal_pointer (&search->found),
                         (GDestroyNotify) amfa_discovery_free);
}

/**
 * amfa_discover_async:
 * @client: the client
 * @profile: its endpoints
 * @base: the base credentials
 * @want_serial: look for a device too
 */
void
amfa_discover_async (AmfaQueryClient *client,
                     const AmfaProfile *profile,
                     AmfaCredentials *base,
                     gboolean want_serial,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_return_if_fail (AMFA_IS_QUERY_CLIENT (client) && profile != NULL && base != NULL);

  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  Search *search = g_new0 (Search, 1);

  g_task_set_source_tag (task, amfa_discover_async);
  search->iam = amfa_endpoint_copy (profile->iam);
  search->base = amfa_credentials_ref (base);
  search->found = g_new0 (AmfaDiscovery, 1);
  search->found->wanted_serial = want_serial;
  g_task_set_task_data (task, search, (GDestroyNotify) search_free);

  amfa_sts_get_caller_identity_async (client, profile->sts, base, cancellable, on_identity_ready,
                                      g_object_ref (task));
}

/**
 * amfa_discover_finish:
 * @error: what says that the keys, the clock or the way to AWS are no good; never that a call is
 *   not allowed
 *
 * Returns: (transfer full): what could be found out
 */
AmfaDiscovery *
amfa_discover_finish (AmfaQueryClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
