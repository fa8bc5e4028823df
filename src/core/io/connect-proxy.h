#pragma once

#include <glib.h>

/* Private to proxy-resolver.c. */

G_BEGIN_DECLS

void amfa_connect_proxy_register (void);

G_END_DECLS
