#pragma once

#include "command.h"
#include "core/operations/login.h"

/* Which of several MFA devices, asked on the terminal. */

G_BEGIN_DECLS

gboolean amfa_device_choice_ask (const AmfaCommand *command,
                                 AmfaLogin *login,
                                 GPtrArray *devices,
                                 GError **error);
GPtrArray *amfa_device_choice_fetch (const AmfaCommand *command,
                                     const char *profile,
                                     GError **error);
char *amfa_device_choice_list (GPtrArray *devices);

G_END_DECLS
