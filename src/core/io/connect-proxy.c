#define G_LOG_DOMAIN "amfa-connect-proxy"

#include "connect-proxy.h"

#include <gio/gio.h>
#include <string.h>

#include "core/model/error.h"
#include "core/model/proxy-address.h"
#include "core/model/proxy-challenge.h"
#include "core/model/proxy-offer.h"
#include "core/model/query-rules.h"
#include "overheard-stream.h"

/* The way through an HTTP proxy.
 *
 * libsoup takes the "http" proxies of a resolver into its own hands: it sends a CONNECT without the
 * password first, loses the request's body over the answer to it or asks for the proxy itself the
 * second time, and offers a refused password again and again, which gets company accounts locked.
 * GIO's own client sends one CONNECT with the password at once, and GIO runs it for every scheme
 * that it knows a proxy for. So our resolver answers schemes of our own, and this is who speaks
 * them: GIO's client, with what it lacks.
 *
 *   - How often a password is offered is counted in this process, whoever asks and however many
 *     addresses the proxy's name has: see proxy-offer.c. Until the proxy has taken it once, one
 *     offer waits for the other.
 *   - A user without a password has an empty one: GIO would send neither.
 *   - An IPv6 address stands in brackets.
 *   - What the proxy refuses, or breaks off, names the proxy, and never the user.
 *   - Where the proxy takes other schemes than Basic only, no password would help.
 *   - The encryption of a connection to a proxy is our own: GIO trusts the system's authorities
 *     there whatever the request trusts, takes a certificate only if it has the proxy's address and
 *     not its name, and takes old versions of TLS.
 *
 * Proxies are made by GIO, for one connection each, so what they remember is in their class. */

#define GIO_PROTOCOL "http"
#define ANCHORS "amfa-anchors" /* of a connection */

typedef struct
{
  GMutex offering;       /* held by whoever offers it while nobody knows whether it is right */
  AmfaProxyOffer record; /* under the class's lock */
} Offer;

#define AMFA_TYPE_CONNECT_PROXY (amfa_connect_proxy_get_type ())
G_DECLARE_DERIVABLE_TYPE (AmfaConnectProxy, amfa_connect_proxy, AMFA, CONNECT_PROXY, GObject)

struct _AmfaConnectProxyClass
{
  GObjectClass parent_class;

  /* Of AmfaConnectProxy alone, for both. The lock is never held while a proxy is waited for: the
   * main loop takes it. */
  GMutex lock;
  GHashTable *offers;  /* a digest of proxy, user and password → Offer */
  GHashTable *schemes; /* a proxy → what it takes instead of Basic; nullable */
};

/* The same through an encrypted connection to the proxy. */
#define AMFA_TYPE_CONNECT_TLS_PROXY (amfa_connect_tls_proxy_get_type ())
G_DECLARE_FINAL_TYPE (
    AmfaConnectTlsProxy, amfa_connect_tls_proxy, AMFA, CONNECT_TLS_PROXY, AmfaConnectProxy)

struct _AmfaConnectTlsProxy
{
  AmfaConnectProxy parent_instance;
};

static void amfa_connect_proxy_iface_init (GProxyInterface *iface);

G_DEFINE_TYPE_WITH_CODE (AmfaConnectProxy,
                         amfa_connect_proxy,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_PROXY, amfa_connect_proxy_iface_init))
G_DEFINE_FINAL_TYPE (AmfaConnectTlsProxy, amfa_connect_tls_proxy, AMFA_TYPE_CONNECT_PROXY)

static void
offer_free (gpointer data)
{
  Offer *offer = data;

  amfa_proxy_offer_end_request (&offer->record);
  g_mutex_clear (&offer->offering);
  g_free (offer);
}

/* Returns: (transfer full): "proxy.corp:3128" */
static char *
dup_place (GProxyAddress *address)
{
  g_autofree char *host = NULL;
  int port = -1;

  if (g_uri_split_network (g_proxy_address_get_uri (address), G_URI_FLAGS_NONE, NULL, &host, &port,
                           NULL))
    return g_strdup_printf (strchr (host, ':') ? "[%s]:%d" : "%s:%d", host, port);
  return g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

/* What a proxy answers, by GIO's error for it. */
static const char *
name_status (const GError *error)
{
  switch (error->code)
    {
    case G_IO_ERROR_PROXY_NEED_AUTH:
    case G_IO_ERROR_PROXY_AUTH_FAILED:
      return "HTTP 407";
    case G_IO_ERROR_PROXY_NOT_ALLOWED:
      return "HTTP 403";
    default:
      return error->message;
    }
}

static gboolean
is_about_password (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH);
}

