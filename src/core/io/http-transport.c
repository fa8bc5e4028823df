#define G_LOG_DOMAIN "amfa-http-transport"

#include "http-transport.h"

#include <libsoup/soup.h>

#include "amfa-config.h"
#include "core/model/error.h"
#include "core/model/query-rules.h"
#include "ca-bundle.h"
#include "connect-proxy.h"
#include "deadline.h"
#include "http-body.h"
#include "proxy-resolver.h"

/* libsoup 3.2, and what has to be done by hand about it:
 *
 *   - It follows a redirected POST as a GET, to other hosts too, and takes the session token's
 *     header along: NO_REDIRECT.
 *   - It reuses a connection for a POST only with IDEMPOTENT (and does not repeat it even so).
 *   - Its timeout is one for each step, so a dripping server holds it for ever; and there are peers
 *     with whom a message never ends, cancelled or not. So a post ends itself when it is told to,
 *     whatever libsoup makes of its message, and what comes later is dropped. Connections that had
 *     such a message are set aside: no new one gets them, and they are torn down when their other
 *     posts, which may have a code under way, have ended.
 *   - A body without end is read without end, and not every way of reading minds one that is
 *     shorter than its Content-Length: at most 1 MiB is read, and the length is handed up to be
 *     compared.
 *   - It reads what comes before an answer ("100 Continue") without end, and the main loop waits
 *     for that: a few are enough.
 *   - It takes any version of TLS that the library below takes: each message looks at its
 *     connection before anything of it leaves. (connect-proxy.c does so on the way to a proxy.)
 *
 * No Accept header is sent: XML is what every server answers by default, while some answer JSON, or
 * not at all, to one who is particular. No compression either: it is only another way to be big. */

#define STEP_TIMEOUT_SECONDS 10

/* AWS sends none of them, a proxy perhaps one. */
#define MAX_PREAMBLES 10

/* What a connection is worth after its last use: later a middlebox may have dropped it unseen. */
#define WARM_SECONDS 10

/* The connections under one set of trust anchors. */
typedef struct
{
  SoupSession *session;
  const char *proxy_origin; /* nullable: it is the desktop's; for errors */
  AmfaDeadline *preconnect; /* while one is under way */
  guint posts;              /* under way, and waited for */
  gboolean is_set_aside;
  char *warm_host; /* whose connection was used last… */
  gint64 used_at;  /* …and when: monotonic, µs */
} Pool;

struct _AmfaHttpTransport
{
  GObject parent_instance;

  GProxyResolver *proxy_resolver;
  const char *proxy_origin;
  guint timeout;
  GHashTable *pools; /* the CA bundle's path, "" for the system's authorities → Pool */
};

G_DEFINE_FINAL_TYPE (AmfaHttpTransport, amfa_http_transport, G_TYPE_OBJECT)

/* Belongs to the callback that libsoup owes. */
typedef struct
{
  GTask *task; /* %NULL once it has its answer, or is not waited for any more */
  Pool *pool;
  SoupMessage *message;
  AmfaDeadline *end;
  AmfaEndpoint *endpoint;
  guint preambles; /* informational answers so far */
  gint64 sent_at;
  gint64 answered_at;
} Post;

/* Pools */

static void
pool_clear (gpointer data)
{
  Pool *pool = data;

  g_clear_pointer (&pool->preconnect, amfa_deadline_free);
  g_clear_object (&pool->session);
  g_free (pool->warm_host);
}

