#include "core/io/keyring.h"
#include "core/model/error.h"

/* No session bus, and a session bus without a Secret Service. */

static const AmfaItem base = { AMFA_ITEM_BASE, "default", NULL, "-" };

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
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT);
  g_clear_error (&error);
  g_assert_false (amfa_keyring_open (keyring, &base, &found, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT);
  g_assert_null (found);
  g_clear_error (&error);
  g_assert_false (amfa_keyring_store (keyring, &base, secret, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT);
  g_clear_error (&error);
  g_assert_false (amfa_keyring_remove (keyring, &base, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT);
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
  g_test_add_func ("/keyring-absent/no-service", test_keyring_absent_no_service);

  return g_test_run ();
}
