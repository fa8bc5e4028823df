#include "widget-tools.h"

typedef gboolean (*Matches) (GtkWidget *widget, gconstpointer data);

typedef struct
{
  Matches matches;
  gconstpointer data;
  GtkWidget *found;
} Search;

static void
search (GtkWidget *widget, gpointer user_data)
{
  Search *self = user_data;

  if (self->found)
    return;
  if (self->matches (widget, self->data))
    self->found = widget;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), search, self);
}

static gboolean
has_type (GtkWidget *widget, gconstpointer data)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), *(const GType *) data);
}

/* What the user can meet, not its label. */
static gboolean
has_name (GtkWidget *widget, gconstpointer data)
{
  return gtk_widget_get_can_focus (widget) && g_strcmp0 (name_of (widget), data) == 0 &&
         is_seen (widget);
}

GtkWidget *
find_by_type (GtkWidget *root, GType type)
{
  Search state = { has_type, &type, NULL };

  search (root, &state);
  return state.found;
}

GtkWidget *
find_by_name (GtkWidget *root, const char *accessible_name)
{
  Search state = { has_name, accessible_name, NULL };

  search (root, &state);
  return state.found;
}

const char *
name_of (GtkWidget *widget)
{
  return atk_object_get_name (gtk_widget_get_accessible (widget));
}

AtkRole
role_of (GtkWidget *widget)
{
  return atk_object_get_role (gtk_widget_get_accessible (widget));
}

gboolean
is_seen (GtkWidget *widget)
{
  return gtk_widget_get_mapped (widget) && gtk_widget_get_child_visible (widget);
}

gboolean
can_be_pressed (GtkWidget *widget)
{
  return is_seen (widget) && gtk_widget_is_sensitive (widget);
}

/* Lets everything that is due happen. */
void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Whether a label on the screen has it. */
gboolean
has_text (GtkWidget *widget, const char *text)
{
  gboolean found = GTK_IS_LABEL (widget) && is_seen (widget) &&
                   strstr (gtk_label_get_text (GTK_LABEL (widget)), text);

  if (!found && GTK_IS_CONTAINER (widget))
    {
      g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (widget));

      for (GList *l = children; l && !found; l = l->next)
        found = has_text (l->data, text);
    }
  return found;
}

/* As a key arrives from the X server at the window that has the focus. */
void
press_key (GtkWidget *window, guint keyval, GdkModifierType modifiers)
{
  GdkKeymap *keymap = gdk_keymap_get_for_display (gtk_widget_get_display (window));
  g_autofree GdkKeymapKey *keys = NULL;
  int n_keys = 0;

  g_assert_true (gdk_keymap_get_entries_for_keyval (keymap, keyval, &keys, &n_keys));
  g_object_ref (window);
  for (guint i = 0; i < 2 && gtk_widget_get_realized (window); i++)
    {
      g_autoptr (GdkEvent) event = gdk_event_new (i == 0 ? GDK_KEY_PRESS : GDK_KEY_RELEASE);

      event->key.window = g_object_ref (gtk_widget_get_window (window));
      event->key.time = GDK_CURRENT_TIME;
      event->key.state = modifiers;
      event->key.keyval = keyval;
      event->key.hardware_keycode = (guint16) keys[0].keycode;
      event->key.group = (guint8) keys[0].group;
      gdk_event_set_device (event, gdk_seat_get_keyboard (gdk_display_get_default_seat (
                                       gtk_widget_get_display (window))));
      gtk_main_do_event (event);
    }
  g_object_unref (window);
  settle ();
}

/* Through the clipboard, as Ctrl+V does. */
void
paste (GtkWidget *entry, const char *text)
{
  GtkClipboard *clipboard = gtk_widget_get_clipboard (entry, GDK_SELECTION_CLIPBOARD);

  gtk_clipboard_set_text (clipboard, text, -1);
  g_signal_emit_by_name (entry, "paste-clipboard");
  g_free (gtk_clipboard_wait_for_text (clipboard));
  settle ();
}
