#define G_LOG_DOMAIN "amfa-secret-bus"

#include "secret-bus.h"

#include "core/model/error.h"
#include "deadline.h"

/* A bus is a local socket. GDBus would wait for ever for one that takes the connection and says
 * nothing: a forwarded socket without its other end, a stopped daemon. */
#define TIMEOUT_MS 5000

static void
on_result (GObject *source, GAsyncResult *result, gpointer slot)
{
  *(GAsyncResult **) slot = g_object_ref (result);
}

static GDBusConnection *
get_bus (AmfaDeadline *deadline, GMainContext *context, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_bus_get (G_BUS_TYPE_SESSION, amfa_deadline_get_cancellable (deadline), on_result, &result);
  while (!result)
    g_main_context_iteration (context, TRUE);
  return g_bus_get_finish (result, error);
}

/**
 * amfa_secret_bus_connect:
 *
 * Blocks; runs no main context but one of its own.
 *
 * Returns: (transfer full) (nullable): the session bus; without one, or with one that does not
 *   answer, %AMFA_ERROR_KEYRING_ABSENT
 */
GDBusConnection *
amfa_secret_bus_connect (GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainContextPusher) pusher = g_main_context_pusher_new (context);
  g_autoptr (AmfaDeadline) deadline = amfa_deadline_new (TIMEOUT_MS, cancellable);
  g_autoptr (GError) local_error = NULL;
  GDBusConnection *bus = get_bus (deadline, context, &local_error);

  if (bus)
    return bus;

  if (amfa_error_is_cancelled (local_error) && !amfa_deadline_is_over (deadline))
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    amfa_set_error (error, AMFA_ERROR_KEYRING_ABSENT,
                    &(AmfaErrorDetails){ .quote = amfa_deadline_is_over (deadline)
                                                      ? "the message bus does not answer"
                                                      : local_error->message });
  return NULL;
}
