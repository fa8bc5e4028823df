#pragma once

#include "command.h"
#include "core/operations/login.h"

/* What went less than well in a login that succeeded. */

G_BEGIN_DECLS

void amfa_say_warnings (const AmfaCommand *command,
                        AmfaLoginTarget target,
                        const AmfaLoginResult *outcome);

G_END_DECLS
