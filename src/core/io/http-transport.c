#define G_LOG_DOMAIN "amfa-http-transport"

#include "http-transport.h"

#include <libsoup/soup.h>

#include "amfa-config.h"
#include "core/model/error.h"
#include "core/model/query-rules.h"
#include "ca-bundle.h"
#include "http-body.h"
#include "proxy-resolver.h"

/* libsoup 3.2, and what has to be done by hand about it:
 *
 *   - It follows a redirected POST as a GET, to other hosts too, and takes the session token's
 *     header along: NO_REDIRECT.
 *   - It reuses a connection for a POST only with IDEMPOTENT (and does not repeat it even so).
 *   - Its timeout is one for each step, so a dripping server holds it for ever: whoever calls has a
 *     deadline and cancels.
 *   - A body without end is read without end, and not every way of reading minds one that is
 *     shorter than its Content-Length: at most 1 MiB is read, and the length is handed up to be
 *     compared.
 *   - A proxy that refuses CONNECT looks like an answer of the server. The request has not left
 *     then, which tells the two apart.
 *
 * No Accept header is sent: XML is what every server answers by default, while some answer JSON, or
 * not at all, to one who is particular. No compression either: it is only another way to be big. */

#define STEP_TIMEOUT_SECONDS 10

/* What a connection is worth after its last use: later a middlebox may have dropped it unseen. */
#define WARM_SECONDS 10

struct _AmfaHttpTransport
{
  GObject parent_instance;

  GProxyResolver *proxy_resolver;
  char *ca_bundle;
  guint timeout;

  SoupSession *session; /* made at the first use */
  gboolean is_preconnecting;
  guint posts;     /* under way */
  char *warm_host; /* whose connection was used last… */
  gint64 used_at;  /* …and when: monotonic, µs */
};

G_DEFINE_FINAL_TYPE (AmfaHttpTransport, amfa_http_transport, G_TYPE_OBJECT)

typedef struct
{
  AmfaHttpTransport *transport;
  SoupMessage *message;
  char *host;
  gint64 sent_at;
  gint64 answered_at;
} Post;

static void
note_use (AmfaHttpTransport *self, const char *host)
{
  if (g_strcmp0 (self->warm_host, host) != 0)
    {
      g_free (self->warm_host);
      self->warm_host = g_strdup (host);
    }
  self->used_at = g_get_monotonic_time ();
}

static gboolean
is_warm (AmfaHttpTransport *self, const char *host)
{
  return self->warm_host && g_str_equal (self->warm_host, host) &&
         g_get_monotonic_time () - self->used_at < WARM_SECONDS * G_USEC_PER_SEC;
}

static void
post_free (gpointer data)
{
  Post *post = data;

  post->transport->posts--;
  g_signal_handlers_disconnect_by_data (post->message, post);
  g_clear_object (&post->message);
  g_clear_object (&post->transport);
  g_free (post->host);
  g_free (post);
}

static SoupSession *
ensure_session (AmfaHttpTransport *self, const char *host, GError **error)
{
  g_autoptr (GTlsDatabase) database = NULL;

  if (self->session)
    return self->session;

  if (self->ca_bundle)
    {
      database = amfa_ca_bundle_load (self->ca_bundle, host, error);
      if (!database)
        return NULL;
    }

  self->session = soup_session_new_with_options ("user-agent", "awsmfa/" AMFA_VERSION, "timeout",
                                                 self->timeout, "idle-timeout", WARM_SECONDS,
                                                 "proxy-resolver", self->proxy_resolver, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  if (database)
    soup_session_set_tls_database (self->session, database);

  return self->session;
}

static SoupMessage *
new_message (const char *url, const char *host, GError **error)
{
  SoupMessage *message = soup_message_new (SOUP_METHOD_POST, url);

  if (!message)
    {
      amfa_set_error (error, AMFA_ERROR_ENDPOINT_BAD,
                      &(AmfaErrorDetails){ .subject = url, .reason = AMFA_ENDPOINT_PROBLEM_URL });
      return NULL;
    }

  soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_NO_REDIRECT);
  /* For the message itself, not for the proxy's CONNECT: a 401 is an answer and no invitation. */
  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);
  return message;
}

