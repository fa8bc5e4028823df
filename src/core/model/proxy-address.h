#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An HTTP proxy by our own way (io/connect-proxy.c), and one with an encrypted connection to it. */
#define AMFA_PROXY_SCHEME_CONNECT "amfa-connect"
#define AMFA_PROXY_SCHEME_CONNECT_TLS "amfa-connect-tls"

char *amfa_proxy_address_normalize (const char *text);
char *amfa_proxy_address_to_route (const char *uri);

G_END_DECLS