/* Whether the proxy said or did it, and it was not the user's patience that ended. */
static gboolean
is_of_proxy (const GError *error)
{
  return error->domain == G_TLS_ERROR ||
         (error->domain == G_IO_ERROR && error->code != G_IO_ERROR_CANCELLED &&
          error->code != G_IO_ERROR_TIMED_OUT);
}

/* Of AMFA_ERROR_NETWORK. */
static int
get_reason (const GError *error)
{
  return is_about_password (error) ||
                 g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NOT_ALLOWED)
             ? error->code
             : G_IO_ERROR_PROXY_FAILED;
}

/* @answer: "" if the proxy was not asked again
 *
 * Returns: (transfer full) (nullable): what it takes instead of Basic */
static char *
learn_schemes (const char *place, const char *answer)
{
  AmfaConnectProxyClass *shared = g_type_class_peek (AMFA_TYPE_CONNECT_PROXY);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shared->lock);

  if (*answer)
    g_hash_table_replace (shared->schemes, g_strdup (place),
                          amfa_proxy_challenge_dup_others (answer));
  return g_strdup (g_hash_table_lookup (shared->schemes, place));
}

/* The subject is for whoever knows it. */
static void
set_refused (GProxyAddress *address, const char *answer, const GError *cause, GError **error)
{
  g_autofree char *place = dup_place (address);
  g_autofree char *schemes = is_about_password (cause) ? learn_schemes (place, answer) : NULL;

  amfa_set_error (error, AMFA_ERROR_NETWORK,
                  &(AmfaErrorDetails){
                      .other = place,
                      .quote = schemes ? schemes : name_status (cause),
                      .reason = schemes ? G_IO_ERROR_NOT_SUPPORTED : get_reason (cause),
                  });
}

/* @cause: (transfer full) */
static void
fail (GProxyAddress *address, const char *answer, GError *cause, GError **error)
{
  g_autoptr (GError) owned = cause;

  if (is_of_proxy (owned))
    set_refused (address, answer, owned, error);
  else
    g_propagate_error (error, g_steal_pointer (&owned));
}

/* Returns: (transfer full): the same for GIO's client */
static GProxyAddress *
translate (GProxyAddress *address)
{
  GInetSocketAddress *socket = G_INET_SOCKET_ADDRESS (address);
  const char *host = g_proxy_address_get_destination_hostname (address);
  const char *user = g_proxy_address_get_username (address);
  const char *password = g_proxy_address_get_password (address);
  g_autofree char *bracketed = strchr (host, ':') ? g_strdup_printf ("[%s]", host) : NULL;

  return g_object_new (G_TYPE_PROXY_ADDRESS, "address", g_inet_socket_address_get_address (socket),
                       "port", g_inet_socket_address_get_port (socket), "protocol", GIO_PROTOCOL,
                       "destination-protocol", g_proxy_address_get_destination_protocol (address),
                       "destination-hostname", bracketed ? bracketed : host, "destination-port",
                       g_proxy_address_get_destination_port (address), "username", user, "password",
                       user && !password ? "" : password, "uri", g_proxy_address_get_uri (address),
                       NULL);
}

/* @quote: nullable */
static void
set_untrustworthy (const char *place, int reason, const char *quote, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_TLS,
                  &(AmfaErrorDetails){
                      .subject = place,
                      .quote = quote,
                      .reason = reason | AMFA_TLS_PROBLEM_OF_PROXY,
                  });
}

/* Nothing is said to the proxy before it is known to be who it should be.
 *
 * Returns: (transfer full) (nullable) */
