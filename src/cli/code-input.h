#pragma once

#include "command.h"

/* Where the six digits come from: the command line or standard input. */

G_BEGIN_DECLS

gboolean amfa_code_input_is_code (const char *operand);
gboolean amfa_code_input_check (GStrv operands, GError **error);
char *amfa_code_input_get (const AmfaCommand *command, const char *operand, GError **error);

G_END_DECLS
