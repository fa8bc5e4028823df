#pragma once

#include "command.h"
#include "core/operations/login.h"

/* What a login in the terminal says before the code. */

G_BEGIN_DECLS

void amfa_login_words_say_origin (const AmfaCommand *command, AmfaLogin *login);
void amfa_login_words_say_import (const AmfaCommand *command,
                                  AmfaLogin *login,
                                  AmfaLoginTarget target);
char *amfa_login_words_compose_prompt (AmfaLogin *login);

G_END_DECLS
