#pragma once

#include "role-session.h"

/* Which identity a login is for, and which others its user could have: what the files say, without
 * keyring and network. */

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *roles;    /* of AmfaRole: whatever can be chosen instead of the user; may be empty */
  char *held;          /* ARN of the one that the profile has now; nullable: the user, or nothing */
  char *role;          /* ARN of the one that is meant; nullable: the user */
  AmfaRolePlan *plan;  /* how it is come by; nullable */
  char *serial_origin; /* where the roles' device is configured; nullable */
  GError *problem;     /* why it cannot be had; nullable */
} AmfaRoleChoice;

void amfa_role_choice_read_async (AmfaBackend *backend,
                                  const char *profile,
                                  const char *role,
                                  const char *region,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
AmfaRoleChoice *amfa_role_choice_read_finish (GAsyncResult *result, GError **error);
void amfa_role_choice_free (AmfaRoleChoice *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaRoleChoice, amfa_role_choice_free)

G_END_DECLS
