#define G_LOG_DOMAIN "amfa-login"

#include "login-private.h"

#include "core/model/error.h"
#include "core/model/session-rules.h"

/* From the code to the session in the file. */

static guint
get_duration (AmfaLogin *self)
{
  guint wanted = self->known->plan.duration;

  if (wanted == 0)
    wanted = amfa_settings_get_duration (self->backend->settings, self->profile);
  return self->known->plan.is_root ? MIN (wanted, AMFA_DURATION_ROOT_MAX) : wanted;
}

static AmfaLoan *
make_loan (AmfaLogin *self)
{
  const AmfaGrant *grant = self->grant;
  g_autofree char *identity =
      self->roles ? amfa_role_plan_dup_identity (self->roles, grant->arn) : g_strdup (grant->arn);

  return amfa_loan_new (self->roles ? self->roles->profile : self->known->found->profile,
                        grant->session, grant->clock_offset, identity);
}

static void
on_committed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLogin *self = g_task_get_source_object (task);
  g_autofree AmfaLoginResult *outcome = g_new0 (AmfaLoginResult, 1);
  GError *error = NULL;

  if (!amfa_commit_finish (result, &outcome->warnings, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  outcome->clock_offset = self->grant->clock_offset;
  outcome->expires =
      amfa_credentials_get_expiration (self->grant->session) - self->grant->clock_offset;
  if (amfa_query_client_was_resigned (self->backend->client))
    outcome->warnings |= AMFA_LOGIN_WARNING_CLOCK;
  if (self->known->plan.is_root)
    outcome->warnings |= AMFA_LOGIN_WARNING_ROOT;
  if (self->known->found->ends_process)
    outcome->warnings |= AMFA_LOGIN_WARNING_PROCESS_ENDED;
  if (self->grant->target != AMFA_TARGET_FILE)
    {
      g_clear_pointer (&self->loan, amfa_loan_free);
      self->loan = make_loan (self);
      self->loan->granted =
          amfa_session_get_length (outcome->expires - g_get_real_time () / G_USEC_PER_SEC);
    }
  amfa_login_set_base (self, NULL);
  g_task_return_pointer (task, g_steal_pointer (&outcome), g_free);
}

void
amfa_login_commit (AmfaLogin *self, GTask *task)
{
  amfa_commit_async (self->backend, self->profile, self->grant, on_committed, g_object_ref (task));
}

typedef struct
{
  char *code;
  char *serial;
} Attempt;

static void
attempt_free (Attempt *self)
{
  amfa_wipe_and_free (self->code);
  g_free (self->serial);
  g_free (self);
}

static void
on_session_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AmfaQueryClient *client = AMFA_QUERY_CLIENT (source);
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLogin *self = g_task_get_source_object (task);
  Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gboolean is_direct = self->roles && self->roles->is_direct;
  AmfaCredentials *session = is_direct ? amfa_sts_assume_role_finish (client, result, &error)
                                       : amfa_sts_get_session_token_finish (client, result, &error);

  if (session || g_error_matches (error, AMFA_ERROR, AMFA_ERROR_CODE_REFUSED))
    amfa_code_memory_add (self->backend->codes, attempt->serial, attempt->code,
                          g_get_monotonic_time ());
  if (!session)
    {
      if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_DEVICE_REFUSED))
        amfa_login_knowledge_refuse_serial (self->known, attempt->serial);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  const AmfaPreflight *found = self->known->found;
  AmfaGrant *grant = amfa_grant_new ();

  grant->base = amfa_credentials_ref (found->base);
  grant->origin = found->origin;
  grant->target = self->target;
  if (found->section->credentials)
    grant->seen = amfa_credentials_ref (found->section->credentials);
  grant->session = session;
  grant->serial = g_strdup (attempt->serial);
  grant->arn = g_strdup (amfa_login_knowledge_get_arn (self->known));
  grant->account = grant->arn ? amfa_arn_get_account (grant->arn) : NULL;
  grant->clock_offset = amfa_query_client_get_clock_offset (client);
  g_clear_pointer (&self->grant, amfa_grant_unref);
  self->grant = grant;
  if (is_direct)
    {
      const AmfaRole *role = amfa_role_plan_get_role (self->roles);

      grant->session = amfa_credentials_new_named (session, role->session_name);
      grant->role = g_strdup (role->arn);
      amfa_credentials_unref (session);
    }
  if (is_direct || !self->roles)
    amfa_login_commit (self, task);
  else
    amfa_login_assume_roles (self, task);
}

