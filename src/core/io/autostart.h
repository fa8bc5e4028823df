#pragma once

#include <glib.h>

/* Whether the desktop starts the applet when the user logs in. */

G_BEGIN_DECLS

gboolean amfa_autostart_is_on (const char *path);
gboolean amfa_autostart_set (const char *path, const char *program, GError **error);

G_END_DECLS
