#include "core/io/keyring.h"
#include "core/model/error.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

/* No session bus, one that does not answer, and a session bus without a Secret Service, or with one
 * that is there only after KWallet has been started. */

static const AmfaItem base = { AMFA_ITEM_BASE, "default", NULL, "-" };

static void
assert_reason (const GError *error, AmfaKeyringAbsence reason)
{
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT);
  g_assert_cmpint (amfa_error_get_details (error)->reason, ==, reason);
}

static void
assert_absent (void)
{
  AmfaEnvironment environment = {
    .application_id = (char *) "com.example.AwsMfa",
    .keyrings_dir = (char *) "/nonexistent/keyrings",
  };
  g_autoptr (AmfaKeyring) keyring = amfa_keyring_new (&environment, NULL);
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("x", -1);
  g_autoptr (AmfaSecret) found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (amfa_keyring_look (keyring, &base, NULL), ==, AMFA_LOOK_ABSENT);
  g_assert_false (amfa_keyring_unlock (keyring, NULL, &error));
  assert_reason (error, AMFA_KEYRING_NOT_RUNNING);
  g_clear_error (&error);
  g_assert_false (amfa_keyring_check (keyring, NULL, &error));
  assert_reason (error, AMFA_KEYRING_NOT_RUNNING);
  g_clear_error (&error);
  g_assert_false (amfa_keyring_open (keyring, &base, &found, NULL, &error));
  assert_reason (error, AMFA_KEYRING_NOT_RUNNING);
  g_assert_null (found);
  g_clear_error (&error);
  g_assert_false (amfa_keyring_store (keyring, &base, secret, NULL, &error));
  assert_reason (error, AMFA_KEYRING_NOT_RUNNING);
  g_clear_error (&error);
  g_assert_false (amfa_keyring_remove (keyring, &base, NULL, &error));
  assert_reason (error, AMFA_KEYRING_NOT_RUNNING);
}

static void
test_keyring_absent_no_bus (void)
{
  if (g_test_subprocess ())
    {
      g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
      assert_absent ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

/* Connections are taken by the kernel and by nobody else. */
static void
test_keyring_absent_deaf_bus (void)
{
  g_autofree char *folder = g_dir_make_tmp ("awsmfa-bus-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "bus", NULL);
  g_autofree char *bus = g_strconcat ("unix:path=", path, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  AmfaEnvironment environment = { .application_id = (char *) "com.example.AwsMfa" };
  g_autoptr (AmfaKeyring) keyring = amfa_keyring_new (&environment, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  g_assert_true (g_socket_listen (socket, NULL));
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", bus, TRUE);

  g_assert_false (amfa_keyring_unlock (keyring, NULL, &error));
  assert_reason (error, AMFA_KEYRING_BUS_SILENT);

  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_keyring_absent_no_service (void)
{
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);

  g_test_dbus_up (bus);
  assert_absent ();
  g_test_dbus_down (bus);
}

/* What of KWallet is needed here: this program, started by the bus. */
static const char kwallet_xml[] =
    "<node>"
    "  <interface name='org.kde.KWallet'>"
    "    <method name='isEnabled'><arg type='b' direction='out'/></method>"
    "  </interface>"
    "  <interface name='org.freedesktop.Secret.Service'>"
    "    <method name='ReadAlias'>"
    "      <arg type='s' direction='in'/><arg type='o' direction='out'/>"
    "    </method>"
    "  </interface>"
    "  <interface name='org.freedesktop.Secret.Collection'>"
    "    <property name='Locked' type='b' access='read'/>"
    "  </interface>"
    "</node>";

static void
on_kwallet_call (GDBusConnection *connection,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *method,
                 GVariant *parameters,
                 GDBusMethodInvocation *invocation,
                 gpointer user_data)
{
  g_dbus_method_invocation_return_value (invocation, g_str_equal (method, "isEnabled")
                                                         ? g_variant_new ("(b)", TRUE)
                                                         : g_variant_new ("(o)", "/collection"));
}

static GVariant *
on_kwallet_property (GDBusConnection *connection,
                     const char *sender,
                     const char *path,
                     const char *interface,
                     const char *property,
                     GError **error,
                     gpointer user_data)
{
  return g_variant_new_boolean (FALSE);
}

static void
own (GDBusConnection *bus, const char *name)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", name, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

  g_assert_nonnull (reply);
}

static int
run_kwallet (void)
{
  static const char *const paths[] = { "/modules/kwalletd5", "/org/freedesktop/secrets",
                                       "/collection" };
  static const GDBusInterfaceVTable table = { on_kwallet_call, on_kwallet_property, NULL, { 0 } };
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (kwallet_xml, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_dbus_connection_register_object (bus, paths[i], info->interfaces[i], &table, NULL, NULL,
                                       NULL);
  own (bus, "org.kde.kwalletd5");
  /* The second name takes a while, as in life. */
  g_usleep (G_USEC_PER_SEC / 5);
  own (bus, "org.freedesktop.secrets");
  g_main_loop_run (loop);
  return 0;
}

static void
test_keyring_absent_kwallet (void)
{
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autofree char *folder = g_dir_make_tmp ("awsmfa-services-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "org.kde.kwalletd5.service", NULL);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *service =
      g_strdup_printf ("[D-BUS Service]\nName=org.kde.kwalletd5\nExec=%s --kwallet\n", self);
  AmfaEnvironment environment = { .application_id = (char *) "com.example.AwsMfa" };
  g_autoptr (AmfaKeyring) keyring = amfa_keyring_new (&environment, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, service, -1, NULL));
  g_test_dbus_add_service_dir (bus, folder);
  g_test_dbus_up (bus);

  amfa_keyring_unlock (keyring, NULL, &error);
  g_assert_no_error (error);

  g_test_dbus_down (bus);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "--kwallet"))
    return run_kwallet ();

  g_unsetenv ("SECRET_BACKEND");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keyring-absent/no-bus", test_keyring_absent_no_bus);
  g_test_add_func ("/keyring-absent/deaf-bus", test_keyring_absent_deaf_bus);
  g_test_add_func ("/keyring-absent/no-service", test_keyring_absent_no_service);
  g_test_add_func ("/keyring-absent/kwallet", test_keyring_absent_kwallet);

  return g_test_run ();
}
