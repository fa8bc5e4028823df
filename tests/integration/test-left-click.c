#define G_LOG_DOMAIN "amfa-test-left-click"

#include <gio/gio.h>

#include "applet/left-click.h"

/* On a bus of its own: one connection has an application and an item like that of
 * libayatana-appindicator, which knows neither Activate nor ItemIsMenu; the other is a tray host.
 */

#define APPLICATION_ID "com.example.AwsMfa.Test"
#define ITEM_PATH "/org/ayatana/NotificationItem/test"
#define OTHER_PATH "/org/ayatana/NotificationItem/other"
#define ITEM_INTERFACE "org.kde.StatusNotifierItem"
#define N_CLICKS 50 /* with as many readings: a bus allows 128 calls under way */

static const char item_xml[] = "<node><interface name='" ITEM_INTERFACE "'>"
                               "<method name='SecondaryActivate'><arg type='i'/><arg type='i'/>"
                               "</method>"
                               "<property name='Id' type='s' access='read'/>"
                               "<property name='XAyatanaOrderingIndex' type='u' access='read'/>"
                               "</interface></node>";

static const char other_xml[] = "<node><interface name='" ITEM_INTERFACE "'>"
                                "<property name='Id' type='s' access='read'/>"
                                "</interface></node>";

typedef struct
{
  GTestDBus *bus;
  GApplication *application;
  GDBusConnection *host;
  GThread *main_thread;
  guint n_activated;
  guint n_secondary;
  guint n_answered;
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

  f->n_secondary++;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static GVariant *
on_get_property (GDBusConnection *connection,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *property,
                 GError **error,
                 gpointer user_data)
{
  if (g_str_equal (property, "Id"))
    return g_variant_new_string ("test");
  return g_variant_new_uint32 (7);
}

static const GDBusInterfaceVTable item_vtable = { on_method_call, on_get_property, NULL };

static void
export_item (Fixture *f, GDBusConnection *connection, const char *path, const char *xml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, &error);

  g_assert_no_error (error);
  g_dbus_connection_register_object (connection, path, node->interfaces[0], &item_vtable, f, NULL,
                                     &error);
  g_assert_no_error (error);
}

static void
on_enter_code (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_null (parameter);
  g_assert_true (g_thread_self () == f->main_thread);
  f->n_activated++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSimpleAction) action = g_simple_action_new ("enter-code", NULL);
  GDBusConnection *connection;

  f->main_thread = g_thread_self ();
  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->bus);

  f->application = g_application_new (APPLICATION_ID, G_APPLICATION_DEFAULT_FLAGS);
  g_signal_connect (action, "activate", G_CALLBACK (on_enter_code), f);
  g_action_map_add_action (G_ACTION_MAP (f->application), G_ACTION (action));
  g_application_register (f->application, NULL, &error);
  g_assert_no_error (error);

  connection = g_application_get_dbus_connection (f->application);
  amfa_left_click_install (connection, ITEM_PATH,
                           g_application_get_dbus_object_path (f->application), "enter-code");
  export_item (f, connection, ITEM_PATH, item_xml);
  export_item (f, connection, OTHER_PATH, other_xml);

  f->host =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (f->bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_dbus_connection_close_sync (f->host, NULL, NULL);
  g_clear_object (&f->host);
  g_clear_object (&f->application);
  g_test_dbus_down (f->bus);
  g_clear_object (&f->bus);
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **reply = user_data;

  *reply = g_object_ref (result);
}

/* The item lives in this thread's main context: it has to run while the host waits. */
static GVariant *
call (Fixture *f,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *parameters,
      GError **error)
{
  g_autoptr (GAsyncResult) reply = NULL;

  g_dbus_connection_call (f->host, APPLICATION_ID, path, interface, method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_reply, &reply);
  while (!reply)
    g_main_context_iteration (NULL, TRUE);
  return g_dbus_connection_call_finish (f->host, reply, error);
}

static GVariant *
get_all (Fixture *f, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = call (f, path, "org.freedesktop.DBus.Properties", "GetAll",
                                     g_variant_new ("(s)", ITEM_INTERFACE), &error);

  g_assert_no_error (error);
  return g_variant_get_child_value (reply, 0);
}

static void
test_activate (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      call (f, ITEM_PATH, ITEM_INTERFACE, "Activate", g_variant_new ("(ii)", 15, 15), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_type_string (reply), ==, "()");
  g_assert_cmpuint (f->n_activated, ==, 1);
}

static void
test_properties (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) properties = get_all (f, ITEM_PATH);
  gboolean is_menu = TRUE;
  const char *id = NULL;
  guint32 index = 0;

  g_assert_true (g_variant_lookup (properties, "ItemIsMenu", "b", &is_menu));
  g_assert_false (is_menu);
  g_assert_true (g_variant_lookup (properties, "Id", "&s", &id));
  g_assert_cmpstr (id, ==, "test");
  g_assert_true (g_variant_lookup (properties, "XAyatanaOrderingIndex", "u", &index));
  g_assert_cmpuint (index, ==, 7);
}

static void
test_others (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) properties = get_all (f, OTHER_PATH);
  g_autoptr (GVariant) secondary = NULL;
  g_autoptr (GVariant) refused = NULL;

  g_assert_false (g_variant_lookup (properties, "ItemIsMenu", "b", NULL));

  secondary = call (f, ITEM_PATH, ITEM_INTERFACE, "SecondaryActivate", g_variant_new ("(ii)", 0, 0),
                    &error);
  g_assert_no_error (error);
  g_assert_cmpuint (f->n_secondary, ==, 1);

  refused = call (f, OTHER_PATH, ITEM_INTERFACE, "Activate", g_variant_new ("(ii)", 0, 0), &error);
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
  g_assert_cmpuint (f->n_activated, ==, 0);
}

static void
on_click_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  g_assert_no_error (error);
  f->n_answered++;
}

static void
test_many (Fixture *f, gconstpointer data)
{
  for (int i = 0; i < N_CLICKS; i++)
    {
      g_dbus_connection_call (f->host, APPLICATION_ID, ITEM_PATH, ITEM_INTERFACE, "Activate",
                              g_variant_new ("(ii)", i, i), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                              on_click_answered, f);
      g_dbus_connection_call (f->host, APPLICATION_ID, ITEM_PATH, "org.freedesktop.DBus.Properties",
                              "GetAll", g_variant_new ("(s)", ITEM_INTERFACE),
                              G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                              on_click_answered, f);
    }
  while (f->n_answered < 2 * N_CLICKS)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->n_activated, ==, N_CLICKS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/left-click/activate", test_activate);
  ADD ("/left-click/properties", test_properties);
  ADD ("/left-click/others", test_others);
  ADD ("/left-click/many", test_many);
#undef ADD

  return g_test_run ();
}