static GError *
error_from_soup (Post *post, GError *error)
{
  g_autoptr (GError) transport = error;

  /* Of the resolver. */
  if (amfa_error_is_cancelled (transport) || transport->domain == AMFA_ERROR)
    return g_steal_pointer (&transport);

  /* A password that the proxy does not take is offered again and again. */
  if (post->sent_at == 0 &&
      g_error_matches (transport, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_TOO_MANY_RESTARTS))
    return amfa_error_new (
        AMFA_ERROR_NETWORK,
        &(AmfaErrorDetails){ .subject = post->host,
                             .quote = "HTTP 407 Proxy Authentication Required" });

  /* Somebody speaks, but not HTTP. */
  if (transport->domain == SOUP_SESSION_ERROR)
    return amfa_error_new (AMFA_ERROR_PROTOCOL,
                           &(AmfaErrorDetails){ .subject = post->host,
                                                .quote = transport->message,
                                                .reason = AMFA_PROTOCOL_PROBLEM_NOT_XML });

  return amfa_transport_error (transport,
                               soup_message_get_tls_peer_certificate_errors (post->message),
                               post->answered_at > 0, post->host);
}

static GError *
error_from_proxy (Post *post)
{
  const char *phrase = soup_message_get_reason_phrase (post->message);
  g_autofree char *quote =
      g_strdup_printf ("HTTP %u %s", soup_message_get_status (post->message), phrase ? phrase : "");

  return amfa_error_new (AMFA_ERROR_NETWORK,
                         &(AmfaErrorDetails){ .subject = post->host, .quote = g_strchomp (quote) });
}

static AmfaHttpAnswer *
answer_from_post (Post *post, GBytes *body)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (post->message);
  const char *phrase = soup_message_get_reason_phrase (post->message);
  const char *date = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime) server_time = date ? soup_date_time_new_from_http_string (date) : NULL;
  AmfaHttpAnswer *answer = g_new0 (AmfaHttpAnswer, 1);

  answer->status = soup_message_get_status (post->message);
  answer->reason_phrase = g_strdup (phrase ? phrase : "");
  answer->content_type = g_strdup (soup_message_headers_get_content_type (headers, NULL));
  answer->content_length =
      soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
          ? soup_message_headers_get_content_length (headers)
          : -1;
  answer->date = server_time ? g_date_time_to_unix (server_time) : 0;
  answer->body = g_bytes_ref (body);
  answer->sent_at = post->sent_at;
  answer->answered_at = post->answered_at;
  return answer;
}

static void
on_body_ready (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Post *post = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) body = amfa_http_body_read_finish (G_INPUT_STREAM (stream), result, &error);

  if (!body)
    {
      g_task_return_error (task, error_from_soup (post, error));
      return;
    }

  note_use (post->transport, post->host);
  g_task_return_pointer (task, answer_from_post (post, body),
                         (GDestroyNotify) amfa_http_answer_free);
}

static void
on_headers_ready (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Post *post = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  g_autoptr (GInputStream) stream =
      soup_session_send_finish (SOUP_SESSION (session), result, &error);

  if (!stream)
    {
      g_task_return_error (task, error_from_soup (post, error));
      return;
    }

  /* Nothing has left, yet here is a status: the proxy's, which would not let us through. */
  if (post->sent_at == 0)
    {
      g_task_return_error (task, error_from_proxy (post));
      return;
    }

  post->answered_at = g_get_real_time ();
  amfa_http_body_read_async (stream, cancellable, on_body_ready, g_steal_pointer (&task));
}

static void
on_wrote_body (SoupMessage *message, gpointer user_data)
{
  Post *post = user_data;

  post->sent_at = g_get_real_time ();
}

static void
amfa_http_transport_dispose (GObject *object)
{
  AmfaHttpTransport *self = AMFA_HTTP_TRANSPORT (object);

  g_clear_object (&self->session);
  g_clear_object (&self->proxy_resolver);
  g_clear_pointer (&self->ca_bundle, g_free);
  g_clear_pointer (&self->warm_host, g_free);

  G_OBJECT_CLASS (amfa_http_transport_parent_class)->dispose (object);
}

static void
amfa_http_transport_class_init (AmfaHttpTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_http_transport_dispose;
}

