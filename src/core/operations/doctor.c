#define G_LOG_DOMAIN "amfa-doctor"

#include "doctor.h"

#include "blocking-step.h"
#include "core/aws/iam.h"
#include "core/aws/sts.h"
#include "core/io/foreign-files.h"
#include "core/model/error.h"
#include "doctor-checks.h"
#include "profile-status.h"
#include "holdings.h"

/* First what can be seen on this computer, in a worker thread: environment, files, keyring. Then,
 * if the base credentials can be had without a prompt, what AWS says about them. Nothing is
 * written, and nobody is asked for anything: a locked keyring is a finding. */

typedef struct
{
  AmfaBackend *backend;
  AmfaVariables *variables;
  char *name;
  gboolean offline;

  AmfaCase facts; /* borrows from here */
  GPtrArray *findings;
  AmfaIniDocument *credentials;
  AmfaIniDocument *config;
  char *config_section;
  char *session_elsewhere;
  AmfaProfileState *state;
  AmfaSection *section;
  AmfaProfile *profile;
  AmfaCredentials *base; /* NULL if it cannot be had quietly */
} Examination;

static void
examination_free (Examination *self)
{
  amfa_backend_unref (self->backend);
  amfa_variables_unref (self->variables);
  g_free (self->name);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->credentials, amfa_ini_document_unref);
  g_clear_pointer (&self->config, amfa_ini_document_unref);
  g_free (self->config_section);
  g_free (self->session_elsewhere);
  g_clear_pointer (&self->state, amfa_profile_state_free);
  g_clear_pointer (&self->section, amfa_section_free);
  g_clear_pointer (&self->profile, amfa_profile_free);
  g_clear_pointer (&self->base, amfa_credentials_unref);
  g_free (self);
}

static AmfaSection *
classify (Examination *self, const char *profile, const AmfaProfileState *state)
{
  g_autoptr (AmfaRecords) records = amfa_state_dup_records (state);

  return amfa_section_classify (self->credentials, profile, records);
}

/* Returns: (transfer full) (nullable): another profile with a session of ours that goes on */
static char *
find_session_elsewhere (Examination *self, const char *digest)
{
  g_auto (GStrv) profiles = amfa_state_file_list_profiles (self->backend->state, digest);

  for (gsize i = 0; profiles[i]; i++)
    {
      g_autoptr (AmfaProfileState) state =
          amfa_state_file_read (self->backend->state, profiles[i], digest);
      g_autoptr (AmfaSection) section = classify (self, profiles[i], state);

      if (section->kind == AMFA_SECTION_OURS && !g_str_equal (profiles[i], self->name) &&
          amfa_credentials_get_expiration (section->credentials) > self->facts.now)
        return g_strdup (profiles[i]);
    }
  return NULL;
}

static void
read_files (Examination *self)
{
  g_autofree char *digest = amfa_profile_files_dup_digest (self->backend->files);
  g_autoptr (GError) credentials_error = NULL;
  g_autoptr (GError) config_error = NULL;
  g_autoptr (AmfaSnapshot) snapshot =
      amfa_profile_files_read (self->backend->files, &credentials_error);

  self->state = amfa_state_file_read (self->backend->state, self->name, digest);
  if (snapshot)
    {
      self->credentials = amfa_ini_document_ref (amfa_snapshot_get_document (snapshot));
      self->section = classify (self, self->name, self->state);
      self->session_elsewhere = find_session_elsewhere (self, digest);
    }
  else
    amfa_doctor_check_file_error (&self->facts, credentials_error);

  self->config = amfa_profile_files_read_config (self->backend->files, &config_error);
  if (self->config)
    self->config_section = amfa_profile_config_section (self->config, self->name);
  else
    amfa_doctor_check_file_error (&self->facts, config_error);

  self->facts.state = self->state;
  self->facts.credentials = self->credentials;
  self->facts.section = self->section;
  self->facts.session_elsewhere = self->session_elsewhere;
  self->facts.config = self->config;
  self->facts.config_section = self->config_section;
}

/* Returns: when it ends, by AWS's clock; 0 if AWS tools get no session from us */
static gint64
find_process_session (Examination *self, GCancellable *cancellable)
{
  g_autoptr (AmfaProfileStatus) status = NULL;

  if (!self->credentials || !self->config)
    return 0;
  status = amfa_profile_status_read (self->backend, self->credentials, self->config, self->name,
                                     cancellable);
  return status->is_process ? status->expires : 0;
}

