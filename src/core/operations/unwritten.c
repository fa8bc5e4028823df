#define G_LOG_DOMAIN "amfa-unwritten"

#include "unwritten.h"

#include "blocking-step.h"
#include "core/model/error.h"
#include "transaction.h"

typedef struct
{
  AmfaBackend *backend;
  char *profile;
  guint min_seconds;
  AmfaLoginResult outcome;
} Writing;

static void
writing_free (Writing *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->profile);
  g_free (self);
}

/* The file's key is the next login's. */
static gboolean
is_meant (const AmfaGrant *grant)
{
  const AmfaSection *section = grant->over->section;

  return !amfa_section_holds_long_term (section) ||
         (grant->base && amfa_credentials_equal (section->credentials, grant->base));
}

/* Returns: (transfer full) (nullable): %NULL without @error if there is nothing worth it */
static AmfaGrant *
load (Writing *self, AmfaVault *vault, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaProfileState) state =
      amfa_state_file_read (self->backend->state, vault->profile, vault->file);
  g_autoptr (AmfaPreflight) found = NULL;
  g_autoptr (AmfaGrant) grant = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (!state->unwritten || state->end_pending ||
      !(found = amfa_preflight_read (self->backend, vault->profile, NULL, AMFA_DEMAND_NOTHING, NULL,
                                     error)) ||
      !amfa_keyring_unlock (self->backend->keyring, cancellable, error))
    return NULL;
  grant =
      amfa_grant_load (vault, g_steal_pointer (&found), state->unwritten_role, cancellable, error);
  if (!grant || !is_meant (grant))
    return NULL;
  self->outcome.clock_offset = grant->clock_offset;
  self->outcome.expires = amfa_credentials_get_expiration (grant->session) - grant->clock_offset;
  return self->outcome.expires - now >= self->min_seconds ? g_steal_pointer (&grant) : NULL;
}

static gboolean
run (gpointer data, GCancellable *cancellable, GError **error)
{
  Writing *self = data;
  g_autoptr (AmfaVault) vault = amfa_vault_new (self->backend, self->profile);
  g_autoptr (GCancellable) budget =
      amfa_keyring_budget_new (AMFA_KEYRING_OPERATION_MS, cancellable);
  g_autoptr (GError) problem = NULL;
  g_autoptr (AmfaGrant) grant = load (self, vault, budget, &problem);

  if (grant)
    return amfa_transaction_commit (self->backend, self->profile, grant, &self->outcome.warnings,
                                    cancellable, error);
  if (problem)
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    amfa_set_error (error, AMFA_ERROR_NO_SESSION, &(AmfaErrorDetails){ .subject = self->profile });
  return FALSE;
}

/**
 * amfa_unwritten_write_async:
 * @profile: the profile
 * @min_seconds: how long the session has to last from now; a shorter one is left where it is
 *
 * Writes the session that an earlier login could not write.
 */
void
amfa_unwritten_write_async (AmfaBackend *backend,
                            const char *profile,
                            guint min_seconds,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Writing *self = g_new0 (Writing, 1);

  self->backend = amfa_backend_ref (backend);
  self->profile = g_strdup (profile);
  self->min_seconds = min_seconds;
  g_task_set_source_tag (task, amfa_unwritten_write_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) writing_free);
  amfa_blocking_step_run_last (task, run);
}

/**
 * amfa_unwritten_write_finish:
 * @outcome: (out): until when the profile has a session
 * @error: %AMFA_ERROR_NO_SESSION if there is none, or too short a one; a commit's
 */
gboolean
amfa_unwritten_write_finish (GAsyncResult *result, AmfaLoginResult *outcome, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_unwritten_write_async), FALSE);

  const Writing *self = g_task_get_task_data (G_TASK (result));

  *outcome = self->outcome;
  return g_task_propagate_boolean (G_TASK (result), error);
}
