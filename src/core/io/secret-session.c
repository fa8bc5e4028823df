#define G_LOG_DOMAIN "amfa-secret-session"

#include "secret-session.h"

#include "secret-call.h"

/* The functions that turn a secret into what the bus carries are not in its stable part, but have
 * been the same since its first release. */
#define SECRET_API_SUBJECT_TO_CHANGE
#include <libsecret/secret.h>

/* Of libsecret only the key exchange and the encryption are used. Its objects outlive neither a
 * restart of the service nor, made in a worker thread, the main context that would tell them of it:
 * so there is a new one for each deed. */

/* libsecret's service on a connection of our choice. */
#define AMFA_TYPE_SECRET_PROXY (amfa_secret_proxy_get_type ())
G_DECLARE_FINAL_TYPE (AmfaSecretProxy, amfa_secret_proxy, AMFA, SECRET_PROXY, SecretService)

struct _AmfaSecretProxy
{
  SecretService parent_instance;
};

G_DEFINE_FINAL_TYPE (AmfaSecretProxy, amfa_secret_proxy, SECRET_TYPE_SERVICE)

struct _AmfaSecretSession
{
  GMainContext *context;
  SecretService *proxy;
};

typedef SecretValue AmfaSecretValue;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaSecretValue, secret_value_unref)

/* After libsecret's own constructor, which asks for the connection that the process shares. */
static GObject *
amfa_secret_proxy_constructor (GType type, guint n_properties, GObjectConstructParam *properties)
{
  GObject *object =
      G_OBJECT_CLASS (amfa_secret_proxy_parent_class)->constructor (type, n_properties, properties);

  g_object_set (object, "g-bus-type", G_BUS_TYPE_NONE, "g-default-timeout", G_MAXINT, "g-flags",
                G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES |
                    G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS |
                    G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START,
                NULL);
  return object;
}

static void
amfa_secret_proxy_class_init (AmfaSecretProxyClass *klass)
{
  G_OBJECT_CLASS (klass)->constructor = amfa_secret_proxy_constructor;
}

static void
amfa_secret_proxy_init (AmfaSecretProxy *self)
{
}

/**
 * amfa_secret_session_open:
 *
 * To be freed in the same thread, with nothing pushed in between. Errors as in secret-service.h.
 */
AmfaSecretSession *
amfa_secret_session_open (GDBusConnection *bus, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaSecretSession) self = g_new0 (AmfaSecretSession, 1);
  g_autoptr (GError) local_error = NULL;

  /* The proxy is told of changes in the thread-default main context. A worker thread has none, and
   * the main thread would work on it while we do. */
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->proxy = g_initable_new (AMFA_TYPE_SECRET_PROXY, cancellable, &local_error, "g-connection",
                                bus, "flags", SECRET_SERVICE_OPEN_SESSION, NULL);
  if (self->proxy)
    return g_steal_pointer (&self);
  amfa_secret_call_translate_error (local_error, error);
  return NULL;
}

void
amfa_secret_session_free (AmfaSecretSession *self)
{
  g_clear_object (&self->proxy);
  while (g_main_context_iteration (self->context, FALSE))
    continue; /* lets go of what the proxy left in it */
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_free (self);
}

const char *
amfa_secret_session_get_path (AmfaSecretSession *self)
{
  return secret_service_get_session_dbus_path (self->proxy);
}

/* Returns: (transfer full): @secret, which is text, as it travels */
GVariant *
amfa_secret_session_encode (AmfaSecretSession *self, AmfaSecret *secret)
{
  g_autoptr (AmfaSecretValue) value = secret_value_new (
      amfa_secret_peek (secret), (gssize) amfa_secret_get_length (secret), "text/plain");

  return g_variant_ref_sink (secret_service_encode_dbus_secret (self->proxy, value));
}

/* Returns: (transfer full) (nullable): %NULL if it was encrypted in another way */
AmfaSecret *
amfa_secret_session_decode (AmfaSecretSession *self, GVariant *encoded)
{
  g_autoptr (AmfaSecretValue) value = secret_service_decode_dbus_secret (self->proxy, encoded);
  gsize length = 0;
  const char *bytes = value ? secret_value_get (value, &length) : NULL;

  return bytes ? amfa_secret_new (bytes, (gssize) length) : NULL;
}
