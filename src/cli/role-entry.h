#pragma once

#include "command.h"
#include "core/operations/login.h"

/* `awsmfa --role ARN`: a role, or the user again, into the profile's section. */

G_BEGIN_DECLS

gboolean amfa_role_entry_run (const AmfaCommand *command,
                              const char *operand,
                              AmfaLoginResult *outcome,
                              GError **error);

void amfa_role_entry_say_how (const AmfaCommand *command, const GError *refusal);

G_END_DECLS
