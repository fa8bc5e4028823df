#pragma once

#include "core/io/query-client.h"
#include "core/model/profile.h"

/* Who a base key belongs to, and which MFA devices that user has. */

G_BEGIN_DECLS

typedef struct
{
  AmfaIdentity *identity; /* nullable */
  gboolean wanted_serial; /* the devices were asked for */
  GPtrArray *devices;     /* of AmfaDevice, those that work with STS; nullable if not allowed */
  GPtrArray *unusable;    /* of AmfaDevice, the others; nullable */
  guint n_fido;           /* how many of these are security keys or passkeys */
  GError *refusal;        /* why there is no list; nullable */
  char *serial;           /* the one to use; nullable: ask */
} AmfaDiscovery;

void amfa_discovery_free (AmfaDiscovery *self);

void amfa_discover_async (AmfaQueryClient *client,
                          const AmfaProfile *profile,
                          AmfaCredentials *base,
                          gboolean want_serial,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
AmfaDiscovery *amfa_discover_finish (AmfaQueryClient *client, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaDiscovery, amfa_discovery_free)

G_END_DECLS
