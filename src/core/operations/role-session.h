#pragma once

#include "backend.h"
#include "core/model/role-plan.h"

/* Roles from a session that is there. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_ROLE_AS_PLANNED,
  AMFA_ROLE_FOR_AN_HOUR, /* at most, from a session: who asks will come again */
} AmfaRoleLength;

char *amfa_role_dup_held (AmfaBackend *backend,
                          const char *profile,
                          AmfaIniDocument *credentials,
                          AmfaIniDocument *config);

void amfa_role_plan_read_async (AmfaBackend *backend,
                                const char *profile,
                                const char *role,
                                const AmfaProfileOptions *said,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
AmfaRolePlan *amfa_role_plan_read_finish (GAsyncResult *result, GError **error);

void amfa_role_assume_async (AmfaBackend *backend,
                             AmfaRolePlan *plan,
                             AmfaCredentials *session,
                             const char *user_arn,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
AmfaCredentials *amfa_role_assume_finish (GAsyncResult *result,
                                          gboolean *session_refused,
                                          GError **error);

G_END_DECLS
