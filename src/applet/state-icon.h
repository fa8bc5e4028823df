#pragma once

#include <gio/gio.h>

#include "core/model/session-rules.h"

/* The icons that ship with the program. */

G_BEGIN_DECLS

const char *amfa_state_icon_get_name (AmfaSessionState state);
GIcon *amfa_state_icon_new (const char *name, const char *icon_path);

G_END_DECLS
