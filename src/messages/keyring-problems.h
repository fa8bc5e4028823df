#pragma once

#include "core/model/error.h"

G_BEGIN_DECLS

char *amfa_message_for_keyring_absence (const AmfaErrorDetails *details);
char *amfa_message_for_keyring_problem (const AmfaErrorDetails *details);

G_END_DECLS
