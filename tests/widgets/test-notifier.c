#include "notices.h"

/* What the notifier shows and takes away, as GNOME Shell is told it. */

#define SHELL "org.gtk.Notifications"
#define PROFILE "work"

typedef struct
{
  NoticesService shell;
  GtkApplication *application;
  AmfaNotifier *notifier;
  GHashTable *shown; /* id → what a click on it does */
} Fixture;

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  Fixture *f = user_data;
  const char *id;

  g_variant_get_child (parameters, 1, "&s", &id);
  if (g_str_equal (method, "AddNotification"))
    {
      g_autoptr (GVariant) notification = g_variant_get_child_value (parameters, 2);
      char *action = NULL;

      g_variant_lookup (notification, "default-action", "s", &action);
      g_hash_table_insert (f->shown, g_strdup (id), action);
    }
  else
    g_hash_table_remove (f->shown, id);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
set_up (Fixture *f)
{
  static const char xml[] = "<node><interface name='" SHELL "'>"
                            "<method name='AddNotification'><arg type='s'/><arg type='s'/>"
                            "<arg type='a{sv}'/></method>"
                            "<method name='RemoveNotification'><arg type='s'/><arg type='s'/>"
                            "</method></interface></node>";

  f->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  notices_service_start (&f->shell, SHELL, "/org/gtk/Notifications", xml, on_method_call, f);
  f->application = notices_application_new ();
  f->notifier = amfa_notifier_new (f->application, FALSE, NULL);
}

static void
tear_down (Fixture *f)
{
  g_clear_object (&f->notifier);
  g_clear_object (&f->application);
  notices_service_stop (&f->shell);
  g_hash_table_unref (f->shown);
}

/* Whether there is a notification about @profile when all that was sent has arrived. */
static gboolean
is_shown_as (Fixture *f, const char *prefix, const char *profile)
{
  g_autofree char *id = g_strconcat (prefix, profile, NULL);
  guint timeout = notices_begin_wait ();

  g_hash_table_remove (f->shown, "session-" NOTICES_LAST);
  amfa_notifier_done (f->notifier, NOTICES_LAST, "title", "text");
  while (!g_hash_table_contains (f->shown, "session-" NOTICES_LAST))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  return g_hash_table_contains (f->shown, id);
}

static gboolean
is_shown (Fixture *f, const char *profile)
{
  return is_shown_as (f, "session-", profile);
}

