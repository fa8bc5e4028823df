#define G_LOG_DOMAIN "amfa-session-menu"

#include "session-menu.h"

#include <glib/gi18n.h>

#include "application-actions.h"
#include "menu-text.h"
#include "others-menu.h"
#include "role-menu.h"
#include "session-text.h"

/* The place of the first profile's line: after the first entry and its separator. */
#define FIRST_LINE 2

#define START_AT_LOGIN "start-at-login"

struct _AmfaSessionMenu
{
  GtkMenu parent_instance;

  GActionGroup *actions;
  GtkWidget *enter_code;
  GPtrArray *lines; /* GtkMenuItem, a line each profile */
  GtkWidget *role;  /* of the default profile, as the next two */
  AmfaRoleMenu *role_menu;
  GtkWidget *end_session;
  GtkWidget *restore;
  GtkWidget *others;
  AmfaOthersMenu *others_menu;
  GtkWidget *start_at_login;
};

G_DEFINE_FINAL_TYPE (AmfaSessionMenu, amfa_session_menu, GTK_TYPE_MENU)

static void
on_item_activated (GtkMenuItem *item, AmfaSessionMenu *self)
{
  g_action_group_activate_action (self->actions, g_object_get_data (G_OBJECT (item), "action"),
                                  NULL);
}

static void
on_line_activated (GtkMenuItem *item, AmfaSessionMenu *self)
{
  const char *profile = g_object_get_data (G_OBJECT (item), "profile");

  g_action_group_activate_action (self->actions, "enter-code-for", g_variant_new_string (profile));
}

static gboolean
starts_at_login (AmfaSessionMenu *self)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (self->actions, START_AT_LOGIN);

  return g_variant_get_boolean (state);
}

static void
show_start_at_login (AmfaSessionMenu *self)
{
  gtk_check_menu_item_set_active (GTK_CHECK_MENU_ITEM (self->start_at_login),
                                  starts_at_login (self));
}

/* A click changes the mark first; the mark tells the action's state again, which stays what it was
 * if that could not be changed. */
static void
on_start_at_login_toggled (GtkCheckMenuItem *item, AmfaSessionMenu *self)
{
  if (gtk_check_menu_item_get_active (item) == starts_at_login (self))
    return;
  g_action_group_activate_action (self->actions, START_AT_LOGIN, NULL);
  show_start_at_login (self);
}

static GtkWidget *
add_item (AmfaSessionMenu *self, const char *label, const char *action)
{
  GtkWidget *item = gtk_menu_item_new_with_label (label);

  g_object_set_data (G_OBJECT (item), "action", (gpointer) action);
  g_signal_connect_object (item, "activate", G_CALLBACK (on_item_activated), self, 0);
  gtk_menu_shell_append (GTK_MENU_SHELL (self), item);
  return item;
}

static GtkWidget *
add_submenu_item (AmfaSessionMenu *self, const char *label)
{
  GtkWidget *item = gtk_menu_item_new_with_label (label);

  gtk_menu_shell_append (GTK_MENU_SHELL (self), item);
  return item;
}

static void
add_separator (AmfaSessionMenu *self)
{
  gtk_menu_shell_append (GTK_MENU_SHELL (self), gtk_separator_menu_item_new ());
}

static GtkWidget *
add_line (AmfaSessionMenu *self)
{
  GtkWidget *item = gtk_menu_item_new_with_mnemonic ("");

  g_signal_connect_object (item, "activate", G_CALLBACK (on_line_activated), self, 0);
  gtk_menu_shell_insert (GTK_MENU_SHELL (self), item, FIRST_LINE + (int) self->lines->len);
  gtk_widget_show (item);
  g_ptr_array_add (self->lines, item);
  return item;
}

static void
amfa_session_menu_dispose (GObject *object)
{
  AmfaSessionMenu *self = AMFA_SESSION_MENU (object);

  g_clear_object (&self->actions);
  g_clear_pointer (&self->lines, g_ptr_array_unref);

  G_OBJECT_CLASS (amfa_session_menu_parent_class)->dispose (object);
}

