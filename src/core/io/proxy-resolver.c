#define G_LOG_DOMAIN "amfa-proxy-resolver"

#include "proxy-resolver.h"

#include "core/model/error.h"
#include "core/model/proxy-address.h"
#include "connect-proxy.h"

#include <string.h>

/* The proxy as people who use AWS tools in a terminal know it: HTTPS_PROXY and NO_PROXY where they
 * are set (GIO on GNOME looks at the desktop's settings only), else what the desktop says.
 *
 * NO_PROXY is a list separated by commas or blanks. "example.com", ".example.com" and
 * "*.example.com" all stand for the host and everything below it, an entry may end with a port, an
 * address may be a range ("10.0.0.0/8", compared with literal addresses only: nothing is looked up
 * for it), and "*" alone means no proxy at all. It also holds where the desktop names the proxy.
 *
 * HTTP proxies are answered by schemes of our own, whoever names them: see connect-proxy.c.
 *
 * A loopback address is always reached directly: a proxy has another idea of it, and it is the one
 * place to which this program speaks plain http. */

#define DIRECT "direct://"

/* Answers of the rules that are no proxy: ask the desktop; HTTPS_PROXY makes no sense, which is no
 * reason to go round it. */
#define DESKTOP "desktop://"
#define NONSENSE "nonsense://"

struct _AmfaProxyResolver
{
  GObject parent_instance;

  GProxyResolver *rules;
  GProxyResolver *desktop; /* NULL: the rules know the proxy themselves */
};

static void amfa_proxy_resolver_iface_init (GProxyResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AmfaProxyResolver,
                               amfa_proxy_resolver,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER,
                                                      amfa_proxy_resolver_iface_init))

/* GSimpleProxyResolver warns about what it cannot read, and wants brackets only before a port.
 *
 * Returns: (nullable): @entry as it likes it, NULL if it means nothing */
static char *
ignored_host_from_entry (const char *entry)
{
  g_autoptr (GInetAddressMask) range = g_inet_address_mask_new_from_string (entry, NULL);

  if (range)
    return g_strdup (entry);

  g_autoptr (GSocketConnectable) parsed = g_network_address_parse (entry, 0, NULL);

  if (!parsed)
    return NULL;

  const char *host = g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed));
  guint port = g_network_address_get_port (G_NETWORK_ADDRESS (parsed));
  gboolean is_ipv6 = strchr (host, ':') != NULL;

  if (*host == '\0' || (is_ipv6 && !g_hostname_is_ip_address (host)))
    return NULL;
  if (port == 0)
    return g_strdup (host);
  return g_strdup_printf (is_ipv6 ? "[%s]:%u" : "%s:%u", host, port);
}

/* Returns: (nullable): the hosts that are reached directly, or NULL if all are */
static GStrv
parse_no_proxy (const char *no_proxy)
{
  static const char *const loopback[] = { "localhost", "127.0.0.0/8", "::1" };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) entries = g_strsplit_set (no_proxy ? no_proxy : "", ", \t", -1);

  for (gsize i = 0; i < G_N_ELEMENTS (loopback); i++)
    g_strv_builder_add (builder, loopback[i]);

  for (gsize i = 0; entries[i]; i++)
    {
      if (g_str_equal (entries[i], "*"))
        return NULL;
      if (entries[i][0] == '\0')
        continue;

      g_autofree char *host = ignored_host_from_entry (entries[i]);

      if (host)
        g_strv_builder_add (builder, host);
    }

  return g_strv_builder_end (builder);
}

/* The rules compare ports only with one that is written out. */
static char *
with_port (const char *uri)
{
  g_autofree char *scheme = NULL;
  g_autofree char *host = NULL;
  int port = -1;

  if (!g_uri_split_network (uri, G_URI_FLAGS_NONE, &scheme, &host, &port, NULL))
    return g_strdup (uri);
  if (port <= 0)
    port = g_str_equal (scheme, "http") ? 80 : 443;

  return g_uri_join (G_URI_FLAGS_NONE, scheme, NULL, host, port, "", NULL, NULL);
}

/* What it says is not told: there may be a password in it. */
static void
set_nonsense (const char *origin, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_ENDPOINT_BAD,
                  &(AmfaErrorDetails){ .other = origin, .reason = AMFA_ENDPOINT_PROBLEM_PROXY });
}

static GStrv
apply_rules (AmfaProxyResolver *self,
             const char *uri,
             GCancellable *cancellable,
             gboolean *ask_desktop,
             GError **error)
{
  g_autofree char *full_uri = with_port (uri);
  g_auto (GStrv) proxies = g_proxy_resolver_lookup (self->rules, full_uri, cancellable, error);

  *ask_desktop = self->desktop && proxies && g_strv_contains ((const char **) proxies, DESKTOP);
  if (!proxies || !g_strv_contains ((const char **) proxies, NONSENSE))
    return g_steal_pointer (&proxies);

  set_nonsense ("HTTPS_PROXY", error);
  return NULL;
}

