#define G_LOG_DOMAIN "amfa-applet-client"

#include "applet-client.h"

#include "core/model/error.h"
#include "deadline.h"

/* The same whatever the application is called. */
#define INTERFACE "com.example.AwsMfa1"

typedef struct
{
  char *application_id;
  char *profile;
  guint min_seconds;
  gboolean dialog;
  guint timeout_seconds;
  GTask *task;            /* borrowed; %NULL once it has its answer */
  gboolean is_on_bus;     /* the applet is asked */
  AmfaDeadline *deadline; /* over the way to the bus, the start of the applet, and the user */
} Request;

static void
request_free (Request *self)
{
  amfa_deadline_free (self->deadline);
  g_free (self->application_id);
  g_free (self->profile);
  g_free (self);
}

/* Where GApplication exports itself. */
static char *
dup_object_path (const char *application_id)
{
  g_autofree char *path = g_strconcat ("/", application_id, NULL);

  g_strdelimit (path, ".", '/');
  return g_strdelimit (g_steal_pointer (&path), "-", '_');
}

static GError *
make_no_desktop (const Request *request, const char *quote)
{
  return amfa_error_new (AMFA_ERROR_NO_DESKTOP,
                         &(AmfaErrorDetails){ .subject = request->profile, .quote = quote });
}

/* Nobody was asked yet: a bus that lets the time go by is no user who does. */
static GError *
make_too_late (const Request *request)
{
  if (!request->is_on_bus)
    return make_no_desktop (request, "the message bus does not answer");
  return amfa_error_new (AMFA_ERROR_NO_ANSWER, &(AmfaErrorDetails){
                                                   .subject = request->profile,
                                                   .seconds = request->timeout_seconds,
                                               });
}

/* Nobody waits any more, whatever the bus still makes of it. */
static void
on_end (gpointer user_data)
{
  Request *request = user_data;
  GTask *task = g_steal_pointer (&request->task);

  if (!task)
    return;
  g_task_return_error (
      task, amfa_deadline_is_over (request->deadline)
                ? make_too_late (request)
                : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "not waited for"));
}

static GError *
translate (const Request *request, GError *error)
{
  g_autoptr (GError) original = error;
  g_autofree char *name = g_dbus_error_get_remote_error (original);

  if (g_strcmp0 (name, INTERFACE ".Cancelled") == 0)
    return amfa_error_new (AMFA_ERROR_DECLINED, &(AmfaErrorDetails){ .subject = request->profile });
  if (g_strcmp0 (name, INTERFACE ".UnknownProfile") == 0)
    return amfa_error_new (AMFA_ERROR_PROFILE_UNKNOWN,
                           &(AmfaErrorDetails){ .subject = request->profile, .reason = 1 });

  g_dbus_error_strip_remote_error (original);
  return make_no_desktop (request, original->message);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  gint64 expires = 0;

  if (!g_steal_pointer (&request->task))
    return;
  if (!answer)
    {
      g_task_return_error (task, translate (request, g_steal_pointer (&error)));
      return;
    }
  /* Less than nothing would be an error without a GError. */
  g_variant_get (answer, "(x)", &expires);
  g_task_return_int (task, MAX (expires, 0));
}

static void
on_bus_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_finish (result, &error);
  g_autofree char *path = dup_object_path (request->application_id);

  /* A bus that goes away is an answer, and no reason to die. */
  if (connection)
    g_dbus_connection_set_exit_on_close (connection, FALSE);
  if (!request->task)
    return;
  if (!connection)
    {
      request->task = NULL;
      g_task_return_error (task, make_no_desktop (request, error->message));
      return;
    }

  request->is_on_bus = TRUE;
  g_dbus_connection_call (
      connection, request->application_id, path, INTERFACE, "RequestSession",
      g_variant_new ("(sub)", request->profile, request->min_seconds, request->dialog),
      G_VARIANT_TYPE ("(x)"), G_DBUS_CALL_FLAGS_NONE, G_MAXINT,
      amfa_deadline_get_cancellable (request->deadline), on_answer, g_steal_pointer (&task));
}

/**
 * amfa_applet_client_request_async:
 * @application_id: the applet's
 * @profile: a profile
 * @min_seconds: how long a session has to last to need no question
 * @dialog: whether the question may be a window; otherwise it is a notification
 * @timeout_seconds: how long to wait at most
 *
 * Asks the applet for a session, and has the bus start it where it does not run.
 */
void
amfa_applet_client_request_async (const char *application_id,
                                  const char *profile,
                                  guint min_seconds,
                                  gboolean dialog,
                                  guint timeout_seconds,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (application_id != NULL && profile != NULL && timeout_seconds > 0);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);
  GCancellable *either;

  request->application_id = g_strdup (application_id);
  request->profile = g_strdup (profile);
  request->min_seconds = min_seconds;
  request->dialog = dialog;
  request->timeout_seconds = timeout_seconds;
  request->deadline = amfa_deadline_new (timeout_seconds * 1000, cancellable, on_end, request);
  request->task = task;
  either = amfa_deadline_get_cancellable (request->deadline);
  g_task_set_source_tag (task, amfa_applet_client_request_async);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  g_task_set_check_cancellable (task, FALSE);
  g_bus_get (G_BUS_TYPE_SESSION, either, on_bus_ready, g_steal_pointer (&task));
}

/**
 * amfa_applet_client_request_finish:
 * @error: %AMFA_ERROR_DECLINED, %AMFA_ERROR_PROFILE_UNKNOWN, %AMFA_ERROR_NO_DESKTOP if nobody can
 *   be asked, %AMFA_ERROR_NO_ANSWER
 *
 * Returns: when the session ends, Unix seconds; it may be shorter than what was asked for. -1 on
 *   error
 */
gint64
amfa_applet_client_request_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_applet_client_request_async), -1);

  return g_task_propagate_int (G_TASK (result), error);
}
