#define G_LOG_DOMAIN "amfa-secret-service"

#include "secret-service.h"

#include "secret-call.h"
#include "secret-kwallet.h"

/* https://specifications.freedesktop.org/secret-service-spec/ */

#define SERVICE_INTERFACE "org.freedesktop.Secret.Service"
#define COLLECTION_INTERFACE "org.freedesktop.Secret.Collection"
#define DEFAULT_ALIAS "default"

/**
 * amfa_secret_service_find_default:
 * @collection: (out) (nullable): path of the default collection, %NULL if there is none
 * @locked: (out): whether it is locked; %FALSE if there is none
 *
 * May start the service, which prompts nobody.
 */
gboolean
amfa_secret_service_find_default (GDBusConnection *bus,
                                  char **collection,
                                  gboolean *locked,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (GVariant) alias =
      amfa_secret_call (bus, AMFA_SECRET_ROOT_PATH, SERVICE_INTERFACE, "ReadAlias",
                        g_variant_new ("(s)", DEFAULT_ALIAS), "(o)", cancellable, error);
  g_autoptr (GError) local_error = NULL;
  const char *path;

  *collection = NULL;
  *locked = FALSE;
  if (!alias)
    return FALSE;

  g_variant_get (alias, "(&o)", &path);
  if (g_str_equal (path, AMFA_SECRET_NO_PATH))
    return TRUE;

  g_autoptr (GVariant) value = amfa_secret_call_get_property (bus, path, COLLECTION_INTERFACE,
                                                              "Locked", cancellable, &local_error);

  /* The alias may name a collection that was never made, or is gone. */
  if (!value && amfa_secret_call_found_nothing (local_error))
    return TRUE;
  if (!value)
    {
      amfa_secret_call_translate_error (local_error, error);
      return FALSE;
    }

  *locked = g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (value);
  *collection = g_strdup (path);
  return TRUE;
}

static GVariant *
make_query (GHashTable *attributes)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer name, value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_hash_table_iter_init (&iter, attributes);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_variant_builder_add (&builder, "{ss}", name, value);
  return g_variant_new ("(a{ss})", &builder);
}

/**
 * amfa_secret_service_search:
 * @attributes: (element-type utf8 utf8): what the items must have
 * @unlocked: (out) (transfer full): paths of the unlocked items
 * @locked: (out) (transfer full): paths of the locked ones
 *
 * Unlocks nothing, but some services (KeePassXC) prompt for what is locked. gnome-keyring answers
 * for collections that have never been unlocked too; other services may hide what is in them.
 */
gboolean
amfa_secret_service_search (GDBusConnection *bus,
                            GHashTable *attributes,
                            GStrv *unlocked,
                            GStrv *locked,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GVariant) reply =
      amfa_secret_call (bus, AMFA_SECRET_ROOT_PATH, SERVICE_INTERFACE, "SearchItems",
                        make_query (attributes), "(aoao)", cancellable, error);

  if (!reply)
    return FALSE;

  g_variant_get (reply, "(^ao^ao)", unlocked, locked);
  return TRUE;
}

/**
 * amfa_secret_service_search_collection:
 * @collection: path of a collection
 * @attributes: (element-type utf8 utf8): what the items must have
 * @items: (out) (transfer full): their paths, locked or not; none if there is no such collection
 *
 * Prompts nobody, whatever the service.
 */
gboolean
amfa_secret_service_search_collection (GDBusConnection *bus,
                                       const char *collection,
                                       GHashTable *attributes,
                                       GStrv *items,
                                       GCancellable *cancellable,
                                       GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) reply =
      amfa_secret_call_raw (bus, collection, COLLECTION_INTERFACE, "SearchItems",
                            make_query (attributes), "(ao)", cancellable, &local_error);

  *items = NULL;
  if (reply)
    g_variant_get (reply, "(^ao)", items);
  else if (amfa_secret_call_found_nothing (local_error))
    *items = g_new0 (char *, 1);
  else
    amfa_secret_call_translate_error (local_error, error);
  return *items != NULL;
}

/**
 * amfa_secret_service_list_collections:
 *
 * Returns: (transfer full) (nullable): paths of the collections that outlive the user's log-in
 */
char **
amfa_secret_service_list_collections (GDBusConnection *bus,
                                      GCancellable *cancellable,
                                      GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) value = amfa_secret_call_get_property (
      bus, AMFA_SECRET_ROOT_PATH, SERVICE_INTERFACE, "Collections", cancellable, &local_error);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree const char **paths = NULL;

  if (!value)
    {
      amfa_secret_call_translate_error (local_error, error);
      return NULL;
    }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH_ARRAY))
    paths = g_variant_get_objv (value, NULL);
  for (gsize i = 0; paths && paths[i]; i++)
    if (!g_str_has_suffix (paths[i], "/session"))
      g_strv_builder_add (builder, paths[i]);
  return g_strv_builder_end (builder);
}