static void
send_code (AmfaLogin *self, GTask *task)
{
  Attempt *attempt = g_task_get_task_data (task);
  const char *serial = amfa_login_knowledge_get_serial (self->known);
  GError *error = NULL;

  if (!amfa_login_knowledge_check (self->known, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (!serial)
    {
      const AmfaDiscovery *told = self->known->discovery;
      gboolean none = told && told->devices && told->devices->len == 0;

      g_task_return_error (task,
                           amfa_error_new (none ? AMFA_ERROR_NO_DEVICE : AMFA_ERROR_DEVICE_UNKNOWN,
                                           &(AmfaErrorDetails){
                                               .reason = none ? (int) told->n_fido : 0,
                                           }));
      return;
    }
  if (amfa_code_memory_has (self->backend->codes, serial, attempt->code, g_get_monotonic_time ()))
    {
      g_task_return_error (task, amfa_error_new (AMFA_ERROR_CODE_REFUSED, NULL));
      return;
    }

  const AmfaPreflight *found = self->known->found;

  attempt->serial = g_strdup (serial);
  if (self->roles && self->roles->is_direct)
    amfa_login_assume_directly (self, serial, attempt->code, g_task_get_cancellable (task),
                                on_session_ready, g_object_ref (task));
  else
    amfa_sts_get_session_token_async (
        self->backend->client, found->profile->sts, found->base, serial, attempt->code,
        get_duration (self), g_task_get_cancellable (task), on_session_ready, g_object_ref (task));
}

static void
on_start_discovered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLogin *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (amfa_login_discover_finish (self, AMFA_QUERY_CLIENT (source), result, &error))
    send_code (self, task);
  else
    g_task_return_error (task, error);
}

static void
on_preflight_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLogin *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!amfa_login_inquire_finish (self, result, &error))
    g_task_return_error (task, error);
  else if (amfa_login_knowledge_needs_discovery (self->known))
    amfa_login_discover (self, on_start_discovered, task);
  else
    send_code (self, task);
}

static void
on_identity_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLogin *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (amfa_login_find_identity_finish (self, result, &error) && self->known->choice->problem)
    error = g_error_copy (self->known->choice->problem);
  if (error)
    g_task_return_error (task, error);
  else
    amfa_login_inquire (self, AMFA_INQUIRY_PREFLIGHT, on_preflight_ready, task);
}

/**
 * amfa_login_start_async:
 * @code: what the user typed
 *
 * Asks for a session and writes it. Cancelling works until AWS has answered.
 */
void
amfa_login_start_async (AmfaLogin *self,
                        const char *code,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (AMFA_IS_LOGIN (self) && code != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, amfa_login_start_async);
  g_task_set_check_cancellable (task, FALSE); /* what is written is not undone by a late cancel */
  g_task_set_task_data (task, attempt, (GDestroyNotify) attempt_free);
  attempt->code = amfa_code_parse (code, &error);
  self->role_refused = FALSE;
  if (!attempt->code)
    g_task_return_error (task, error);
  else if (self->chooses_identity)
    amfa_login_find_identity (self, on_identity_found, task);
  else
    amfa_login_inquire (self, AMFA_INQUIRY_PREFLIGHT, on_preflight_ready, task);
}

/**
 * amfa_login_start_finish:
 * @outcome: (out) (optional): what was granted
 * @error: every code of #AmfaError that is not about a restore; %AMFA_ERROR_DEVICE_UNKNOWN: a
 *   device has to be chosen (amfa_login_get_devices()) or typed, the code is still good;
 *   %AMFA_ERROR_ACCOUNT_CHANGED: nor was it sent, see amfa_login_accept_account()
 *
 * Finishes `start` and `retry`.
 */
gboolean
amfa_login_start_finish (AmfaLogin *self,
                         GAsyncResult *result,
                         AmfaLoginResult *outcome,
                         GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  g_autofree AmfaLoginResult *granted = g_task_propagate_pointer (G_TASK (result), error);

  if (granted && outcome)
    *outcome = *granted;
  return granted != NULL;
}

/**
 * amfa_login_get_loan:
 *
 * Returns: (transfer none) (nullable): what a login that is not for the file was granted
 */
const AmfaLoan *
amfa_login_get_loan (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), NULL);

  return self->loan;
}
