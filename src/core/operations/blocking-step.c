#define G_LOG_DOMAIN "amfa-blocking-step"

#include "blocking-step.h"

typedef struct
{
  AmfaBlockingStep step;
  gpointer data; /* of the whole */
} Work;

static void
run_step (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Work *work = task_data;
  GError *error = NULL;

  if (work->step (work->data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * amfa_blocking_step_run:
 * @whole: the deed
 * @step: what to do in a thread
 * @callback: gets a reference of @whole as its data
 */
void
amfa_blocking_step_run (GTask *whole, AmfaBlockingStep step, GAsyncReadyCallback callback)
{
  g_return_if_fail (G_IS_TASK (whole) && step != NULL);

  g_autoptr (GTask) task =
      g_task_new (NULL, g_task_get_cancellable (whole), callback, g_object_ref (whole));
  Work *work = g_new0 (Work, 1);

  work->step = step;
  work->data = g_task_get_task_data (whole);
  g_task_set_source_tag (task, amfa_blocking_step_run);
  g_task_set_check_cancellable (task, FALSE); /* what is written is not undone by a late cancel */
  g_task_set_task_data (task, work, g_free);
  g_task_run_in_thread (task, run_step);
}

/**
 * amfa_blocking_step_finish:
 * @whole: the deed; fails if the step has
 *
 * Returns: whether to go on
 */
gboolean
amfa_blocking_step_finish (GAsyncResult *result, GTask *whole)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_blocking_step_run), FALSE);

  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    return TRUE;
  g_task_return_error (whole, error);
  return FALSE;
}

static void
on_last_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) whole = G_TASK (user_data);

  if (amfa_blocking_step_finish (result, whole))
    g_task_return_boolean (whole, TRUE);
}

/* As amfa_blocking_step_run(), for a deed that returns whether its last step went well. */
void
amfa_blocking_step_run_last (GTask *whole, AmfaBlockingStep step)
{
  amfa_blocking_step_run (whole, step, on_last_ready);
}
