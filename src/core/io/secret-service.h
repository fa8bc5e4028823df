#pragma once

#include <gio/gio.h>

/* The service and its collections. Every call blocks; errors are of the domain AMFA_ERROR
 * (KEYRING_LOCKED, KEYRING_ABSENT, KEYRING_FAILED) or G_IO_ERROR_CANCELLED. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_SECRET_ABSENT,
  AMFA_SECRET_STARTABLE, /* by the bus, at the first call */
  AMFA_SECRET_RUNNING,
} AmfaSecretPresence;

gboolean amfa_secret_service_find (GDBusConnection *bus,
                                   AmfaSecretPresence *presence,
                                   GCancellable *cancellable,
                                   GError **error);
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
gboolean amfa_secret_service_search_collection (GDBusConnection *bus,
                                                const char *collection,
                                                GHashTable *attributes,
                                                GStrv *items,
                                                GCancellable *cancellable,
                                                GError **error);
char **amfa_secret_service_list_collections (GDBusConnection *bus,
                                             GCancellable *cancellable,
                                             GError **error);
gboolean amfa_secret_service_unlock (GDBusConnection *bus,
                                     const char *const *paths,
                                     GCancellable *cancellable,
                                     GError **error);
gboolean amfa_secret_service_create_default (GDBusConnection *bus,
                                             GCancellable *cancellable,
                                             GError **error);
gboolean amfa_secret_service_is_known (GDBusConnection *bus, GCancellable *cancellable);

G_END_DECLS
