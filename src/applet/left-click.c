#define G_LOG_DOMAIN "amfa-left-click"

#include "left-click.h"

/* What a left click on a tray icon does is the host's decision. Plasma and others call the item's
 * Activate method; the Xfce panel and Waybar do so only if the item says ItemIsMenu = false, and
 * take it for a menu if it says nothing. libayatana-appindicator 0.5 offers neither the method nor
 * the property, and its object can neither be extended nor shadowed on the same connection.
 *
 * So both are mended on the wire, by a filter on the session bus connection:
 *
 * - an incoming Activate on the item becomes ActivateAction of org.freedesktop.Application on our
 *   application, which GApplication exports there already. GDBus runs the action in the main thread
 *   and answers the host; nothing of ours crosses threads.
 * - the outgoing answer to Properties.GetAll gets ItemIsMenu = false. It is known by its type and
 *   by a property that only this library's items have, so that no serial needs to be remembered.
 *
 * Introspect is left as it is: GNOME's extension looks for Activate there, and would then delay
 * every single click by the time of a double click. Should the library learn Activate one day, our
 * rewriting still comes first; should it rename things, a left click is a menu again. */

#define ITEM_INTERFACE "org.kde.StatusNotifierItem"
#define ITEM_MARK "XAyatanaOrderingIndex"

/* Never changes after install: the filter runs in GDBus's worker thread. */
typedef struct
{
  char *item_path;
  char *application_path;
  char *action;
} LeftClick;

static void
left_click_free (LeftClick *self)
{
  g_free (self->item_path);
  g_free (self->application_path);
  g_free (self->action);
  g_free (self);
}

static gboolean
is_activate_call (const LeftClick *self, GDBusMessage *message)
{
  return g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL &&
         g_strcmp0 (g_dbus_message_get_member (message), "Activate") == 0 &&
         g_strcmp0 (g_dbus_message_get_interface (message), ITEM_INTERFACE) == 0 &&
         g_strcmp0 (g_dbus_message_get_path (message), self->item_path) == 0;
}

static gboolean
is_item_properties (GDBusMessage *message)
{
  GVariant *body;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) mark = NULL;
  g_autoptr (GVariant) is_menu = NULL;

  if (g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_RETURN ||
      g_strcmp0 (g_dbus_message_get_signature (message), "a{sv}") != 0)
    return FALSE;

  body = g_dbus_message_get_body (message);
  properties = g_variant_get_child_value (body, 0);
  mark = g_variant_lookup_value (properties, ITEM_MARK, NULL);
  is_menu = g_variant_lookup_value (properties, "ItemIsMenu", NULL);
  return mark && !is_menu;
}

static void
rewrite_as_action (const LeftClick *self, GDBusMessage *message)
{
  g_dbus_message_set_path (message, self->application_path);
  g_dbus_message_set_interface (message, "org.freedesktop.Application");
  g_dbus_message_set_member (message, "ActivateAction");
  g_dbus_message_set_body (message, g_variant_new ("(sava{sv})", self->action, NULL, NULL));
}

static void
add_item_is_menu (GDBusMessage *message)
{
  g_autoptr (GVariant) properties =
      g_variant_get_child_value (g_dbus_message_get_body (message), 0);
  GVariantDict dict;

  g_variant_dict_init (&dict, properties);
  g_variant_dict_insert (&dict, "ItemIsMenu", "b", FALSE);
  g_dbus_message_set_body (message, g_variant_new ("(@a{sv})", g_variant_dict_end (&dict)));
}

static GDBusMessage *
filter_message (GDBusConnection *connection,
                GDBusMessage *message,
                gboolean incoming,
                gpointer user_data)
{
  const LeftClick *self = user_data;
  gboolean is_ours = incoming ? is_activate_call (self, message) : is_item_properties (message);
  g_autoptr (GError) error = NULL;
  GDBusMessage *copy;

  if (!is_ours)
    return message;

  /* A message that is being sent is locked. */
  copy = g_dbus_message_copy (message, &error);
  if (!copy)
    {
      g_warning ("Cannot copy a message: %s", error->message);
      return message;
    }
  g_object_unref (message);

  if (incoming)
    rewrite_as_action (self, copy);
  else
    add_item_is_menu (copy);
  return copy;
}

/**
 * amfa_left_click_install:
 * @connection: the bus connection that the item will live on
 * @item_path: object path of the item
 * @application_path: object path of the #GApplication on the same connection
 * @action: name of an action of the application without parameter, and always enabled
 *
 * Makes a click on a status notifier item of libayatana-appindicator activate @action on all hosts
 * that can tell a click from a wish for the menu. Call this before the item appears on the bus.
 *
 * Returns: an id for g_dbus_connection_remove_filter()
 */
guint
amfa_left_click_install (GDBusConnection *connection,
                         const char *item_path,
                         const char *application_path,
                         const char *action)
{
  LeftClick *self;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), 0);
  g_return_val_if_fail (g_variant_is_object_path (item_path), 0);
  g_return_val_if_fail (g_variant_is_object_path (application_path), 0);
  g_return_val_if_fail (g_action_name_is_valid (action), 0);

  self = g_new0 (LeftClick, 1);
  self->item_path = g_strdup (item_path);
  self->application_path = g_strdup (application_path);
  self->action = g_strdup (action);
  return g_dbus_connection_add_filter (connection, filter_message, self,
                                       (GDestroyNotify) left_click_free);
}
