#pragma once

#include "login.h"
#include "role-session.h"
#include "vault.h"

/* Which identity the section of a profile holds: the user, or one of the user's roles. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_ROLE_WANTED,  /* somebody asks for it: the keyring may ask for its password */
  AMFA_ROLE_RENEWAL, /* the role that the profile holds, by itself: for an hour at most, who asks
                        will come again */
} AmfaRoleOccasion;

void amfa_role_switch_async (AmfaBackend *backend,
                             const char *profile,
                             AmfaRolePlan *plan,
                             AmfaRoleOccasion occasion,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean amfa_role_switch_finish (GAsyncResult *result,
                                  AmfaLoginResult *outcome,
                                  gboolean *session_refused,
                                  GError **error);

G_END_DECLS