static void
check_files (Examination *self)
{
  const AmfaEnvironment *environment = self->backend->environment;
  g_autoptr (AmfaFileFacts) credentials = amfa_file_facts_new (environment->credentials_path);
  g_autoptr (AmfaFileFacts) config = amfa_file_facts_new (environment->config_path);
  g_autoptr (AmfaFileFacts) state =
      amfa_file_facts_new (amfa_state_file_get_path (self->backend->state));

  amfa_doctor_check_file (&self->facts, AMFA_FILE_ROLE_CREDENTIALS, credentials);
  amfa_doctor_check_file (&self->facts, AMFA_FILE_ROLE_CONFIG, config);
  amfa_doctor_check_leftover (&self->facts, state);
}

static void
check_profile (Examination *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->credentials || !self->config)
    return;

  self->profile = amfa_profile_resolve (self->name, self->credentials, self->config,
                                        self->backend->environment, NULL, &error);
  if (!self->profile)
    {
      amfa_doctor_check_profile_error (&self->facts, error);
      return;
    }
  amfa_doctor_check_serial (&self->facts, self->profile);
  amfa_doctor_check_code_command (&self->facts, self->profile);
  if (self->profile->ca_bundle)
    {
      g_autoptr (AmfaFileFacts) bundle = amfa_file_facts_new (self->profile->ca_bundle);

      amfa_doctor_check_ca_bundle (&self->facts, bundle, self->profile->ca_bundle_origin);
    }
}

/* What a login falls back on. */
static AmfaCredentials *
get_other_keys (Examination *self)
{
  const AmfaProfile *profile = self->profile;

  if (profile && profile->pair_keys)
    return profile->pair_keys;
  return profile && profile->config_keys ? profile->config_keys : self->backend->environment->keys;
}

/* The same order as for a login (preflight.c): the file's key, the keyring's, what else there is.
 */
static void
check_keyring (Examination *self, GCancellable *cancellable)
{
  AmfaCredentials *other_keys = get_other_keys (self);
  g_autoptr (AmfaVault) vault = amfa_vault_new (self->backend, self->name);
  g_autoptr (AmfaCredentials) stored = NULL;
  g_autoptr (GError) error = NULL;

  self->facts.base_look = amfa_vault_look (vault, AMFA_ITEM_BASE, cancellable);
  if (self->facts.base_look == AMFA_LOOK_STORED)
    amfa_vault_load_credentials (vault, AMFA_ITEM_BASE, AMFA_VAULT_QUIETLY, &stored, cancellable,
                                 &error);
  else if (self->facts.base_look == AMFA_LOOK_ABSENT)
    amfa_keyring_check (self->backend->keyring, cancellable, &error);
  amfa_doctor_check_keyring (&self->facts, self->facts.base_look, error);

  if (self->section && amfa_section_holds_long_term (self->section))
    self->base = amfa_credentials_ref (self->section->credentials);
  else if (stored)
    self->base = g_steal_pointer (&stored);
  else if (other_keys && self->facts.base_look == AMFA_LOOK_NOT_STORED)
    self->base = amfa_credentials_ref (other_keys);
}

static void
check_layouts (Examination *self)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GPtrArray) layouts = NULL;

  if (!self->credentials)
    return;
  files = amfa_foreign_files_read (self->backend->environment);
  layouts = amfa_foreign_layouts_find (self->credentials, files);
  amfa_doctor_check_layouts (&self->facts, layouts);
}

static gboolean
is_possible (AmfaCredentials *keys)
{
  return amfa_key_pair_is_possible (amfa_credentials_get_key_id (keys),
                                    amfa_secret_get_length (amfa_credentials_get_secret (keys)));
}

