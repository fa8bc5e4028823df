#pragma once

#include "command.h"

/* What is asked when a key belongs to another account than the profile has been used with. */

G_BEGIN_DECLS

char *amfa_account_question_ask (const AmfaCommand *command, GError **problem, GError **error);

G_END_DECLS
