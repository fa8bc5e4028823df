#define G_LOG_DOMAIN "amfa-others-menu"

#include "others-menu.h"

#include <glib/gi18n.h>

#include "application-actions.h"
#include "menu-text.h"
#include "messages/formats.h"
#include "role-menu.h"

struct _AmfaOthersMenu
{
  GtkMenu parent_instance;

  GActionGroup *actions;
  char *content;          /* what the entries were made for */
  GHashTable *role_menus; /* profile → AmfaRoleMenu, unowned */
};

G_DEFINE_FINAL_TYPE (AmfaOthersMenu, amfa_others_menu, GTK_TYPE_MENU)

static void
on_item_activated (GtkMenuItem *item, AmfaOthersMenu *self)
{
  const char *action = g_object_get_data (G_OBJECT (item), "action");
  const char *profile = g_object_get_data (G_OBJECT (item), "profile");

  g_action_group_activate_action (self->actions, action, g_variant_new_string (profile));
}

/* @format: with a %s for the profile */
static GtkWidget *
add_item (AmfaOthersMenu *self, const char *profile, const char *format)
{
  GtkWidget *item = gtk_menu_item_new_with_mnemonic ("");
  g_autoptr (GString) text = g_string_new (format);
  g_autofree char *shown = amfa_format_name (profile);

  g_string_replace (text, "%s", shown, 1);
  amfa_menu_text_set (GTK_MENU_ITEM (item), text->str);
  gtk_menu_shell_append (GTK_MENU_SHELL (self), item);
  gtk_widget_show (item);
  return item;
}

/* @action: one that wants to know the profile */
static void
add_deed (AmfaOthersMenu *self, const char *profile, const char *action, const char *format)
{
  GtkWidget *item = add_item (self, profile, format);

  g_object_set_data (G_OBJECT (item), "action", (gpointer) action);
  g_object_set_data_full (G_OBJECT (item), "profile", g_strdup (profile), g_free);
  g_signal_connect_object (item, "activate", G_CALLBACK (on_item_activated), self, 0);
}

static void
add_roles (AmfaOthersMenu *self, const char *profile)
{
  /* Translators: %s is a profile. */
  GtkWidget *item = add_item (self, profile, _ ("%s: switch role"));
  GtkWidget *menu = amfa_role_menu_new (self->actions);

  gtk_menu_item_set_submenu (GTK_MENU_ITEM (item), menu);
  g_hash_table_insert (self->role_menus, g_strdup (profile), menu);
}

static gboolean
is_other (const AmfaSessionInfo *info)
{
  return !g_str_equal (info->profile, AMFA_DEFAULT_PROFILE);
}

static char *
describe (GPtrArray *sessions)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < sessions->len; i++)
    {
      const AmfaSessionInfo *info = g_ptr_array_index (sessions, i);

      if (is_other (info))
        g_string_append_printf (text, "%s\n%d%d%d\n", info->profile, info->can_end,
                                info->can_restore, info->roles->len > 0);
    }
  return g_string_free (text, FALSE);
}

/* A menu that somebody has open must not be rebuilt for nothing. */
static void
rebuild (AmfaOthersMenu *self, GPtrArray *sessions)
{
  g_hash_table_remove_all (self->role_menus);
  gtk_container_foreach (GTK_CONTAINER (self), (GtkCallback) gtk_widget_destroy, NULL);
  for (guint i = 0; i < sessions->len; i++)
    {
      const AmfaSessionInfo *info = g_ptr_array_index (sessions, i);

      if (!is_other (info))
        continue;
      if (info->roles->len > 0)
        add_roles (self, info->profile);
      if (info->can_end)
        /* Translators: %s is a profile. */
        add_deed (self, info->profile, "end-session-for", _ ("%s: end session"));
      if (info->can_restore)
        /* Translators: %s is a profile. */
        add_deed (self, info->profile, "restore-for", _ ("%s: restore original credentials"));
    }
}

static void
amfa_others_menu_dispose (GObject *object)
{
  g_clear_object (&AMFA_OTHERS_MENU (object)->actions);

  G_OBJECT_CLASS (amfa_others_menu_parent_class)->dispose (object);
}

static void
amfa_others_menu_finalize (GObject *object)
{
  AmfaOthersMenu *self = AMFA_OTHERS_MENU (object);

  g_free (self->content);
  g_hash_table_unref (self->role_menus);

  G_OBJECT_CLASS (amfa_others_menu_parent_class)->finalize (object);
}

static void
amfa_others_menu_class_init (AmfaOthersMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_others_menu_dispose;
  G_OBJECT_CLASS (klass)->finalize = amfa_others_menu_finalize;
}

static void
amfa_others_menu_init (AmfaOthersMenu *self)
{
  self->role_menus = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * amfa_others_menu_new:
 * @actions: the application's actions
 *
 * Returns: (transfer floating): an empty menu
 */
GtkWidget *
amfa_others_menu_new (GActionGroup *actions)
{
  AmfaOthersMenu *self = g_object_new (AMFA_TYPE_OTHERS_MENU, NULL);

  self->actions = g_object_ref (actions);
  return GTK_WIDGET (self);
}

/**
 * amfa_others_menu_update:
 * @sessions: (element-type AmfaSessionInfo): all profiles, in order
 *
 * Returns: whether there is anything in the menu
 */
gboolean
amfa_others_menu_update (AmfaOthersMenu *self, GPtrArray *sessions)
{
  g_autofree char *content = describe (sessions);
  g_autoptr (GList) items = NULL;

  if (g_strcmp0 (content, self->content) != 0)
    {
      rebuild (self, sessions);
      g_free (self->content);
      self->content = g_steal_pointer (&content);
    }
  for (guint i = 0; i < sessions->len; i++)
    {
      const AmfaSessionInfo *info = g_ptr_array_index (sessions, i);
      AmfaRoleMenu *menu = g_hash_table_lookup (self->role_menus, info->profile);

      if (menu)
        amfa_role_menu_update (menu, info);
    }
  items = gtk_container_get_children (GTK_CONTAINER (self));
  return items != NULL;
}