static GIOStream *
encrypt (GIOStream *stream, GProxyAddress *address, GCancellable *cancellable, GError **error)
{
  g_autofree char *place = dup_place (address);
  g_autoptr (GSocketConnectable) identity =
      g_network_address_parse_uri (g_proxy_address_get_uri (address), 443, error);
  g_autoptr (GIOStream) encrypted =
      identity ? g_tls_client_connection_new (stream, identity, error) : NULL;
  g_autoptr (GError) cause = NULL;
  GTlsConnection *tls = G_TLS_CONNECTION (encrypted);
  const char *outdated;

  if (!encrypted)
    return NULL;
  /* Without any nobody is trusted. */
  g_tls_connection_set_database (tls, g_object_get_data (G_OBJECT (stream), ANCHORS));
  if (!g_tls_connection_handshake (tls, cancellable, &cause))
    {
      if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
        set_untrustworthy (place, (int) g_tls_connection_get_peer_certificate_errors (tls),
                           cause->message, error);
      else
        g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  outdated = amfa_tls_name_outdated (g_tls_connection_get_protocol_version (tls));
  if (outdated)
    {
      set_untrustworthy (place, AMFA_TLS_PROBLEM_TOO_OLD, outdated, error);
      return NULL;
    }
  return g_steal_pointer (&encrypted);
}

static GIOStream *
connect_once (GIOStream *stream, GProxyAddress *address, GCancellable *cancellable, GError **error)
{
  g_autoptr (GProxy) client = g_proxy_get_default_for_protocol (GIO_PROTOCOL);
  g_autoptr (GProxyAddress) translated = translate (address);

  return g_proxy_connect (client, stream, translated, cancellable, error);
}

static char *
digest_offer (GProxyAddress *address)
{
  const char *password = g_proxy_address_get_password (address);
  g_autofree char *place = dup_place (address);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *const parts[] = { place, g_proxy_address_get_username (address),
                                password ? password : "" };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    g_checksum_update (checksum, (const guchar *) parts[i], (gssize) strlen (parts[i]) + 1);
  return g_strdup (g_checksum_get_string (checksum));
}

/* Returns: (transfer none): stays as long as the program */
static Offer *
ensure_offer (AmfaConnectProxyClass *shared, GProxyAddress *address, gboolean *is_known)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shared->lock);
  g_autofree char *digest = digest_offer (address);
  Offer *offer = g_hash_table_lookup (shared->offers, digest);

  if (!offer)
    {
      offer = g_new0 (Offer, 1);
      g_mutex_init (&offer->offering);
      g_hash_table_insert (shared->offers, g_steal_pointer (&digest), offer);
    }
  *is_known = offer->record.verdict == AMFA_PROXY_VERDICT_ACCEPTED;
  return offer;
}

static gboolean
take (AmfaConnectProxyClass *shared, Offer *offer, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shared->lock);

  return amfa_proxy_offer_take (&offer->record, g_get_monotonic_time (), error);
}

static void
note (AmfaConnectProxyClass *shared, Offer *offer, const GError *error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shared->lock);

  amfa_proxy_offer_note (&offer->record, error, g_get_monotonic_time ());
}

/* Returns: (transfer full) (nullable) */
static GIOStream *
offer_password (GIOStream *stream,
                GProxyAddress *address,
                GCancellable *cancellable,
                GError **error)
{
  AmfaConnectProxyClass *shared = g_type_class_peek (AMFA_TYPE_CONNECT_PROXY);
  gboolean is_known;
  Offer *offer = ensure_offer (shared, address, &is_known);
  g_autoptr (GMutexLocker) turn = is_known ? NULL : g_mutex_locker_new (&offer->offering);
  g_autoptr (GError) failure = NULL;
  GIOStream *connected;

  /* It may have been a long wait. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !take (shared, offer, error))
    return NULL;
  connected = connect_once (stream, address, cancellable, &failure);
  note (shared, offer, failure);
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  return connected;
}

/* Returns: (transfer full) (nullable): @stream, if it is the way through */
static GIOStream *
ask (GIOStream *stream, GProxyAddress *address, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaOverheardStream) overheard = amfa_overheard_stream_new (stream);
  GIOStream *first = G_IO_STREAM (overheard);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GIOStream) connected = g_proxy_address_get_username (address)
                                        ? offer_password (first, address, cancellable, &cause)
                                        : connect_once (first, address, cancellable, &cause);

  if (connected)
    return connected == first ? g_object_ref (stream) : g_steal_pointer (&connected);
  fail (address, amfa_overheard_stream_get_text (overheard), g_steal_pointer (&cause), error);
  return NULL;
}

