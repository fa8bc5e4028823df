#pragma once

#include <gtk/gtk.h>

/* What the tests of widgets do with them, without a window manager or an X focus. */

GtkWidget *find_by_type (GtkWidget *root, GType type);
GtkWidget *find_by_name (GtkWidget *root, const char *accessible_name);
const char *name_of (GtkWidget *widget);
AtkRole role_of (GtkWidget *widget);
gboolean is_seen (GtkWidget *widget);
gboolean can_be_pressed (GtkWidget *widget);
gboolean has_text (GtkWidget *widget, const char *text);
void press_key (GtkWidget *window, guint keyval, GdkModifierType modifiers);
void paste (GtkWidget *entry, const char *text);
void settle (void);

/* GTK holds a button down for a while before it acts on a key. */
#define await(condition)                                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 deadline = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;                               \
                                                                                                   \
    while (!(condition) && g_get_monotonic_time () < deadline)                                     \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_assert_true (condition);                                                                     \
    settle ();                                                                                     \
  }                                                                                                \
  G_STMT_END
