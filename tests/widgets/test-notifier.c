#include "notifier.h"

#include "core/model/error.h"

/* What the notifier shows and takes away, as GNOME Shell is told it. */

#define APPLICATION_ID "com.example.AwsMfa.Test"
#define SHELL "org.gtk.Notifications"
#define LAST "last"

typedef struct
{
  GDBusConnection *shell;
  guint registration;
  GtkApplication *application;
  AmfaNotifier *notifier;
  GHashTable *shown; /* ids */
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
    g_hash_table_add (f->shown, g_strdup (id));
  else
    g_hash_table_remove (f->shown, id);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
start_shell (Fixture *f)
{
  static const char xml[] = "<node><interface name='" SHELL "'>"
                            "<method name='AddNotification'><arg type='s'/><arg type='s'/>"
                            "<arg type='a{sv}'/></method>"
                            "<method name='RemoveNotification'><arg type='s'/><arg type='s'/>"
                            "</method></interface></node>";
  static const GDBusInterfaceVTable vtable = { on_method_call, NULL, NULL };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  f->shell =
      g_dbus_connection_new_for_address_sync (address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  f->registration = g_dbus_connection_register_object (
      f->shell, "/org/gtk/Notifications", node->interfaces[0], &vtable, f, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (
      f->shell, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", SHELL, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

/* Once: the process has one connection to one session bus. */
static void
set_up (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  start_shell (f);
  f->application = gtk_application_new (APPLICATION_ID, G_APPLICATION_DEFAULT_FLAGS);
  g_application_register (G_APPLICATION (f->application), NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_set_exit_on_close (
      g_application_get_dbus_connection (G_APPLICATION (f->application)), FALSE);
  f->notifier = amfa_notifier_new (f->application, FALSE, NULL);
}

static void
tear_down (Fixture *f)
{
  g_clear_object (&f->notifier);
  g_clear_object (&f->application);
  g_dbus_connection_unregister_object (f->shell, f->registration);
  g_dbus_connection_close_sync (f->shell, NULL, NULL);
  g_clear_object (&f->shell);
  g_hash_table_unref (f->shown);
}

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("the notifier is silent");
  return G_SOURCE_REMOVE;
}

/* Whether there is a notification about @profile when all that was sent has arrived. */
static gboolean
is_shown (Fixture *f, const char *profile)
{
  g_autofree char *id = g_strconcat ("session-", profile, NULL);
  guint timeout = g_timeout_add_seconds (20, on_timeout, NULL);

  g_hash_table_remove (f->shown, "session-" LAST);
  amfa_notifier_done (f->notifier, LAST, "title", "text");
  while (!g_hash_table_contains (f->shown, "session-" LAST))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  return g_hash_table_contains (f->shown, id);
}

static void
start (AmfaNotifier *notifier)
{
  const AmfaLoginResult result = { .expires = 1000 };

  amfa_notifier_started (notifier, "work", NULL, &result, 10);
}

static void
say (AmfaNotifier *notifier)
{
  amfa_notifier_done (notifier, "work", "title", "text");
}

static void
warn (AmfaNotifier *notifier)
{
  const AmfaSessionInfo info = { .profile = (char *) "work", .expires = 1000 };

  amfa_notifier_ending (notifier, &info, NULL, 10);
}

static void
end (AmfaNotifier *notifier)
{
  amfa_notifier_ended (notifier, "work", NULL, NULL);
}

static void
ask (AmfaNotifier *notifier)
{
  amfa_notifier_asking (notifier, "work", NULL);
}

/* What can become obsolete is taken away, and never something else that has taken its place. */
static void
test_withdraw (gconstpointer data)
{
  Fixture *f = (Fixture *) data;
  static const struct
  {
    const char *name;
    void (*first) (AmfaNotifier *notifier);
    void (*second) (AmfaNotifier *notifier);
    gboolean is_warning, is_question;
  } rows[] = {
    { "a session", start, NULL, FALSE, FALSE },
    { "news", say, NULL, FALSE, FALSE },
    { "a warning", warn, NULL, TRUE, FALSE },
    { "an end", end, NULL, TRUE, FALSE },
    { "a question", ask, NULL, FALSE, TRUE },
    { "a session after a warning", warn, start, FALSE, FALSE },
    { "news after a question", ask, say, FALSE, FALSE },
    { "a question after a warning", warn, ask, FALSE, TRUE },
    { "a warning after a question", ask, warn, TRUE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint what = 0; what < 3; what++)
      {
        gboolean goes = what == 0 || (what == 1 ? rows[i].is_warning : rows[i].is_question);

        g_test_message ("%s, %u", rows[i].name, what);
        rows[i].first (f->notifier);
        if (rows[i].second)
          rows[i].second (f->notifier);
        g_assert_true (is_shown (f, "work"));
        if (what == 0)
          amfa_notifier_withdraw (f->notifier, "work");
        else if (what == 1)
          amfa_notifier_withdraw_warning (f->notifier, "work");
        else
          amfa_notifier_withdraw_question (f->notifier, "work");
        g_assert_cmpint (is_shown (f, "work"), ==, !goes);
      }
}

/* Another profile's stays. */
static void
test_others (gconstpointer data)
{
  Fixture *f = (Fixture *) data;

  warn (f->notifier);
  amfa_notifier_withdraw_warning (f->notifier, "default");
  amfa_notifier_withdraw (f->notifier, "default");
  g_assert_true (is_shown (f, "work"));
}

int
main (int argc, char **argv)
{
  Fixture fixture = { NULL };
  int status;

  gtk_test_init (&argc, &argv, NULL);
  set_up (&fixture);
  g_test_add_data_func ("/notifier/withdraw", &fixture, test_withdraw);
  g_test_add_data_func ("/notifier/others", &fixture, test_others);
  status = g_test_run ();
  tear_down (&fixture);
  return status;
}
