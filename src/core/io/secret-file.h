#pragma once

#include <gio/gio.h>

#include "core/model/secret.h"

/* Items in the file that libsecret keeps for programs without a Secret Service. Errors as in
 * secret-service.h. Private to the keyring. */

G_BEGIN_DECLS

gboolean amfa_secret_file_look (GHashTable *attributes,
                                gboolean *stored,
                                GCancellable *cancellable,
                                GError **error);
gboolean amfa_secret_file_open (GHashTable *attributes,
                                AmfaSecret **secret,
                                GCancellable *cancellable,
                                GError **error);
GPtrArray *amfa_secret_file_list (GHashTable *attributes,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean amfa_secret_file_store (GHashTable *attributes,
                                 const char *label,
                                 AmfaSecret *secret,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean amfa_secret_file_remove (GHashTable *attributes,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
