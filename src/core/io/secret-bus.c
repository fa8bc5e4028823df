#define G_LOG_DOMAIN "amfa-secret-bus"

#include "secret-bus.h"

#include "core/model/error.h"

/* A bus is a local socket. GDBus would wait for ever for one that takes the connection and says
 * nothing: a forwarded socket without its other end, a stopped daemon. Its connection is one for
 * the whole process and tells of its end in the main context that it was made in: so it is not made
 * in one of ours, and a thread minds the time instead of a timeout source. */
#define TIMEOUT_US (5 * G_USEC_PER_SEC)

typedef struct
{
  GMutex mutex;
  GCond cond;
  gint64 end; /* monotonic */
  gboolean is_connected;
  gboolean is_over;
  GCancellable *cancellable;
} Watch;

static gpointer
run_watch (gpointer data)
{
  Watch *watch = data;

  g_mutex_lock (&watch->mutex);
  while (!watch->is_connected && !watch->is_over)
    watch->is_over = !g_cond_wait_until (&watch->cond, &watch->mutex, watch->end);
  g_mutex_unlock (&watch->mutex);
  if (watch->is_over)
    g_cancellable_cancel (watch->cancellable);
  return NULL;
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/**
 * amfa_secret_bus_connect:
 *
 * Blocks; runs no main context.
 *
 * Returns: (transfer full) (nullable): the session bus; without one, or with one that does not
 *   answer, %AMFA_ERROR_KEYRING_ABSENT
 */
GDBusConnection *
amfa_secret_bus_connect (GCancellable *cancellable, GError **error)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) local_error = NULL;
  Watch watch = { .end = g_get_monotonic_time () + TIMEOUT_US, .cancellable = stop };
  gulong handler;
  GThread *thread;
  GDBusConnection *bus;

  g_mutex_init (&watch.mutex);
  g_cond_init (&watch.cond);
  handler =
      cancellable ? g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), stop, NULL) : 0;
  thread = g_thread_new ("awsmfa-bus", run_watch, &watch);

  bus = g_bus_get_sync (G_BUS_TYPE_SESSION, stop, &local_error);

  g_mutex_lock (&watch.mutex);
  watch.is_connected = TRUE;
  g_cond_signal (&watch.cond);
  g_mutex_unlock (&watch.mutex);
  g_thread_join (thread);
  g_cancellable_disconnect (cancellable, handler);
  g_cond_clear (&watch.cond);
  g_mutex_clear (&watch.mutex);

  if (bus)
    return bus;
  if (amfa_error_is_cancelled (local_error) && !watch.is_over)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    amfa_set_error (
        error, AMFA_ERROR_KEYRING_ABSENT,
        &(AmfaErrorDetails){
            .reason = watch.is_over ? AMFA_KEYRING_BUS_SILENT : AMFA_KEYRING_NOT_RUNNING,
            .quote = local_error->message,
        });
  return NULL;
}
