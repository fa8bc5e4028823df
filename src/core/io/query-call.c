#define G_LOG_DOMAIN "amfa-query-call"

#include "query-call.h"

#include <errno.h>

#include "core/model/error.h"
#include "core/model/query-rules.h"
#include "core/model/sigv4.h"
#include "connect-proxy.h"
#include "deadline.h"

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

typedef struct
{
  AmfaQueryWire *wire;
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
call_new (AmfaQueryWire *wire, const AmfaQuery *query, GCancellable *cancellable)
{
  const char *version = amfa_service_get_api_version (query->endpoint->service);
  Call *call = g_new0 (Call, 1);

  call->wire = wire;
  call->endpoint = amfa_endpoint_copy (query->endpoint);
  call->credentials = amfa_credentials_ref (query->credentials);
  call->action = g_strdup (query->action);
  call->serial = g_strdup (query->serial);
  call->carries_code = query->carries_code;
  call->body =
      amfa_query_form_encode (query->action, version, query->parameters, query->n_parameters);
  call->deadline = amfa_deadline_new (wire->deadline_ms, cancellable, NULL, NULL);
  call->skew = amfa_clock_skew_to_sign_with (wire->clock_offset);
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

  if (error->domain == AMFA_ERROR)
    amfa_endpoint_doubt_region (call->endpoint, error);
  if (!call->carries_code)
    delay = amfa_query_retry_delay (error, call->attempts, g_random_double ());
  if (delay < 0)
    {
      amfa_connect_proxy_end_request ();
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
measure_clock (AmfaQueryWire *wire,
               const AmfaHttpAnswer *answer,
               const AmfaServiceError *service_error)
{
  gint64 server_time = answer->date;

  if (service_error)
    amfa_service_error_get_server_time (service_error, &server_time);
  if (!amfa_clock_is_possible (server_time))
    return FALSE;

  wire->clock_offset = amfa_clock_measure (server_time, answer->sent_at, answer->answered_at);
  wire->is_clock_measured = TRUE;
  return TRUE;
}

static void
on_answer_ready (GObject *transport, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
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
  gboolean is_measured = measure_clock (call->wire, answer, service_error);
  const char *request_id = amfa_response_get_request_id (response);

  g_debug ("%s %s: HTTP %u%s%s, request %s, %" G_GINT64_FORMAT " ms", call->action, host,
           answer->status, service_error ? " " : "", service_error ? service_error->code : "",
           request_id ? request_id : "-", get_elapsed (call));

  if (!service_error)
    {
      amfa_response_set_answered (
          response,
          amfa_clock_judge (answer->date, answer->answered_at,
                            call->wire->is_clock_measured ? &call->wire->clock_offset : NULL));
      call->wire->was_resigned = call->skew != 0;
      g_task_return_pointer (task, g_steal_pointer (&response),
                             (GDestroyNotify) amfa_response_free);
    }
  else if (is_measured && !call->is_resigned && amfa_service_error_is_clock (service_error))
    {
      call->is_resigned = TRUE;
      call->skew = call->wire->clock_offset;
      send_attempt (task);
    }
  else
    {
      const AmfaServiceContext context = {
        .http_status = answer->status,
        .endpoint = call->endpoint,
        .key_id = amfa_credentials_get_key_id (call->credentials),
        .has_token = amfa_credentials_get_token (call->credentials) != NULL,
        .serial = call->serial,
        .clock_offset = call->wire->clock_offset,
      };

      fail_attempt (task, amfa_service_error_to_error (service_error, &context));
    }
}

static void
send_attempt (GTask *task)
{
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
    .endpoint = endpoint,
    .content_type = AMFA_QUERY_FORM_CONTENT_TYPE,
    .body = call->body,
    .headers = headers,
    .n_headers = G_N_ELEMENTS (headers),
  };

  call->attempts++;
  amfa_http_transport_post_async (call->wire->transport, &post,
                                  amfa_deadline_get_cancellable (call->deadline), on_answer_ready,
                                  g_object_ref (task));
}

/**
 * amfa_query_call_run:
 * @task: (transfer full): gets an #AmfaResponse without an error document in it, or an error; has
 *   no data yet
 * @wire: stays as long as @task
 * @query: what to ask; copied
 */
void
amfa_query_call_run (GTask *task, AmfaQueryWire *wire, const AmfaQuery *query)
{
  g_autoptr (GTask) owned = task;

  g_task_set_task_data (task, call_new (wire, query, g_task_get_cancellable (task)), call_free);
  send_attempt (task);
}
