#pragma once

#include "profile-status.h"

/* What is known of one profile or of all of them, without unlocking anything and without the
 * network. */

G_BEGIN_DECLS

/* Where a login would find the base credentials, as far as can be seen from outside. */
typedef enum
{
  AMFA_PLACE_NOWHERE,
  AMFA_PLACE_FILE,
  AMFA_PLACE_KEYRING,
  AMFA_PLACE_KEYRING_LOCKED,  /* if anywhere */
  AMFA_PLACE_KEYRING_ABSENT,  /* they were in the keyring, and none is running */
  AMFA_PLACE_KEYRING_UNKNOWN, /* if anywhere; it was not asked, or does not answer */
  AMFA_PLACE_CONFIG,
  AMFA_PLACE_ENVIRONMENT,
} AmfaBasePlace;

typedef struct
{
  AmfaProfileStatus *profile;
  AmfaBasePlace base;
} AmfaStatusEntry;

void amfa_status_list_async (AmfaBackend *backend,
                             const char *name,
                             AmfaReach reach,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
GPtrArray *amfa_status_list_finish (GAsyncResult *result, GError **error);

G_END_DECLS
