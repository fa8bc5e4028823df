#pragma once

#include <gio/gio.h>

/* Private to http-transport.c. */

G_BEGIN_DECLS

GTlsDatabase *amfa_ca_bundle_load (const char *path, const char *host, GError **error);

G_END_DECLS
