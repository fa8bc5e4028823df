#include "core/io/keyring.h"
#include "core/model/error.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

/* No session bus, one that does not answer, and a session bus without a Secret Service. */

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
  g_autoptr (AmfaKeyring) keyring = amfa_keyring_new (&environment);
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
  g_autoptr (AmfaKeyring) keyring = amfa_keyring_new (&environment);
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

int
main (int argc, char **argv)
{
  g_unsetenv ("SECRET_BACKEND");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keyring-absent/no-bus", test_keyring_absent_no_bus);
  g_test_add_func ("/keyring-absent/deaf-bus", test_keyring_absent_deaf_bus);
  g_test_add_func ("/keyring-absent/no-service", test_keyring_absent_no_service);

  return g_test_run ();
}
