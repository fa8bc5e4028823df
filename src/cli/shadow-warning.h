#pragma once

#include "command.h"

/* After a login: what keeps other tools from using the session in the file. */

G_BEGIN_DECLS

void amfa_shadow_warning_say (const AmfaCommand *command);

G_END_DECLS
