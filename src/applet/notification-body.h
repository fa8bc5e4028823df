#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean amfa_notification_body_is_markup (GDBusConnection *connection, gboolean is_freedesktop);
char *amfa_notification_body_escape (const char *text);

G_END_DECLS