static GIOStream *
connect_stream (GProxy *proxy,
                GIOStream *stream,
                GProxyAddress *address,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GIOStream) encrypted = NULL;

  if (!AMFA_IS_CONNECT_TLS_PROXY (proxy))
    return ask (stream, address, cancellable, error);
  encrypted = encrypt (stream, address, cancellable, &cause);
  if (encrypted)
    return ask (encrypted, address, cancellable, error);
  fail (address, "", g_steal_pointer (&cause), error);
  return NULL;
}

typedef struct
{
  GIOStream *stream;
  GProxyAddress *address;
} Connect;

static void
connect_free (gpointer data)
{
  Connect *connect = data;

  g_clear_object (&connect->stream);
  g_clear_object (&connect->address);
  g_free (connect);
}

static void
connect_in_thread (GTask *task, gpointer proxy, gpointer task_data, GCancellable *cancellable)
{
  const Connect *connect = task_data;
  GError *error = NULL;
  GIOStream *connected =
      connect_stream (proxy, connect->stream, connect->address, cancellable, &error);

  if (connected)
    g_task_return_pointer (task, connected, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* In a thread, as GIO's own client does it. */
static void
connect_async (GProxy *proxy,
               GIOStream *stream,
               GProxyAddress *address,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (proxy, cancellable, callback, user_data);
  Connect *connect = g_new0 (Connect, 1);

  connect->stream = g_object_ref (stream);
  connect->address = g_object_ref (address);
  g_task_set_source_tag (task, connect_async);
  g_task_set_task_data (task, connect, connect_free);
  g_task_run_in_thread (task, connect_in_thread);
}

static GIOStream *
connect_finish (GProxy *proxy, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Names are looked up by the proxy. */
static gboolean
supports_hostname (GProxy *proxy)
{
  return TRUE;
}

static void
amfa_connect_proxy_iface_init (GProxyInterface *iface)
{
  iface->connect = connect_stream;
  iface->connect_async = connect_async;
  iface->connect_finish = connect_finish;
  iface->supports_hostname = supports_hostname;
}

static void
amfa_connect_proxy_class_init (AmfaConnectProxyClass *klass)
{
  klass->offers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, offer_free);
  klass->schemes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
amfa_connect_proxy_init (AmfaConnectProxy *self)
{
}

static void
amfa_connect_tls_proxy_class_init (AmfaConnectTlsProxyClass *klass)
{
}

static void
amfa_connect_tls_proxy_init (AmfaConnectTlsProxy *self)
{
}

/**
 * amfa_connect_proxy_register:
 *
 * Makes GIO know %AMFA_PROXY_SCHEME_CONNECT and %AMFA_PROXY_SCHEME_CONNECT_TLS. May be called
 * again.
 */
void
amfa_connect_proxy_register (void)
{
  /* Only then GIO has the point that is extended. */
  g_autoptr (GProxy) client = g_proxy_get_default_for_protocol (GIO_PROTOCOL);

  g_io_extension_point_implement (G_PROXY_EXTENSION_POINT_NAME, AMFA_TYPE_CONNECT_PROXY,
                                  AMFA_PROXY_SCHEME_CONNECT, 0);
  g_io_extension_point_implement (G_PROXY_EXTENSION_POINT_NAME, AMFA_TYPE_CONNECT_TLS_PROXY,
                                  AMFA_PROXY_SCHEME_CONNECT_TLS, 0);
}

/**
 * amfa_connect_proxy_set_anchors:
 * @connection: to a proxy that is about to be asked
 * @anchors: (nullable): whom to trust if it is to be encrypted; %NULL: nobody is
 */
void
amfa_connect_proxy_set_anchors (GIOStream *connection, GTlsDatabase *anchors)
{
  if (anchors)
    g_object_set_data_full (G_OBJECT (connection), ANCHORS, g_object_ref (anchors), g_object_unref);
}

/**
 * amfa_connect_proxy_end_request:
 *
 * A request or a pre-connect has failed: the next one may offer again what was not answered.
 */
void
amfa_connect_proxy_end_request (void)
{
  AmfaConnectProxyClass *shared = g_type_class_peek (AMFA_TYPE_CONNECT_PROXY);
  GHashTableIter iter;
  gpointer value;

  if (!shared)
    return;

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shared->lock);

  g_hash_table_iter_init (&iter, shared->offers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Offer *offer = value;

      amfa_proxy_offer_end_request (&offer->record);
    }
}