static void
pool_unref (gpointer pool)
{
  g_rc_box_release_full (pool, pool_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pool, pool_unref)

static void
abandon_if_unused (Pool *pool)
{
  if (pool->is_set_aside && pool->posts == 0)
    soup_session_abort (pool->session);
}

static void
note_use (Pool *pool, const char *host)
{
  if (g_strcmp0 (pool->warm_host, host) != 0)
    {
      g_free (pool->warm_host);
      pool->warm_host = g_strdup (host);
    }
  pool->used_at = g_get_monotonic_time ();
}

static gboolean
is_warm (const Pool *pool, const char *host)
{
  return pool->warm_host && g_str_equal (pool->warm_host, host) &&
         g_get_monotonic_time () - pool->used_at < WARM_SECONDS * G_USEC_PER_SEC;
}

static Pool *
pool_new (AmfaHttpTransport *self, GTlsDatabase *database)
{
  Pool *pool = g_rc_box_new0 (Pool);

  pool->proxy_origin = self->proxy_origin;
  pool->session = soup_session_new_with_options ("user-agent", "awsmfa/" AMFA_VERSION, "timeout",
                                                 self->timeout, "idle-timeout", WARM_SECONDS,
                                                 "proxy-resolver", self->proxy_resolver, NULL);
  soup_session_remove_feature_by_type (pool->session, SOUP_TYPE_CONTENT_DECODER);
  if (database)
    soup_session_set_tls_database (pool->session, database);
  return pool;
}

/* Returns: (transfer none) (nullable) */
static Pool *
ensure_pool (AmfaHttpTransport *self, const AmfaEndpoint *endpoint, GError **error)
{
  const char *path = endpoint->ca_bundle ? endpoint->ca_bundle : "";
  Pool *pool = g_hash_table_lookup (self->pools, path);
  g_autoptr (GTlsDatabase) database = NULL;

  if (pool && !pool->is_set_aside)
    return pool;

  if (endpoint->ca_bundle)
    {
      database = amfa_ca_bundle_load (endpoint, error);
      if (!database)
        return NULL;
    }

  pool = pool_new (self, database);
  g_hash_table_replace (self->pools, g_strdup (path), pool);
  return pool;
}

/* Posts */

static void
post_free (Post *post)
{
  g_assert (!post->task);
  g_signal_handlers_disconnect_by_data (post->message, post);
  g_clear_object (&post->message);
  g_clear_pointer (&post->pool, pool_unref);
  g_clear_pointer (&post->end, amfa_deadline_free);
  g_clear_pointer (&post->endpoint, amfa_endpoint_free);
  g_free (post);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Post, post_free)

/* Nobody waits for @post any more, which may be gone behind this.
 *
 * Returns: (transfer full): the task that did */
static GTask *
leave (Post *post)
{
  GTask *task = g_steal_pointer (&post->task);
  g_autoptr (Pool) pool = g_steal_pointer (&post->pool);

  pool->posts--;
  abandon_if_unused (pool);
  return task;
}

/* Ends the wait with @error (transfer full), whatever becomes of the message. */
static void
give_up (Post *post, GError *error)
{
  g_autoptr (GTask) task = NULL;

  post->pool->is_set_aside = TRUE;
  task = leave (post);
  g_task_return_error (task, error);
}

static void
on_end (gpointer user_data)
{
  Post *post = user_data;

  if (post->task)
    give_up (post, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "not waited for"));
}

/* As give_up(), and stops the message: to be called last, by a handler of its signals. */
static void
break_off (Post *post, GError *error)
{
  g_autoptr (GCancellable) cancellable = g_object_ref (amfa_deadline_get_cancellable (post->end));

  give_up (post, error);
  g_cancellable_cancel (cancellable);
}

static gboolean
is_tls (SoupMessage *message)
{
  return g_str_equal (g_uri_get_scheme (soup_message_get_uri (message)), "https");
}

/* The connection is there, and nothing of the message has left. */
static void
on_starting (SoupMessage *message, gpointer user_data)
{
  Post *post = user_data;
  const char *outdated = amfa_tls_name_outdated (soup_message_get_tls_protocol_version (message));

  post->sent_at = g_get_real_time ();
  if (post->task && is_tls (message) && outdated)
    break_off (post, amfa_error_new (AMFA_ERROR_TLS,
                                     &(AmfaErrorDetails){ .subject = post->endpoint->host,
                                                          .quote = outdated,
                                                          .reason = AMFA_TLS_PROBLEM_TOO_OLD }));
}

static void
on_got_informational (SoupMessage *message, gpointer user_data)
{
  Post *post = user_data;

  post->preambles++;
  if (post->task && post->preambles > MAX_PREAMBLES)
    break_off (post,
               amfa_error_new (AMFA_ERROR_PROTOCOL,
                               &(AmfaErrorDetails){ .subject = post->endpoint->host,
                                                    .reason = AMFA_PROTOCOL_PROBLEM_NOT_XML }));
}

/* An encrypted proxy is trusted as its pool's hosts are. */
static void
on_network_event (SoupMessage *message,
                  GSocketClientEvent event,
                  GIOStream *connection,
                  gpointer session)
{
  if (event == G_SOCKET_CLIENT_PROXY_NEGOTIATING)
    amfa_connect_proxy_set_anchors (connection, soup_session_get_tls_database (session));
}

