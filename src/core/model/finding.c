#define G_LOG_DOMAIN "amfa-finding"

#include "finding.h"

/* The ids are a contract: scripts look for them. */
static const struct
{
  const char *id;
  AmfaSeverity severity;
} kinds[AMFA_N_FINDINGS] = {
  [AMFA_FINDING_ENVIRONMENT_KEYS] = { "environment-keys", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ENVIRONMENT_KEYS_PARTIAL] = { "environment-keys-partial", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ENVIRONMENT_SESSION] = { "environment-session", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_ENVIRONMENT_SESSION_ENDED] = { "environment-session-ended", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ENVIRONMENT_LEFTOVERS] = { "environment-leftovers", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_ENVIRONMENT_WEB_IDENTITY] = { "environment-web-identity", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ENVIRONMENT_CREDENTIAL_FILE] = { "environment-credential-file",
                                                 AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_ENVIRONMENT_PROFILE] = { "environment-profile", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ENVIRONMENT_PROFILE_EMPTY] = { "environment-profile-empty", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ENVIRONMENT_PROFILES_DIFFER] = { "environment-profiles-differ",
                                                 AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ENVIRONMENT_REGIONS_DIFFER] = { "environment-regions-differ",
                                                AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_ENVIRONMENT_FILE] = { "environment-file", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_ENDPOINT_OVERRIDE] = { "endpoint-override", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_ENDPOINT_PLAIN_HTTP] = { "endpoint-plain-http", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ENDPOINT_MALFORMED] = { "endpoint-malformed", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ENDPOINT_SERVICES] = { "endpoint-services-missing", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ENDPOINT_VARIANT] = { "endpoint-variant", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_REGION_MALFORMED] = { "region-malformed", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_REGION_MISSING] = { "region-missing", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_CA_BUNDLE] = { "ca-bundle-unreadable", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ROLE] = { "profile-role", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ROLE_ALONE] = { "profile-role-alone", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_ROLE_OVER_SESSION] = { "profile-role-over-session", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_SSO] = { "profile-sso", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_WEB_IDENTITY] = { "profile-web-identity", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_PROCESS] = { "process", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_PROCESS_SHADOWED] = { "process-shadowed", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FOREIGN_PROCESS_SHADOWED] = { "foreign-process-shadowed", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_PROCESS_WINS] = { "process-wins", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_CONFIG_KEYS] = { "config-keys-plain", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_CONFIG_SECTION_IGNORED] = { "config-section-ignored", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_CREDENTIALS_SECTION_IGNORED] = { "credentials-section-ignored",
                                                 AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_SERIAL_MALFORMED] = { "serial-malformed", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_SERIAL_FIDO] = { "serial-fido", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_DURATION_IGNORED] = { "duration-ignored", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_SETTING_IGNORED] = { "setting-ignored", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_FILE] = { "file", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_DUPLICATE_SECTION] = { "duplicate-section", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_DUPLICATE_KEY] = { "duplicate-key", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FILE_MALFORMED] = { "file-malformed", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FILE_UNREADABLE] = { "file-unreadable", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FILE_MODE] = { "file-mode", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FOLDER_MODE] = { "folder-mode", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FILE_LINK] = { "file-link", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_FILE_HARD_LINK] = { "file-hard-link", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FILE_MOUNT_POINT] = { "file-mount-point", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FILE_OWNER] = { "file-owner", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FILE_IMMUTABLE] = { "file-immutable", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FOLDER_READ_ONLY] = { "folder-read-only", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FILE_LEFTOVER] = { "file-leftover", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_SESSION] = { "session", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_SESSION_ENDED] = { "session-ended", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FOREIGN_SESSION] = { "foreign-session", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_FOREIGN_SESSION_ENDED] = { "foreign-session-ended", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_SESSION_LEFTOVERS] = { "session-leftovers", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_STALE_TOKEN] = { "stale-token", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_SECURITY_TOKEN] = { "security-token", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_SECURITY_TOKEN_ALONE] = { "security-token-alone", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_SECURITY_TOKEN_INHERITED] = { "security-token-inherited", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_KEYS_PARTIAL] = { "keys-partial", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_KEY_MISNAMED] = { "key-misnamed", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_KEY_ID_MALFORMED] = { "key-id-malformed", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_VALUE_MALFORMED] = { "value-malformed", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_LONG_TERM_KEYS] = { "long-term-keys-plain", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_KEY_DIFFERS] = { "key-differs", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_PROCESS_SESSION] = { "process-session", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_NO_SESSION] = { "no-session", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_NO_KEYS] = { "no-keys", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_PROFILE_UNKNOWN] = { "profile-unknown", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FOREIGN_KEYS] = { "foreign-keys", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_FOREIGN_COPY] = { "foreign-copy", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_FOREIGN_COPY_MIXED] = { "foreign-copy-mixed", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_FOREIGN_MANAGER] = { "foreign-manager", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_CODE_COMMAND_UNKNOWN] = { "code-command-unknown", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_KEYRING] = { "keyring", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_KEYRING_LOCKED] = { "keyring-locked", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_KEYRING_ABSENT] = { "keyring-absent", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_KEYRING_NO_DEFAULT] = { "keyring-no-default", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_KEYRING_FAILED] = { "keyring-failed", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_BASE_LOST] = { "base-lost", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_ONLINE_SKIPPED] = { "online-skipped", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_OFFLINE] = { "offline", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_IDENTITY] = { "identity", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_ROOT_KEY] = { "root-key", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_ACCOUNT_CHANGED] = { "account-changed", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_KEY_REFUSED] = { "key-refused", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_SECRET_WRONG] = { "secret-wrong", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_CLOCK_OFF] = { "clock-off", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_UNREACHABLE] = { "aws-unreachable", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_AWS_REFUSED] = { "aws-refused", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_DEVICE] = { "device", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_DEVICES_HIDDEN] = { "devices-hidden", AMFA_SEVERITY_FINE },
  [AMFA_FINDING_DEVICE_CHOICE] = { "device-choice", AMFA_SEVERITY_ADVICE },
  [AMFA_FINDING_NO_DEVICE] = { "no-device", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_FIDO_ONLY] = { "fido-only", AMFA_SEVERITY_PROBLEM },
  [AMFA_FINDING_DEVICE_UNKNOWN] = { "device-unknown", AMFA_SEVERITY_PROBLEM },
};

