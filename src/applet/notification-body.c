#define G_LOG_DOMAIN "amfa-notification-body"

#include "notification-body.h"

/* GNotification hands a body on as it is. Daemons that say so read it as markup (Desktop
 * Notifications Specification, "Markup"); GNOME Shell, which GLib talks to in a language of their
 * own, shows it character by character. */

/**
 * amfa_notification_body_goes_to_daemon:
 * @connection: the session bus
 * @is_freedesktop: whether the user wants a daemon in any case (GNOTIFICATION_BACKEND)
 *
 * To be asked right before the first notification is sent: GLib looks for the shell then, once, and
 * in the same way. Only the bus itself has to answer.
 *
 * Returns: whether a daemon gets it, and not GNOME Shell
 */
gboolean
amfa_notification_body_goes_to_daemon (GDBusConnection *connection, gboolean is_freedesktop)
{
  g_autoptr (GVariant) owner = NULL;

  if (is_freedesktop)
    return TRUE;
  owner = g_dbus_connection_call_sync (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "GetNameOwner", g_variant_new ("(s)", "org.gtk.Notifications"), G_VARIANT_TYPE ("(s)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  return owner == NULL;
}

/**
 * amfa_notification_body_escape:
 *
 * Returns: (transfer full): markup that reads as @text. Quotes mean nothing between tags: they
 *   stay, for the desktops that show a body as it is.
 */
char *
amfa_notification_body_escape (const char *text)
{
  GString *body = g_string_new (text);

  g_string_replace (body, "&", "&amp;", 0);
  g_string_replace (body, "<", "&lt;", 0);
  return g_string_free (body, FALSE);
}
