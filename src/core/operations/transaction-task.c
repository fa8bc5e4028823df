#define G_LOG_DOMAIN "amfa-transaction"

#include "transaction-task.h"

#include "session-loan.h"

/* What a worker thread gets: copies, so that their owner may change its own meanwhile. */
typedef struct
{
  AmfaBackend *backend;
  AmfaInquiry inquiry;
  AmfaLoginTarget target;
  char *name;
  char *region;
  char *serial;
  guint duration;
  AmfaCredentials *typed;
  AmfaGrant *grant;
  AmfaLoginWarnings warnings;
} Work;

static void
work_free (Work *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->name);
  g_free (self->region);
  g_free (self->serial);
  g_clear_pointer (&self->typed, amfa_credentials_unref);
  g_clear_pointer (&self->grant, amfa_grant_unref);
  g_free (self);
}

static Work *
work_new (AmfaBackend *backend, const char *name)
{
  Work *self = g_new0 (Work, 1);

  self->backend = amfa_backend_ref (backend);
  self->name = g_strdup (name);
  return self;
}

static void
run_inquiry (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  const AmfaProfileOptions options = { work->region, work->serial, work->duration };
  GError *error = NULL;
  AmfaPreflight *found = work->inquiry == AMFA_INQUIRY_LOOK
                             ? amfa_preflight_look (work->backend, work->name, &options,
                                                    work->target, work->typed, cancellable, &error)
                             : amfa_preflight_run (work->backend, work->name, &options,
                                                   work->target, work->typed, cancellable, &error);

  if (found)
    g_task_return_pointer (task, found, (GDestroyNotify) amfa_preflight_free);
  else
    g_task_return_error (task, error);
}

/**
 * amfa_inquire_async:
 * @inquiry: which question
 * @name: the profile
 * @options: (nullable): what the user said, copied
 * @target: where the session will go
 * @typed: (nullable): base credentials that the user typed
 */
void
amfa_inquire_async (AmfaBackend *backend,
                    AmfaInquiry inquiry,
                    const char *name,
                    const AmfaProfileOptions *options,
                    AmfaLoginTarget target,
                    AmfaCredentials *typed,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_return_if_fail (backend != NULL && name != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Work *work = work_new (backend, name);

  work->inquiry = inquiry;
  work->target = target;
  if (options)
    {
      work->region = g_strdup (options->region);
      work->serial = g_strdup (options->serial);
      work->duration = options->duration;
    }
  work->typed = typed ? amfa_credentials_ref (typed) : NULL;
  g_task_set_source_tag (task, amfa_inquire_async);
  /* It changes nothing: nobody need wait until a keyring or a lock has noticed the cancel. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (task, run_inquiry);
}

/* Returns: (transfer full) */
AmfaPreflight *
amfa_inquire_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_inquire_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
run_commit (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;
  gboolean done = TRUE;

  if (work->grant->target != AMFA_TARGET_FILE)
    amfa_loan_keep (work->backend, work->name, work->grant, &work->warnings);
  else
    done = amfa_transaction_commit (work->backend, work->name, work->grant, &work->warnings,
                                    cancellable, &error);
  /* Not with the task, which this thread may hold until after main() has returned. */
  g_clear_pointer (&work->grant, amfa_grant_unref);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * amfa_commit_async:
 * @name: the profile
 * @grant: what AWS granted
 *
 * Cannot be cancelled: what AWS granted belongs into the file.
 */
void
amfa_commit_async (AmfaBackend *backend,
                   const char *name,
                   AmfaGrant *grant,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_return_if_fail (backend != NULL && name != NULL && grant != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Work *work = work_new (backend, name);

  work->grant = amfa_grant_ref (grant);
  g_task_set_source_tag (task, amfa_commit_async);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (task, run_commit);
}

/**
 * amfa_commit_finish:
 * @warnings: (out): what did not go well but is no failure
 */
gboolean
amfa_commit_finish (GAsyncResult *result, AmfaLoginWarnings *warnings, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_commit_async), FALSE);

  const Work *work = g_task_get_task_data (G_TASK (result));

  *warnings = work->warnings;
  return g_task_propagate_boolean (G_TASK (result), error);
}
