#pragma once

#include <gio/gio.h>

/* One item of the Secret Service. Secrets go by as they travel, encrypted (secret-session.h). Every
 * call blocks; errors as in secret-service.h. */

G_BEGIN_DECLS

gboolean amfa_secret_item_create (GDBusConnection *bus,
                                  const char *collection,
                                  GHashTable *attributes,
                                  const char *label,
                                  GVariant *secret,
                                  gboolean replaces,
                                  char **item,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean amfa_secret_item_set_secret (GDBusConnection *bus,
                                      const char *item,
                                      GVariant *secret,
                                      gboolean *is_gone,
                                      GCancellable *cancellable,
                                      GError **error);
gboolean amfa_secret_item_get_secret (GDBusConnection *bus,
                                      const char *item,
                                      const char *session,
                                      GVariant **secret,
                                      GCancellable *cancellable,
                                      GError **error);
gboolean amfa_secret_item_is_locked (GDBusConnection *bus,
                                     const char *item,
                                     GCancellable *cancellable);
guint64 amfa_secret_item_get_modified (GDBusConnection *bus,
                                       const char *item,
                                       GCancellable *cancellable);
gboolean amfa_secret_item_is_of_schema (GDBusConnection *bus,
                                        const char *item,
                                        GCancellable *cancellable);
gboolean amfa_secret_item_delete (GDBusConnection *bus,
                                  const char *item,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
