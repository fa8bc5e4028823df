#define G_LOG_DOMAIN "amfa-proxy-address"

#include "proxy-address.h"

#include <string.h>

#define SEPARATOR "://"
#define SOCKS_PORT 1080

/* What GIO can speak, under the names that curl and the AWS tools have for it. */
static const struct
{
  const char *said;
  const char *scheme;
} schemes[] = {
  { "http", "http" },       { "https", "https" },   { "socks", "socks" },    { "socks4", "socks4" },
  { "socks4a", "socks4a" }, { "socks5", "socks5" }, { "socks5h", "socks5" },
};

static const char *
find_scheme (const char *text, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (strlen (schemes[i].said) == length &&
        g_ascii_strncasecmp (schemes[i].said, text, length) == 0)
      return schemes[i].scheme;
  return NULL;
}

/* Passwords are typed as they are by some and escaped by others: an escape stays one, and the rest
 * gets what it lacks. */
static char *
escape_user (const char *text, gsize length)
{
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      guchar byte = (guchar) text[i];
      gboolean is_escape = byte == '%' && i + 2 < length && g_ascii_isxdigit (text[i + 1]) &&
                           g_ascii_isxdigit (text[i + 2]);

      if (g_ascii_isalnum (byte) || is_escape || (byte && strchr (":-._~!$&'()*+,;=", byte)))
        g_string_append_c (out, (char) byte);
      else
        g_string_append_printf (out, "%%%02X", byte);
    }
  return g_string_free (out, FALSE);
}

/**
 * amfa_proxy_address_normalize:
 * @text: what a variable says: "http://user:password@host:3128"; the scheme and the user may be
 *   left out, and an "@" in the password need not be escaped
 *
 * Returns: (transfer full) (nullable): a URI that GIO understands, %NULL if @text means no proxy
 *   that can be used. It may hold a password.
 */
char *
amfa_proxy_address_normalize (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  const char *separator = strstr (text, SEPARATOR);
  const char *scheme = separator ? find_scheme (text, (gsize) (separator - text)) : "http";
  const char *authority = separator ? separator + strlen (SEPARATOR) : text;
  gsize length = strcspn (authority, "/?#");
  const char *at = g_strrstr_len (authority, (gssize) length, "@");
  const char *place = at ? at + 1 : authority;
  g_autofree char *user = at ? escape_user (authority, (gsize) (at - authority)) : NULL;
  g_autofree char *host_and_port = g_strndup (place, length - (gsize) (place - authority));
  g_autofree char *uri = NULL;
  g_autoptr (GUri) parsed = NULL;

  /* GUri forgives blanks. */
  if (!scheme || strpbrk (host_and_port, " \t\r\n%"))
    return NULL;
  uri = g_strconcat (scheme, SEPARATOR, user ? user : "", user ? "@" : "", host_and_port, NULL);
  parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  if (!parsed || !g_uri_get_host (parsed) || *g_uri_get_host (parsed) == '\0' ||
      g_uri_get_port (parsed) == 0)
    return NULL;
  return g_steal_pointer (&uri);
}

/**
 * amfa_proxy_address_to_route:
 * @uri: from amfa_proxy_address_normalize()
 *
 * Returns: (transfer full): what GIO is to be told: an HTTP proxy by our own scheme, and always
 *   with a port, which GIO missed until 2.77
 */
char *
amfa_proxy_address_to_route (const char *uri)
{
  static const struct
  {
    const char *scheme;
    const char *route;
    int port;
  } routes[] = {
    { "http", AMFA_PROXY_SCHEME_CONNECT, 80 },
    { "https", AMFA_PROXY_SCHEME_CONNECT_TLS, 443 },
  };
  const char *rest = strstr (uri, SEPARATOR);
  g_autofree char *scheme = g_strndup (uri, rest ? (gsize) (rest - uri) : 0);
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  const char *route = scheme;
  int port = SOCKS_PORT;

  g_return_val_if_fail (rest && parsed, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    if (g_str_equal (routes[i].scheme, scheme))
      {
        route = routes[i].route;
        port = routes[i].port;
      }
  if (g_uri_get_port (parsed) > 0)
    return g_strconcat (route, rest, NULL);
  return g_strdup_printf ("%s%s%s%d", route, rest, g_str_has_suffix (rest, ":") ? "" : ":", port);
}
