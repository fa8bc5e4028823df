#include "notices.h"

/**
 * notices_service_start:
 * @name: a name on the session bus, also that of the interface
 * @xml: the interface
 */
void
notices_service_start (NoticesService *self,
                       const char *name,
                       const char *path,
                       const char *xml,
                       GDBusInterfaceMethodCallFunc on_method_call,
                       gpointer user_data)
{
  const GDBusInterfaceVTable vtable = { on_method_call, NULL, NULL };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  self->connection =
      g_dbus_connection_new_for_address_sync (address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  self->registration = g_dbus_connection_register_object (
      self->connection, path, node->interfaces[0], &vtable, user_data, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", name, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

void
notices_service_stop (NoticesService *self)
{
  g_dbus_connection_unregister_object (self->connection, self->registration);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_clear_object (&self->connection);
}

/* Once: the process has one connection to one session bus. */
GtkApplication *
notices_application_new (void)
{
  GtkApplication *application =
      gtk_application_new ("com.example.AwsMfa.Test", G_APPLICATION_DEFAULT_FLAGS);
  g_autoptr (GError) error = NULL;

  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_set_exit_on_close (
      g_application_get_dbus_connection (G_APPLICATION (application)), FALSE);
  return application;
}

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("the notifier is silent");
  return G_SOURCE_REMOVE;
}

/* Returns: a source to be removed when what is waited for has come */
guint
notices_begin_wait (void)
{
  return g_timeout_add_seconds (20, on_timeout, NULL);
}

void
notices_start (AmfaNotifier *notifier, const char *profile)
{
  const AmfaLoginResult result = { .expires = 1000 };

  amfa_notifier_started (notifier, profile, NULL, &result, 10);
}

void
notices_say (AmfaNotifier *notifier, const char *profile)
{
  amfa_notifier_done (notifier, profile, "title", profile ? profile : "text");
}

void
notices_fail (AmfaNotifier *notifier, const char *profile)
{
  amfa_notifier_failed (notifier, profile, "title", profile);
}

void
notices_warn (AmfaNotifier *notifier, const char *profile)
{
  const AmfaSessionInfo info = { .profile = (char *) profile, .expires = 1000 };

  amfa_notifier_ending (notifier, &info, NULL, 10);
}

void
notices_end (AmfaNotifier *notifier, const char *profile)
{
  amfa_notifier_ended (notifier, profile, NULL, NULL);
}

void
notices_ask (AmfaNotifier *notifier, const char *profile)
{
  amfa_notifier_asking (notifier, profile, NULL);
}
