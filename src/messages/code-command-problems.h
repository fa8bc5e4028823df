#pragma once

#include "core/model/error.h"

G_BEGIN_DECLS

char *amfa_message_for_code_command_problem (const AmfaErrorDetails *details);

G_END_DECLS
