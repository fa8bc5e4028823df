#pragma once

#include <gio/gio.h>

#include "core/model/secret.h"

/* The calls that carry a secret, by libsecret, for both of its back ends: the Secret Service and,
 * with SECRET_BACKEND=file, a file. Errors as in secret-service.h. Private to the keyring. */

G_BEGIN_DECLS

AmfaSecret *amfa_secret_values_load (GHashTable *attributes,
                                     const char *item,
                                     GCancellable *cancellable,
                                     GError **error);
gboolean amfa_secret_values_create (GHashTable *attributes,
                                    const char *label,
                                    AmfaSecret *secret,
                                    GCancellable *cancellable,
                                    GError **error);

gboolean amfa_secret_values_file_look (GHashTable *attributes,
                                       gboolean *stored,
                                       GCancellable *cancellable,
                                       GError **error);
gboolean amfa_secret_values_file_open (GHashTable *attributes,
                                       AmfaSecret **secret,
                                       GCancellable *cancellable,
                                       GError **error);
GPtrArray *amfa_secret_values_file_list (GHashTable *attributes,
                                         GCancellable *cancellable,
                                         GError **error);
gboolean amfa_secret_values_file_store (GHashTable *attributes,
                                        const char *label,
                                        AmfaSecret *secret,
                                        GCancellable *cancellable,
                                        GError **error);
gboolean amfa_secret_values_file_remove (GHashTable *attributes,
                                         GCancellable *cancellable,
                                         GError **error);

G_END_DECLS
