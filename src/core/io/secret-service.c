#define G_LOG_DOMAIN "amfa-secret-service"

#include "secret-service.h"

#include "secret-prompt.h"

#include "core/model/error.h"

#include <string.h>

/* https://specifications.freedesktop.org/secret-service-spec/
 *
 * A service that does not answer is given up after 25 seconds a call: GDBus's own default, which
 * libsecret's calls have too. */

#define TIMEOUT_MS 25000

#define ROOT_PATH "/org/freedesktop/secrets"
#define SERVICE_INTERFACE "org.freedesktop.Secret.Service"
#define COLLECTION_INTERFACE "org.freedesktop.Secret.Collection"
#define ITEM_INTERFACE "org.freedesktop.Secret.Item"
#define DEFAULT_ALIAS "default"

/* The path that stands for none. */
#define NO_PATH "/"

static gboolean
is_remote_error (const GError *error, const char *name)
{
  g_autofree char *remote = g_dbus_error_get_remote_error (error);

  return g_strcmp0 (remote, name) == 0;
}

/* An object that is not there, in the words of the specification and of GDBus. */
static gboolean
is_no_object (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         is_remote_error (error, "org.freedesktop.Secret.Error.NoSuchObject");
}

static gboolean
is_no_service (const GError *error)
{
  if (error->domain != G_DBUS_ERROR)
    return FALSE;
  return error->code == G_DBUS_ERROR_SERVICE_UNKNOWN ||
         error->code == G_DBUS_ERROR_NAME_HAS_NO_OWNER ||
         (error->code >= G_DBUS_ERROR_SPAWN_EXEC_FAILED &&
          error->code <= G_DBUS_ERROR_SPAWN_NO_MEMORY);
}

static void
set_failed (GError **error, const char *quote)
{
  amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED, &(AmfaErrorDetails){ .quote = quote });
}

/**
 * amfa_secret_service_translate_error:
 * @from: an error of GDBus
 * @error: (out) (optional): the same in our words
 */
void
amfa_secret_service_translate_error (const GError *from, GError **error)
{
  g_autoptr (GError) copy = g_error_copy (from);

  if (amfa_error_is_cancelled (from))
    {
      g_propagate_error (error, g_steal_pointer (&copy));
      return;
    }

  g_dbus_error_strip_remote_error (copy);
  if (is_no_service (from))
    amfa_set_error (error, AMFA_ERROR_KEYRING_ABSENT,
                    &(AmfaErrorDetails){ .quote = copy->message });
  else if (is_remote_error (from, "org.freedesktop.Secret.Error.IsLocked"))
    amfa_set_error (error, AMFA_ERROR_KEYRING_LOCKED, NULL);
  else
    set_failed (error, copy->message);
}

/* A call whose error is left in GDBus's words. */
static GVariant *
call_raw (GDBusConnection *bus,
          const char *path,
          const char *interface,
          const char *method,
          GVariant *parameters,
          const char *reply_type,
          GCancellable *cancellable,
          GError **error)
{
  return g_dbus_connection_call_sync (bus, AMFA_SECRET_SERVICE_NAME, path, interface, method,
                                      parameters, G_VARIANT_TYPE (reply_type),
                                      G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, cancellable, error);
}

static GVariant *
call (GDBusConnection *bus,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *parameters,
      const char *reply_type,
      GCancellable *cancellable,
      GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GVariant *reply =
      call_raw (bus, path, interface, method, parameters, reply_type, cancellable, &local_error);

  if (!reply)
    amfa_secret_service_translate_error (local_error, error);
  return reply;
}

static char *
dup_owner (GDBusConnection *bus, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner",
      g_variant_new ("(s)", AMFA_SECRET_SERVICE_NAME), G_VARIANT_TYPE ("(s)"),
      G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, cancellable, &local_error);
  char *owner = NULL;

  if (reply)
    g_variant_get (reply, "(s)", &owner);
  else
    amfa_secret_service_translate_error (local_error, error);
  return owner;
}

