#pragma once

#include <gio/gio.h>

/* The way to the session bus on which a keyring may be. Private to keyring.c. */

G_BEGIN_DECLS

GDBusConnection *amfa_secret_bus_connect (GCancellable *cancellable, GError **error);

G_END_DECLS
