#define G_LOG_DOMAIN "amfa-secret-bus"

#include "secret-bus.h"

#include "keyring-budget.h"

#include "core/model/error.h"

/* A bus is a local socket. GDBus would wait for ever for one that takes the connection and says
 * nothing: a forwarded socket without its other end, a stopped daemon.
 *
 * The connection is not the one that the process shares: that one stays broken for as long as
 * anybody holds it, so that nothing could be tried again once the bus is back. */
#define TIMEOUT_MS 5000

static GDBusConnection *
connect_to (const char *address, GCancellable *cancellable, GError **error)
{
  return g_dbus_connection_new_for_address_sync (address,
                                                 G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                     G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                 NULL, cancellable, error);
}

/**
 * amfa_secret_bus_connect:
 *
 * Blocks; runs no main context.
 *
 * Returns: (transfer full) (nullable): a connection of its own to the session bus; without a bus,
 *   or with one that does not answer, %AMFA_ERROR_KEYRING_ABSENT
 */
GDBusConnection *
amfa_secret_bus_connect (GCancellable *cancellable, GError **error)
{
  g_autoptr (GCancellable) budget = amfa_keyring_budget_new (TIMEOUT_MS, cancellable);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *address =
      g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, budget, &local_error);
  GDBusConnection *bus = address ? connect_to (address, budget, &local_error) : NULL;
  gboolean is_silent = amfa_keyring_budget_is_over (budget);

  if (bus)
    return bus;
  if (amfa_error_is_cancelled (local_error) && !is_silent)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    amfa_set_error (error, AMFA_ERROR_KEYRING_ABSENT,
                    &(AmfaErrorDetails){
                        .reason = is_silent ? AMFA_KEYRING_BUS_SILENT : AMFA_KEYRING_NOT_RUNNING,
                        .quote = local_error->message,
                    });
  return NULL;
}
