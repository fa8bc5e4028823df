#pragma once

#include "command.h"
#include "core/operations/role-loan.h"

/* A session for which nobody is asked: its code comes from the profile's own command. */

G_BEGIN_DECLS

AmfaLoan *amfa_command_loan_get (
    const AmfaCommand *command, AmfaRolePlan *plan, guint min_seconds, guint wait, GError **error);

G_END_DECLS