static void
amfa_session_menu_class_init (AmfaSessionMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_session_menu_dispose;
}

static void
amfa_session_menu_init (AmfaSessionMenu *self)
{
  self->lines = g_ptr_array_new ();
  self->enter_code = add_item (self, _ ("Enter MFA code…"), "enter-code");
  add_separator (self);
  add_separator (self);
  self->role = add_submenu_item (self, _ ("Switch role"));
  self->end_session = add_item (self, _ ("End session"), "end-session");
  self->restore = add_item (self, _ ("Restore original credentials"), "restore");
  self->others = add_submenu_item (self, _ ("Other profiles"));
  add_separator (self);
  self->start_at_login = gtk_check_menu_item_new_with_label (_ ("Start at log-in"));
  gtk_menu_shell_append (GTK_MENU_SHELL (self), self->start_at_login);
  add_item (self, _ ("About"), "about");
  add_item (self, _ ("Quit"), "quit");
  gtk_widget_show_all (GTK_WIDGET (self));
  gtk_widget_hide (self->role);
  gtk_widget_hide (self->others);
}

/**
 * amfa_session_menu_new:
 * @actions: the application's actions
 *
 * Returns: (transfer floating): the menu
 */
GtkWidget *
amfa_session_menu_new (GActionGroup *actions)
{
  AmfaSessionMenu *self = g_object_new (AMFA_TYPE_SESSION_MENU, NULL);

  self->actions = g_object_ref (actions);
  self->role_menu = AMFA_ROLE_MENU (amfa_role_menu_new (actions));
  gtk_menu_item_set_submenu (GTK_MENU_ITEM (self->role), GTK_WIDGET (self->role_menu));
  self->others_menu = AMFA_OTHERS_MENU (amfa_others_menu_new (actions));
  gtk_menu_item_set_submenu (GTK_MENU_ITEM (self->others), GTK_WIDGET (self->others_menu));
  show_start_at_login (self);
  g_signal_connect_object (self->start_at_login, "toggled", G_CALLBACK (on_start_at_login_toggled),
                           self, 0);
  g_signal_connect_object (actions, "action-state-changed::" START_AT_LOGIN,
                           G_CALLBACK (show_start_at_login), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/* The entry for the main deed, always sensitive. */
GtkWidget *
amfa_session_menu_get_first (AmfaSessionMenu *self)
{
  return self->enter_code;
}

/**
 * amfa_session_menu_update:
 * @sessions: (element-type AmfaSessionInfo): all profiles, in order
 * @now: Unix seconds
 *
 * Tells the menu what there is. What can do nothing gets insensitive; this is a courtesy only,
 * since a host may activate an insensitive item all the same.
 */
void
amfa_session_menu_update (AmfaSessionMenu *self, GPtrArray *sessions, gint64 now)
{
  gboolean has_roles = FALSE;
  gboolean can_end = FALSE;
  gboolean can_restore = FALSE;

  for (guint i = 0; i < sessions->len; i++)
    {
      const AmfaSessionInfo *info = g_ptr_array_index (sessions, i);
      GtkWidget *line = i < self->lines->len ? g_ptr_array_index (self->lines, i) : add_line (self);
      g_autofree char *text = amfa_session_text_line (info, now);

      g_object_set_data_full (G_OBJECT (line), "profile", g_strdup (info->profile), g_free);
      amfa_menu_text_set (GTK_MENU_ITEM (line), text);
      if (g_str_equal (info->profile, AMFA_DEFAULT_PROFILE))
        {
          has_roles = info->roles->len > 0;
          amfa_role_menu_update (self->role_menu, info);
          can_end = info->can_end;
          can_restore = info->can_restore;
        }
    }

  while (self->lines->len > sessions->len)
    gtk_widget_destroy (g_ptr_array_steal_index (self->lines, self->lines->len - 1));

  gtk_widget_set_sensitive (self->end_session, can_end);
  gtk_widget_set_sensitive (self->restore, can_restore);
  gtk_widget_set_visible (self->role, has_roles);
  gtk_widget_set_visible (self->others, amfa_others_menu_update (self->others_menu, sessions));
}
