#define G_LOG_DOMAIN "amfa-findings"

#include "findings.h"

#include "core/model/error.h"
#include "file-problems.h"
#include "formats.h"
#include "messages.h"
#include "own-command.h"

#include <glib/gi18n.h>

static const char *
or_unknown (const char *text)
{
  return text && *text ? text : "?";
}

/* "…/config, line 7" */
static char *
where (const AmfaFinding *f)
{
  if (f->path && f->line > 0)
    return g_strdup_printf (_ ("%s, line %u"), f->path, f->line);
  return g_strdup (or_unknown (f->path));
}

static char *
origin (const AmfaFinding *f)
{
  return f->variable ? g_strdup (f->variable) : where (f);
}

static char *
list (const AmfaFinding *f)
{
  return f->names && f->names[0] ? g_strjoinv (", ", (char **) f->names) : g_strdup ("?");
}

static char *
role_alone (const AmfaFinding *f)
{
  g_autofree char *at = where (f);
  g_autofree char *own = amfa_own_command ("doctor", f->subject);

  /* Translators: a place in a file, a profile, another one, and a command. */
  return g_strdup_printf (_ ("%s: profile %s is there for a role, with the keys of profile %s, "
                             "which are looked at by “%s”."),
                          at, or_unknown (f->profile), or_unknown (f->subject), own);
}

static char *
file_problem (const AmfaFinding *f)
{
  g_autofree char *at = where (f);
  g_autofree char *reason =
      f->error ? amfa_describe_file_problem (amfa_error_get_details (f->error)) : g_strdup ("?");

  /* Translators: a place in a file, and what is wrong there. */
  return g_strdup_printf (_ ("%s: %s. AWS tools cannot use such a file, not even its other "
                             "profiles."),
                          at, reason);
}

static char *
duplicate_key (const AmfaFinding *f)
{
  g_autofree char *at = where (f);

  if (f->subject)
    return g_strdup_printf (_ ("%s: “%s” appears twice in its section. AWS tools cannot read such "
                               "a file, not even its other profiles."),
                            at, f->subject);
  return g_strdup_printf (_ ("%s: this key appears twice in its section. AWS tools cannot read "
                             "such a file, not even its other profiles."),
                          at);
}

static char *
duplicate_section (const AmfaFinding *f)
{
  g_autofree char *at = where (f);

  if (f->subject)
    return g_strdup_printf (_ ("%s: [%s] appears twice. AWS tools cannot read such a file, not "
                               "even its other profiles."),
                            at, f->subject);
  return g_strdup_printf (_ ("%s: this section appears twice. AWS tools cannot read such a file, "
                             "not even its other profiles."),
                          at);
}

static char *
region (const AmfaFinding *f, const char *from)
{
  if (f->subject)
    return g_strdup_printf (_ ("“%s” is not an AWS region. It is set by %s."), f->subject, from);
  return g_strdup_printf (_ ("What %s sets is not an AWS region."), from);
}

static char *
foreign_session (const AmfaFinding *f, const char *at, const char *time)
{
  if (f->number > 0)
    return g_strdup_printf (_ ("%s: the temporary keys %s of another program are good until %s."),
                            at, or_unknown (f->subject), time);
  return g_strdup_printf (_ ("%s: the temporary keys %s come from another program."), at,
                          or_unknown (f->subject));
}

static char *
clock_off (const AmfaFinding *f)
{
  const AmfaErrorDetails details = { .seconds = f->number };
  g_autoptr (GError) error = amfa_error_new (AMFA_ERROR_CLOCK_OFF, &details);

  return amfa_message_for_error (error);
}

static char *
error_message (const AmfaFinding *f)
{
  return f->error ? amfa_message_for_error (f->error) : g_strdup ("?");
}

