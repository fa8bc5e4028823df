#pragma once

#include "command.h"
#include "core/operations/login.h"

/* A login as awsmfa does it, for every verb that needs one. */

G_BEGIN_DECLS

gboolean amfa_login_flow_run (const AmfaCommand *command,
                              AmfaLogin *login,
                              AmfaLoginTarget target,
                              const char *operand,
                              AmfaLoginResult *outcome,
                              GError **error);

/* Without a question, wherever it runs. */
gboolean amfa_login_flow_has_command (const AmfaCommand *command, AmfaLogin *login, GError **error);
gboolean amfa_login_flow_run_command (const AmfaCommand *command,
                                      AmfaLogin *login,
                                      AmfaLoginTarget target,
                                      guint milliseconds,
                                      GError **error);

G_END_DECLS