static void
amfa_http_transport_init (AmfaHttpTransport *self)
{
  self->timeout = STEP_TIMEOUT_SECONDS;
}

AmfaHttpTransport *
amfa_http_transport_new (const char *https_proxy, const char *no_proxy)
{
  AmfaHttpTransport *self = g_object_new (AMFA_TYPE_HTTP_TRANSPORT, NULL);

  self->proxy_resolver = amfa_proxy_resolver_new (https_proxy, no_proxy);
  return self;
}

/**
 * amfa_http_transport_set_ca_bundle:
 * @path: (nullable): a file of PEM certificates, in place of the system's authorities
 *
 * Takes effect with the next request, on a connection of its own: what was trusted by another
 * bundle is not used any more. A file that cannot be used fails that request.
 */
void
amfa_http_transport_set_ca_bundle (AmfaHttpTransport *self, const char *path)
{
  g_autofree char *absolute = path ? g_canonicalize_filename (path, NULL) : NULL;

  if (g_strcmp0 (self->ca_bundle, absolute) == 0)
    return;

  g_free (self->ca_bundle);
  self->ca_bundle = g_steal_pointer (&absolute);
  g_clear_object (&self->session);
  g_clear_pointer (&self->warm_host, g_free);
}

/* How long a step (connect, handshake, each read or write) may take. */
void
amfa_http_transport_set_timeout (AmfaHttpTransport *self, guint seconds)
{
  self->timeout = seconds;
  g_clear_object (&self->session);
}

static void
on_preconnect_ready (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AmfaHttpTransport) self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_preconnecting = FALSE;
  if (!soup_session_preconnect_finish (SOUP_SESSION (session), result, &error))
    {
      g_debug ("preconnect: %s", error->message);
      g_clear_pointer (&self->warm_host, g_free);
    }
}

/**
 * amfa_http_transport_preconnect:
 *
 * Opens a connection that the next request will find. Does nothing if there is one already, or
 * about to be; errors are left for the request to find.
 */
void
amfa_http_transport_preconnect (AmfaHttpTransport *self, const char *url, const char *host)
{
  if (self->is_preconnecting || self->posts > 0 || is_warm (self, host))
    return;

  g_autoptr (SoupMessage) message = new_message (url, host, NULL);
  SoupSession *session = message ? ensure_session (self, host, NULL) : NULL;

  if (!session)
    return;

  self->is_preconnecting = TRUE;
  note_use (self, host);
  soup_session_preconnect_async (session, message, G_PRIORITY_DEFAULT, NULL, on_preconnect_ready,
                                 g_object_ref (self));
}

/**
 * amfa_http_transport_post_async:
 * @post: what to send, copied
 *
 * Errors: %G_IO_ERROR_CANCELLED, %AMFA_ERROR_NETWORK, %AMFA_ERROR_TLS, %AMFA_ERROR_PROTOCOL,
 * %AMFA_ERROR_ENDPOINT_BAD.
 */
void
amfa_http_transport_post_async (AmfaHttpTransport *self,
                                const AmfaHttpPost *post,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  SoupSession *session = ensure_session (self, post->host, &error);
  SoupMessage *message = session ? new_message (post->url, post->host, &error) : NULL;

  g_task_set_source_tag (task, amfa_http_transport_post_async);

  if (!message)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  Post *data = g_new0 (Post, 1);
  g_autoptr (GBytes) body = g_bytes_new_with_free_func (
      amfa_secret_peek (post->body), amfa_secret_get_length (post->body),
      (GDestroyNotify) amfa_secret_unref, amfa_secret_ref (post->body));

  soup_message_set_request_body_from_bytes (message, post->content_type, body);
  for (gsize i = 0; i < post->n_headers; i++)
    if (post->headers[i].value)
      soup_message_headers_replace (headers, post->headers[i].name, post->headers[i].value);
  g_signal_connect (message, "wrote-body", G_CALLBACK (on_wrote_body), data);

  data->transport = g_object_ref (self);
  data->message = message;
  data->host = g_strdup (post->host);
  self->posts++;
  g_task_set_task_data (task, data, post_free);

  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, cancellable, on_headers_ready,
                           g_steal_pointer (&task));
}

AmfaHttpAnswer *
amfa_http_transport_post_finish (AmfaHttpTransport *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
