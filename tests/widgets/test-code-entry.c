#include "code-entry.h"
#include "widget-tools.h"

static guint n_refused;

static void
on_refused (void)
{
  n_refused++;
}

/* In a window that is never shown: without one there is no clipboard. */
static AmfaCodeEntry *
new_entry (GtkWidget **window)
{
  AmfaCodeEntry *entry = g_object_new (AMFA_TYPE_CODE_ENTRY, NULL);

  *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_container_add (GTK_CONTAINER (*window), GTK_WIDGET (entry));
  n_refused = 0;
  g_signal_connect (entry, "refused", on_refused, NULL);
  return entry;
}

static void
test_accepts (void)
{
  static const struct
  {
    const char *pasted;
    const char *shown;
    gboolean complete;
  } cases[] = {
    { "123456", "123456", TRUE },
    { "123 456", "123456", TRUE },
    { "123-456\n", "123456", TRUE },
    { " 12 34 56\r\n", "123456", TRUE },
    { "123\xc2\xa0"
      "456",
      "123456", TRUE },
    { "12345", "12345", FALSE },
    { "0 0 0 0 0 0", "000000", TRUE },
    { "１２３４５６", "123456", TRUE },
    { "-", "", FALSE },
    { "", "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkWidget *window;
      AmfaCodeEntry *entry = new_entry (&window);

      paste (GTK_WIDGET (entry), cases[i].pasted);
      g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (entry)), ==, cases[i].shown);
      g_assert_cmpint (amfa_code_entry_is_complete (entry), ==, cases[i].complete);
      g_assert_cmpuint (n_refused, ==, 0);
      gtk_widget_destroy (window);
    }
}

static void
test_refuses (void)
{
  g_autofree char *long_text = g_strnfill (10000, '1');
  g_autofree char *long_blanks = g_strnfill (10000, ' ');
  const char *cases[] = {
    "hello", "12345a", "1234567", "١٢٣٤٥٦", "+12345", "12.456", long_text, long_blanks,
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkWidget *window;
      AmfaCodeEntry *entry = new_entry (&window);

      paste (GTK_WIDGET (entry), cases[i]);
      g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (entry)), ==, "");
      g_assert_false (amfa_code_entry_is_complete (entry));
      g_assert_cmpuint (n_refused, ==, 1);
      gtk_widget_destroy (window);
    }
}

static void
test_whole_code_replaces (void)
{
  GtkWidget *window;
  AmfaCodeEntry *entry = new_entry (&window);

  paste (GTK_WIDGET (entry), "12");
  paste (GTK_WIDGET (entry), "654 321");
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (entry)), ==, "654321");
  paste (GTK_WIDGET (entry), "111111");
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (entry)), ==, "111111");
  g_assert_true (amfa_code_entry_is_complete (entry));
  g_assert_cmpuint (n_refused, ==, 0);
  gtk_widget_destroy (window);
}

static void
test_seventh_digit_is_refused (void)
{
  GtkWidget *window;
  AmfaCodeEntry *entry = new_entry (&window);

  gtk_entry_set_text (GTK_ENTRY (entry), "123456");
  paste (GTK_WIDGET (entry), "7");
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (entry)), ==, "123456");
  g_assert_cmpuint (n_refused, ==, 1);
  gtk_widget_destroy (window);
}

/* The digits that are there keep their place when more are put before or between them. */
static void
test_inserts_where_the_cursor_is (void)
{
  GtkWidget *window;
  AmfaCodeEntry *entry = new_entry (&window);
  int position = 2;

  gtk_entry_set_text (GTK_ENTRY (entry), "1256");
  gtk_editable_insert_text (GTK_EDITABLE (entry), "3 4", -1, &position);
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (entry)), ==, "123456");
  g_assert_cmpint (position, ==, 4);
  gtk_widget_destroy (window);
}

static void
on_complete_changed (AmfaCodeEntry *entry, GParamSpec *pspec, guint *n_changes)
{
  (*n_changes)++;
}

static void
test_complete_is_notified (void)
{
  GtkWidget *window;
  AmfaCodeEntry *entry = new_entry (&window);
  guint n_changes = 0;

  g_signal_connect (entry, "notify::complete", G_CALLBACK (on_complete_changed), &n_changes);
  gtk_entry_set_text (GTK_ENTRY (entry), "12345");
  g_assert_cmpuint (n_changes, ==, 0);
  paste (GTK_WIDGET (entry), "6");
  g_assert_cmpuint (n_changes, ==, 1);
  gtk_editable_delete_text (GTK_EDITABLE (entry), 5, 6);
  g_assert_cmpuint (n_changes, ==, 2);
  gtk_widget_destroy (window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/code-entry/accepts", test_accepts);
  g_test_add_func ("/code-entry/refuses", test_refuses);
  g_test_add_func ("/code-entry/whole-code-replaces", test_whole_code_replaces);
  g_test_add_func ("/code-entry/seventh-digit-is-refused", test_seventh_digit_is_refused);
  g_test_add_func ("/code-entry/inserts-where-the-cursor-is", test_inserts_where_the_cursor_is);
  g_test_add_func ("/code-entry/complete-is-notified", test_complete_is_notified);

  return g_test_run ();
}