static void
finding_free (AmfaFinding *self)
{
  g_free ((char *) self->profile);
  g_free ((char *) self->path);
  g_free ((char *) self->variable);
  g_free ((char *) self->subject);
  g_free ((char *) self->other);
  g_strfreev ((char **) self->names);
  if (self->error)
    g_error_free ((GError *) self->error);
  g_free (self);
}

/* Returns: (transfer full) (element-type AmfaFinding): no findings yet */
GPtrArray *
amfa_findings_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) finding_free);
}

/**
 * amfa_findings_add:
 * @finding: copied, with all that it points to
 */
void
amfa_findings_add (GPtrArray *findings, const AmfaFinding *finding)
{
  g_return_if_fail (findings != NULL && finding != NULL && finding->kind < AMFA_N_FINDINGS);

  AmfaFinding *copy = g_new0 (AmfaFinding, 1);

  *copy = *finding;
  copy->profile = g_strdup (finding->profile);
  copy->path = g_strdup (finding->path);
  copy->variable = g_strdup (finding->variable);
  copy->subject = g_strdup (finding->subject);
  copy->other = g_strdup (finding->other);
  copy->names = (const char *const *) g_strdupv ((char **) finding->names);
  copy->error = finding->error ? g_error_copy (finding->error) : NULL;
  g_ptr_array_add (findings, copy);
}

static int
compare_severity (gconstpointer a, gconstpointer b)
{
  const AmfaFinding *const *left = a;
  const AmfaFinding *const *right = b;

  return (int) amfa_finding_get_severity (*right) - (int) amfa_finding_get_severity (*left);
}

/* The worst first, else in the order in which they were found. */
void
amfa_findings_sort (GPtrArray *findings)
{
  g_return_if_fail (findings != NULL);

  g_ptr_array_sort (findings, compare_severity);
}

guint
amfa_findings_count (GPtrArray *findings, AmfaSeverity severity)
{
  guint n = 0;

  g_return_val_if_fail (findings != NULL, 0);

  for (guint i = 0; i < findings->len; i++)
    n += amfa_finding_get_severity (g_ptr_array_index (findings, i)) == severity;
  return n;
}

/* Returns: (transfer none): the same in every version and language */
const char *
amfa_finding_get_id (const AmfaFinding *self)
{
  g_return_val_if_fail (self != NULL && self->kind < AMFA_N_FINDINGS, NULL);

  return kinds[self->kind].id;
}

AmfaSeverity
amfa_finding_get_severity (const AmfaFinding *self)
{
  g_return_val_if_fail (self != NULL && self->kind < AMFA_N_FINDINGS, AMFA_SEVERITY_FINE);

  return kinds[self->kind].severity;
}

/* Returns: (transfer none): the word for scripts */
const char *
amfa_severity_to_string (AmfaSeverity severity)
{
  switch (severity)
    {
    case AMFA_SEVERITY_PROBLEM:
      return "problem";
    case AMFA_SEVERITY_ADVICE:
      return "advice";
    case AMFA_SEVERITY_FINE:
    default:
      return "ok";
    }
}
