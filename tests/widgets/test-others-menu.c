#include "others-menu.h"

#include "core/model/role.h"
#include "core/operations/session-monitor.h"
#include "widget-tools.h"

/* What "Other profiles" has, and that it has it as soon as anything of it changes. */

typedef struct
{
  GSimpleActionGroup *actions;
  GtkWidget *menu;
  GPtrArray *sessions;
  GPtrArray *roles;
  AmfaSessionInfo infos[3];
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "default", "work", "play_1" };

  f->actions = g_simple_action_group_new ();
  f->menu = g_object_ref_sink (amfa_others_menu_new (G_ACTION_GROUP (f->actions)));
  f->sessions = g_ptr_array_new ();
  f->roles = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_role_free);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      f->infos[i] = (AmfaSessionInfo){ .profile = (char *) names[i], .roles = f->roles };
      g_ptr_array_add (f->sessions, &f->infos[i]);
    }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_widget_destroy (f->menu);
  g_object_unref (f->menu);
  g_object_unref (f->actions);
  g_ptr_array_unref (f->sessions);
  g_ptr_array_unref (f->roles);
}

/* The entries, each with a line end. */
static void
assert_menu (Fixture *f, const char *expected)
{
  gboolean has_any = amfa_others_menu_update (AMFA_OTHERS_MENU (f->menu), f->sessions);
  g_autoptr (GList) items = gtk_container_get_children (GTK_CONTAINER (f->menu));
  g_autoptr (GString) text = g_string_new (NULL);

  for (GList *l = items; l; l = l->next)
    g_string_append_printf (text, "%s\n", gtk_menu_item_get_label (l->data));
  g_assert_cmpstr (text->str, ==, expected);
  g_assert_cmpint (has_any, ==, *expected != '\0');
}

static void
test_changes (Fixture *f, gconstpointer data)
{
  AmfaSessionInfo *work = &f->infos[1];

  assert_menu (f, "");
  work->can_restore = TRUE;
  assert_menu (f, "work: restore original credentials\n");
  work->can_end = TRUE;
  assert_menu (f, "work: end session\nwork: restore original credentials\n");
  work->can_restore = FALSE;
  assert_menu (f, "work: end session\n");
  g_ptr_array_add (f->roles, amfa_role_new ("arn:aws:iam::123456789012:role/Admin"));
  assert_menu (f, "work: switch role\nwork: end session\nplay__1: switch role\n");
  g_ptr_array_set_size (f->roles, 0);
  f->infos[2].can_restore = TRUE;
  assert_menu (f, "work: end session\nplay__1: restore original credentials\n");
  g_ptr_array_remove_index (f->sessions, 1);
  assert_menu (f, "play__1: restore original credentials\n");
}

/* The default profile has its entries elsewhere. */
static void
test_default (Fixture *f, gconstpointer data)
{
  f->infos[0].can_end = f->infos[0].can_restore = TRUE;
  assert_menu (f, "");
}

/* A menu that somebody has open is not rebuilt for what it does not show. */
static void
test_nothing_new (Fixture *f, gconstpointer data)
{
  g_autoptr (GList) items = NULL;
  gpointer item;

  f->infos[1].can_end = TRUE;
  assert_menu (f, "work: end session\n");
  items = gtk_container_get_children (GTK_CONTAINER (f->menu));
  item = items->data;
  g_object_add_weak_pointer (item, &item);
  f->infos[1].expires = 1000;
  f->infos[1].state = AMFA_SESSION_EXPIRING;
  assert_menu (f, "work: end session\n");
  g_assert_nonnull (item);
  g_object_remove_weak_pointer (item, &item);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                                        \
  g_test_add ("/others-menu/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("changes", test_changes);
  ADD ("default", test_default);
  ADD ("nothing-new", test_nothing_new);
#undef ADD
  return g_test_run ();
}
