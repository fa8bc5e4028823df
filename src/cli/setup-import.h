#pragma once

#include "command.h"

/* `awsmfa setup --import`: the keys that other tools keep in plain text, into the keyring. */

G_BEGIN_DECLS

int amfa_setup_import_run (AmfaCommand *command, gboolean yes);

G_END_DECLS
