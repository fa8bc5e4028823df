#pragma once

#include "backend.h"

/* A profile's items out of the keyring, and what was remembered of it out of the state file. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_FORGET_RETURNED, /* only keys that the credentials file holds */
  AMFA_FORGET_DISCARD,  /* all of them, whatever is lost */
} AmfaForgetManner;

void amfa_forget_keys_async (AmfaBackend *backend,
                             const char *profile,
                             AmfaForgetManner manner,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean amfa_forget_keys_finish (GAsyncResult *result, char **kept_key_id, GError **error);

G_END_DECLS
