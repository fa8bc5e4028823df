#define G_LOG_DOMAIN "amfa-secret-call"

#include "secret-call.h"

#include "secret-kwallet.h"
#include "secret-prompt.h"

#include "core/model/error.h"

/* No call has a time limit of its own: the cancellable has it, for all of them together
 * (keyring-budget.c). */

static gboolean
is_remote_error (const GError *error, const char *name)
{
  g_autofree char *remote = g_dbus_error_get_remote_error (error);

  return g_strcmp0 (remote, name) == 0;
}

/**
 * amfa_secret_call_found_nothing:
 * @error: as amfa_secret_call_raw() left it
 *
 * Returns: whether the object is not there, in the words of the specification or of GDBus
 */
gboolean
amfa_secret_call_found_nothing (const GError *error)
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

/* The connection to the bus broke. */
static gboolean
is_no_bus (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
set_absent (GError **error, AmfaKeyringAbsence reason, const char *quote)
{
  amfa_set_error (error, AMFA_ERROR_KEYRING_ABSENT,
                  &(AmfaErrorDetails){ .reason = (int) reason, .quote = quote });
}

/**
 * amfa_secret_call_translate_error:
 * @from: an error of GDBus, or one that is in our words already
 * @error: (out) (optional): the same in our words
 */
void
amfa_secret_call_translate_error (const GError *from, GError **error)
{
  g_autoptr (GError) copy = g_error_copy (from);

  if (from->domain == AMFA_ERROR || amfa_error_is_cancelled (from))
    {
      g_propagate_error (error, g_steal_pointer (&copy));
      return;
    }

  g_dbus_error_strip_remote_error (copy);
  if (is_no_service (from))
    set_absent (error, AMFA_KEYRING_NOT_RUNNING, copy->message);
  else if (is_no_bus (from))
    set_absent (error, AMFA_KEYRING_BUS_GONE, copy->message);
  else if (is_remote_error (from, "org.freedesktop.Secret.Error.IsLocked"))
    amfa_set_error (error, AMFA_ERROR_KEYRING_LOCKED, NULL);
  else
    amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                    &(AmfaErrorDetails){ .quote = copy->message });
}

/**
 * amfa_secret_call_raw:
 * @parameters: (nullable): consumed if floating
 *
 * May start the service. The error is left in GDBus's words.
 */
GVariant *
amfa_secret_call_raw (GDBusConnection *bus,
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
      reply = g_dbus_connection_call_sync (
          bus, AMFA_SECRET_SERVICE_NAME, path, interface, method, arguments,
          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NONE, G_MAXINT, cancellable, &local_error);
      if (reply || is_started || !is_no_service (local_error) ||
          !amfa_secret_kwallet_start (bus, cancellable))
        break;
      g_clear_error (&local_error);
    }
  if (!reply)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return reply;
}

/* As amfa_secret_call_raw(), with the error in our words. */
GVariant *
amfa_secret_call (GDBusConnection *bus,
                  const char *path,
                  const char *interface,
                  const char *method,
                  GVariant *parameters,
                  const char *reply_type,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GVariant *reply = amfa_secret_call_raw (bus, path, interface, method, parameters, reply_type,
                                          cancellable, &local_error);

  if (!reply)
    amfa_secret_call_translate_error (local_error, error);
  return reply;
}

static gboolean
perform_prompt (GDBusConnection *bus,
                const char *owner,
                const char *prompt,
                GCancellable *cancellable,
                GError **error)
{
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
 * amfa_secret_call_prompting:
 *
 * As amfa_secret_call_raw(), for a method whose reply ends with a prompt, which is performed here;
 * "/" if it needs none.
 */
GVariant *
amfa_secret_call_prompting (GDBusConnection *bus,
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
      G_DBUS_CALL_FLAGS_NONE, G_MAXINT, cancellable, error);
  g_autoptr (GVariant) reply = owner_reply
                                   ? amfa_secret_call_raw (bus, path, interface, method, arguments,
                                                           reply_type, cancellable, error)
                                   : NULL;
  const char *owner, *prompt;

  if (!reply)
    return NULL;

  g_variant_get (owner_reply, "(&s)", &owner);
  g_variant_get_child (reply, g_variant_n_children (reply) - 1, "&o", &prompt);
  if (!g_str_equal (prompt, AMFA_SECRET_NO_PATH) &&
      !perform_prompt (bus, owner, prompt, cancellable, error))
    return NULL;
  return g_steal_pointer (&reply);
}

/**
 * amfa_secret_call_get_property:
 *
 * Returns: (transfer full): the property's value; errors as of amfa_secret_call_raw()
 */
GVariant *
amfa_secret_call_get_property (GDBusConnection *bus,
                               const char *path,
                               const char *interface,
                               const char *property,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (GVariant) reply =
      amfa_secret_call_raw (bus, path, "org.freedesktop.DBus.Properties", "Get",
                            g_variant_new ("(ss)", interface, property), "(v)", cancellable, error);
  GVariant *value = NULL;

  if (reply)
    g_variant_get (reply, "(v)", &value);
  return value;
}
