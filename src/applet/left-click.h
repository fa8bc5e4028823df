#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

guint amfa_left_click_install (GDBusConnection *connection,
                               const char *item_path,
                               const char *application_path,
                               const char *action);

G_END_DECLS
