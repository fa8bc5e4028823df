#include "keyring-daemon.h"

#include <glib/gstdio.h>
#include <string.h>

#define WAIT_SECONDS 30

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  *(gboolean *) user_data = FALSE;
}

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("the keyring daemon did not come or go in time");
  return G_SOURCE_REMOVE;
}

static void
await_presence (GDBusConnection *bus, gboolean wanted)
{
  gboolean is_present = !wanted;
  guint timeout = g_timeout_add_seconds (WAIT_SECONDS, on_timeout, NULL);
  guint watch = g_bus_watch_name_on_connection (bus, KEYRING_SERVICE, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                on_appeared, on_vanished, &is_present, NULL);

  while (is_present != wanted)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (watch);
  g_source_remove (timeout);
}

GVariant *
keyring_daemon_call (GDBusConnection *bus,
                     const char *path,
                     const char *interface,
                     const char *method,
                     GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply =
      g_dbus_connection_call_sync (bus, KEYRING_SERVICE, path, interface, method, parameters, NULL,
                                   G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  return reply;
}

static gboolean
has_default (GDBusConnection *bus)
{
  g_autoptr (GVariant) alias =
      keyring_daemon_call (bus, KEYRING_ROOT_PATH, "org.freedesktop.Secret.Service", "ReadAlias",
                           g_variant_new ("(s)", "default"));
  const char *path;

  g_variant_get (alias, "(&o)", &path);
  return g_str_equal (path, KEYRING_DEFAULT_PATH);
}

/* @password: (nullable): with one the daemon starts unlocked and makes a login keyring if there is
 * none */
GSubprocess *
keyring_daemon_start (GDBusConnection *bus, const char *password)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *daemon =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE |
                            G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                        &error, "gnome-keyring-daemon", "--foreground", "--components=secrets",
                        password ? "--unlock" : "--start", NULL);

  g_assert_no_error (error);

  GOutputStream *in = g_subprocess_get_stdin_pipe (daemon);

  if (password)
    g_assert_true (g_output_stream_write_all (in, password, strlen (password), NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (in, NULL, NULL));
  await_presence (bus, TRUE);
  /* The name comes before the login keyring. */
  while (password && !has_default (bus))
    continue;
  return daemon;
}

/* @daemon: (transfer full) */
void
keyring_daemon_stop (GDBusConnection *bus, GSubprocess *daemon)
{
  g_subprocess_force_exit (daemon);
  g_assert_true (g_subprocess_wait (daemon, NULL, NULL));
  await_presence (bus, FALSE);
  g_object_unref (daemon);
}

void
keyring_daemon_remove_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}
