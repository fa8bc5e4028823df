#define G_LOG_DOMAIN "amfa-login"

#include "login.h"

#include "core/aws/sts.h"
#include "core/model/error.h"
#include "discovery.h"
#include "transaction-task.h"

/* A login joins the worker's half (transaction.c) and the network's: preflight → discovery if
 * something is unknown → GetSessionToken → commit. What AWS granted stays here until it is
 * written, so that a local failure never costs a second code. */

struct _AmfaLogin
{
  GObject parent;

  AmfaBackend *backend;
  char *profile;
  AmfaLoginKnowledge *known;
  AmfaGrant *grant; /* granted, not yet written */
};

G_DEFINE_FINAL_TYPE (AmfaLogin, amfa_login, G_TYPE_OBJECT)

static void
amfa_login_finalize (GObject *object)
{
  AmfaLogin *self = AMFA_LOGIN (object);

  g_clear_pointer (&self->backend, amfa_backend_unref);
  g_free (self->profile);
  g_clear_pointer (&self->known, amfa_login_knowledge_free);
  g_clear_pointer (&self->grant, amfa_grant_unref);

  G_OBJECT_CLASS (amfa_login_parent_class)->finalize (object);
}

static void
amfa_login_class_init (AmfaLoginClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_login_finalize;
}

static void
amfa_login_init (AmfaLogin *self)
{
}

/**
 * amfa_login_new:
 * @backend: the outside things
 * @profile: the profile to log into
 * @options: (nullable): what the user said, copied
 *
 * Returns: (transfer full): a login; nothing has happened yet
 */
AmfaLogin *
amfa_login_new (AmfaBackend *backend, const char *profile, const AmfaProfileOptions *options)
{
  g_return_val_if_fail (backend != NULL && profile != NULL, NULL);

  AmfaLogin *self = g_object_new (AMFA_TYPE_LOGIN, NULL);

  self->backend = amfa_backend_ref (backend);
  self->profile = g_strdup (profile);
  self->known = amfa_login_knowledge_new (options);
  return self;
}

const char *
amfa_login_get_profile (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), NULL);

  return self->profile;
}

/**
 * amfa_login_get_plan:
 *
 * Returns: (transfer none): what is known; all unknown before `prepare` or `start` has finished
 */
const AmfaLoginPlan *
amfa_login_get_plan (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), NULL);

  return &self->known->plan;
}

/**
 * amfa_login_get_devices:
 *
 * Returns: (transfer none) (nullable) (element-type AmfaDevice): the devices to choose from, if
 *   AWS was asked and told
 */
GPtrArray *
amfa_login_get_devices (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), NULL);

  return self->known->discovery ? self->known->discovery->devices : NULL;
}

/**
 * amfa_login_set_serial:
 * @serial: (nullable): the device to use
 */
void
amfa_login_set_serial (AmfaLogin *self, const char *serial)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  amfa_login_knowledge_set_serial (self->known, serial);
}

/**
 * amfa_login_set_duration:
 * @seconds: how long the session shall last, 0: as configured
 */
void
amfa_login_set_duration (AmfaLogin *self, guint seconds)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  amfa_login_knowledge_set_duration (self->known, seconds);
}

/**
 * amfa_login_set_base:
 * @base: (transfer none) (nullable): long-term keys that the user typed; kept in the keyring once
 *   AWS has accepted them
 */
void
amfa_login_set_base (AmfaLogin *self, AmfaCredentials *base)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  g_clear_pointer (&self->known->typed, amfa_credentials_unref);
  self->known->typed = base ? amfa_credentials_ref (base) : NULL;
}

/**
 * amfa_login_preconnect:
 *
 * Opens the connection to STS early, so that the code costs one round trip. Does nothing before
 * `prepare` has finished.
 */
void
amfa_login_preconnect (AmfaLogin *self)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  if (self->known->found)
    amfa_query_client_preconnect (self->backend->client, self->known->found->profile->sts);
}

static guint
get_duration (AmfaLogin *self)
{
  guint wanted = self->known->plan.duration;

  return wanted > 0 ? wanted : amfa_settings_get_duration (self->backend->settings);
}

static void
inquire (AmfaLogin *self, AmfaInquiry inquiry, GAsyncReadyCallback callback, GTask *task)
{
  const AmfaLoginKnowledge *known = self->known;
  const AmfaProfileOptions options = { known->region, known->serial, known->duration };

  amfa_inquire_async (self->backend, inquiry, self->profile, &options, known->typed,
                      g_task_get_cancellable (task), callback, g_object_ref (task));
}

