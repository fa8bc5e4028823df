#pragma once

#include <glib.h>

/* proxy-resolver.c makes it known, query-call.c tells where a request has ended, and
 * http-transport.c where a pre-connect has. */

G_BEGIN_DECLS

void amfa_connect_proxy_register (void);
void amfa_connect_proxy_end_request (void);

G_END_DECLS
