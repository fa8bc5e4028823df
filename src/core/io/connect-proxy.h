#pragma once

#include <gio/gio.h>

/* proxy-resolver.c makes it known, query-call.c tells where a request has ended, and
 * http-transport.c where a pre-connect has, and whom an encrypted proxy is to be trusted by. */

G_BEGIN_DECLS

void amfa_connect_proxy_register (void);
void amfa_connect_proxy_set_anchors (GIOStream *connection, GTlsDatabase *anchors);
void amfa_connect_proxy_end_request (void);

G_END_DECLS