static SoupMessage *
new_message (Pool *pool, const AmfaEndpoint *endpoint, GError **error)
{
  SoupMessage *message = soup_message_new (SOUP_METHOD_POST, endpoint->url);

  if (!message)
    {
      amfa_set_error (
          error, AMFA_ERROR_ENDPOINT_BAD,
          &(AmfaErrorDetails){ .subject = endpoint->url, .reason = AMFA_ENDPOINT_PROBLEM_URL });
      return NULL;
    }

  soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_NO_REDIRECT);
  /* A 401 is an answer and no invitation. */
  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);
  g_signal_connect_object (message, "network-event", G_CALLBACK (on_network_event), pool->session,
                           0);
  return message;
}

/* With what only the request knows; @error: (transfer full) */
static GError *
error_from_proxy (const Post *post, GError *error)
{
  g_autoptr (GError) original = error;
  const AmfaEndpoint *endpoint = post->endpoint;

  if (original->code == AMFA_ERROR_TLS)
    {
      AmfaErrorDetails details = *amfa_error_get_details (original);

      details.other = endpoint->ca_bundle;
      details.origin = endpoint->ca_bundle_origin;
      details.proxy_origin = post->pool->proxy_origin;
      return amfa_error_new (AMFA_ERROR_TLS, &details);
    }
  amfa_error_set_origin (original, post->pool->proxy_origin);
  return amfa_error_with_subject (g_steal_pointer (&original), endpoint->host);
}

static GError *
error_from_soup (Post *post, GError *error)
{
  g_autoptr (GError) transport = error;

  /* Of the resolver. */
  if (g_error_matches (transport, AMFA_ERROR, AMFA_ERROR_ENDPOINT_BAD))
    return g_steal_pointer (&transport);

  if (transport->domain == AMFA_ERROR)
    return error_from_proxy (post, g_steal_pointer (&transport));

  /* Somebody speaks, but not HTTP. */
  if (transport->domain == SOUP_SESSION_ERROR)
    return amfa_error_new (AMFA_ERROR_PROTOCOL,
                           &(AmfaErrorDetails){ .subject = post->endpoint->host,
                                                .quote = transport->message,
                                                .reason = AMFA_PROTOCOL_PROBLEM_NOT_XML });

  return amfa_transport_error (transport,
                               soup_message_get_tls_peer_certificate_errors (post->message),
                               post->answered_at > 0, post->endpoint);
}

/* Ends the wait with what libsoup says. */
static void
fail (Post *post, GError *error)
{
  GError *translated = error_from_soup (post, error);
  g_autoptr (GTask) task = leave (post);

  g_task_return_error (task, translated);
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
  g_autoptr (Post) post = user_data;
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  g_autoptr (GBytes) body = amfa_http_body_read_finish (G_INPUT_STREAM (stream), result, &error);

  if (!post->task)
    {
      g_clear_error (&error);
      return;
    }
  if (!body)
    {
      fail (post, error);
      return;
    }
  note_use (post->pool, post->endpoint->host);
  task = leave (post);
  g_task_return_pointer (task, answer_from_post (post, body),
                         (GDestroyNotify) amfa_http_answer_free);
}

static void
on_headers_ready (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Post) post = user_data;
  GError *error = NULL;
  g_autoptr (GInputStream) stream =
      soup_session_send_finish (SOUP_SESSION (session), result, &error);

  if (!post->task)
    {
      g_clear_error (&error);
      return;
    }
  if (!stream)
    {
      fail (post, error);
      return;
    }

  post->answered_at = g_get_real_time ();
  amfa_http_body_read_async (stream, amfa_deadline_get_cancellable (post->end), on_body_ready,
                             post);
  g_steal_pointer (&post);
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

  g_hash_table_remove_all (self->pools);
  g_clear_object (&self->proxy_resolver);

  G_OBJECT_CLASS (amfa_http_transport_parent_class)->dispose (object);
}

static void
amfa_http_transport_finalize (GObject *object)
{
  g_hash_table_unref (AMFA_HTTP_TRANSPORT (object)->pools);

  G_OBJECT_CLASS (amfa_http_transport_parent_class)->finalize (object);
}

static void
amfa_http_transport_class_init (AmfaHttpTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_http_transport_dispose;
  G_OBJECT_CLASS (klass)->finalize = amfa_http_transport_finalize;
}