/**
 * amfa_secret_service_unlock:
 * @paths: collections or items
 *
 * Prompts where the service wants it. Errors: %AMFA_ERROR_KEYRING_LOCKED if the user, or a service
 * that cannot prompt, dismissed it.
 */
gboolean
amfa_secret_service_unlock (GDBusConnection *bus,
                            const char *const *paths,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) reply = amfa_secret_call_prompting (
      bus, AMFA_SECRET_ROOT_PATH, SERVICE_INTERFACE, "Unlock", g_variant_new ("(^ao)", paths),
      "(aoo)", cancellable, &local_error);

  if (!reply)
    amfa_secret_call_translate_error (local_error, error);
  return reply != NULL;
}

/**
 * amfa_secret_service_create_default:
 *
 * Makes the default collection; the service asks the user for its password. Errors: as for
 * amfa_secret_service_unlock().
 */
gboolean
amfa_secret_service_create_default (GDBusConnection *bus, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) reply = NULL;
  GVariantDict properties;

  g_variant_dict_init (&properties, NULL);
  g_variant_dict_insert (&properties, COLLECTION_INTERFACE ".Label", "s", "Default keyring");
  reply = amfa_secret_call_prompting (
      bus, AMFA_SECRET_ROOT_PATH, SERVICE_INTERFACE, "CreateCollection",
      g_variant_new ("(@a{sv}s)", g_variant_dict_end (&properties), DEFAULT_ALIAS), "(oo)",
      cancellable, &local_error);
  if (!reply)
    amfa_secret_call_translate_error (local_error, error);
  return reply != NULL;
}

static GVariant *
call_bus (GDBusConnection *bus,
          const char *method,
          GVariant *parameters,
          const char *reply_type,
          GCancellable *cancellable,
          GError **error)
{
  return g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                      "org.freedesktop.DBus", method, parameters,
                                      G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NONE, G_MAXINT,
                                      cancellable, error);
}

/**
 * amfa_secret_service_find:
 * @presence: (out): whether a service runs, or would if it were called
 *
 * Starts no service.
 */
gboolean
amfa_secret_service_find (GDBusConnection *bus,
                          AmfaSecretPresence *presence,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) has_owner =
      call_bus (bus, "NameHasOwner", g_variant_new ("(s)", AMFA_SECRET_SERVICE_NAME), "(b)",
                cancellable, &local_error);
  g_autoptr (GVariant) startable = NULL;
  g_autofree const char **names = NULL;
  gboolean is_running = FALSE;

  if (has_owner)
    g_variant_get (has_owner, "(b)", &is_running);
  if (has_owner && !is_running)
    startable = call_bus (bus, "ListActivatableNames", NULL, "(as)", cancellable, &local_error);
  if (!is_running && !startable)
    {
      amfa_secret_call_translate_error (local_error, error);
      return FALSE;
    }

  if (startable)
    g_variant_get (startable, "(^a&s)", &names);
  if (is_running)
    *presence = AMFA_SECRET_RUNNING;
  else if (g_strv_contains (names, AMFA_SECRET_SERVICE_NAME) ||
           amfa_secret_kwallet_is_among (names))
    *presence = AMFA_SECRET_STARTABLE;
  else
    *presence = AMFA_SECRET_ABSENT;
  return TRUE;
}

/* The name of the process that is the service now; %NULL if there is none. */
static char *
dup_process_name (GDBusConnection *bus, GCancellable *cancellable)
{
  g_autoptr (GVariant) reply =
      call_bus (bus, "GetConnectionUnixProcessID", g_variant_new ("(s)", AMFA_SECRET_SERVICE_NAME),
                "(u)", cancellable, NULL);
  g_autofree char *path = NULL;
  char *name = NULL;
  guint32 pid;

  if (!reply)
    return NULL;
  g_variant_get (reply, "(u)", &pid);
  path = g_strdup_printf ("/proc/%u/comm", pid);
  g_file_get_contents (path, &name, NULL, NULL);
  return name ? g_strchomp (name) : NULL;
}

/**
 * amfa_secret_service_is_known:
 *
 * Starts no service.
 *
 * Returns: whether the service writes each change at once into a folder of the user's that we know
 */
gboolean
amfa_secret_service_is_known (GDBusConnection *bus, GCancellable *cancellable)
{
  /* The kernel cuts the first one off. The link to a daemon's program is hidden from us where that
   * has capabilities, as gnome-keyring does. */
  static const char *const known[] = { "gnome-keyring-d", "kwalletd5", "kwalletd6", "ksecretd",
                                       NULL };
  g_autofree char *name = dup_process_name (bus, cancellable);

  return name && g_strv_contains (known, name);
}
