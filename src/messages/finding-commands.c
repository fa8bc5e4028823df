#define G_LOG_DOMAIN "amfa-findings"

#include "findings.h"

#include "core/model/error.h"
#include "formats.h"
#include "own-command.h"

#define CONSOLE "https://console.aws.amazon.com/iam/home#/security_credentials"

/* "aws configure set KEY VALUE", for the profile. */
static char *
configure (const AmfaFinding *f, const char *key, const char *value)
{
  g_autofree char *quoted = amfa_quote_word (f->profile ? f->profile : "default");
  g_autofree char *quoted_value = amfa_quote_word (value);

  return g_strdup_printf ("aws configure set %s %s --profile %s", key, quoted_value, quoted);
}

/* A command whose last word is the file. */
static char *
with_path (const AmfaFinding *f, const char *command)
{
  g_autofree char *quoted = amfa_quote_word (f->path);

  return g_strconcat (command, " ", quoted, NULL);
}

/* The place in the file, for the user's hands: what is right there is the user's to say. */
static char *
edit (const AmfaFinding *f)
{
  g_autofree char *quoted = f->path ? amfa_quote_word (f->path) : NULL;

  if (!quoted)
    return NULL;
  if (f->line == 0)
    return g_strdup_printf ("${EDITOR:-vi} %s", quoted);
  return g_strdup_printf ("${EDITOR:-vi} +%u %s", f->line, quoted);
}

static char *
unset (const char *const *names)
{
  g_autofree char *list = g_strjoinv (" ", (char **) names);

  return g_strconcat ("unset ", list, NULL);
}

static char *
unset_or_edit (const AmfaFinding *f)
{
  return f->variable ? g_strconcat ("unset ", f->variable, NULL) : edit (f);
}

static char *
replace_hard_link (const AmfaFinding *f)
{
  g_autofree char *copy = g_strconcat (f->path, ".copy", NULL);
  g_autofree char *quoted_copy = amfa_quote_word (copy);
  g_autofree char *quoted = amfa_quote_word (f->path);

  return g_strdup_printf ("cp -p %s %s && mv %s %s", quoted, quoted_copy, quoted_copy, quoted);
}

static gboolean
has_one (const char *const *names)
{
  return names && names[0] && !names[1];
}

/**
 * amfa_command_for_finding:
 *
 * Returns: (transfer full) (nullable): one line for a shell that mends it, or opens the place to
 *   mend; %NULL if there is nothing to mend, or no command does
 */