/* What a method left to do: nothing, or a prompt. */
static gboolean
perform_prompt (GDBusConnection *bus,
                const char *owner,
                const char *path,
                GCancellable *cancellable,
                GError **error)
{
  if (g_str_equal (path, NO_PATH))
    return TRUE;

  switch (amfa_secret_prompt_perform (bus, owner, path, cancellable))
    {
    case AMFA_PROMPT_DONE:
      return TRUE;
    case AMFA_PROMPT_DISMISSED:
      amfa_set_error (error, AMFA_ERROR_KEYRING_LOCKED, NULL);
      return FALSE;
    case AMFA_PROMPT_CANCELLED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
      return FALSE;
    case AMFA_PROMPT_BROKEN:
    default:
      amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                      &(AmfaErrorDetails){ .quote = "the keyring went away during its prompt" });
      return FALSE;
    }
}

static gboolean
search (GDBusConnection *bus,
        GHashTable *attributes,
        GStrv *unlocked,
        GStrv *locked,
        GCancellable *cancellable,
        GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, attributes);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_variant_builder_add (&builder, "{ss}", name, value);

  g_autoptr (GVariant) reply =
      call (bus, ROOT_PATH, SERVICE_INTERFACE, "SearchItems", g_variant_new ("(a{ss})", &builder),
            "(aoao)", cancellable, error);

  if (!reply)
    return FALSE;

  g_variant_get (reply, "(^ao^ao)", unlocked, locked);
  return TRUE;
}

/* Some services ask the user to confirm. */
static gboolean
delete_item (GDBusConnection *bus, const char *item, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *owner = dup_owner (bus, cancellable, error);

  if (!owner)
    return FALSE;

  g_autoptr (GVariant) reply =
      call_raw (bus, item, ITEM_INTERFACE, "Delete", NULL, "(o)", cancellable, &local_error);
  const char *prompt;

  if (!reply && is_no_object (local_error))
    return TRUE;
  if (!reply)
    {
      amfa_secret_service_translate_error (local_error, error);
      return FALSE;
    }

  g_variant_get (reply, "(&o)", &prompt);
  return perform_prompt (bus, owner, prompt, cancellable, error);
}

static const char *
find_inside (char **paths, const char *collection)
{
  for (; collection && *paths; paths++)
    {
      if (g_str_has_prefix (*paths, collection) && (*paths)[strlen (collection)] == '/')
        return *paths;
    }
  return NULL;
}

/* Stores go to the default collection, so what lies there is the newest; an item elsewhere is of a
 * time when another collection was the default. */
static AmfaFound
choose (char **unlocked, char **locked, const char *collection, char **item)
{
  const char *here = find_inside (unlocked, collection);
  const char *locked_here = find_inside (locked, collection);
  const char *best = here ? here : locked_here ? locked_here : *unlocked ? *unlocked : *locked;

  *item = g_strdup (best);
  if (!best)
    return AMFA_FOUND_NONE;
  return g_strv_contains ((const char *const *) unlocked, best) ? AMFA_FOUND_UNLOCKED
                                                                : AMFA_FOUND_LOCKED;
}

/**
 * amfa_secret_service_connect:
 *
 * Returns: (transfer full) (nullable): the session bus; without one, %AMFA_ERROR_KEYRING_ABSENT
 */
GDBusConnection *
amfa_secret_service_connect (GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GDBusConnection *bus = g_bus_get_sync (G_BUS_TYPE_SESSION, cancellable, &local_error);

  if (bus)
    return bus;

  if (amfa_error_is_cancelled (local_error))
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    amfa_set_error (error, AMFA_ERROR_KEYRING_ABSENT,
                    &(AmfaErrorDetails){ .quote = local_error->message });
  return NULL;
}

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
      call (bus, ROOT_PATH, SERVICE_INTERFACE, "ReadAlias", g_variant_new ("(s)", DEFAULT_ALIAS),
            "(o)", cancellable, error);
  g_autoptr (GError) local_error = NULL;
  const char *path;

  *collection = NULL;
  *locked = FALSE;
  if (!alias)
    return FALSE;

  g_variant_get (alias, "(&o)", &path);
  if (g_str_equal (path, NO_PATH))
    return TRUE;

  g_autoptr (GVariant) property = call_raw (bus, path, "org.freedesktop.DBus.Properties", "Get",
                                            g_variant_new ("(ss)", COLLECTION_INTERFACE, "Locked"),
                                            "(v)", cancellable, &local_error);

  /* The alias may name a collection that was never made, or is gone. */
  if (!property && is_no_object (local_error))
    return TRUE;
  if (!property)
    {
      amfa_secret_service_translate_error (local_error, error);
      return FALSE;
    }

  g_autoptr (GVariant) value = NULL;

  g_variant_get (property, "(v)", &value);
  *locked = g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (value);
  *collection = g_strdup (path);
  return TRUE;
}

