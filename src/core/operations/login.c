#define G_LOG_DOMAIN "amfa-login"

#include "login.h"

#include "core/aws/sts.h"
#include "core/model/error.h"
#include "discovery.h"

/* A login joins the worker's half (transaction.c) and the network's: preflight → discovery if
 * something is unknown → GetSessionToken → commit. What AWS granted stays here until it is
 * written, so that a local failure never costs a second code. */

struct _AmfaLogin
{
  GObject parent;

  AmfaBackend *backend;
  char *profile;
  char *region;
  char *serial; /* said by the user; beats everything */
  guint duration;
  AmfaCredentials *typed;
  gboolean serial_refused; /* the remembered serial is no good: look again */

  AmfaPreflight *found;
  AmfaDiscovery *discovery;
  char *key_id; /* of the base credentials that @discovery is about */
  AmfaLoginPlan plan;
  char *plan_serial;
  char *plan_account;
  AmfaGrant *grant; /* granted, not yet written */
};

G_DEFINE_FINAL_TYPE (AmfaLogin, amfa_login, G_TYPE_OBJECT)

static void
amfa_login_finalize (GObject *object)
{
  AmfaLogin *self = AMFA_LOGIN (object);

  g_clear_pointer (&self->backend, amfa_backend_unref);
  g_free (self->profile);
  g_free (self->region);
  g_free (self->serial);
  g_clear_pointer (&self->typed, amfa_credentials_unref);
  g_clear_pointer (&self->found, amfa_preflight_free);
  g_clear_pointer (&self->discovery, amfa_discovery_free);
  g_free (self->key_id);
  g_free (self->plan_serial);
  g_free (self->plan_account);
  g_clear_pointer (&self->grant, amfa_grant_free);

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
  if (options)
    {
      self->region = g_strdup (options->region);
      self->serial = g_strdup (options->serial);
      self->duration = options->duration;
    }
  return self;
}

const char *
amfa_login_get_profile (AmfaLogin *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN (self), NULL);

  return self->profile;
}

/* What is remembered is about one base key. */
static gboolean
is_remembered (AmfaLogin *self)
{
  const AmfaPreflight *found = self->found;

  return found->state->base_key_id &&
         (!found->base ||
          g_str_equal (found->state->base_key_id, amfa_credentials_get_key_id (found->base)));
}

static const char *
get_arn (AmfaLogin *self)
{
  if (self->discovery && self->discovery->identity)
    return self->discovery->identity->arn;
  return is_remembered (self) ? self->found->state->arn : NULL;
}

static const char *
get_serial (AmfaLogin *self)
{
  if (self->serial)
    return self->serial;
  if (self->serial_refused)
    return NULL;
  if (self->found->profile->serial)
    return self->found->profile->serial;
  if (is_remembered (self) && self->found->state->serial)
    return self->found->state->serial;
  return self->discovery ? self->discovery->serial : NULL;
}

static void
update_plan (AmfaLogin *self)
{
  const AmfaPreflight *found = self->found;
  const char *remembered = found->state->base_key_id;
  AmfaLoginPlan *plan = &self->plan;

  *plan = (AmfaLoginPlan){ .origin = found->origin };
  plan->key_id = found->base ? amfa_credentials_get_key_id (found->base) : remembered;
  if (plan->key_id && remembered && !g_str_equal (plan->key_id, remembered))
    plan->other_key_id = remembered;

  plan->arn = get_arn (self);
  g_free (self->plan_account);
  self->plan_account = plan->arn ? amfa_arn_get_account (plan->arn) : NULL;
  plan->account = self->plan_account;
  g_free (self->plan_serial);
  self->plan_serial = g_strdup (get_serial (self));
  plan->serial = self->plan_serial;
  if (found->section->kind == AMFA_SECTION_OURS)
    plan->session_expires = amfa_credentials_get_expiration (found->section->credentials);
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

  return &self->plan;
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

  return self->discovery ? self->discovery->devices : NULL;
}

/**
 * amfa_login_set_serial:
 * @serial: (nullable): the device to use
 */
void
amfa_login_set_serial (AmfaLogin *self, const char *serial)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  g_free (self->serial);
  self->serial = g_strdup (serial);
  if (self->found)
    update_plan (self);
}

/**
 * amfa_login_set_duration:
 * @seconds: how long the session shall last, 0: as configured
 */