static gboolean
examine_locally (gpointer data, GCancellable *cancellable, GError **error)
{
  Examination *self = data;

  self->facts = (AmfaCase){
    .profile = self->name,
    .environment = self->backend->environment,
    .variables = self->variables,
    .now = g_get_real_time () / G_USEC_PER_SEC,
    .findings = self->findings,
  };
  read_files (self);
  self->facts.process_session = find_process_session (self, cancellable);
  amfa_doctor_check_environment (&self->facts);
  check_files (self);
  amfa_doctor_check_config (&self->facts);
  check_profile (self);
  /* What is refused has been told. */
  if (self->profile || !self->credentials || !self->config)
    amfa_doctor_check_endpoints (&self->facts);
  amfa_doctor_check_region (&self->facts);
  check_keyring (self, cancellable);
  check_layouts (self);
  amfa_doctor_check_section (&self->facts);
  amfa_doctor_check_names (&self->facts);
  amfa_doctor_check_keys (&self->facts, get_other_keys (self) != NULL);

  if (self->base && !is_possible (self->base))
    g_clear_pointer (&self->base, amfa_credentials_unref);
  return TRUE;
}

/* ---- what AWS says ---- */

static void
finish (GTask *task)
{
  Examination *self = g_task_get_task_data (task);

  amfa_findings_sort (self->findings);
  g_task_return_pointer (task, g_steal_pointer (&self->findings),
                         (GDestroyNotify) g_ptr_array_unref);
}

static const char *
choose_serial (Examination *self)
{
  const char *serial = self->profile->serial ? self->profile->serial : self->state->serial;

  return serial && amfa_serial_get_kind (serial) != AMFA_DEVICE_INVALID ? serial : NULL;
}

static void
on_devices_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Examination *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices =
      amfa_iam_list_mfa_devices_finish (AMFA_QUERY_CLIENT (source), result, &error);

  if (amfa_error_is_cancelled (error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (error)
    g_debug ("no list of devices: %s", error->message);
  amfa_doctor_check_devices (&self->facts, choose_serial (self), devices);
  finish (task);
}

static void
on_identity_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AmfaQueryClient *client = AMFA_QUERY_CLIENT (source);
  g_autoptr (GTask) task = G_TASK (user_data);
  Examination *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaIdentity) identity = amfa_sts_get_caller_identity_finish (client, result, &error);

  if (amfa_error_is_cancelled (error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!g_error_matches (error, AMFA_ERROR, AMFA_ERROR_CLOCK_OFF))
    amfa_doctor_check_clock (&self->facts, amfa_query_client_get_clock_offset (client));
  if (error)
    {
      amfa_doctor_check_aws_error (&self->facts, self->base, error);
      finish (task);
      return;
    }
  amfa_doctor_check_identity (&self->facts, self->base, identity);
  amfa_iam_list_mfa_devices_async (client, self->profile->iam, self->base,
                                   g_task_get_cancellable (task), on_devices_ready,
                                   g_object_ref (task));
}

static void
on_examined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Examination *self = g_task_get_task_data (task);

  if (!amfa_blocking_step_finish (result, task))
    return;
  if (self->offline || !self->base || !self->profile)
    {
      amfa_findings_add (self->findings, &(AmfaFinding){
                                             .kind = self->offline ? AMFA_FINDING_OFFLINE
                                                                   : AMFA_FINDING_ONLINE_SKIPPED,
                                             .profile = self->name,
                                             .number = !self->profile,
                                         });
      finish (task);
      return;
    }

  AmfaQueryClient *client = self->backend->client;

  amfa_sts_get_caller_identity_async (client, self->profile->sts, self->base,
                                      g_task_get_cancellable (task), on_identity_ready,
                                      g_object_ref (task));
}

/**
 * amfa_doctor_async:
 * @profile: the profile to examine
 * @variables: the environment as the AWS tools see it
 * @offline: without the network
 *
 * Examines what a session in @profile depends on.
 */
void
amfa_doctor_async (AmfaBackend *backend,
                   const char *profile,
                   AmfaVariables *variables,
                   gboolean offline,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL && variables != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Examination *self = g_new0 (Examination, 1);

  self->backend = amfa_backend_ref (backend);
  self->variables = amfa_variables_ref (variables);
  self->name = g_strdup (profile);
  self->offline = offline;
  self->findings = amfa_findings_new ();
  g_task_set_source_tag (task, amfa_doctor_async);
  g_task_set_task_data (task, self, (GDestroyNotify) examination_free);
  amfa_blocking_step_run (task, examine_locally, on_examined);
}

/**
 * amfa_doctor_finish:
 * @error: %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (element-type AmfaFinding): what was found, the worst first
 */
GPtrArray *
amfa_doctor_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