/* What the desktop says, in our terms; what makes no sense is passed over while something does.
 *
 * @proxies: (transfer full) (nullable): with @error set if %NULL */
static char **
route_all (char **proxies, GError **error)
{
  g_auto (GStrv) said = proxies;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) routes = NULL;

  if (!said)
    return NULL;
  for (gsize i = 0; said[i]; i++)
    {
      gboolean is_direct = g_str_equal (said[i], DIRECT);
      g_autofree char *uri = is_direct ? NULL : amfa_proxy_address_normalize (said[i]);
      g_autofree char *route = uri ? amfa_proxy_address_to_route (uri) : NULL;

      if (is_direct || route)
        g_strv_builder_add (builder, is_direct ? DIRECT : route);
    }
  routes = g_strv_builder_end (builder);
  if (routes[0])
    return g_steal_pointer (&routes);
  set_nonsense (NULL, error);
  return NULL;
}

static char **
lookup (GProxyResolver *resolver, const char *uri, GCancellable *cancellable, GError **error)
{
  AmfaProxyResolver *self = AMFA_PROXY_RESOLVER (resolver);
  gboolean ask_desktop;
  g_auto (GStrv) proxies = apply_rules (self, uri, cancellable, &ask_desktop, error);

  if (ask_desktop)
    return route_all (g_proxy_resolver_lookup (self->desktop, uri, cancellable, error), error);
  return g_steal_pointer (&proxies);
}

static void
on_desktop_lookup_ready (GObject *desktop, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char **proxies = route_all (
      g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (desktop), result, &error), &error);

  if (proxies)
    g_task_return_pointer (task, proxies, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
lookup_async (GProxyResolver *resolver,
              const char *uri,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  AmfaProxyResolver *self = AMFA_PROXY_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  gboolean ask_desktop;
  g_auto (GStrv) proxies = apply_rules (self, uri, cancellable, &ask_desktop, &error);

  g_task_set_source_tag (task, lookup_async);

  if (ask_desktop)
    g_proxy_resolver_lookup_async (self->desktop, uri, cancellable, on_desktop_lookup_ready,
                                   g_steal_pointer (&task));
  else if (proxies)
    g_task_return_pointer (task, g_steal_pointer (&proxies), (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static char **
lookup_finish (GProxyResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
amfa_proxy_resolver_iface_init (GProxyResolverInterface *iface)
{
  iface->lookup = lookup;
  iface->lookup_async = lookup_async;
  iface->lookup_finish = lookup_finish;
}

static void
amfa_proxy_resolver_dispose (GObject *object)
{
  AmfaProxyResolver *self = AMFA_PROXY_RESOLVER (object);

  g_clear_object (&self->rules);
  g_clear_object (&self->desktop);

  G_OBJECT_CLASS (amfa_proxy_resolver_parent_class)->dispose (object);
}

static void
amfa_proxy_resolver_class_init (AmfaProxyResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_proxy_resolver_dispose;
}

static void
amfa_proxy_resolver_init (AmfaProxyResolver *self)
{
}

/**
 * amfa_proxy_resolver_new:
 * @https_proxy: (nullable): a proxy ("http://user:password@proxy:3128"; without a scheme http is
 *   meant); %NULL or "" leaves the choice to the desktop
 * @no_proxy: (nullable): hosts that are reached directly
 *
 * Returns: (transfer full): a new resolver
 */
GProxyResolver *
amfa_proxy_resolver_new (const char *https_proxy, const char *no_proxy)
{
  AmfaProxyResolver *self = g_object_new (AMFA_TYPE_PROXY_RESOLVER, NULL);
  g_auto (GStrv) ignored = parse_no_proxy (no_proxy);
  gboolean is_set = https_proxy && *https_proxy;
  g_autofree char *uri = is_set ? amfa_proxy_address_normalize (https_proxy) : NULL;
  g_autofree char *proxy = uri ? amfa_proxy_address_to_route (uri) : NULL;
  const char *otherwise = is_set ? NONSENSE : DESKTOP;

  amfa_connect_proxy_register ();
  if (!is_set)
    self->desktop = g_object_ref (g_proxy_resolver_get_default ());
  self->rules = g_simple_proxy_resolver_new (!ignored ? DIRECT
                                             : proxy  ? proxy
                                                      : otherwise,
                                             ignored);

  return G_PROXY_RESOLVER (self);
}
