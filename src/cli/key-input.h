#pragma once

#include "command.h"

/* Base credentials that a person or a script gives: never on the command line. */

G_BEGIN_DECLS

AmfaCredentials *amfa_key_input_ask (const AmfaCommand *command, GError **error);
AmfaCredentials *amfa_key_input_read (const AmfaCommand *command, GError **error);

G_END_DECLS
