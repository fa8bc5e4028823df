#define G_LOG_DOMAIN "amfa-http-body"

#include "http-body.h"

#include "core/model/http-answer.h"
#include "core/model/secret.h"

/* What was read of an answer: it may hold keys, so it is wiped. One byte more than an answer may
 * have tells one that is too long. */
typedef struct
{
  gsize length;
  char bytes[AMFA_HTTP_ANSWER_MAX + 1];
} Buffer;

static void
buffer_wipe (gpointer data)
{
  Buffer *buffer = data;

  amfa_wipe (buffer->bytes, buffer->length);
}

static void
buffer_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, buffer_wipe);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Buffer *buffer = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &buffer->length, &error))
    g_task_return_pointer (task,
                           g_bytes_new_with_free_func (buffer->bytes, buffer->length, buffer_unref,
                                                       g_atomic_rc_box_acquire (buffer)),
                           (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * amfa_http_body_read_async:
 * @stream: an answer's body
 *
 * Reads until its end, but not without end.
 */
void
amfa_http_body_read_async (GInputStream *stream,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);
  Buffer *buffer = g_atomic_rc_box_alloc (sizeof (Buffer));

  buffer->length = 0;
  g_task_set_source_tag (task, amfa_http_body_read_async);
  g_task_set_task_data (task, buffer, buffer_unref);
  g_input_stream_read_all_async (stream, buffer->bytes, sizeof buffer->bytes, G_PRIORITY_DEFAULT,
                                 cancellable, on_read, task);
}

/**
 * amfa_http_body_read_finish:
 *
 * Returns: (transfer full): what was read: more than %AMFA_HTTP_ANSWER_MAX bytes if there was more
 */
GBytes *
amfa_http_body_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, stream), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
