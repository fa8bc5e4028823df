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
#define DIRECT "direct://"

static const Row rows[] = {
  { PROXY, NULL, "https://sts.amazonaws.com", PROXY },
  { "proxy.corp:3128", "", "https://sts.amazonaws.com:443", PROXY },
  { "http://u:p@proxy.corp:1", NULL, "https://sts.amazonaws.com", "http://u:p@proxy.corp:1" },
  { "http://u:p@ss@proxy.corp:1", NULL, "https://sts.amazonaws.com",
    "http://u:p%40ss@proxy.corp:1" },
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
  { PROXY, "aws.com", "https://sts.amazonaws.com", PROXY },
  { PROXY, "amazonaws.com", "https://sts.amazonaws.com.cn", PROXY },
  { PROXY, "*", "https://sts.amazonaws.com", DIRECT },
  { PROXY, "example.org,*", "https://sts.amazonaws.com", DIRECT },
  /* ports */
  { PROXY, "sts.amazonaws.com:443", "https://sts.amazonaws.com", DIRECT },
  { PROXY, "sts.amazonaws.com:443", "https://sts.amazonaws.com:443", DIRECT },
  { PROXY, "sts.amazonaws.com:8443", "https://sts.amazonaws.com", PROXY },
  { PROXY, "sts.amazonaws.com:8443", "https://sts.amazonaws.com:8443", DIRECT },
  /* addresses */
  { PROXY, "10.0.0.0/8", "https://10.1.2.3:8443", DIRECT },
  { PROXY, "10.0.0.0/8", "https://11.1.2.3:8443", PROXY },
  { PROXY, "10.1.2.3", "https://10.1.2.3", DIRECT },
  { PROXY, "10.1.2.3:8443", "https://10.1.2.3:8443", DIRECT },
  { PROXY, "[fd00::1]", "https://[fd00::1]", DIRECT },
  { PROXY, "fd00::1", "https://[fd00::1]", DIRECT },
  { PROXY, "[fd00::1]:443", "https://[fd00::1]", DIRECT },
  { PROXY, "fd00::/8", "https://[fd00::1]", DIRECT },
  { PROXY, "fd00::/8", "https://[fe00::1]", PROXY },
  /* this machine */
  { PROXY, NULL, "http://127.0.0.1:5000", DIRECT },
  { PROXY, NULL, "http://127.1.2.3:5000", DIRECT },
  { PROXY, NULL, "http://localhost:5000", DIRECT },
  { PROXY, NULL, "http://[::1]:5000", DIRECT },
  { PROXY, "example.org", "https://localhost", DIRECT },
  /* nonsense is no reason to go round the proxy */
  { PROXY, "[,]:,:99999999,10.0.0.0/99,///", "https://sts.amazonaws.com", PROXY },
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

/* Without a proxy in the environment the desktop's answer counts, but not for what NO_PROXY names.
 */
static void
test_desktop (void)
{
  static const char *const uri = "https://sts.amazonaws.com";
  g_autoptr (GProxyResolver) resolver = amfa_proxy_resolver_new (NULL, "example.org");
  g_auto (GStrv) desktop =
      g_proxy_resolver_lookup (g_proxy_resolver_get_default (), uri, NULL, NULL);
  g_auto (GStrv) ours = g_proxy_resolver_lookup (resolver, uri, NULL, NULL);
  g_auto (GStrv) later = NULL;
  g_auto (GStrv) ignored = g_proxy_resolver_lookup (resolver, "https://example.org", NULL, NULL);
  g_auto (GStrv) loopback = g_proxy_resolver_lookup (resolver, "http://127.0.0.1", NULL, NULL);

  g_proxy_resolver_lookup_async (resolver, uri, NULL, on_ready, &later);
  while (!later)
    g_main_context_iteration (NULL, TRUE);

  g_assert_true (g_strv_equal ((const char *const *) ours, (const char *const *) desktop));
  g_assert_true (g_strv_equal ((const char *const *) later, (const char *const *) desktop));
  g_assert_cmpstr (ignored[0], ==, DIRECT);
  g_assert_cmpstr (loopback[0], ==, DIRECT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/proxy-resolver/%02" G_GSIZE_FORMAT, i);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/proxy-resolver/desktop", test_desktop);
  g_test_add_func ("/proxy-resolver/nonsense", test_nonsense);

  return g_test_run ();
}
