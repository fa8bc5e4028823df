#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * AmfaOthersMenu:
 *
 * What can be done for other profiles than the default one, for which the tray's menu has entries
 * of its own.
 */
#define AMFA_TYPE_OTHERS_MENU (amfa_others_menu_get_type ())
G_DECLARE_FINAL_TYPE (AmfaOthersMenu, amfa_others_menu, AMFA, OTHERS_MENU, GtkMenu)

GtkWidget *amfa_others_menu_new (GActionGroup *actions);
gboolean amfa_others_menu_update (AmfaOthersMenu *self, GPtrArray *sessions);

G_END_DECLS
