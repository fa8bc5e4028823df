#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean amfa_secret_kwallet_is_among (const char *const *names);
gboolean amfa_secret_kwallet_start (GDBusConnection *bus, GCancellable *cancellable);

G_END_DECLS
