#pragma once

#include "keyring.h"

/* What the keyring does with the Secret Service, by an item's attributes. Errors as in
 * secret-service.h, and KEYRING_ABSENT without a bus. Private to keyring.c. */

G_BEGIN_DECLS

AmfaLook amfa_secret_deeds_look (GHashTable *attributes, GCancellable *cancellable);
gboolean amfa_secret_deeds_open (GHashTable *attributes,
                                 gboolean may_unlock,
                                 AmfaSecret **secret,
                                 GCancellable *cancellable,
                                 GError **error);
GPtrArray *amfa_secret_deeds_list (GHashTable *attributes,
                                   gboolean may_unlock,
                                   GCancellable *cancellable,
                                   GError **error);
gboolean amfa_secret_deeds_store (GHashTable *attributes,
                                  const char *label,
                                  AmfaSecret *secret,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean amfa_secret_deeds_remove (GHashTable *attributes,
                                   GCancellable *cancellable,
                                   GError **error);
gboolean amfa_secret_deeds_check (GCancellable *cancellable, GError **error);
gboolean amfa_secret_deeds_unlock (GCancellable *cancellable, GError **error);

G_END_DECLS
