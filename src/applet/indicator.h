#pragma once

#include "session-menu.h"

G_BEGIN_DECLS

/* Where the item appears on the session bus, on the connection of the application. */
#define AMFA_INDICATOR_PATH "/org/ayatana/NotificationItem/awsmfa"

/**
 * AmfaIndicator:
 *
 * The tray icon: a view of the sessions, with the menu.
 */
#define AMFA_TYPE_INDICATOR (amfa_indicator_get_type ())
G_DECLARE_FINAL_TYPE (AmfaIndicator, amfa_indicator, AMFA, INDICATOR, GObject)

AmfaIndicator *amfa_indicator_new (GDBusConnection *connection,
                                   AmfaSessionMenu *menu,
                                   const char *icon_path);
void amfa_indicator_update (AmfaIndicator *self, GPtrArray *sessions, gint64 now);

G_END_DECLS
