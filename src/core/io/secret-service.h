#pragma once

#include <gio/gio.h>

/* The part of the Secret Service protocol that carries no secret. Every call blocks; errors are of
 * the domain AMFA_ERROR (KEYRING_LOCKED, KEYRING_ABSENT, KEYRING_FAILED) or G_IO_ERROR_CANCELLED.
 */

G_BEGIN_DECLS

#define AMFA_SECRET_SERVICE_NAME "org.freedesktop.secrets"

gboolean amfa_secret_service_find_default (GDBusConnection *bus,
                                           char **collection,
                                           gboolean *locked,
                                           GCancellable *cancellable,
                                           GError **error);
gboolean amfa_secret_service_search (GDBusConnection *bus,
                                     GHashTable *attributes,
                                     GStrv *unlocked,
                                     GStrv *locked,
                                     GCancellable *cancellable,
                                     GError **error);
gboolean amfa_secret_service_unlock (GDBusConnection *bus,
                                     const char *path,
                                     GCancellable *cancellable,
                                     GError **error);
gboolean amfa_secret_service_create_default (GDBusConnection *bus,
                                             GCancellable *cancellable,
                                             GError **error);
gboolean amfa_secret_service_delete (GDBusConnection *bus,
                                     const char *item,
                                     GCancellable *cancellable,
                                     GError **error);
void amfa_secret_service_translate_error (const GError *from, GError **error);

G_END_DECLS