/* What can become obsolete is taken away, and never something else that has taken its place. */
static void
test_withdraw (gconstpointer data)
{
  Fixture *f = (Fixture *) data;
  static const struct
  {
    const char *name;
    NoticesTell first;
    NoticesTell second;
    gboolean is_warning, is_question;
  } rows[] = {
    { "a session", notices_start, NULL, FALSE, FALSE },
    { "news", notices_say, NULL, FALSE, FALSE },
    { "a warning", notices_warn, NULL, TRUE, FALSE },
    { "an end", notices_end, NULL, TRUE, FALSE },
    { "a question", notices_ask, NULL, FALSE, TRUE },
    { "a session after a warning", notices_warn, notices_start, FALSE, FALSE },
    { "news after a question", notices_ask, notices_say, FALSE, TRUE },
    { "a question after a warning", notices_warn, notices_ask, FALSE, TRUE },
    { "a warning after a question", notices_ask, notices_warn, FALSE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint what = 0; what < 3; what++)
      {
        gboolean goes = what == 0 || (what == 1 ? rows[i].is_warning : rows[i].is_question);

        g_test_message ("%s, %u", rows[i].name, what);
        rows[i].first (f->notifier, PROFILE);
        if (rows[i].second)
          rows[i].second (f->notifier, PROFILE);
        g_assert_true (is_shown (f, PROFILE));
        if (what == 0)
          amfa_notifier_withdraw (f->notifier, PROFILE);
        else if (what == 1)
          amfa_notifier_withdraw_warning (f->notifier, PROFILE);
        else
          amfa_notifier_withdraw_question (f->notifier, PROFILE);
        g_assert_cmpint (is_shown (f, PROFILE), ==, !goes);
      }
}

/* Programs wait for the answer to a question: whatever else is said leaves it there. */
static void
test_beside_question (gconstpointer data)
{
  Fixture *f = (Fixture *) data;
  static const struct
  {
    const char *name;
    NoticesTell tell;
    gboolean is_warning, offers;
  } rows[] = {
    { "a session", notices_start, FALSE, FALSE },
    { "news", notices_say, FALSE, FALSE },
    { "a warning", notices_warn, TRUE, TRUE },
    { "an end", notices_end, TRUE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].name);
      notices_ask (f->notifier, PROFILE);
      rows[i].tell (f->notifier, PROFILE);
      g_assert_true (is_shown (f, PROFILE));
      g_assert_true (is_shown_as (f, "beside-", PROFILE));
      amfa_notifier_withdraw_warning (f->notifier, PROFILE);
      g_assert_true (is_shown (f, PROFILE));
      g_assert_cmpint (is_shown_as (f, "beside-", PROFILE), ==, !rows[i].is_warning);

      rows[i].tell (f->notifier, PROFILE);
      amfa_notifier_withdraw_question (f->notifier, PROFILE);
      g_assert_false (is_shown (f, PROFILE));
      g_assert_true (is_shown_as (f, "beside-", PROFILE));

      notices_ask (f->notifier, PROFILE);
      g_assert_false (is_shown_as (f, "beside-", PROFILE));
      rows[i].tell (f->notifier, PROFILE);
      amfa_notifier_withdraw (f->notifier, PROFILE);
      g_assert_false (is_shown (f, PROFILE));
      g_assert_cmpint (is_shown_as (f, "beside-", PROFILE), ==, !rows[i].offers);

      rows[i].tell (f->notifier, PROFILE);
      g_assert_true (is_shown (f, PROFILE));
      g_assert_false (is_shown_as (f, "beside-", PROFILE));
      amfa_notifier_withdraw (f->notifier, PROFILE);
    }
}

/* The shell activates the program, which is for who wants a code, unless it is told otherwise. */
static void
test_click (gconstpointer data)
{
  Fixture *f = (Fixture *) data;
  static const struct
  {
    const char *name;
    NoticesTell tell;
    const char *action;
  } rows[] = {
    { "a session", notices_start, "app.dismiss" },
    { "news", notices_say, "app.dismiss" },
    { "a warning", notices_warn, "app.enter-code-for" },
    { "an end", notices_end, "app.enter-code-for" },
    { "a question", notices_ask, "app.enter-code-for" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].name);
      rows[i].tell (f->notifier, PROFILE);
      g_assert_true (is_shown (f, PROFILE));
      g_assert_cmpstr (g_hash_table_lookup (f->shown, "session-" PROFILE), ==, rows[i].action);
    }
  amfa_notifier_withdraw (f->notifier, PROFILE);
}

/* What is about no profile takes nothing's place. */
static void
test_no_profile (gconstpointer data)
{
  Fixture *f = (Fixture *) data;

  notices_warn (f->notifier, "default");
  notices_say (f->notifier, NULL);
  g_assert_true (is_shown (f, "default"));
  g_assert_true (is_shown_as (f, "program", ""));
}

/* Another profile's stays. */
static void
test_others (gconstpointer data)
{
  Fixture *f = (Fixture *) data;

  notices_warn (f->notifier, PROFILE);
  amfa_notifier_withdraw_warning (f->notifier, "default");
  amfa_notifier_withdraw (f->notifier, "default");
  g_assert_true (is_shown (f, PROFILE));
}

int
main (int argc, char **argv)
{
  Fixture fixture = { NULL };
  int status;

  gtk_test_init (&argc, &argv, NULL);
  set_up (&fixture);
  g_test_add_data_func ("/notifier/withdraw", &fixture, test_withdraw);
  g_test_add_data_func ("/notifier/click", &fixture, test_click);
  g_test_add_data_func ("/notifier/beside-question", &fixture, test_beside_question);
  g_test_add_data_func ("/notifier/no-profile", &fixture, test_no_profile);
  g_test_add_data_func ("/notifier/others", &fixture, test_others);
  status = g_test_run ();
  tear_down (&fixture);
  return status;
}
