#pragma once

#include "role-session.h"
#include "session-loan.h"

/* A role's session for one process: from the keyring, or from a session of the user. */

G_BEGIN_DECLS

void amfa_role_loan_async (AmfaBackend *backend,
                           AmfaRolePlan *plan,
                           AmfaRoleLength length,
                           guint min_seconds,
                           AmfaVaultManner manner,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
AmfaLoan *amfa_role_loan_finish (GAsyncResult *result, gboolean *session_refused, GError **error);

G_END_DECLS
