#pragma once

#include "command.h"
#include "core/model/child-environment.h"
#include "core/operations/session-loan.h"

/* A session for one process: one that is there already, or a new one for a code. */

G_BEGIN_DECLS

AmfaLoan *amfa_borrow (AmfaCommand *command, const char *operand, GError **error);
GPtrArray *amfa_borrow_list_variables (const AmfaLoan *loan);

G_END_DECLS
