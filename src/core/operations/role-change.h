#pragma once

#include "role-switch.h"

/* Another identity for a profile, named as a user names it. */

G_BEGIN_DECLS

void amfa_role_change_async (AmfaBackend *backend,
                             const char *profile,
                             const char *role,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean amfa_role_change_finish (GAsyncResult *result,
                                  AmfaLoginResult *outcome,
                                  gboolean *session_refused,
                                  GError **error);

G_END_DECLS
