#pragma once

#include "command.h"
#include "core/operations/login.h"
#include "core/operations/role-loan.h"

/* The identity that a command line means, where that may be a role. */

G_BEGIN_DECLS

AmfaRolePlan *amfa_roles_read_plan (const AmfaCommand *command, GError **error);
AmfaLogin *amfa_roles_new_login (const AmfaCommand *command, AmfaRolePlan *plan);
AmfaLoan *amfa_roles_find_loan (const AmfaCommand *command,
                                AmfaRolePlan *plan,
                                AmfaRoleLength length,
                                guint min_seconds,
                                AmfaVaultManner manner,
                                gboolean *session_refused,
                                GError **error);
void amfa_roles_set_nobody_to_ask (const AmfaCommand *command,
                                   const AmfaRolePlan *plan,
                                   const GError *problem,
                                   GError **error);
gboolean amfa_roles_offer_code (const AmfaCommand *command, const GError *refusal);

G_END_DECLS
