#include "core/io/proxy-resolver.h"
#include "core/model/error.h"

#include <string.h>

/* Which requests go through the proxy of the environment. */

typedef struct
{
  const char *https_proxy;
  const char *no_proxy;
  const char *uri;
  const char *expected;
} Row;

#define PROXY "http://proxy.corp:3128"
#define ROUTE "amfa-connect://proxy.corp:3128"
#define DIRECT "direct://"

static const Row rows[] = {
  { PROXY, NULL, "https://sts.amazonaws.com", ROUTE },
  { "proxy.corp:3128", "", "https://sts.amazonaws.com:443", ROUTE },
  { "http://u:p@proxy.corp:1", NULL, "https://sts.amazonaws.com",
    "amfa-connect://u:p@proxy.corp:1" },
  { "http://u:p@ss@proxy.corp:1", NULL, "https://sts.amazonaws.com",
    "amfa-connect://u:p%40ss@proxy.corp:1" },
  { "http://u:hush/@proxy.corp:1", "example.org", "https://example.org", DIRECT },
  { "http://u:hush/@proxy.corp:1", NULL, "http://127.0.0.1:5000", DIRECT },
  { "socks5://proxy.corp:1080", NULL, "https://sts.amazonaws.com", "socks5://proxy.corp:1080" },
  /* names */
  { PROXY, "amazonaws.com", "https://sts.amazonaws.com", DIRECT },
  { PROXY, ".amazonaws.com", "https://sts.amazonaws.com", DIRECT },
  { PROXY, "*.amazonaws.com", "https://sts.amazonaws.com", DIRECT },
  { PROXY, "example.org, sts.amazonaws.com", "https://sts.amazonaws.com", DIRECT },
  { PROXY, "example.org sts.amazonaws.com", "https://sts.amazonaws.com", DIRECT },
  { PROXY, ",,STS.Amazonaws.com,", "https://sts.amazonaws.com", DIRECT },
  { PROXY, "aws.com", "https://sts.amazonaws.com", ROUTE },
  { PROXY, "amazonaws.com", "https://sts.amazonaws.com.cn", ROUTE },
  { PROXY, "*", "https://sts.amazonaws.com", DIRECT },
  { PROXY, "example.org,*", "https://sts.amazonaws.com", DIRECT },
  /* ports */
  { PROXY, "sts.amazonaws.com:443", "https://sts.amazonaws.com", DIRECT },
  { PROXY, "sts.amazonaws.com:443", "https://sts.amazonaws.com:443", DIRECT },
  { PROXY, "sts.amazonaws.com:8443", "https://sts.amazonaws.com", ROUTE },
  { PROXY, "sts.amazonaws.com:8443", "https://sts.amazonaws.com:8443", DIRECT },
  /* addresses */
  { PROXY, "10.0.0.0/8", "https://10.1.2.3:8443", DIRECT },
  { PROXY, "10.0.0.0/8", "https://11.1.2.3:8443", ROUTE },
  { PROXY, "10.1.2.3", "https://10.1.2.3", DIRECT },
  { PROXY, "10.1.2.3:8443", "https://10.1.2.3:8443", DIRECT },
  { PROXY, "[fd00::1]", "https://[fd00::1]", DIRECT },
  { PROXY, "fd00::1", "https://[fd00::1]", DIRECT },
  { PROXY, "[fd00::1]:443", "https://[fd00::1]", DIRECT },
  { PROXY, "fd00::/8", "https://[fd00::1]", DIRECT },
  { PROXY, "fd00::/8", "https://[fe00::1]", ROUTE },
  /* this machine */
  { PROXY, NULL, "http://127.0.0.1:5000", DIRECT },
  { PROXY, NULL, "http://127.1.2.3:5000", DIRECT },
  { PROXY, NULL, "http://localhost:5000", DIRECT },
  { PROXY, NULL, "http://[::1]:5000", DIRECT },
  { PROXY, "example.org", "https://localhost", DIRECT },
  /* nonsense is no reason to go round the proxy */
  { PROXY, "[,]:,:99999999,10.0.0.0/99,///", "https://sts.amazonaws.com", ROUTE },
};

