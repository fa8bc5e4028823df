#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean amfa_notification_body_goes_to_daemon (GDBusConnection *connection,
                                                gboolean is_freedesktop);
char *amfa_notification_body_escape (const char *text);

G_END_DECLS
