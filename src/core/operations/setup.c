#define G_LOG_DOMAIN "amfa-setup"

#include "core/aws/sts.h"
#include "core/model/mfa.h"
#include "core/model/response.h"
#include "blocking-step.h"
#include "setup-commit.h"

/* Which keys → does AWS know them, so that a slip of the hand is not found out with the first code
 * → keep them. Keys that the keyring has already were known to AWS before. */

static void
setup_free (AmfaSetup *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->name);
  g_free (self->region);
  g_free (self->serial);
  g_free (self->process_line);
  g_clear_pointer (&self->typed, amfa_credentials_unref);
  g_clear_pointer (&self->found, amfa_preflight_free);
  g_free (self->account);
  g_free (self->arn);
  g_free (self);
}

void
amfa_setup_result_free (AmfaSetupResult *self)
{
  if (!self)
    return;

  g_free (self->key_id);
  g_free (self->account);
  g_free (self->arn);
  g_free (self);
}

static void
on_committed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaSetup *self = g_task_get_task_data (task);

  if (!amfa_blocking_step_finish (result, task))
    return;

  AmfaSetupResult *told = g_new0 (AmfaSetupResult, 1);

  told->origin = self->found->origin;
  told->key_id = g_strdup (amfa_credentials_get_key_id (self->found->base));
  told->account = g_strdup (self->account);
  told->arn = g_strdup (self->arn);
  told->taken_out = self->taken_out;
  told->is_process = self->process_line != NULL;
  g_task_return_pointer (task, told, (GDestroyNotify) amfa_setup_result_free);
}

static void
on_identity_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaSetup *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (AmfaIdentity) identity =
      amfa_sts_get_caller_identity_finish (AMFA_QUERY_CLIENT (source), result, &error);

  if (!identity)
    {
      g_task_return_error (task, error);
      return;
    }
  if (!self->accepts_account &&
      !amfa_profile_state_check_account (self->found->state, identity->account, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  self->arn = g_strdup (identity->arn);
  self->account = amfa_arn_get_account (identity->arn);
  amfa_blocking_step_run (task, (AmfaBlockingStep) amfa_setup_commit, on_committed);
}

static void
on_preflight_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaSetup *self = g_task_get_task_data (task);

  if (!amfa_blocking_step_finish (result, task))
    return;
  if (self->found->origin == AMFA_BASE_KEYRING)
    {
      amfa_blocking_step_run (task, (AmfaBlockingStep) amfa_setup_commit, on_committed);
      return;
    }

  const AmfaProfile *profile = self->found->profile;

  amfa_sts_get_caller_identity_async (self->backend->client, profile->sts, self->found->base,
                                      g_task_get_cancellable (task), on_identity_ready,
                                      g_object_ref (task));
}

/**
 * amfa_setup_async:
 * @profile: a profile whose name is possible; it may be new
 * @options: (nullable): what the user said
 * @process_line: (nullable): the credential_process for process mode
 * @typed: (nullable): base credentials that the user typed
 *
 * Brings the base credentials of @profile into the keyring: those of the credentials file, which
 * loses them, else those of the config file or of the environment, which stay, else those typed. If
 * there are none, those that the keyring has already will do. With @process_line, AWS tools ask for
 * the keys from now on, and the keyring's come before those of the config file.
 * A device that was said is remembered for the next login.
 */
void
amfa_setup_async (AmfaBackend *backend,
                  const char *profile,
                  const AmfaProfileOptions *options,
                  const char *process_line,
                  AmfaCredentials *typed,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  AmfaSetup *self = g_new0 (AmfaSetup, 1);

  self->backend = amfa_backend_ref (backend);
  self->name = g_strdup (profile);
  self->region = g_strdup (options ? options->region : NULL);
  self->accepts_account = options && options->accept_account;
  self->serial = g_strdup (options ? options->serial : NULL);
  self->process_line = g_strdup (process_line);
  self->typed = typed ? amfa_credentials_ref (typed) : NULL;
  g_task_set_source_tag (task, amfa_setup_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) setup_free);
  amfa_blocking_step_run (task, (AmfaBlockingStep) amfa_setup_preflight, on_preflight_ready);
}

/**
 * amfa_setup_finish:
 * @error: those of amfa_setup_preflight() and amfa_setup_commit(), and AWS's about the keys and the
 *   way to it: nothing has changed then
 *
 * Returns: (transfer full): what was done
 */
AmfaSetupResult *
amfa_setup_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_setup_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
