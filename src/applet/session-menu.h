#pragma once

#include <gtk/gtk.h>

#include "core/operations/session-monitor.h"

G_BEGIN_DECLS

/**
 * AmfaSessionMenu:
 *
 * The tray icon's menu. It is one menu for the life of the program: tray hosts keep a copy of it
 * and learn of changes item by item.
 */
#define AMFA_TYPE_SESSION_MENU (amfa_session_menu_get_type ())
G_DECLARE_FINAL_TYPE (AmfaSessionMenu, amfa_session_menu, AMFA, SESSION_MENU, GtkMenu)

GtkWidget *amfa_session_menu_new (GActionGroup *actions);
GtkWidget *amfa_session_menu_get_first (AmfaSessionMenu *self);
void amfa_session_menu_update (AmfaSessionMenu *self, GPtrArray *sessions, gint64 now);

G_END_DECLS
