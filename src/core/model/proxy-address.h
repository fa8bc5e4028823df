#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *amfa_proxy_address_normalize (const char *text);

G_END_DECLS
