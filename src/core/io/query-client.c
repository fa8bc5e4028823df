#define G_LOG_DOMAIN "amfa-query-client"

#include "query-client.h"

#include <errno.h>

#include "core/model/error.h"
#include "core/model/query-rules.h"
#include "core/model/sigv4.h"
#include "deadline.h"
#include "http-transport.h"

/* One signed POST a call.
 *
 * A call is one or more attempts under one deadline. An attempt is signed, sent, and ends in an
 * answer or an error. Another one follows in two cases only:
 *
 *   - AWS says that the clock is off: for every request, once a call, signed by AWS's clock. The
 *     signature was looked at before the code was, so nothing has been consumed.
 *   - The service is busy or the connection failed: never for a request that carries a code. AWS
 *     takes a code once, and after a lost answer nobody knows whether it was taken.
 *
 * Every answer of AWS measures how far our clock is off. If it is far, the next requests are signed
 * by AWS's clock at once; if somebody has set ours meanwhile, the first case puts it right again.
 */

#define DEADLINE_MS (30 * 1000)

struct _AmfaQueryClient
{
  GObject parent_instance;

  AmfaHttpTransport *transport;
  gboolean has_environment_ca_bundle;
  guint deadline_ms;
  gint64 clock_offset;
  gboolean was_resigned;
};

G_DEFINE_FINAL_TYPE (AmfaQueryClient, amfa_query_client, G_TYPE_OBJECT)

typedef struct
{
  AmfaEndpoint *endpoint;
  AmfaCredentials *credentials;
  char *action;
  char *serial;
  AmfaSecret *body;
  gboolean carries_code;

  AmfaDeadline *deadline;

  guint attempts;
  gboolean is_resigned;
  gint64 skew;    /* seconds, added to our clock for the signature */
  gint64 started; /* monotonic, µs */
} Call;

static void send_attempt (GTask *task);

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_pointer (&call->deadline, amfa_deadline_free);
  amfa_endpoint_free (call->endpoint);
  amfa_credentials_unref (call->credentials);
  amfa_secret_unref (call->body);
  g_free (call->action);
  g_free (call->serial);
  g_free (call);
}

static Call *
call_new (AmfaQueryClient *self, const AmfaQuery *query, GCancellable *cancellable)
{
  const char *version = amfa_service_get_api_version (query->endpoint->service);
  Call *call = g_new0 (Call, 1);

  call->endpoint = amfa_endpoint_copy (query->endpoint);
  call->credentials = amfa_credentials_ref (query->credentials);
  call->action = g_strdup (query->action);
  call->serial = g_strdup (query->serial);
  call->carries_code = query->carries_code;
  call->body =
      amfa_query_form_encode (query->action, version, query->parameters, query->n_parameters);
  call->deadline = amfa_deadline_new (self->deadline_ms, cancellable);
  call->skew = amfa_clock_skew_to_sign_with (self->clock_offset);
  call->started = g_get_monotonic_time ();
  return call;
}

/* Milliseconds since the call began. */
static gint64
get_elapsed (const Call *call)
{
  return (g_get_monotonic_time () - call->started) / 1000;
}

static gboolean
on_pause_over (gpointer user_data)
{
  send_attempt (G_TASK (user_data));
  return G_SOURCE_REMOVE;
}

/* Ends the call with @error (transfer full), or begins another attempt after a pause. */
static void
fail_attempt (GTask *task, GError *error)
{
  Call *call = g_task_get_task_data (task);
  GCancellable *cancellable = amfa_deadline_get_cancellable (call->deadline);
  int delay = -1;

  if (amfa_error_is_cancelled (error) && amfa_deadline_is_over (call->deadline))
    {
      g_error_free (error);
      error = amfa_error_new (AMFA_ERROR_NETWORK,
                              &(AmfaErrorDetails){ .subject = call->endpoint->host,
                                                   .quote = g_strerror (ETIMEDOUT),
                                                   .reason = G_IO_ERROR_TIMED_OUT });
    }

  if (!call->carries_code)
    delay = amfa_query_retry_delay (error, call->attempts, g_random_double ());
  if (delay < 0)
    {
      g_task_return_error (task, error);
      return;
    }

  g_autoptr (GSource) pause = g_timeout_source_new (delay);
  g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);

  g_source_set_dummy_callback (cancelled);
  g_source_add_child_source (pause, cancelled);
  g_task_attach_source (task, pause, on_pause_over);
  g_error_free (error);
}

/* Only an answer in AWS's own shape measures the clock: a captive portal's is nobody's business. */
static gboolean
measure_clock (AmfaQueryClient *self,
               const AmfaHttpAnswer *answer,
               const AmfaServiceError *service_error)
{
  gint64 server_time = answer->date;

  if (service_error)
    amfa_service_error_get_server_time (service_error, &server_time);
  if (server_time == 0)
    return FALSE;

  self->clock_offset = amfa_clock_measure (server_time, answer->sent_at, answer->answered_at);
  return TRUE;
}

