#pragma once

#include "keyring.h"

/* What the keyring does with the Secret Service, by an item's attributes. Errors as in
 * secret-service.h. Private to keyring.c. */

G_BEGIN_DECLS

/* An item as the Secret Service knows it. */
typedef struct
{
  GHashTable *attributes;
  char *label;
  AmfaItemKind kind;
  AmfaItemTest is_readable; /* nullable: everything is */
} AmfaSecretTarget;

AmfaLook amfa_secret_deeds_look (GDBusConnection *bus,
                                 const AmfaSecretTarget *target,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean amfa_secret_deeds_open (GDBusConnection *bus,
                                 const AmfaSecretTarget *target,
                                 gboolean may_unlock,
                                 AmfaSecret **secret,
                                 GCancellable *cancellable,
                                 GError **error);
GPtrArray *amfa_secret_deeds_list (GDBusConnection *bus,
                                   const AmfaSecretTarget *target,
                                   gboolean may_unlock,
                                   GCancellable *cancellable,
                                   GError **error);
gboolean amfa_secret_deeds_store (GDBusConnection *bus,
                                  const AmfaSecretTarget *target,
                                  AmfaSecret *secret,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
