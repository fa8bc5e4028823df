#define G_LOG_DOMAIN "amfa-query-client"

#include "query-client.h"

#include "core/model/error.h"
#include "core/model/query-rules.h"
#include "query-call.h"

#define DEADLINE_MS (30 * 1000)

struct _AmfaQueryClient
{
  GObject parent_instance;

  AmfaQueryWire wire;
};

G_DEFINE_FINAL_TYPE (AmfaQueryClient, amfa_query_client, G_TYPE_OBJECT)

static void
amfa_query_client_dispose (GObject *object)
{
  AmfaQueryClient *self = AMFA_QUERY_CLIENT (object);

  g_clear_object (&self->wire.transport);

  G_OBJECT_CLASS (amfa_query_client_parent_class)->dispose (object);
}

static void
amfa_query_client_class_init (AmfaQueryClientClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_query_client_dispose;
}

static void
amfa_query_client_init (AmfaQueryClient *self)
{
  self->wire.deadline_ms = DEADLINE_MS;
}

/**
 * amfa_query_client_new:
 * @environment: where the proxy is looked up; not kept
 *
 * One client a program: it keeps its connections warm and knows how far the clock is off.
 *
 * Returns: (transfer full): a new client, to be used with the main context of its first use
 */
AmfaQueryClient *
amfa_query_client_new (const AmfaEnvironment *environment)
{
  AmfaQueryClient *self = g_object_new (AMFA_TYPE_QUERY_CLIENT, NULL);

  self->wire.transport = amfa_http_transport_new (environment->https_proxy, environment->no_proxy);
  return self;
}

/**
 * amfa_query_client_set_patience:
 * @step_seconds: what a step (connect, handshake, each read or write) may take
 * @deadline_ms: what a call may take
 *
 * Instead of 10 seconds and 30: tests are less patient than people.
 */
void
amfa_query_client_set_patience (AmfaQueryClient *self, guint step_seconds, guint deadline_ms)
{
  g_return_if_fail (AMFA_IS_QUERY_CLIENT (self));

  amfa_http_transport_set_timeout (self->wire.transport, step_seconds);
  self->wire.deadline_ms = deadline_ms;
}

/**
 * amfa_query_client_preconnect:
 * @endpoint: whom the next request will go to
 *
 * So that it costs one round trip. Cheap to call often: it does nothing while a connection is open
 * and was used within 10 seconds, or is about to open. Failures show at the request.
 */
void
amfa_query_client_preconnect (AmfaQueryClient *self, const AmfaEndpoint *endpoint)
{
  g_return_if_fail (AMFA_IS_QUERY_CLIENT (self));

  amfa_http_transport_preconnect (self->wire.transport, endpoint, self->wire.deadline_ms);
}

/* Files and people are looked at when they are read; others can write into the keyring. */
static gboolean
fits_in_header (const char *text)
{
  for (const char *p = text; *p; p++)
    if (!g_ascii_isgraph (*p))
      return FALSE;
  return TRUE;
}

static gboolean
can_be_sent (AmfaCredentials *credentials)
{
  AmfaSecret *token = amfa_credentials_get_token (credentials);

  return fits_in_header (amfa_credentials_get_key_id (credentials)) &&
         (!token || fits_in_header (amfa_secret_peek (token)));
}

/**
 * amfa_query_client_send_async:
 * @query: what to ask; copied
 *
 * Errors: %G_IO_ERROR_CANCELLED if @cancellable was, else %AMFA_ERROR: one of those for "AWS
 * answered" and "nobody answered, or not AWS", %AMFA_ERROR_ENDPOINT_BAD, or
 * %AMFA_ERROR_KEYRING_FAILED for keys that cannot stand in a request.
 */
void
amfa_query_client_send_async (AmfaQueryClient *self,
                              const AmfaQuery *query,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (AMFA_IS_QUERY_CLIENT (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, amfa_query_client_send_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!can_be_sent (query->credentials))
    {
      g_task_return_error (
          task, amfa_error_new (AMFA_ERROR_KEYRING_FAILED,
                                &(AmfaErrorDetails){ .reason = AMFA_KEYRING_PROBLEM_GARBLED }));
      return;
    }

  amfa_query_call_run (g_steal_pointer (&task), &self->wire, query);
}

/**
 * amfa_query_client_send_finish:
 *
 * Returns: (transfer full): a response without an error document in it
 */
AmfaResponse *
amfa_query_client_send_finish (AmfaQueryClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * amfa_query_client_get_clock_offset:
 *
 * Returns: AWS's clock minus ours in seconds, as the last answer showed it; 0 if they agree
 */
gint64
amfa_query_client_get_clock_offset (AmfaQueryClient *self)
{
  g_return_val_if_fail (AMFA_IS_QUERY_CLIENT (self), 0);

  return amfa_clock_strip_noise (self->wire.clock_offset);
}

/**
 * amfa_query_client_was_resigned:
 *
 * Returns: whether the last request that succeeded had to be signed by AWS's clock instead of ours:
 *   worth a warning
 */
gboolean
amfa_query_client_was_resigned (AmfaQueryClient *self)
{
  g_return_val_if_fail (AMFA_IS_QUERY_CLIENT (self), FALSE);

  return self->wire.was_resigned;
}