static void
on_answer_ready (GObject *transport, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AmfaQueryClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  const char *host = call->endpoint->host;
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaHttpAnswer) answer =
      amfa_http_transport_post_finish (AMFA_HTTP_TRANSPORT (transport), result, &error);
  g_autoptr (AmfaResponse) response = answer ? amfa_http_answer_parse (answer, host, &error) : NULL;

  if (!response)
    {
      g_debug ("%s %s: no answer of AWS, %" G_GINT64_FORMAT " ms", call->action, host,
               get_elapsed (call));
      fail_attempt (task, g_steal_pointer (&error));
      return;
    }

  g_autoptr (AmfaServiceError) service_error = amfa_response_get_error (response);
  gboolean is_measured = measure_clock (self, answer, service_error);
  const char *request_id = amfa_response_get_request_id (response);

  g_debug ("%s %s: HTTP %u%s%s, request %s, %" G_GINT64_FORMAT " ms", call->action, host,
           answer->status, service_error ? " " : "", service_error ? service_error->code : "",
           request_id ? request_id : "-", get_elapsed (call));

  if (!service_error)
    {
      self->was_resigned = call->skew != 0;
      g_task_return_pointer (task, g_steal_pointer (&response),
                             (GDestroyNotify) amfa_response_free);
    }
  else if (is_measured && !call->is_resigned && amfa_service_error_is_clock (service_error))
    {
      call->is_resigned = TRUE;
      call->skew = self->clock_offset;
      send_attempt (task);
    }
  else
    {
      const char *key_id = amfa_credentials_get_key_id (call->credentials);

      fail_attempt (task, amfa_service_error_to_error (service_error, answer->status, host, key_id,
                                                       call->serial, self->clock_offset));
    }
}

static void
send_attempt (GTask *task)
{
  AmfaQueryClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  const AmfaEndpoint *endpoint = call->endpoint;
  AmfaSecret *token = amfa_credentials_get_token (call->credentials);
  AmfaSigv4Field fields[] = {
    { "Host", endpoint->host },
    { "Content-Type", AMFA_QUERY_FORM_CONTENT_TYPE },
  };
  AmfaSigv4Request request = {
    .method = "POST",
    .path = endpoint->path,
    .headers = fields,
    .n_headers = G_N_ELEMENTS (fields),
    .body = amfa_secret_peek (call->body),
    .body_length = amfa_secret_get_length (call->body),
  };
  AmfaSigv4Scope scope = {
    .region = endpoint->signing_region,
    .service = amfa_service_get_signing_name (endpoint->service),
    .time = g_get_real_time () / G_USEC_PER_SEC + call->skew,
    .normalize_path = TRUE,
    .sign_token = TRUE,
  };
  g_autofree char *time = amfa_sigv4_format_time (scope.time);
  g_autofree char *authorization = amfa_sigv4_sign (&request, call->credentials, &scope);
  AmfaHttpHeader headers[] = {
    { "X-Amz-Date", time },
    { "X-Amz-Security-Token", token ? amfa_secret_peek (token) : NULL },
    { "Authorization", authorization },
  };
  AmfaHttpPost post = {
    .url = endpoint->url,
    .host = endpoint->host,
    .content_type = AMFA_QUERY_FORM_CONTENT_TYPE,
    .body = call->body,
    .headers = headers,
    .n_headers = G_N_ELEMENTS (headers),
  };

  call->attempts++;
  amfa_http_transport_post_async (self->transport, &post,
                                  amfa_deadline_get_cancellable (call->deadline), on_answer_ready,
                                  g_object_ref (task));
}

static void
amfa_query_client_dispose (GObject *object)
{
  AmfaQueryClient *self = AMFA_QUERY_CLIENT (object);

  g_clear_object (&self->transport);

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
  self->deadline_ms = DEADLINE_MS;
}

/**
 * amfa_query_client_new:
 * @environment: where the proxy and the CA bundle are looked up; not kept
 *
 * One client a program: it keeps its connections warm and knows how far the clock is off.
 *
 * Returns: (transfer full): a new client, to be used with the main context of its first use
 */
AmfaQueryClient *
amfa_query_client_new (const AmfaEnvironment *environment)
{
  AmfaQueryClient *self = g_object_new (AMFA_TYPE_QUERY_CLIENT, NULL);

  self->transport = amfa_http_transport_new (environment->https_proxy, environment->no_proxy);
  self->has_environment_ca_bundle = environment->ca_bundle != NULL;
  amfa_http_transport_set_ca_bundle (self->transport, environment->ca_bundle);
  return self;
}

/**
 * amfa_query_client_set_ca_bundle:
 * @path: (nullable): the profile's ca_bundle
 *
 * AWS_CA_BUNDLE goes before it, as in botocore. A file that cannot be used fails the next request
 * with %AMFA_ERROR_TLS.
 */
void
amfa_query_client_set_ca_bundle (AmfaQueryClient *self, const char *path)
{
  g_return_if_fail (AMFA_IS_QUERY_CLIENT (self));

  if (!self->has_environment_ca_bundle)
    amfa_http_transport_set_ca_bundle (self->transport, path);
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

  amfa_http_transport_set_timeout (self->transport, step_seconds);
  self->deadline_ms = deadline_ms;
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

  amfa_http_transport_preconnect (self->transport, endpoint->url, endpoint->host);
}

/**
 * amfa_query_client_send_async:
 * @query: what to ask; copied
 *
 * Errors: %G_IO_ERROR_CANCELLED if @cancellable was, else %AMFA_ERROR: one of those for "AWS
 * answered" and "nobody answered, or not AWS", or %AMFA_ERROR_ENDPOINT_BAD.
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

  g_task_set_task_data (task, call_new (self, query, cancellable), call_free);
  send_attempt (task);
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

  return amfa_clock_strip_noise (self->clock_offset);
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

  return self->was_resigned;
}