static gboolean
inquire_finish (AmfaLogin *self, GAsyncResult *result, GError **error)
{
  AmfaPreflight *found = amfa_inquire_finish (result, error);

  if (!found)
    return FALSE;
  amfa_login_knowledge_take_found (self->known, found);
  amfa_query_client_set_ca_bundle (self->backend->client, found->profile->ca_bundle);
  return TRUE;
}

static void
discover (AmfaLogin *self, GAsyncReadyCallback callback, GTask *task)
{
  const AmfaPreflight *found = self->known->found;

  amfa_discover_async (self->backend->client, found->profile, found->base,
                       amfa_login_knowledge_get_serial (self->known) == NULL,
                       g_task_get_cancellable (task), callback, g_object_ref (task));
}

static gboolean
discover_finish (AmfaLogin *self, AmfaQueryClient *client, GAsyncResult *result, GError **error)
{
  AmfaDiscovery *discovery = amfa_discover_finish (client, result, error);

  if (!discovery)
    return FALSE;
  amfa_login_knowledge_take_discovery (self->known, discovery);
  return TRUE;
}

/* prepare */

static void
on_prepare_discovered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  /* Said when a code is sent; until then the user may still find the network. */
  if (!discover_finish (g_task_get_source_object (task), AMFA_QUERY_CLIENT (source), result,
                        &error))
    g_debug ("nothing found out ahead: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  AmfaLogin *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!inquire_finish (self, result, &error))
    g_task_return_error (task, error);
  else if (self->known->found->base && amfa_login_knowledge_needs_discovery (self->known))
    discover (self, on_prepare_discovered, task);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * amfa_login_prepare_async:
 *
 * Finds out what can be known without a prompt; asks AWS about the user and the device if the base
 * credentials lie open in a file and nothing is remembered of them.
 */
void
amfa_login_prepare_async (AmfaLogin *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, amfa_login_prepare_async);
  inquire (self, AMFA_INQUIRY_LOOK, on_looked, task);
}

/**
 * amfa_login_prepare_finish:
 * @error: a file that cannot be used, %AMFA_ERROR_ENDPOINT_BAD; never that AWS cannot be reached
 */
gboolean
amfa_login_prepare_finish (AmfaLogin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* start */

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
  g_clear_pointer (&self->grant, amfa_grant_unref);
  amfa_login_set_base (self, NULL);
  g_task_return_pointer (task, g_steal_pointer (&outcome), g_free);
}

static void
commit (AmfaLogin *self, GTask *task)
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
  AmfaCredentials *session = amfa_sts_get_session_token_finish (client, result, &error);

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
  if (found->section->credentials)
    grant->seen = amfa_credentials_ref (found->section->credentials);
  grant->session = session;
  grant->serial = g_strdup (attempt->serial);
  grant->arn = g_strdup (amfa_login_knowledge_get_arn (self->known));
  grant->account = grant->arn ? amfa_arn_get_account (grant->arn) : NULL;
  grant->clock_offset = amfa_query_client_get_clock_offset (client);
  g_clear_pointer (&self->grant, amfa_grant_unref);
  self->grant = grant;
  commit (self, task);
}

static void
send_code (AmfaLogin *self, GTask *task)
{
  Attempt *attempt = g_task_get_task_data (task);
  const char *serial = amfa_login_knowledge_get_serial (self->known);

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

  if (discover_finish (self, AMFA_QUERY_CLIENT (source), result, &error))
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

  if (!inquire_finish (self, result, &error))
    g_task_return_error (task, error);
  else if (amfa_login_knowledge_needs_discovery (self->known))
    discover (self, on_start_discovered, task);
  else
    send_code (self, task);
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
  if (!attempt->code)
    g_task_return_error (task, error);
  else
    inquire (self, AMFA_INQUIRY_PREFLIGHT, on_preflight_ready, task);
}

/**
 * amfa_login_start_finish:
 * @outcome: (out) (optional): what was granted
 * @error: every code of #AmfaError that is not about a restore; %AMFA_ERROR_DEVICE_UNKNOWN: a
 *   device has to be chosen (amfa_login_get_devices()) or typed, the code is still good
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
 * amfa_login_can_retry:
 *
 * Returns: whether AWS has granted a session that could not be written yet
 */
gboolean
amfa_login_can_retry (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), FALSE);

  return self->grant != NULL;
}

/**
 * amfa_login_retry_async:
 *
 * Writes the session that AWS granted already, without another code.
 */
void
amfa_login_retry_async (AmfaLogin *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (AMFA_IS_LOGIN (self) && self->grant != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, amfa_login_retry_async);
  g_task_set_check_cancellable (task, FALSE);
  commit (self, task);
}
