#pragma once

#include "login.h"
#include "role-session.h"
#include "vault.h"

/* Which identity the section of a profile holds: the user, or one of the user's roles. */

G_BEGIN_DECLS

void amfa_role_switch_async (AmfaBackend *backend,
                             const char *profile,
                             AmfaRolePlan *plan,
                             AmfaRoleLength length,
                             AmfaVaultManner manner,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean amfa_role_switch_finish (GAsyncResult *result,
                                  AmfaLoginResult *outcome,
                                  gboolean *session_refused,
                                  GError **error);

G_END_DECLS
