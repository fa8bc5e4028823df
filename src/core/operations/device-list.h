#pragma once

#include "backend.h"
#include "discovery.h"

/* The MFA devices of a profile's user, as AWS lists them now, and which one a login would use. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_SERIAL_UNKNOWN,
  AMFA_SERIAL_SAID,       /* by the options */
  AMFA_SERIAL_CONFIG,     /* mfa_serial */
  AMFA_SERIAL_REMEMBERED, /* the last login used it */
  AMFA_SERIAL_ONLY,       /* the only one in the list that works */
  AMFA_SERIAL_DERIVED,    /* from the user's name: there is no list */
} AmfaSerialSource;

typedef struct
{
  AmfaDiscovery *discovery;
  char *key_id; /* the base key that asked */
  char *chosen; /* nullable */
  AmfaSerialSource source;
} AmfaDeviceList;

void amfa_device_list_async (AmfaBackend *backend,
                             const char *name,
                             const AmfaProfileOptions *options,
                             AmfaCredentials *typed,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
AmfaDeviceList *amfa_device_list_finish (GAsyncResult *result, GError **error);
void amfa_device_list_free (AmfaDeviceList *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaDeviceList, amfa_device_list_free)

G_END_DECLS
