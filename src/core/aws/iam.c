#define G_LOG_DOMAIN "amfa-iam"

#include "iam.h"

#include "core/model/error.h"

/* A user has up to 8 devices, which is one page; whoever sends more than this goes round in
 * circles. */
#define MAX_PAGES 20

typedef struct
{
  AmfaEndpoint *endpoint;
  AmfaCredentials *base;
  GPtrArray *devices;
  char *marker; /* of the page under way, NULL for the first */
  guint pages;
} Listing;

static void request_page (GTask *task);

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  amfa_endpoint_free (listing->endpoint);
  amfa_credentials_unref (listing->base);
  g_clear_pointer (&listing->devices, g_ptr_array_unref);
  g_free (listing->marker);
  g_free (listing);
}

static void
on_page_ready (GObject *client, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Listing *listing = g_task_get_task_data (task);
  g_autofree char *next = NULL;
  g_autoptr (GPtrArray) page = NULL;
  GError *error = NULL;
  g_autoptr (AmfaResponse) response =
      amfa_query_client_send_finish (AMFA_QUERY_CLIENT (client), result, &error);

  if (response)
    page = amfa_response_get_devices (response, &next, &error);
  if (!page)
    {
      g_task_return_error (task, amfa_error_with_subject (error, listing->endpoint->host));
      return;
    }

  g_ptr_array_extend_and_steal (listing->devices, g_steal_pointer (&page));

  if (next && g_strcmp0 (next, listing->marker) != 0 && ++listing->pages < MAX_PAGES)
    {
      g_free (listing->marker);
      listing->marker = g_steal_pointer (&next);
      request_page (task);
    }
  else
    {
      g_task_return_pointer (task, g_steal_pointer (&listing->devices),
                             (GDestroyNotify) g_ptr_array_unref);
    }
}

static void
request_page (GTask *task)
{
  Listing *listing = g_task_get_task_data (task);
  const AmfaQueryParameter parameters[] = { { "Marker", listing->marker } };

  amfa_query_client_send_async (g_task_get_source_object (task),
                                &(AmfaQuery){ .endpoint = listing->endpoint,
                                              .credentials = listing->base,
                                              .action = "ListMFADevices",
                                              .parameters = parameters,
                                              .n_parameters = G_N_ELEMENTS (parameters) },
                                g_task_get_cancellable (task), on_page_ready, g_object_ref (task));
}

/**
 * amfa_iam_list_mfa_devices_async:
 * @base: the keys of the user whose devices are asked for
 *
 * All pages of it. Errors: as for amfa_query_client_send_async(); %AMFA_ERROR_NOT_ALLOWED is
 * common, many users may not ask.
 */
void
amfa_iam_list_mfa_devices_async (AmfaQueryClient *client,
                                 const AmfaEndpoint *endpoint,
                                 AmfaCredentials *base,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  Listing *listing = g_new0 (Listing, 1);

  listing->endpoint = amfa_endpoint_copy (endpoint);
  listing->base = amfa_credentials_ref (base);
  listing->devices = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_device_free);
  g_task_set_source_tag (task, amfa_iam_list_mfa_devices_async);
  g_task_set_task_data (task, listing, listing_free);

  request_page (task);
}

/**
 * amfa_iam_list_mfa_devices_finish:
 *
 * Returns: (transfer full) (element-type AmfaDevice): the devices of every kind, in AWS's order
 */
GPtrArray *
amfa_iam_list_mfa_devices_finish (AmfaQueryClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