void
amfa_login_set_duration (AmfaLogin *self, guint seconds)
{
  g_return_if_fail (AMFA_IS_LOGIN (self));

  self->duration = seconds;
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

  g_clear_pointer (&self->typed, amfa_credentials_unref);
  self->typed = base ? amfa_credentials_ref (base) : NULL;
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

  if (self->found)
    amfa_query_client_preconnect (self->backend->client, self->found->profile->sts);
}

static guint
get_duration (AmfaLogin *self)
{
  if (self->duration)
    return self->duration;
  if (self->found->profile->duration)
    return self->found->profile->duration;
  return amfa_settings_get_duration (self->backend->settings);
}

/* What the worker thread gets: copies, so that the setters may be called meanwhile. */
typedef struct
{
  AmfaBackend *backend;
  char *profile;
  char *region;
  char *serial;
  guint duration;
  AmfaCredentials *typed;
  AmfaPreflight *(*work) (AmfaBackend *backend,
                          const char *name,
                          const AmfaProfileOptions *options,
                          AmfaCredentials *typed,
                          GCancellable *cancellable,
                          GError **error);
} Inquiry;

static void
inquiry_free (Inquiry *self)
{
  amfa_backend_unref (self->backend);
  g_free (self->profile);
  g_free (self->region);
  g_free (self->serial);
  g_clear_pointer (&self->typed, amfa_credentials_unref);
  g_free (self);
}

static AmfaPreflight *
look (AmfaBackend *backend,
      const char *name,
      const AmfaProfileOptions *options,
      AmfaCredentials *typed,
      GCancellable *cancellable,
      GError **error)
{
  return amfa_transaction_look (backend, name, options, cancellable, error);
}

