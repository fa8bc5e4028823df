#define G_LOG_DOMAIN "amfa-secret-service"

#include "secret-service.h"

#include "secret-kwallet.h"
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
 * @from: an error of GDBus, or one that is in our words already
 * @error: (out) (optional): the same in our words
 */
void
amfa_secret_service_translate_error (const GError *from, GError **error)
{
  g_autoptr (GError) copy = g_error_copy (from);

  if (from->domain == AMFA_ERROR || amfa_error_is_cancelled (from))
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
  g_autoptr (GVariant) arguments = parameters ? g_variant_ref_sink (parameters) : NULL;
  g_autoptr (GError) local_error = NULL;
  GVariant *reply;

  for (gboolean is_started = FALSE;; is_started = TRUE)
    {
      reply = g_dbus_connection_call_sync (bus, AMFA_SECRET_SERVICE_NAME, path, interface, method,
                                           arguments, G_VARIANT_TYPE (reply_type),
                                           G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, cancellable,
                                           &local_error);
      if (reply || is_started || !is_no_service (local_error) ||
          !amfa_secret_kwallet_start (bus, cancellable))
        break;
      g_clear_error (&local_error);
    }
  if (!reply)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return reply;
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

/* The last thing that such a method returns is a prompt, which is performed here; "/" if it needed
 * none. Errors are left in GDBus's words but for those of the prompt. */
static gboolean
call_prompting (GDBusConnection *bus,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                const char *reply_type,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GVariant) arguments = parameters ? g_variant_ref_sink (parameters) : NULL;
  g_autoptr (GVariant) owner_reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner",
      g_variant_new ("(s)", AMFA_SECRET_SERVICE_NAME), G_VARIANT_TYPE ("(s)"),
      G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, cancellable, error);
  g_autoptr (GVariant) reply = owner_reply ? call_raw (bus, path, interface, method, arguments,
                                                       reply_type, cancellable, error)
                                           : NULL;
  const char *owner, *prompt;

  if (!reply)
    return FALSE;

  g_variant_get (owner_reply, "(&s)", &owner);
  g_variant_get_child (reply, g_variant_n_children (reply) - 1, "&o", &prompt);
  if (g_str_equal (prompt, NO_PATH))
    return TRUE;

  switch (amfa_secret_prompt_perform (bus, owner, prompt, cancellable))
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
                      &(AmfaErrorDetails){ .reason = AMFA_KEYRING_PROBLEM_PROMPT });
      return FALSE;
    }
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
 * amfa_secret_service_search:
 * @attributes: (element-type utf8 utf8): what the items must have
 * @unlocked: (out) (transfer full): paths of the unlocked items
 * @locked: (out) (transfer full): paths of the locked ones
 *
 * Unlocks nothing and prompts nobody. gnome-keyring answers for collections that have never been
 * unlocked too; other services may hide what is in them.
 */
gboolean
amfa_secret_service_search (GDBusConnection *bus,
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
  g_autoptr (GError) local_error = NULL;

  if (call_prompting (bus, ROOT_PATH, SERVICE_INTERFACE, "Unlock", g_variant_new ("(^ao)", paths),
                      "(aoo)", cancellable, &local_error))
    return TRUE;

  amfa_secret_service_translate_error (local_error, error);
  return FALSE;
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
  GVariantDict properties;

  g_variant_dict_init (&properties, NULL);
  g_variant_dict_insert (&properties, COLLECTION_INTERFACE ".Label", "s", "Default keyring");
  if (call_prompting (bus, ROOT_PATH, SERVICE_INTERFACE, "CreateCollection",
                      g_variant_new ("(@a{sv}s)", g_variant_dict_end (&properties), DEFAULT_ALIAS),
                      "(oo)", cancellable, &local_error))
    return TRUE;

  amfa_secret_service_translate_error (local_error, error);
  return FALSE;
}

/**
 * amfa_secret_service_delete:
 * @item: path of an unlocked item; one that is gone meanwhile is fine
 *
 * Some services ask the user to confirm.
 */
gboolean
amfa_secret_service_delete (GDBusConnection *bus,
                            const char *item,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (call_prompting (bus, item, ITEM_INTERFACE, "Delete", NULL, "(o)", cancellable,
                      &local_error) ||
      is_no_object (local_error))
    return TRUE;

  amfa_secret_service_translate_error (local_error, error);
  return FALSE;
}