static void
on_ready (GObject *resolver, GAsyncResult *result, gpointer user_data)
{
  GStrv *proxies = user_data;

  *proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (resolver), result, NULL);
  g_assert_nonnull (*proxies);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GProxyResolver) resolver = amfa_proxy_resolver_new (row->https_proxy, row->no_proxy);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) now = g_proxy_resolver_lookup (resolver, row->uri, NULL, &error);
  g_auto (GStrv) later = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (now[0], ==, row->expected);

  g_proxy_resolver_lookup_async (resolver, row->uri, NULL, on_ready, &later);
  while (!later)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_strv_equal ((const char *const *) now, (const char *const *) later));
}

/* What names no proxy is an error, and what it says is nobody's business. */
static void
on_refused (GObject *resolver, GAsyncResult *result, gpointer user_data)
{
  g_assert_null (g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (resolver), result, user_data));
}

static void
test_nonsense (void)
{
  static const char *const proxies[] = { "http://[", "http://u:hush/@proxy.corp:1",
                                         "ftp://u:hush@proxy.corp" };

  for (gsize i = 0; i < G_N_ELEMENTS (proxies); i++)
    {
      g_autoptr (GProxyResolver) resolver = amfa_proxy_resolver_new (proxies[i], "example.org");
      g_autoptr (GError) now = NULL;
      g_autoptr (GError) later = NULL;

      g_assert_null (g_proxy_resolver_lookup (resolver, "https://sts.amazonaws.com", NULL, &now));
      g_assert_error (now, AMFA_ERROR, AMFA_ERROR_ENDPOINT_BAD);
      g_assert_cmpstr (amfa_error_get_details (now)->other, ==, "HTTPS_PROXY");
      g_assert_null (strstr (now->message, "hush"));

      g_proxy_resolver_lookup_async (resolver, "https://sts.amazonaws.com", NULL, on_refused,
                                     &later);
      while (!later)
        g_main_context_iteration (NULL, TRUE);
      g_assert_error (later, AMFA_ERROR, AMFA_ERROR_ENDPOINT_BAD);
    }
}

/* A desktop whose answer depends on the host. */

static const struct
{
  const char *host;
  const char *said[4];
  const char *expected[4]; /* none: refused */
} desktop[] = {
  { "none", { "direct://" }, { "direct://" } },
  { "plain", { "http://proxy.corp:3128" }, { "amfa-connect://proxy.corp:3128" } },
  { "password", { "http://u:p@ss@proxy.corp:1" }, { "amfa-connect://u:p%40ss@proxy.corp:1" } },
  { "no-port", { "http://proxy.corp" }, { "amfa-connect://proxy.corp:80" } },
  { "tls", { "https://proxy.corp" }, { "amfa-connect-tls://proxy.corp:443" } },
  { "several",
    { "http://a:1", "socks5://b", "direct://" },
    { "amfa-connect://a:1", "socks5://b:1080", "direct://" } },
  { "nonsense-first", { "http://u:hush/@a:1", "http://b:1" }, { "amfa-connect://b:1" } },
  { "nonsense", { "http://u:hush/@a:1" } },
};

#define FAKE_TYPE_DESKTOP (fake_desktop_get_type ())
G_DECLARE_FINAL_TYPE (FakeDesktop, fake_desktop, FAKE, DESKTOP, GObject)

struct _FakeDesktop
{
  GObject parent_instance;
};

static void fake_desktop_iface_init (GProxyResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeDesktop,
                               fake_desktop,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER,
                                                      fake_desktop_iface_init))