static void
run_inquiry (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Inquiry *inquiry = task_data;
  const AmfaProfileOptions options = { inquiry->region, inquiry->serial, inquiry->duration };
  g_autoptr (GError) error = NULL;
  AmfaPreflight *found = inquiry->work (inquiry->backend, inquiry->profile, &options,
                                        inquiry->typed, cancellable, &error);

  if (found)
    g_task_return_pointer (task, found, (GDestroyNotify) amfa_preflight_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
inquire_async (AmfaLogin *self,
               AmfaPreflight *(*work) (AmfaBackend *,
                                       const char *,
                                       const AmfaProfileOptions *,
                                       AmfaCredentials *,
                                       GCancellable *,
                                       GError **),
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Inquiry *inquiry = g_new0 (Inquiry, 1);

  g_task_set_source_tag (task, inquire_async);
  inquiry->backend = amfa_backend_ref (self->backend);
  inquiry->profile = g_strdup (self->profile);
  inquiry->region = g_strdup (self->region);
  inquiry->serial = g_strdup (self->serial);
  inquiry->duration = self->duration;
  inquiry->typed = self->typed ? amfa_credentials_ref (self->typed) : NULL;
  inquiry->work = work;
  g_task_set_task_data (task, inquiry, (GDestroyNotify) inquiry_free);
  g_task_run_in_thread (task, run_inquiry);
}

static gboolean
inquire_finish (AmfaLogin *self, GAsyncResult *result, GError **error)
{
  AmfaPreflight *found = g_task_propagate_pointer (G_TASK (result), error);

  if (!found)
    return FALSE;

  g_clear_pointer (&self->found, amfa_preflight_free);
  self->found = found;

  const char *key_id = found->base ? amfa_credentials_get_key_id (found->base) : NULL;

  if (g_strcmp0 (key_id, self->key_id) != 0)
    {
      g_clear_pointer (&self->discovery, amfa_discovery_free);
      g_free (self->key_id);
      self->key_id = g_strdup (key_id);
    }
  if (found->profile->ca_bundle)
    amfa_query_client_set_ca_bundle (self->backend->client, found->profile->ca_bundle);
  update_plan (self);
  return TRUE;
}

static gboolean
discover_finish (AmfaLogin *self, AmfaQueryClient *client, GAsyncResult *result, GError **error)
{
  AmfaDiscovery *discovery = amfa_discover_finish (client, result, error);

  if (!discovery)
    return FALSE;
  g_clear_pointer (&self->discovery, amfa_discovery_free);
  self->discovery = discovery;
  update_plan (self);
  return TRUE;
}

static gboolean
needs_discovery (AmfaLogin *self)
{
  return !self->discovery && (!get_serial (self) || !get_arn (self));
}

static void
discover_async (AmfaLogin *self, GTask *task, GAsyncReadyCallback callback)
{
  amfa_discover_async (self->backend->client, self->found->profile, self->found->base,
                       get_serial (self) == NULL, g_task_get_cancellable (task), callback,
                       g_object_ref (task));
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
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AmfaLogin *self = AMFA_LOGIN (source);
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (!inquire_finish (self, result, &error))
    g_task_return_error (task, error);
  else if (self->found->base && needs_discovery (self))
    discover_async (self, task, on_prepare_discovered);
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

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, amfa_login_prepare_async);
  inquire_async (self, look, cancellable, on_looked, task);
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
run_commit (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  AmfaLogin *self = source;
  g_autofree AmfaLoginResult *outcome = g_new0 (AmfaLoginResult, 1);
  GError *error = NULL;

  if (!amfa_transaction_commit (self->backend, self->profile, self->grant, &outcome->warnings,
                                cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  outcome->clock_offset = self->grant->clock_offset;
  outcome->expires =
      amfa_credentials_get_expiration (self->grant->session) - self->grant->clock_offset;
  g_task_return_pointer (task, g_steal_pointer (&outcome), g_free);
}

static void
on_committed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AmfaLogin *self = AMFA_LOGIN (source);
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  AmfaLoginResult *outcome = g_task_propagate_pointer (G_TASK (result), &error);

  if (!outcome)
    {
      g_task_return_error (task, error);
      return;
    }
  if (amfa_query_client_was_resigned (self->backend->client))
    outcome->warnings |= AMFA_LOGIN_WARNING_CLOCK;
  g_clear_pointer (&self->grant, amfa_grant_free);
  g_clear_pointer (&self->typed, amfa_credentials_unref);
  g_task_return_pointer (task, outcome, g_free);
}

/* Once it is begun it is not cancelled: what AWS granted belongs into the file. */
static void
commit (AmfaLogin *self, GTask *task)
{
  g_autoptr (GTask) work = g_task_new (self, NULL, on_committed, g_object_ref (task));

  g_task_set_source_tag (work, commit);
  g_task_run_in_thread (work, run_commit);
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
      self->serial_refused = g_error_matches (error, AMFA_ERROR, AMFA_ERROR_DEVICE_REFUSED);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  const AmfaPreflight *found = self->found;
  AmfaGrant *grant = g_new0 (AmfaGrant, 1);

  grant->base = amfa_credentials_ref (found->base);
  grant->origin = found->origin;
  if (found->section->credentials)
    grant->seen = amfa_credentials_ref (found->section->credentials);
  grant->session = session;
  grant->serial = g_strdup (attempt->serial);
  grant->arn = g_strdup (get_arn (self));
  grant->account = grant->arn ? amfa_arn_get_account (grant->arn) : NULL;
  grant->clock_offset = amfa_query_client_get_clock_offset (client);
  g_clear_pointer (&self->grant, amfa_grant_free);
  self->grant = grant;
  commit (self, task);
}

static void
send_code (AmfaLogin *self, GTask *task)
{
  Attempt *attempt = g_task_get_task_data (task);
  const char *serial = get_serial (self);

  if (!serial)
    {
      const AmfaDiscovery *known = self->discovery;
      gboolean none = known && known->devices && known->devices->len == 0;

      g_task_return_error (task,
                           amfa_error_new (none ? AMFA_ERROR_NO_DEVICE : AMFA_ERROR_DEVICE_UNKNOWN,
                                           &(AmfaErrorDetails){
                                               .reason = none ? (int) known->n_fido : 0,
                                           }));
      return;
    }
  if (amfa_code_memory_has (self->backend->codes, serial, attempt->code, g_get_monotonic_time ()))
    {
      g_task_return_error (task, amfa_error_new (AMFA_ERROR_CODE_REFUSED, NULL));
      return;
    }

  attempt->serial = g_strdup (serial);
  amfa_sts_get_session_token_async (
      self->backend->client, self->found->profile->sts, self->found->base, serial, attempt->code,
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
  AmfaLogin *self = AMFA_LOGIN (source);
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (!inquire_finish (self, result, &error))
    g_task_return_error (task, error);
  else if (needs_discovery (self))
    discover_async (self, task, on_start_discovered);
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
    inquire_async (self, amfa_transaction_preflight, cancellable, on_preflight_ready,
                   g_object_ref (task));
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
