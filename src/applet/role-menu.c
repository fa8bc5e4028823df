#define G_LOG_DOMAIN "amfa-role-menu"

#include "role-menu.h"

#include "core/model/role-plan.h"
#include "menu-text.h"
#include "role-text.h"

struct _AmfaRoleMenu
{
  GtkMenu parent_instance;

  GActionGroup *actions;
  char *profile;
  char *held;       /* the identity, as the action takes it; nullable: none */
  GPtrArray *items; /* GtkCheckMenuItem; each has its identity as data */
};

G_DEFINE_FINAL_TYPE (AmfaRoleMenu, amfa_role_menu, GTK_TYPE_MENU)

#define IDENTITY "identity"

static void on_item_activated (GtkMenuItem *item, AmfaRoleMenu *self);

/* The mark is where the section is, not where somebody would like it to be: what a click did to it
 * is undone. No GtkRadioMenuItem, of which one is always marked. */
static void
show_held (AmfaRoleMenu *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      GtkCheckMenuItem *item = g_ptr_array_index (self->items, i);
      const char *identity = g_object_get_data (G_OBJECT (item), IDENTITY);

      g_signal_handlers_block_by_func (item, on_item_activated, self);
      gtk_check_menu_item_set_active (item, g_strcmp0 (identity, self->held) == 0);
      g_signal_handlers_unblock_by_func (item, on_item_activated, self);
    }
}

static void
on_item_activated (GtkMenuItem *item, AmfaRoleMenu *self)
{
  const char *identity = g_object_get_data (G_OBJECT (item), IDENTITY);

  show_held (self);
  g_action_group_activate_action (self->actions, "switch-role",
                                  g_variant_new ("(ss)", self->profile, identity));
}

static GtkWidget *
add_item (AmfaRoleMenu *self)
{
  GtkWidget *item = gtk_check_menu_item_new_with_mnemonic ("");

  gtk_check_menu_item_set_draw_as_radio (GTK_CHECK_MENU_ITEM (item), TRUE);
  g_signal_connect_object (item, "activate", G_CALLBACK (on_item_activated), self, 0);
  gtk_menu_shell_append (GTK_MENU_SHELL (self), item);
  gtk_widget_show (item);
  g_ptr_array_add (self->items, item);
  return item;
}

/* Fills in the item in the place of @index. */
static void
set_item (AmfaRoleMenu *self, guint index, const char *identity, const char *text)
{
  GtkWidget *item =
      index < self->items->len ? g_ptr_array_index (self->items, index) : add_item (self);

  g_object_set_data_full (G_OBJECT (item), IDENTITY, g_strdup (identity), g_free);
  amfa_menu_text_set (GTK_MENU_ITEM (item), text);
}

static void
amfa_role_menu_dispose (GObject *object)
{
  AmfaRoleMenu *self = AMFA_ROLE_MENU (object);

  g_clear_object (&self->actions);
  g_clear_pointer (&self->items, g_ptr_array_unref);

  G_OBJECT_CLASS (amfa_role_menu_parent_class)->dispose (object);
}

static void
amfa_role_menu_finalize (GObject *object)
{
  AmfaRoleMenu *self = AMFA_ROLE_MENU (object);

  g_free (self->profile);
  g_free (self->held);

  G_OBJECT_CLASS (amfa_role_menu_parent_class)->finalize (object);
}

static void
amfa_role_menu_class_init (AmfaRoleMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_role_menu_dispose;
  G_OBJECT_CLASS (klass)->finalize = amfa_role_menu_finalize;
}

static void
amfa_role_menu_init (AmfaRoleMenu *self)
{
  self->items = g_ptr_array_new ();
}

/**
 * amfa_role_menu_new:
 * @actions: the application's actions
 *
 * Returns: (transfer floating): an empty menu
 */
GtkWidget *
amfa_role_menu_new (GActionGroup *actions)
{
  AmfaRoleMenu *self = g_object_new (AMFA_TYPE_ROLE_MENU, NULL);

  self->actions = g_object_ref (actions);
  return GTK_WIDGET (self);
}

/* Tells the menu what there is to choose from, and what is chosen. */
void
amfa_role_menu_update (AmfaRoleMenu *self, const AmfaSessionInfo *info)
{
  g_autofree char *user = amfa_role_text_user (info->user);

  g_free (self->profile);
  self->profile = g_strdup (info->profile);
  g_free (self->held);
  self->held = g_strdup (info->role ? info->role : info->expires != 0 ? AMFA_ROLE_NONE : NULL);

  set_item (self, 0, AMFA_ROLE_NONE, user);
  for (guint i = 0; i < info->roles->len; i++)
    {
      const AmfaRole *role = g_ptr_array_index (info->roles, i);
      g_autofree char *text = amfa_role_text_role (role);

      set_item (self, i + 1, role->arn, text);
    }
  while (self->items->len > info->roles->len + 1)
    gtk_widget_destroy (g_ptr_array_steal_index (self->items, self->items->len - 1));
  show_held (self);
}
