#pragma once

#include <gio/gio.h>

/* Which items of the Secret Service are meant by attributes, and what may be done with them now.
 * Errors as in secret-service.h. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_SECRET_ITEMS_NONE,
  AMFA_SECRET_ITEMS_STORED,        /* locked or not */
  AMFA_SECRET_ITEMS_LOCKED,        /* nothing to be seen, and the default collection is locked */
  AMFA_SECRET_ITEMS_NO_COLLECTION, /* nothing to be seen, and there is no default collection */
} AmfaSecretItems;

gboolean amfa_secret_items_look (GDBusConnection *bus,
                                 GHashTable *attributes,
                                 AmfaSecretItems *items,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean amfa_secret_items_find (GDBusConnection *bus,
                                 GHashTable *attributes,
                                 gboolean may_unlock,
                                 GStrv *items,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean amfa_secret_items_find_unlocked (GDBusConnection *bus,
                                          GHashTable *attributes,
                                          GStrv *items,
                                          gboolean *are_several,
                                          GCancellable *cancellable,
                                          GError **error);
gboolean amfa_secret_items_remove (GDBusConnection *bus,
                                   GHashTable *attributes,
                                   GCancellable *cancellable,
                                   GError **error);
gboolean amfa_secret_items_make_writable (GDBusConnection *bus,
                                          GCancellable *cancellable,
                                          GError **error);
char *amfa_secret_items_find_writable (GDBusConnection *bus,
                                       GCancellable *cancellable,
                                       GError **error);

G_END_DECLS
