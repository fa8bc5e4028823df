#pragma once

#include <gio/gio.h>

#include "core/model/endpoint.h"

/* Private to http-transport.c. */

G_BEGIN_DECLS

GTlsDatabase *amfa_ca_bundle_load (const AmfaEndpoint *endpoint, GError **error);

G_END_DECLS