static void
amfa_http_transport_init (AmfaHttpTransport *self)
{
  self->timeout = STEP_TIMEOUT_SECONDS;
  self->pools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, pool_unref);
}

AmfaHttpTransport *
amfa_http_transport_new (const char *https_proxy, const char *no_proxy)
{
  AmfaHttpTransport *self = g_object_new (AMFA_TYPE_HTTP_TRANSPORT, NULL);

  self->proxy_resolver = amfa_proxy_resolver_new (https_proxy, no_proxy);
  self->proxy_origin = https_proxy && *https_proxy ? "HTTPS_PROXY" : NULL;
  return self;
}

/* How long a step (connect, handshake, each read or write) may take. */
void
amfa_http_transport_set_timeout (AmfaHttpTransport *self, guint seconds)
{
  self->timeout = seconds;
  g_hash_table_remove_all (self->pools);
}

/* Pre-connecting */

static void
on_preconnect_ready (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Pool) pool = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&pool->preconnect, amfa_deadline_free);
  if (!soup_session_preconnect_finish (SOUP_SESSION (session), result, &error))
    {
      g_debug ("preconnect: %s", error->message);
      g_clear_pointer (&pool->warm_host, g_free);
      amfa_connect_proxy_end_request ();
    }
}

static void
on_preconnect_end (gpointer user_data)
{
  g_autoptr (Pool) pool = g_rc_box_acquire (user_data);

  g_clear_pointer (&pool->preconnect, amfa_deadline_free);
  pool->is_set_aside = TRUE;
  abandon_if_unused (pool);
}

/**
 * amfa_http_transport_preconnect:
 * @milliseconds: what it may take
 *
 * Opens a connection that the next request will find. Does nothing if there is one already, or
 * about to be; errors are left for the request to find.
 */
void
amfa_http_transport_preconnect (AmfaHttpTransport *self,
                                const AmfaEndpoint *endpoint,
                                guint milliseconds)
{
  Pool *pool = ensure_pool (self, endpoint, NULL);

  if (!pool || pool->preconnect || pool->posts > 0 || is_warm (pool, endpoint->host))
    return;

  g_autoptr (SoupMessage) message = new_message (pool, endpoint, NULL);

  if (!message)
    return;

  note_use (pool, endpoint->host);
  pool->preconnect = amfa_deadline_new (milliseconds, NULL, on_preconnect_end, pool);
  soup_session_preconnect_async (pool->session, message, G_PRIORITY_DEFAULT, NULL,
                                 on_preconnect_ready, g_rc_box_acquire (pool));
}

/* Posting */

static void
fill_message (SoupMessage *message, const AmfaHttpPost *post)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autoptr (GBytes) body = g_bytes_new_with_free_func (
      amfa_secret_peek (post->body), amfa_secret_get_length (post->body),
      (GDestroyNotify) amfa_secret_unref, amfa_secret_ref (post->body));

  soup_message_set_request_body_from_bytes (message, post->content_type, body);
  for (gsize i = 0; i < post->n_headers; i++)
    if (post->headers[i].value)
      soup_message_headers_replace (headers, post->headers[i].name, post->headers[i].value);
}

/**
 * amfa_http_transport_post_async:
 * @post: what to send, copied
 * @cancellable: ends it at once
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
  Pool *pool = ensure_pool (self, post->endpoint, &error);
  SoupMessage *message = pool ? new_message (pool, post->endpoint, &error) : NULL;

  g_task_set_source_tag (task, amfa_http_transport_post_async);

  if (!message)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  Post *data = g_new0 (Post, 1);

  fill_message (message, post);
  g_signal_connect (message, "starting", G_CALLBACK (on_starting), data);
  g_signal_connect (message, "got-informational", G_CALLBACK (on_got_informational), data);
  g_signal_connect (message, "wrote-body", G_CALLBACK (on_wrote_body), data);
  pool->posts++;
  data->task = g_steal_pointer (&task);
  data->pool = g_rc_box_acquire (pool);
  data->message = message;
  data->endpoint = amfa_endpoint_copy (post->endpoint);
  data->end = amfa_deadline_new (0, cancellable, on_end, data);
  soup_session_send_async (pool->session, message, G_PRIORITY_DEFAULT,
                           amfa_deadline_get_cancellable (data->end), on_headers_ready, data);
}

AmfaHttpAnswer *
amfa_http_transport_post_finish (AmfaHttpTransport *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
