#pragma once

#include "core/model/error.h"

G_BEGIN_DECLS

char *amfa_describe_file_problem (const AmfaErrorDetails *d);
char *amfa_message_for_file_problem (const AmfaErrorDetails *details);

G_END_DECLS