/**
 * amfa_secret_service_unlock:
 * @path: a collection or an item
 *
 * Prompts where the service wants it. Errors: %AMFA_ERROR_KEYRING_LOCKED if the user, or a service
 * that cannot prompt, dismissed it.
 */
gboolean
amfa_secret_service_unlock (GDBusConnection *bus,
                            const char *path,
                            GCancellable *cancellable,
                            GError **error)
{
  const char *const paths[] = { path, NULL };
  g_autofree char *owner = dup_owner (bus, cancellable, error);

  if (!owner)
    return FALSE;

  g_autoptr (GVariant) reply = call (bus, ROOT_PATH, SERVICE_INTERFACE, "Unlock",
                                     g_variant_new ("(^ao)", paths), "(aoo)", cancellable, error);
  const char *prompt;

  if (!reply)
    return FALSE;

  g_variant_get_child (reply, 1, "&o", &prompt);
  return perform_prompt (bus, owner, prompt, cancellable, error);
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
  g_autofree char *owner = dup_owner (bus, cancellable, error);
  GVariantDict properties;

  if (!owner)
    return FALSE;

  g_variant_dict_init (&properties, NULL);
  g_variant_dict_insert (&properties, COLLECTION_INTERFACE ".Label", "s", "Default keyring");

  g_autoptr (GVariant) reply =
      call (bus, ROOT_PATH, SERVICE_INTERFACE, "CreateCollection",
            g_variant_new ("(@a{sv}s)", g_variant_dict_end (&properties), DEFAULT_ALIAS), "(oo)",
            cancellable, error);
  const char *prompt;

  if (!reply)
    return FALSE;

  g_variant_get_child (reply, 1, "&o", &prompt);
  return perform_prompt (bus, owner, prompt, cancellable, error);
}

/**
 * amfa_secret_service_find_item:
 * @attributes: (element-type utf8 utf8): what the item must have
 * @collection: (nullable): the default collection, whose items are preferred
 * @found: (out): whether there is one, and whether it can be read
 * @item: (out) (transfer full) (nullable): its path
 *
 * Unlocks nothing and prompts nobody. gnome-keyring answers for collections that have never been
 * unlocked too; other services may hide what is in them.
 */
gboolean
amfa_secret_service_find_item (GDBusConnection *bus,
                               GHashTable *attributes,
                               const char *collection,
                               AmfaFound *found,
                               char **item,
                               GCancellable *cancellable,
                               GError **error)
{
  g_auto (GStrv) unlocked = NULL;
  g_auto (GStrv) locked = NULL;

  *item = NULL;
  if (!search (bus, attributes, &unlocked, &locked, cancellable, error))
    return FALSE;

  *found = choose (unlocked, locked, collection, item);
  return TRUE;
}

/**
 * amfa_secret_service_remove_items:
 * @attributes: (element-type utf8 utf8): what the items must have
 *
 * Removes the items that have them, in all collections. Unlocks nothing: %AMFA_ERROR_KEYRING_LOCKED
 * if one is locked.
 */
gboolean
amfa_secret_service_remove_items (GDBusConnection *bus,
                                  GHashTable *attributes,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_auto (GStrv) unlocked = NULL;
  g_auto (GStrv) locked = NULL;

  if (!search (bus, attributes, &unlocked, &locked, cancellable, error))
    return FALSE;

  for (char **item = unlocked; *item; item++)
    {
      if (!delete_item (bus, *item, cancellable, error))
        return FALSE;
    }
  if (!*locked)
    return TRUE;

  amfa_set_error (error, AMFA_ERROR_KEYRING_LOCKED, NULL);
  return FALSE;
}