static char **
fake_lookup (GProxyResolver *self, const char *uri, GCancellable *cancellable, GError **error)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (desktop); i++)
    if (g_str_equal (g_uri_get_host (parsed), desktop[i].host))
      return g_strdupv ((char **) desktop[i].said);
  g_assert_not_reached ();
}

static void
fake_lookup_async (GProxyResolver *self,
                   const char *uri,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_return_pointer (task, fake_lookup (self, uri, NULL, NULL), (GDestroyNotify) g_strfreev);
}

static char **
fake_lookup_finish (GProxyResolver *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
fake_is_supported (GProxyResolver *self)
{
  return TRUE;
}

static void
fake_desktop_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = fake_is_supported;
  iface->lookup = fake_lookup;
  iface->lookup_async = fake_lookup_async;
  iface->lookup_finish = fake_lookup_finish;
}

static void
fake_desktop_class_init (FakeDesktopClass *klass)
{
}

static void
fake_desktop_init (FakeDesktop *self)
{
}

/* Before anybody asks: GIO looks for the desktop's resolver once. */
static void
install_desktop (void)
{
  g_autoptr (GProxy) any = g_proxy_get_default_for_protocol ("http"); /* makes GIO ready */

  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME, FAKE_TYPE_DESKTOP, "fake",
                                  G_MAXINT);
  g_setenv ("GIO_USE_PROXY_RESOLVER", "fake", TRUE);
}

typedef struct
{
  GStrv proxies;
  GError *error;
} Answer;

static void
on_desktop_answer (GObject *resolver, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->proxies =
      g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (resolver), result, &answer->error);
}

/* Without a proxy in the environment the desktop's answer counts, in our terms. */
static void
test_desktop (void)
{
  g_autoptr (GProxyResolver) resolver = amfa_proxy_resolver_new (NULL, "example.org");

  for (gsize i = 0; i < G_N_ELEMENTS (desktop); i++)
    {
      g_autofree char *uri = g_strconcat ("https://", desktop[i].host, NULL);
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) now = g_proxy_resolver_lookup (resolver, uri, NULL, &error);
      Answer later = { NULL };

      g_proxy_resolver_lookup_async (resolver, uri, NULL, on_desktop_answer, &later);
      while (!later.proxies && !later.error)
        g_main_context_iteration (NULL, TRUE);
      if (desktop[i].expected[0])
        {
          g_assert_no_error (error);
          g_assert_true (
              g_strv_equal ((const char *const *) now, (const char *const *) desktop[i].expected));
          g_assert_true (
              g_strv_equal ((const char *const *) now, (const char *const *) later.proxies));
        }
      else
        {
          g_assert_error (error, AMFA_ERROR, AMFA_ERROR_ENDPOINT_BAD);
          g_assert_error (later.error, AMFA_ERROR, AMFA_ERROR_ENDPOINT_BAD);
          g_assert_null (strstr (error->message, "hush"));
        }
      g_strfreev (later.proxies);
      g_clear_error (&later.error);
    }
}

/* …but not for what NO_PROXY names, nor for this machine. */
static void
test_desktop_ignored (void)
{
  g_autoptr (GProxyResolver) resolver = amfa_proxy_resolver_new (NULL, "plain");
  g_auto (GStrv) ignored = g_proxy_resolver_lookup (resolver, "https://plain", NULL, NULL);
  g_auto (GStrv) loopback = g_proxy_resolver_lookup (resolver, "http://127.0.0.1", NULL, NULL);

  g_assert_cmpstr (ignored[0], ==, DIRECT);
  g_assert_cmpstr (loopback[0], ==, DIRECT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  install_desktop ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/proxy-resolver/%02" G_GSIZE_FORMAT, i);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/proxy-resolver/desktop", test_desktop);
  g_test_add_func ("/proxy-resolver/desktop/ignored", test_desktop_ignored);
  g_test_add_func ("/proxy-resolver/nonsense", test_nonsense);

  return g_test_run ();
}
