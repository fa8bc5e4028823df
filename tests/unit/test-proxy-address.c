#include "core/model/proxy-address.h"

/* What people write into HTTPS_PROXY, and the URI that is meant. */
static void
test_rows (void)
{
  static const struct
  {
    const char *text;
    const char *uri;
  } rows[] = {
    { "http://proxy.corp:3128", "http://proxy.corp:3128" },
    { "proxy.corp:3128", "http://proxy.corp:3128" },
    { "proxy.corp", "http://proxy.corp" },
    { "10.0.0.1:3128", "http://10.0.0.1:3128" },
    { "http://[fd00::1]:3128", "http://[fd00::1]:3128" },
    { "HTTP://proxy.corp:3128/", "http://proxy.corp:3128" },
    { "http://proxy.corp:3128/path?query#fragment", "http://proxy.corp:3128" },
    { "https://proxy.corp", "https://proxy.corp" },
    { "socks5://proxy.corp:1080", "socks5://proxy.corp:1080" },
    { "socks5h://proxy.corp:1080", "socks5://proxy.corp:1080" },
    /* users */
    { "http://u:p@proxy.corp:1", "http://u:p@proxy.corp:1" },
    { "u:p@proxy.corp:1", "http://u:p@proxy.corp:1" },
    { "u@proxy.corp:1", "http://u@proxy.corp:1" },
    { "http://u:@proxy.corp:1", "http://u:@proxy.corp:1" },
    { "http://u:p@ss@proxy.corp:1", "http://u:p%40ss@proxy.corp:1" },
    { "http://corp\\u:p@proxy.corp:1", "http://corp%5Cu:p@proxy.corp:1" },
    { "http://u:p w@proxy.corp:1", "http://u:p%20w@proxy.corp:1" },
    { "http://u:p%20w%40@proxy.corp:1", "http://u:p%20w%40@proxy.corp:1" },
    { "http://u:100%@proxy.corp:1", "http://u:100%25@proxy.corp:1" },
    { "http://u:a%zz%4@proxy.corp:1", "http://u:a%25zz%254@proxy.corp:1" },
    { "http://u:p:q@proxy.corp:1", "http://u:p:q@proxy.corp:1" },
    { "http://u:\xc3\xa4@proxy.corp:1", "http://u:%C3%A4@proxy.corp:1" },
    /* none */
    { "", NULL },
    { "http://", NULL },
    { "http://[", NULL },
    { "http://@", NULL },
    { "http://:3128", NULL },
    { "http://proxy.corp:99999", NULL },
    { "http://proxy.corp:0", NULL },
    { "http://proxy.corp:port", NULL },
    { "http://u:a/b@proxy.corp:1", NULL },
    { "http://u:a#b@proxy.corp:1", NULL },
    { "ftp://proxy.corp:1", NULL },
    { "://proxy.corp", NULL },
    { "::::", NULL },
    { "http://pro xy:1", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *uri = amfa_proxy_address_normalize (rows[i].text);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpstr (uri, ==, rows[i].uri);
      g_assert_true (!uri || g_uri_is_valid (uri, G_URI_FLAGS_NONE, NULL));
    }
}

/* What GIO is told about it: always with a port. */
static void
test_routes (void)
{
  static const struct
  {
    const char *text;
    const char *route;
  } rows[] = {
    { "http://proxy.corp:3128", "amfa-connect://proxy.corp:3128" },
    { "proxy.corp", "amfa-connect://proxy.corp:80" },
    { "proxy.corp:", "amfa-connect://proxy.corp:80" },
    { "u:p@proxy.corp", "amfa-connect://u:p@proxy.corp:80" },
    { "http://u:3@proxy.corp:1", "amfa-connect://u:3@proxy.corp:1" },
    { "http://[fd00::1]", "amfa-connect://[fd00::1]:80" },
    { "http://[fd00::1]:3128", "amfa-connect://[fd00::1]:3128" },
    { "https://proxy.corp", "amfa-connect-tls://proxy.corp:443" },
    { "https://u:p@proxy.corp:8443", "amfa-connect-tls://u:p@proxy.corp:8443" },
    { "socks5h://proxy.corp", "socks5://proxy.corp:1080" },
    { "socks4://proxy.corp:1", "socks4://proxy.corp:1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *uri = amfa_proxy_address_normalize (rows[i].text);
      g_autofree char *route = amfa_proxy_address_to_route (uri);

      g_assert_cmpstr (route, ==, rows[i].route);
      g_assert_true (g_uri_is_valid (route, G_URI_FLAGS_NONE, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy-address/rows", test_rows);
  g_test_add_func ("/proxy-address/routes", test_routes);
  return g_test_run ();
}
