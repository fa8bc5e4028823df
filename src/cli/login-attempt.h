#pragma once

#include "command.h"
#include "core/operations/login.h"

/* What comes of one code. */

G_BEGIN_DECLS

gboolean amfa_login_attempt (const AmfaCommand *command,
                             AmfaLogin *login,
                             const char *code,
                             AmfaLoginResult *outcome,
                             GError **error);
gboolean amfa_login_attempt_settle_account (const AmfaCommand *command,
                                            AmfaLogin *login,
                                            GError **problem,
                                            GError **error);

G_END_DECLS