static char *
compose (const AmfaFinding *f, gint64 now)
{
  g_autofree char *at = where (f);
  g_autofree char *from = origin (f);
  g_autofree char *names = list (f);
  g_autofree char *time = amfa_format_time (f->number, now);
  const char *profile = or_unknown (f->profile);
  const char *subject = or_unknown (f->subject);
  const char *other = or_unknown (f->other);

  switch (f->kind)
    {
    case AMFA_FINDING_ENVIRONMENT_KEYS:
      return g_strdup_printf (_ ("AWS_ACCESS_KEY_ID is set (%s): AWS tools use the keys of the "
                                 "environment and not the session of profile %s."),
                              subject, profile);
    case AMFA_FINDING_ENVIRONMENT_KEYS_PARTIAL:
      return g_strdup (_ ("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not: AWS tools "
                          "refuse to work."));
    case AMFA_FINDING_ENVIRONMENT_SESSION:
      return g_strdup_printf (_ ("The environment has a session of its own (%s, until %s): AWS "
                                 "tools use it and not the one of profile %s."),
                              subject, time, profile);
    case AMFA_FINDING_ENVIRONMENT_SESSION_ENDED:
      return g_strdup_printf (_ ("The session in the environment (%s) ended at %s, but AWS tools "
                                 "still use it and not the one of profile %s."),
                              subject, time, profile);
    case AMFA_FINDING_ENVIRONMENT_LEFTOVERS:
      return g_strdup_printf (_ ("Without AWS_ACCESS_KEY_ID the AWS CLI passes over these "
                                 "variables, but some tools do not: %s."),
                              names);
    case AMFA_FINDING_ENVIRONMENT_WEB_IDENTITY:
      return g_strdup_printf (_ ("%s is set: AWS tools take on the role that belongs to it and do "
                                 "not use the session of profile %s."),
                              from, profile);
    case AMFA_FINDING_ENVIRONMENT_CREDENTIAL_FILE:
      return g_strdup_printf (_ ("%s is set: old tools read their keys from that file."), from);
    case AMFA_FINDING_ENVIRONMENT_PROFILE:
      return g_strdup_printf (_ ("%s is “%s”: AWS tools use that profile here and not %s."), from,
                              subject, other);
    case AMFA_FINDING_ENVIRONMENT_PROFILE_EMPTY:
      return g_strdup_printf (_ ("%s is set but empty: AWS tools look for a profile without a "
                                 "name and refuse to work."),
                              from);
    case AMFA_FINDING_ENVIRONMENT_PROFILES_DIFFER:
      return g_strdup_printf (_ ("AWS_PROFILE is “%s” and AWS_DEFAULT_PROFILE is “%s”: the AWS CLI "
                                 "goes by the first and boto3 by the second."),
                              subject, other);
    case AMFA_FINDING_ENVIRONMENT_REGIONS_DIFFER:
      return g_strdup_printf (_ ("AWS_REGION is “%s” and AWS_DEFAULT_REGION is “%s”: the AWS CLI "
                                 "goes by the first and boto3 by the second."),
                              subject, other);
    case AMFA_FINDING_ENVIRONMENT_FILE:
      return g_strdup_printf (_ ("%s is set: the file is %s."), from, or_unknown (f->path));
    case AMFA_FINDING_ENDPOINT_OVERRIDE:
      return g_strdup_printf (_ ("Requests go to another server than AWS's own: %s, set by %s."),
                              subject, from);
    case AMFA_FINDING_ENDPOINT_PLAIN_HTTP:
      return g_strdup_printf (_ ("The endpoint %s is not encrypted: plain http goes only to this "
                                 "computer itself. It is set by %s."),
                              subject, from);
    case AMFA_FINDING_ENDPOINT_MALFORMED:
      return g_strdup_printf (_ ("The endpoint “%s” is not a URL. It is set by %s."), subject,
                              from);
    case AMFA_FINDING_ENDPOINT_SERVICES:
      return g_strdup_printf (_ ("There is no section [services %s] in the config file. It is "
                                 "chosen by %s."),
                              subject, from);
    case AMFA_FINDING_ENDPOINT_VARIANT:
      return g_strdup_printf (_ ("The endpoint %s cannot be combined with FIPS or dual stack. It "
                                 "is set by %s."),
                              subject, from);
    case AMFA_FINDING_REGION_MALFORMED:
      return region (f, from);
    case AMFA_FINDING_REGION_MISSING:
      return g_strdup_printf (_ ("No region is set for profile %s: many AWS tools refuse to work "
                                 "without one. awsmfa uses %s."),
                              profile, subject);
    case AMFA_FINDING_CA_BUNDLE:
      return g_strdup_printf (_ ("The certificates to trust (ca_bundle) cannot be read: %s."),
                              or_unknown (f->path));
    case AMFA_FINDING_ROLE:
      return g_strdup_printf (_ ("%s: profile %s has a role_arn, so AWS tools take on that role "
                                 "and do not use the session in this profile. Put the role into a "
                                 "profile of its own, with source_profile = %s."),
                              at, profile, profile);
    case AMFA_FINDING_ROLE_ALONE:
      return role_alone (f);
    case AMFA_FINDING_ROLE_OVER_SESSION:
      return g_strdup_printf (_ ("%s: profile %s has a role_arn: AWS tools take on that role with "
                                 "the session, and for an hour at most."),
                              at, profile);
    case AMFA_FINDING_SSO:
      return g_strdup_printf (_ ("%s: profile %s is set up for IAM Identity Center (sso_…), so AWS "
                                 "tools do not use the session in this profile."),
                              at, profile);
    case AMFA_FINDING_WEB_IDENTITY:
      return g_strdup_printf (_ ("%s: profile %s has a web_identity_token_file, so AWS tools do "
                                 "not use the session in this profile."),
                              at, profile);
    case AMFA_FINDING_PROCESS:
      return g_strdup_printf (_ ("%s: AWS tools get the keys of profile %s from a "
                                 "credential_process."),
                              at, profile);
    case AMFA_FINDING_PROCESS_SHADOWED:
      return g_strdup_printf (_ ("%s: profile %s has a credential_process, but keys in the "
                                 "credentials file, which AWS tools prefer."),
                              at, profile);
    case AMFA_FINDING_FOREIGN_PROCESS_SHADOWED:
      return g_strdup_printf (_ ("%s: the credential_process of profile %s is not used while keys "
                                 "are in the credentials file."),
                              at, profile);
    case AMFA_FINDING_PROCESS_WINS:
      return g_strdup_printf (_ ("%s: the credential_process of profile %s comes before the keys "
                                 "in the same file."),
                              at, profile);
    case AMFA_FINDING_CONFIG_KEYS:
      return g_strdup_printf (_ ("%s: the config file holds keys for profile %s in plain text. "
                                 "They belong in the keyring."),
                              at, profile);
    case AMFA_FINDING_CONFIG_SECTION_IGNORED:
      return g_strdup_printf (_ ("%s: AWS tools pass over [%s]: in the config file a profile is "
                                 "called [profile %s]."),
                              at, profile, profile);
    case AMFA_FINDING_CREDENTIALS_SECTION_IGNORED:
      return g_strdup_printf (_ ("%s: [profile %s] is not profile %s: in the credentials file that "
                                 "is called [%s]."),
                              at, profile, profile, profile);
    case AMFA_FINDING_SERIAL_MALFORMED:
      return g_strdup_printf (_ ("%s: mfa_serial is not an MFA device (%s). It looks like "
                                 "arn:aws:iam::123456789012:mfa/name; “awsmfa devices” lists "
                                 "yours."),
                              at, subject);
    case AMFA_FINDING_SERIAL_FIDO:
      return g_strdup_printf (_ ("%s: mfa_serial is a security key or passkey (FIDO), and those "
                                 "work in the AWS console only: %s."),
                              at, subject);
    case AMFA_FINDING_DURATION_IGNORED:
      return g_strdup_printf (_ ("%s: duration_seconds is not a number from 900 to 129600, and is "
                                 "ignored."),
                              at);
    case AMFA_FINDING_SETTING_IGNORED:
      /* Translators: a file and a line, and a setting. */
      return g_strdup_printf (_ ("%s: awsmfa ignores %s, a setting of aws-vault."), at, subject);
    case AMFA_FINDING_FILE:
      return g_strdup_printf (_ ("%s can be read and replaced, and only by you."), at);
    case AMFA_FINDING_DUPLICATE_SECTION:
      return duplicate_section (f);
    case AMFA_FINDING_DUPLICATE_KEY:
      return duplicate_key (f);
    case AMFA_FINDING_FILE_MALFORMED:
    case AMFA_FINDING_FILE_UNREADABLE:
      return file_problem (f);
    case AMFA_FINDING_FILE_MODE:
      return g_strdup_printf (_ ("Other users of this computer can get at %s (mode %04o)."), at,
                              (guint) f->number);
    case AMFA_FINDING_FOLDER_MODE:
      return g_strdup_printf (_ ("Other users of this computer can replace the files in %s (mode "
                                 "%04o)."),
                              at, (guint) f->number);
    case AMFA_FINDING_FILE_LINK:
      return g_strdup_printf (_ ("%s is a link to %s, which is what gets replaced."), at, subject);
    case AMFA_FINDING_FILE_HARD_LINK:
      return g_strdup_printf (_ ("%s has a second name (a hard link), which replacing it would cut "
                                 "off: awsmfa refuses to."),
                              at);
    case AMFA_FINDING_FILE_MOUNT_POINT:
      return g_strdup_printf (_ ("%s is mounted over another file and cannot be replaced. Mount "
                                 "its folder instead."),
                              at);
    case AMFA_FINDING_FILE_OWNER:
      return g_strdup_printf (_ ("%s belongs to another user (%u): awsmfa refuses to replace it."),
                              at, (guint) f->number);
    case AMFA_FINDING_FILE_IMMUTABLE:
      return g_strdup_printf (_ ("%s is protected against changes and cannot be replaced."), at);
    case AMFA_FINDING_FOLDER_READ_ONLY:
      return g_strdup_printf (_ ("Nothing can be written into %s, so no session can be."), at);
    case AMFA_FINDING_FILE_LEFTOVER:
      if (f->number)
        return g_strdup_printf (_ ("%s was left behind by an interrupted run, or somebody else put "
                                   "it there. awsmfa cannot remove it."),
                                at);
      return g_strdup_printf (_ ("%s was left behind by an interrupted run. The next one removes "
                                 "it."),
                              at);
    case AMFA_FINDING_SESSION:
      return g_strdup_printf (_ ("%s: profile %s has a session (%s) until %s."), at, profile,
                              subject, time);
    case AMFA_FINDING_SESSION_ENDED:
      return g_strdup_printf (_ ("%s: the session of profile %s (%s) ended at %s and AWS tools "
                                 "still try to use it. Start another with “awsmfa CODE”, or take "
                                 "it out."),
                              at, profile, subject, time);
    case AMFA_FINDING_FOREIGN_SESSION:
      return foreign_session (f, at, time);
    case AMFA_FINDING_FOREIGN_SESSION_ENDED:
      return g_strdup_printf (_ ("%s: the temporary keys %s of another program ended at %s. Renew "
                                 "them there, or start a session with “awsmfa CODE”."),
                              at, subject, time);
    case AMFA_FINDING_SESSION_LEFTOVERS:
      return g_strdup_printf (_ ("%s: what is left of a session stands beside the long-term key "
                                 "%s (“aws configure” does that), and AWS does not accept the "
                                 "two together."),
                              at, subject);
    case AMFA_FINDING_STALE_TOKEN:
      return g_strdup_printf (_ ("%s: a session token stands beside the long-term key %s, and AWS "
                                 "does not accept the two together. Remove the line."),
                              at, subject);
    case AMFA_FINDING_SECURITY_TOKEN:
      return g_strdup_printf (_ ("%s: AWS tools take this aws_security_token and not the "
                                 "aws_session_token beside it. Remove the line."),
                              at);
    case AMFA_FINDING_SECURITY_TOKEN_ALONE:
      return g_strdup_printf (_ ("%s: not every AWS tool knows aws_security_token. Its name today "
                                 "is aws_session_token."),
                              at);
    case AMFA_FINDING_SECURITY_TOKEN_INHERITED:
      return g_strdup_printf (_ ("%s: [DEFAULT] gives every profile an aws_security_token, which "
                                 "would replace the session's token. Remove the line."),
                              at);
    case AMFA_FINDING_KEYS_PARTIAL:
      return g_strdup_printf (_ ("%s: profile %s has an access key ID, but no secret access key: "
                                 "AWS tools refuse to work."),
                              at, profile);
    case AMFA_FINDING_KEY_MISNAMED:
      if (f->other)
        /* Translators: a file and a line, a name that stands there, and the right one. */
        return g_strdup_printf (_ ("%s: AWS tools ignore “%s”. Use the name %s, or delete the "
                                   "line: there may be a secret in it."),
                                at, f->other, subject);
      /* Translators: a file and a line, and the right name. */
      return g_strdup_printf (_ ("%s: AWS tools ignore this line. Use the name %s, or delete the "
                                 "line: there may be a secret in it."),
                              at, subject);
    case AMFA_FINDING_KEY_ID_MALFORMED:
      return g_strdup_printf (_ ("%s: this is not an access key ID (have ID and secret changed "
                                 "places?)"),
                              at);
    case AMFA_FINDING_VALUE_MALFORMED:
      return g_strdup_printf (_ ("%s: the value of %s has quotes, blanks or a comment in it, and "
                                 "for AWS tools they are part of it."),
                              at, subject);
    case AMFA_FINDING_LONG_TERM_KEYS:
      return g_strdup_printf (_ ("%s: the long-term key %s lies in plain text in the file. The "
                                 "first session moves it into the keyring, or you do now."),
                              at, subject);
    case AMFA_FINDING_KEY_DIFFERS:
      return g_strdup_printf (_ ("%s: the file has key %s, the keyring another one (%s). The next "
                                 "session uses the file's."),
                              at, subject, other);
    case AMFA_FINDING_PROCESS_SESSION:
      return g_strdup_printf (
          _ ("Profile %s has a session until %s. AWS tools get it from awsmfa."), profile, time);
    case AMFA_FINDING_NO_SESSION:
      return g_strdup_printf (_ ("Profile %s has no session now."), profile);
    case AMFA_FINDING_NO_KEYS:
      return g_strdup_printf (_ ("There are no AWS keys for profile %s yet."), profile);
    case AMFA_FINDING_PROFILE_UNKNOWN:
      return g_strdup_printf (_ ("There is no profile %s. There are: %s."), profile, names);
    case AMFA_FINDING_FOREIGN_KEYS:
      return g_strdup_printf (_ ("%s: %s has left the long-term key %s of profile %s in plain "
                                 "text. awsmfa can keep it in your keyring."),
                              at, other, subject, profile);
    case AMFA_FINDING_FOREIGN_COPY:
    case AMFA_FINDING_FOREIGN_COPY_MIXED:
      return g_strdup_printf (_ ("%s: %s has left the long-term key %s of profile %s in plain "
                                 "text, although your keyring has a key."),
                              at, other, subject, profile);
    case AMFA_FINDING_FOREIGN_MANAGER:
      return g_strdup_printf (_ ("%s: %s renews this section by itself, over whatever awsmfa "
                                 "writes there. Use another profile for one of the two."),
                              at, other);
    case AMFA_FINDING_CODE_COMMAND_UNKNOWN:
      return g_strdup_printf (_ ("%s: mfa_process names a program that is not there: %s. You will "
                                 "be asked for the code."),
                              at, subject);
    case AMFA_FINDING_KEYRING:
      return g_strdup_printf (_ ("The keyring holds the long-term key of profile %s."), profile);
    case AMFA_FINDING_KEYRING_LOCKED:
      return g_strdup (_ ("Your keyring is locked, so what is in it could not be checked. A login "
                          "asks for its password."));
    case AMFA_FINDING_KEYRING_ABSENT:
      return g_strdup (_ ("No keyring is running: start GNOME Keyring, KWallet or KeePassXC."));
    case AMFA_FINDING_KEYRING_NO_DEFAULT:
      return g_strdup (_ ("There is no default keyring yet. A login asks for the password of a new "
                          "one."));
    case AMFA_FINDING_BASE_LOST:
      return g_strdup_printf (_ ("Your keyring no longer has the key for profile %s. Create a new "
                                 "one in the AWS console, and store it."),
                              profile);
    case AMFA_FINDING_ONLINE_SKIPPED:
      if (f->number != 0)
        return g_strdup (_ ("Skipped the AWS checks: fix the files and the endpoint first."));
      return g_strdup_printf (
          _ ("Skipped the AWS checks: the long-term key of profile %s cannot be read "
             "without a prompt."),
          profile);
    case AMFA_FINDING_OFFLINE:
      return g_strdup (_ ("Skipped the AWS checks, as requested."));
    case AMFA_FINDING_IDENTITY:
      return g_strdup_printf (_ ("AWS knows the key as %s."), subject);
    case AMFA_FINDING_ROOT_KEY:
      return g_strdup_printf (_ ("The key %s is the root user's. AWS recommends deleting it and "
                                 "using an IAM user's."),
                              subject);
    case AMFA_FINDING_ACCOUNT_CHANGED:
      return g_strdup_printf (_ ("The key of profile %s belongs to account %s; the sessions so far "
                                 "were in account %s."),
                              profile, subject, other);
    case AMFA_FINDING_KEY_REFUSED:
      return g_strdup_printf (_ ("AWS does not accept access key %s: it is deactivated, deleted, "
                                 "just created, or of another partition. Activate it in the AWS "
                                 "console, or store another one."),
                              subject);
    case AMFA_FINDING_SECRET_WRONG:
      return g_strdup_printf (_ ("The secret access key does not belong to %s."), subject);
    case AMFA_FINDING_CLOCK_OFF:
      return clock_off (f);
    case AMFA_FINDING_KEYRING_FAILED:
    case AMFA_FINDING_UNREACHABLE:
    case AMFA_FINDING_AWS_REFUSED:
      return error_message (f);
    case AMFA_FINDING_DEVICE:
      return g_strdup_printf (_ ("The MFA device is %s."), subject);
    case AMFA_FINDING_DEVICES_HIDDEN:
      return g_strdup (_ ("This user may not list MFA devices (iam:ListMFADevices). That is common "
                          "and does not matter."));
    case AMFA_FINDING_DEVICE_CHOICE:
      return g_strdup_printf (_ ("This user has several MFA devices and none is chosen with "
                                 "mfa_serial: %s."),
                              names);
    case AMFA_FINDING_NO_DEVICE:
      return g_strdup (_ ("This user has no MFA device. Add an authenticator app in the AWS "
                          "console."));
    case AMFA_FINDING_FIDO_ONLY:
      return g_strdup (_ ("This user has no MFA device that works with the AWS API. Security keys "
                          "and passkeys (FIDO) work in the AWS console only: add an authenticator "
                          "app there."));
    case AMFA_FINDING_DEVICE_UNKNOWN:
      return g_strdup_printf (_ ("The MFA device %s is not one of this user's: %s."), subject,
                              names);
    case AMFA_N_FINDINGS:
    default:
      g_return_val_if_reached (g_strdup (""));
    }
}

/**
 * amfa_message_for_finding:
 * @finding: a finding
 * @now: Unix seconds
 *
 * Returns: (transfer full): one or two sentences in the user's language; without any secret
 */
char *
amfa_message_for_finding (const AmfaFinding *finding, gint64 now)
{
  g_return_val_if_fail (finding != NULL, NULL);

  g_autofree char *sentences = compose (finding, now);

  return amfa_format_printable (sentences);
}
