#pragma once

#include "core/model/finding.h"

/* The doctor's findings as sentences, and the commands that mend them. */

G_BEGIN_DECLS

char *amfa_message_for_finding (const AmfaFinding *finding, gint64 now);
char *amfa_command_for_finding (const AmfaFinding *finding);

G_END_DECLS
