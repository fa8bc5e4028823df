#define G_LOG_DOMAIN "amfa-secret-item"

#include "secret-item.h"

#include "secret-call.h"

#define COLLECTION_INTERFACE "org.freedesktop.Secret.Collection"
#define ITEM_INTERFACE "org.freedesktop.Secret.Item"
#define SCHEMA "com.example.AwsMfa"

static GVariant *
make_properties (GHashTable *attributes, const char *label)
{
  GVariantBuilder builder;
  GVariantDict properties;
  GHashTableIter iter;
  gpointer name, value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&builder, "{ss}", "xdg:schema", SCHEMA);
  g_hash_table_iter_init (&iter, attributes);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_variant_builder_add (&builder, "{ss}", name, value);

  g_variant_dict_init (&properties, NULL);
  g_variant_dict_insert (&properties, ITEM_INTERFACE ".Label", "s", label);
  g_variant_dict_insert_value (&properties, ITEM_INTERFACE ".Attributes",
                               g_variant_builder_end (&builder));
  return g_variant_dict_end (&properties);
}

/**
 * amfa_secret_item_create:
 * @collection: an unlocked one
 * @attributes: (element-type utf8 utf8): all that the item has
 * @label: for people
 * @secret: as amfa_secret_session_encode() makes it
 * @replaces: whether it takes the place of one that has @attributes
 * @item: (out) (transfer full) (nullable): its path; %NULL if the service does not say
 */
gboolean
amfa_secret_item_create (GDBusConnection *bus,
                         const char *collection,
                         GHashTable *attributes,
                         const char *label,
                         GVariant *secret,
                         gboolean replaces,
                         char **item,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) reply = amfa_secret_call_prompting (
      bus, collection, COLLECTION_INTERFACE, "CreateItem",
      g_variant_new ("(@a{sv}@(oayays)b)", make_properties (attributes, label), secret, replaces),
      "(oo)", cancellable, &local_error);
  const char *path;

  *item = NULL;
  if (!reply)
    {
      amfa_secret_call_translate_error (local_error, error);
      return FALSE;
    }
  g_variant_get_child (reply, 0, "&o", &path);
  if (!g_str_equal (path, AMFA_SECRET_NO_PATH))
    *item = g_strdup (path);
  return TRUE;
}

/**
 * amfa_secret_item_set_secret:
 * @item: path of an unlocked item
 * @secret: as amfa_secret_session_encode() makes it
 * @is_gone: (out): whether there is no such item any more, which is no error
 */
gboolean
amfa_secret_item_set_secret (GDBusConnection *bus,
                             const char *item,
                             GVariant *secret,
                             gboolean *is_gone,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) reply =
      amfa_secret_call_raw (bus, item, ITEM_INTERFACE, "SetSecret",
                            g_variant_new ("(@(oayays))", secret), "()", cancellable, &local_error);

  *is_gone = !reply && amfa_secret_call_found_nothing (local_error);
  if (reply || *is_gone)
    return TRUE;
  amfa_secret_call_translate_error (local_error, error);
  return FALSE;
}

/**
 * amfa_secret_item_get_secret:
 * @item: path of an unlocked item
 * @session: path of the session that it is encrypted for
 * @secret: (out) (transfer full) (nullable): for amfa_secret_session_decode(); %NULL if there is no
 *   such item any more
 */
gboolean
amfa_secret_item_get_secret (GDBusConnection *bus,
                             const char *item,
                             const char *session,
                             GVariant **secret,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) reply =
      amfa_secret_call_raw (bus, item, ITEM_INTERFACE, "GetSecret", g_variant_new ("(o)", session),
                            "((oayays))", cancellable, &local_error);

  *secret = reply ? g_variant_get_child_value (reply, 0) : NULL;
  if (reply || amfa_secret_call_found_nothing (local_error))
    return TRUE;
  amfa_secret_call_translate_error (local_error, error);
  return FALSE;
}

/**
 * amfa_secret_item_is_locked:
 *
 * Returns: whether it is known to be locked; of one that is gone, whoever reads it is told
 */
gboolean
amfa_secret_item_is_locked (GDBusConnection *bus, const char *item, GCancellable *cancellable)
{
  g_autoptr (GVariant) value =
      amfa_secret_call_get_property (bus, item, ITEM_INTERFACE, "Locked", cancellable, NULL);

  return value && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) &&
         g_variant_get_boolean (value);
}

/**
 * amfa_secret_item_get_modified:
 *
 * Returns: Unix seconds; 0 if that is not known
 */
guint64
amfa_secret_item_get_modified (GDBusConnection *bus, const char *item, GCancellable *cancellable)
{
  g_autoptr (GVariant) value =
      amfa_secret_call_get_property (bus, item, ITEM_INTERFACE, "Modified", cancellable, NULL);

  return value && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64) ? g_variant_get_uint64 (value)
                                                                      : 0;
}

/**
 * amfa_secret_item_is_of_schema:
 *
 * Returns: whether it was we who made the item: a keyring manager leaves the schema's name out
 */
gboolean
amfa_secret_item_is_of_schema (GDBusConnection *bus, const char *item, GCancellable *cancellable)
{
  g_autoptr (GVariant) value =
      amfa_secret_call_get_property (bus, item, ITEM_INTERFACE, "Attributes", cancellable, NULL);
  const char *schema = NULL;

  return value && g_variant_is_of_type (value, G_VARIANT_TYPE ("a{ss}")) &&
         g_variant_lookup (value, "xdg:schema", "&s", &schema) && g_str_equal (schema, SCHEMA);
}

/**
 * amfa_secret_item_delete:
 * @item: path of an unlocked item; one that is gone meanwhile is fine
 *
 * Some services ask the user to confirm.
 */
gboolean
amfa_secret_item_delete (GDBusConnection *bus,
                         const char *item,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) reply = amfa_secret_call_prompting (bus, item, ITEM_INTERFACE, "Delete",
                                                           NULL, "(o)", cancellable, &local_error);

  if (reply || amfa_secret_call_found_nothing (local_error))
    return TRUE;
  amfa_secret_call_translate_error (local_error, error);
  return FALSE;
}
