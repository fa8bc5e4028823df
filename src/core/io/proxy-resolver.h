#pragma once

#include <gio/gio.h>

/* Which proxy stands between this machine and AWS. */

G_BEGIN_DECLS

#define AMFA_TYPE_PROXY_RESOLVER (amfa_proxy_resolver_get_type ())
G_DECLARE_FINAL_TYPE (AmfaProxyResolver, amfa_proxy_resolver, AMFA, PROXY_RESOLVER, GObject)

GProxyResolver *amfa_proxy_resolver_new (const char *https_proxy, const char *no_proxy);

G_END_DECLS
