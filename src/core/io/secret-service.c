#define G_LOG_DOMAIN "amfa-secret-service"

#include "secret-service.h"

#include "core/model/error.h"

#include <string.h>

/* Prompts are performed here and not by libsecret: 0.20.5 dereferences NULL when the service dies
 * while its prompt is on the screen, and calls a dismissed prompt, a vanished service and a missing
 * item the same.
 *
 * A service that does not answer is given up after 25 seconds a call (GDBus's own default, which is
 * also the bus daemon's limit for starting a service). A prompt has no limit: a human answers it,
 * and it ends when the service leaves the bus or the caller cancels.
 *
 * https://specifications.freedesktop.org/secret-service-spec/ */

#define TIMEOUT_MS 25000

#define ROOT_PATH "/org/freedesktop/secrets"
#define SERVICE_INTERFACE "org.freedesktop.Secret.Service"
#define COLLECTION_INTERFACE "org.freedesktop.Secret.Collection"
#define ITEM_INTERFACE "org.freedesktop.Secret.Item"
#define PROMPT_INTERFACE "org.freedesktop.Secret.Prompt"
#define DEFAULT_ALIAS "default"

/* The path that stands for none. */
#define NO_PATH "/"

typedef struct
{
  gboolean calling;   /* the method that shows the prompt has not returned */
  gboolean over;      /* nothing more is waited for */
  gboolean completed; /* the service said how it ended */
  gboolean dismissed;
  GError *error; /* of the method */
} Prompt;

static void
prompt_clear (Prompt *self)
{
  g_clear_error (&self->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Prompt, prompt_clear)

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

static void
on_prompt_completed (GDBusConnection *bus,
                     const char *sender,
                     const char *path,
                     const char *interface,
                     const char *signal,
                     GVariant *parameters,
                     gpointer user_data)
{
  Prompt *prompt = user_data;

  prompt->over = TRUE;
  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(bv)")))
    return;

  prompt->completed = TRUE;
  g_variant_get (parameters, "(bv)", &prompt->dismissed, NULL);
}

static void
on_prompt_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Prompt *prompt = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &prompt->error);

  prompt->calling = FALSE;
  if (!reply)
    prompt->over = TRUE;
}

static void
on_owner_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  Prompt *prompt = user_data;

  prompt->over = TRUE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Prompt *prompt = user_data;

  prompt->over = TRUE;
  return G_SOURCE_REMOVE;
}

/* Shows the prompt and waits, in a main context of its own, for whatever comes first: its end, the
 * end of the service, or the caller's cancelling. */
static void
wait_for_prompt (GDBusConnection *bus,
                 const char *owner,
                 const char *path,
                 Prompt *prompt,
                 GCancellable *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainContextPusher) pusher = g_main_context_pusher_new (context);
  g_autoptr (GCancellable) call_cancellable = g_cancellable_new ();
  g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);
  guint signal = g_dbus_connection_signal_subscribe (bus, owner, PROMPT_INTERFACE, "Completed",
                                                     path, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                     on_prompt_completed, prompt, NULL);
  guint watch = g_bus_watch_name_on_connection (bus, owner, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                on_owner_vanished, prompt, NULL);

  g_source_set_callback (cancelled, G_SOURCE_FUNC (on_cancelled), prompt, NULL);
  g_source_attach (cancelled, context);

  prompt->calling = TRUE;
  g_dbus_connection_call (bus, owner, path, PROMPT_INTERFACE, "Prompt", g_variant_new ("(s)", ""),
                          NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT, call_cancellable,
                          on_prompt_called, prompt);

  while (!prompt->over)
    g_main_context_iteration (context, TRUE);

  if (g_cancellable_is_cancelled (cancellable))
    g_dbus_connection_call (bus, owner, path, PROMPT_INTERFACE, "Dismiss", NULL, NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, NULL, NULL, NULL);
  g_cancellable_cancel (call_cancellable);
  while (prompt->calling)
    g_main_context_iteration (context, TRUE);

  g_source_destroy (cancelled);
  g_bus_unwatch_name (watch);
  g_dbus_connection_signal_unsubscribe (bus, signal);
  while (g_main_context_iteration (context, FALSE))
    continue;
}

/* What a method left to do: nothing, or a prompt. */
static gboolean
perform_prompt (GDBusConnection *bus,
                const char *owner,
                const char *path,
                GCancellable *cancellable,
                GError **error)
{
  g_auto (Prompt) prompt = { FALSE };

  if (g_str_equal (path, NO_PATH))
    return TRUE;

  wait_for_prompt (bus, owner, path, &prompt, cancellable);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (prompt.completed && !prompt.dismissed)
    return TRUE;
  if (prompt.completed)
    amfa_set_error (error, AMFA_ERROR_KEYRING_LOCKED, NULL);
  else if (prompt.error && !amfa_error_is_cancelled (prompt.error))
    amfa_secret_service_translate_error (prompt.error, error);
  else
    set_failed (error, "the keyring went away during its prompt");
  return FALSE;
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
