#pragma once

#include <gtk/gtk.h>

#include "core/operations/session-monitor.h"

G_BEGIN_DECLS

/**
 * AmfaRoleMenu:
 *
 * Which identity the section of one profile holds, its user or one of the user's roles, as a group
 * of radio items; a click asks for another one.
 */
#define AMFA_TYPE_ROLE_MENU (amfa_role_menu_get_type ())
G_DECLARE_FINAL_TYPE (AmfaRoleMenu, amfa_role_menu, AMFA, ROLE_MENU, GtkMenu)

GtkWidget *amfa_role_menu_new (GActionGroup *actions);
void amfa_role_menu_update (AmfaRoleMenu *self, const AmfaSessionInfo *info);

G_END_DECLS
