#pragma once

#include "command.h"

/* `awsmfa setup --autostart` */

G_BEGIN_DECLS

int amfa_setup_autostart_run (const AmfaCommand *command, gboolean on);

G_END_DECLS