char *
amfa_command_for_finding (const AmfaFinding *f)
{
  g_return_val_if_fail (f != NULL, NULL);

  switch (f->kind)
    {
    case AMFA_FINDING_ENVIRONMENT_KEYS:
    case AMFA_FINDING_ENVIRONMENT_KEYS_PARTIAL:
    case AMFA_FINDING_ENVIRONMENT_SESSION:
    case AMFA_FINDING_ENVIRONMENT_SESSION_ENDED:
    case AMFA_FINDING_ENVIRONMENT_LEFTOVERS:
      return unset (f->names);
    case AMFA_FINDING_ENVIRONMENT_REGIONS_DIFFER:
      return g_strdup ("export AWS_DEFAULT_REGION=\"$AWS_REGION\"");
    case AMFA_FINDING_ENVIRONMENT_WEB_IDENTITY:
    case AMFA_FINDING_ENVIRONMENT_CREDENTIAL_FILE:
    case AMFA_FINDING_ENVIRONMENT_PROFILE:
    case AMFA_FINDING_ENVIRONMENT_PROFILE_EMPTY:
    case AMFA_FINDING_ENVIRONMENT_PROFILES_DIFFER:
    case AMFA_FINDING_ENDPOINT_OVERRIDE:
    case AMFA_FINDING_ENDPOINT_PLAIN_HTTP:
    case AMFA_FINDING_ENDPOINT_MALFORMED:
    case AMFA_FINDING_ENDPOINT_SERVICES:
    case AMFA_FINDING_ENDPOINT_VARIANT:
    case AMFA_FINDING_REGION_MALFORMED:
      return unset_or_edit (f);
    case AMFA_FINDING_REGION_MISSING:
      return configure (f, "region", f->subject);
    case AMFA_FINDING_CA_BUNDLE:
      return f->variable ? unset_or_edit (f)
                         : configure (f, "ca_bundle", "/etc/ssl/certs/ca-certificates.crt");
    case AMFA_FINDING_ROLE:
    case AMFA_FINDING_ROLE_OVER_SESSION:
    case AMFA_FINDING_SSO:
    case AMFA_FINDING_WEB_IDENTITY:
    case AMFA_FINDING_FOREIGN_PROCESS_SHADOWED:
    case AMFA_FINDING_PROCESS_WINS:
    case AMFA_FINDING_CONFIG_KEYS:
    case AMFA_FINDING_CONFIG_SECTION_IGNORED:
    case AMFA_FINDING_CREDENTIALS_SECTION_IGNORED:
    case AMFA_FINDING_SERIAL_MALFORMED:
    case AMFA_FINDING_SERIAL_FIDO:
    case AMFA_FINDING_DUPLICATE_SECTION:
    case AMFA_FINDING_DUPLICATE_KEY:
    case AMFA_FINDING_FILE_MALFORMED:
    case AMFA_FINDING_FOREIGN_SESSION_ENDED:
    case AMFA_FINDING_STALE_TOKEN:
    case AMFA_FINDING_SECURITY_TOKEN:
    case AMFA_FINDING_SECURITY_TOKEN_ALONE:
    case AMFA_FINDING_SECURITY_TOKEN_INHERITED:
    case AMFA_FINDING_FOREIGN_COPY_MIXED:
    case AMFA_FINDING_CODE_COMMAND_UNKNOWN:
    case AMFA_FINDING_KEYS_PARTIAL:
    case AMFA_FINDING_KEY_MISNAMED:
    case AMFA_FINDING_KEY_ID_MALFORMED:
    case AMFA_FINDING_VALUE_MALFORMED:
    case AMFA_FINDING_DURATION_IGNORED:
    case AMFA_FINDING_SETTING_IGNORED:
      return edit (f);
    case AMFA_FINDING_PROCESS_SHADOWED:
      return amfa_own_command ("setup --process", f->profile);
    case AMFA_FINDING_FILE_UNREADABLE:
      return f->error && amfa_error_get_details (f->error)->reason == AMFA_FILE_PROBLEM_READ
                 ? with_path (f, "chmod 600")
                 : NULL;
    case AMFA_FINDING_FILE_MODE:
      return with_path (f, "chmod 600");
    case AMFA_FINDING_FOLDER_MODE:
      return with_path (f, "chmod go-w");
    case AMFA_FINDING_FILE_HARD_LINK:
      return replace_hard_link (f);
    case AMFA_FINDING_FILE_OWNER:
      return with_path (f, "sudo chown \"$(id -un)\"");
    case AMFA_FINDING_FILE_IMMUTABLE:
      return with_path (f, "sudo chattr -i -a");
    case AMFA_FINDING_FOLDER_READ_ONLY:
      return with_path (f, "chmod u+rwx");
    case AMFA_FINDING_FOREIGN_KEYS:
      return amfa_own_command ("setup --import", f->profile);
    case AMFA_FINDING_FILE_LEFTOVER:
    case AMFA_FINDING_FOREIGN_COPY:
      return with_path (f, "rm");
    case AMFA_FINDING_SESSION_ENDED:
      return amfa_own_command ("end", f->profile);
    case AMFA_FINDING_SESSION_LEFTOVERS:
      return amfa_own_command ("--restore", f->profile);
    case AMFA_FINDING_LONG_TERM_KEYS:
    case AMFA_FINDING_KEY_DIFFERS:
    case AMFA_FINDING_NO_KEYS:
    case AMFA_FINDING_PROFILE_UNKNOWN:
    case AMFA_FINDING_BASE_LOST:
    case AMFA_FINDING_ACCOUNT_CHANGED:
    case AMFA_FINDING_KEY_REFUSED:
    case AMFA_FINDING_SECRET_WRONG:
      return amfa_own_command ("setup", f->profile);
    case AMFA_FINDING_KEYRING_LOCKED:
    case AMFA_FINDING_DEVICE_CHOICE:
      return amfa_own_command ("devices", f->profile);
    case AMFA_FINDING_KEYRING_ABSENT:
      return g_strdup ("gnome-keyring-daemon --start --components=secrets");
    case AMFA_FINDING_CLOCK_OFF:
      return g_strdup ("sudo timedatectl set-ntp true");
    case AMFA_FINDING_NO_DEVICE:
    case AMFA_FINDING_FIDO_ONLY:
      return g_strdup ("xdg-open '" CONSOLE "'");
    case AMFA_FINDING_DEVICE_UNKNOWN:
      return has_one (f->names) ? configure (f, "mfa_serial", f->names[0])
                                : amfa_own_command ("devices", f->profile);
    case AMFA_FINDING_ENVIRONMENT_FILE:
    case AMFA_FINDING_FOREIGN_MANAGER:
    case AMFA_FINDING_PROCESS:
    case AMFA_FINDING_FILE:
    case AMFA_FINDING_FILE_LINK:
    case AMFA_FINDING_FILE_MOUNT_POINT:
    case AMFA_FINDING_SESSION:
    case AMFA_FINDING_FOREIGN_SESSION:
    case AMFA_FINDING_PROCESS_SESSION:
    case AMFA_FINDING_NO_SESSION:
    case AMFA_FINDING_KEYRING:
    case AMFA_FINDING_KEYRING_NO_DEFAULT:
    case AMFA_FINDING_KEYRING_FAILED:
    case AMFA_FINDING_ONLINE_SKIPPED:
    case AMFA_FINDING_OFFLINE:
    case AMFA_FINDING_ROLE_ALONE:
    case AMFA_FINDING_IDENTITY:
    case AMFA_FINDING_ROOT_KEY:
    case AMFA_FINDING_UNREACHABLE:
    case AMFA_FINDING_AWS_REFUSED:
    case AMFA_FINDING_DEVICE:
    case AMFA_FINDING_DEVICES_HIDDEN:
    case AMFA_N_FINDINGS:
    default:
      return NULL;
    }
}
