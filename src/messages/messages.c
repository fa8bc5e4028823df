#define G_LOG_DOMAIN "amfa-messages"

#include "messages.h"

#include "core/model/error.h"
#include "code-command-problems.h"
#include "devices.h"
#include "file-problems.h"
#include "keyring-problems.h"
#include "own-command.h"
#include "role-problems.h"
#include "formats.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

static const char *
or_unknown (const char *text)
{
  return text && *text ? text : "?";
}

/* AWS's own words, which come in English. */
static char *
quote_aws (const AmfaErrorDetails *d)
{
  return g_strdup_printf (_ ("AWS says: %s"), or_unknown (d->quote));
}

/* Where the region comes from that an error is about. */
static char *
region_from (const AmfaErrorDetails *d)
{
  if (d->region_origin)
    /* Translators: a region, and what sets it (AWS_REGION, --region). */
    return g_strdup_printf (_ ("%s, which is set by %s"), d->region, d->region_origin);
  /* Translators: a region. */
  return g_strdup_printf (_ ("%s, which is used because no region is set"), d->region);
}

static char *
scope_refused (const AmfaErrorDetails *d)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *host = or_unknown (d->subject);

  if (d->reason == AMFA_SCOPE_PROBLEM_SERVICE)
    /* Translators: a host, and the name of a service, "STS" or "IAM". */
    g_string_append_printf (text, _ ("%s is not an endpoint of %s."), host,
                            g_strcmp0 (d->other, "iam") == 0 ? "IAM" : "STS");
  else if (d->region)
    {
      g_autofree char *region = region_from (d);

      /* Translators: a host, a region and where that is set. */
      g_string_append_printf (text, _ ("%s does not take requests for region %s."), host, region);
    }
  else
    g_string_append_printf (text, _ ("%s does not take requests for region %s."), host,
                            or_unknown (d->other));
  if (d->origin)
    /* Translators: what sets the endpoint (AWS_ENDPOINT_URL). */
    g_string_append_printf (text, _ (" This endpoint is set by %s."), d->origin);
  if (d->meant)
    /* Translators: a region. */
    g_string_append_printf (text, _ (" Set the region to %s."), d->meant);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
name_denial (AmfaDenial denial)
{
  switch (denial)
    {
    case AMFA_DENIAL_ORGANIZATION:
      return _ ("Your organization forbids this with a policy that only its administrators can "
                "change.");
    case AMFA_DENIAL_BOUNDARY:
      return _ ("The permissions boundary of this user or role forbids this.");
    case AMFA_DENIAL_SESSION:
      return _ ("The policy of this session forbids this.");
    case AMFA_DENIAL_NETWORK:
      return _ ("The VPC endpoint that requests pass through forbids this with its policy.");
    case AMFA_DENIAL_USER:
      return _ ("The policies of this user do not allow this.");
    case AMFA_DENIAL_TRUST:
      return _ ("The role's trust policy does not allow this.");
    case AMFA_DENIAL_NO_GRANT:
      return _ ("This user may not assume this role: a policy of the user has to allow it, and so "
                "has the role's trust policy, which may demand a newer code.");
    case AMFA_DENIAL_UNSAID:
    default:
      return NULL;
    }
}

static char *
with_cause (const char *cause, const AmfaErrorDetails *d)
{
  g_autofree char *quote = quote_aws (d);

  return cause ? g_strdup_printf ("%s %s", cause, quote) : g_steal_pointer (&quote);
}

static char *
bad_request (const AmfaErrorDetails *d)
{
  return with_cause (d->reason == AMFA_REQUEST_PROBLEM_ALTERED
                         ? _ ("The request did not reach AWS as it was sent. Does a proxy change "
                              "requests?")
                         : NULL,
                     d);
}

static char *
region_disabled (const AmfaErrorDetails *d)
{
  g_autofree char *region = d->region ? region_from (d) : g_strdup (or_unknown (d->subject));
  g_autofree char *cause =
      /* Translators: a region and where it is set. */
      g_strdup_printf (_ ("STS is turned off in region %s. Use another region, or let an "
                          "administrator turn it on."),
                       region);

  return with_cause (cause, d);
}

static char *
key_refused (const AmfaErrorDetails *d)
{
  g_autofree char *sentence =
      g_strdup_printf (_ ("AWS does not accept access key %s here: deactivated, deleted, just "
                          "created, or of another partition."),
                       or_unknown (d->subject));
  g_autofree char *region = NULL;

  if (!d->region)
    return g_steal_pointer (&sentence);
  region = region_from (d);
  /* Translators: a sentence, a region and where that is set. */
  return g_strdup_printf (_ ("%s Or the account has not enabled region %s."), sentence, region);
}

static char *
session_expired (const AmfaErrorDetails *d)
{
  if (!d->subject)
    return g_strdup (_ ("This session has ended."));
  /* Translators: an access key id. */
  return g_strdup_printf (
      _ ("AWS no longer accepts the session with key %s: it was revoked, or its "
         "user or role was deleted."),
      d->subject);
}

/* What may be the cause of it; a blank before it. */
static char *
doubt_region (const AmfaErrorDetails *d)
{
  g_autofree char *region = d->region ? region_from (d) : NULL;

  if (region && d->meant)
    /* Translators: a region and where it is set, and another region. */
    return g_strdup_printf (_ (" No AWS region is called %s. Did you mean %s?"), region, d->meant);
  if (region)
    /* Translators: a region and where it is set. */
    return g_strdup_printf (_ (" No AWS region that this program knows is called %s."), region);
  return g_strdup ("");
}

static char *
no_device (const AmfaErrorDetails *d)
{
  if (d->reason > 0)
    return g_strdup (_ ("This user has no MFA device that works with the AWS API. Security keys "
                        "and passkeys (FIDO) work in the AWS console only: add an authenticator "
                        "app there."));
  return g_strdup (_ ("This user has no MFA device that works with the AWS API."));
}

static char *
clock_off (const AmfaErrorDetails *d)
{
  g_autofree char *span = amfa_format_duration (ABS (d->seconds));

  if (d->seconds == 0)
    return g_strdup (_ ("This computer's clock differs from AWS's."));
  if (d->seconds > 0)
    /* Translators: a duration, such as "7 minutes". */
    return g_strdup_printf (_ ("This computer's clock is %s behind AWS."), span);
  return g_strdup_printf (_ ("This computer's clock is %s ahead of AWS."), span);
}

/* Translators: it stands in place of the name of a variable: "It is set by HTTPS_PROXY." */
static const char *
name_origin (const char *origin)
{
  return origin ? origin : _ ("the desktop's network settings");
}

/* The user's name and password are never told. */
static char *
network (const AmfaErrorDetails *d)
{
  const char *host = or_unknown (d->subject);
  const char *proxy = or_unknown (d->other);
  const char *origin = name_origin (d->origin);

  switch (d->reason)
    {
    case G_IO_ERROR_PROXY_AUTH_FAILED:
      /* Translators: a host, a proxy's host and port, what sets it (HTTPS_PROXY). */
      return g_strdup_printf (_ ("Cannot reach %s: the proxy %s refuses the user name and password "
                                 "(HTTP 407 Proxy Authentication Required). They are set by %s, "
                                 "and are sent in the Basic scheme: a proxy that accepts only "
                                 "Digest, NTLM or Kerberos cannot be used."),
                              host, proxy, origin);
    case G_IO_ERROR_NOT_SUPPORTED:
      if (!d->other)
        break;
      /* Translators: a host, a proxy's host and port, "Digest, NTLM", what sets it (HTTPS_PROXY).
       */
      return g_strdup_printf (_ ("Cannot reach %s: the proxy %s accepts a user name and password "
                                 "only as %s (HTTP 407 Proxy Authentication Required), and this "
                                 "program knows only the Basic scheme. It is set by %s."),
                              host, proxy, or_unknown (d->quote), origin);
    case G_IO_ERROR_PROXY_NEED_AUTH:
      return g_strdup_printf (_ ("Cannot reach %s: the proxy %s wants a user name and password "
                                 "(HTTP 407 Proxy Authentication Required). It is set by %s, "
                                 "without them."),
                              host, proxy, origin);
    case G_IO_ERROR_PROXY_NOT_ALLOWED:
    case G_IO_ERROR_PROXY_FAILED:
      /* Translators: a host, a proxy's host and port, what it says, what sets it (HTTPS_PROXY). */
      return g_strdup_printf (
          _ ("Cannot reach %s: the proxy %s does not let us through (%s). It is "
             "set by %s."),
          host, proxy, or_unknown (d->quote), origin);
    default:
      break;
    }
  return g_strdup_printf (_ ("Cannot reach %s: %s"), host, or_unknown (d->quote));
}

static char *
base_lost (const AmfaErrorDetails *d)
{
  const char *profile = or_unknown (d->subject);
  g_autofree char *command = d->other ? amfa_own_command ("--restore", d->subject) : NULL;

  if (command)
    /* Translators: a profile, a key id, a command. */
    return g_strdup_printf (_ ("Your keyring no longer has the key for profile %s, but it has the "
                               "original credentials with access key %s. Restore them first: %s"),
                            profile, d->other, command);
  return g_strdup_printf (_ ("Your keyring no longer has the key for profile %s. Create a new one "
                             "in the AWS console."),
                          profile);
}

static char *
bundle_unusable (const AmfaErrorDetails *d)
{
  const char *why = or_unknown (d->quote);

  if (d->reason == AMFA_TLS_PROBLEM_NOT_REGULAR)
    why = _ ("it is not a regular file");
  else if (d->reason == AMFA_TLS_PROBLEM_NO_CERTIFICATE)
    why = _ ("there is no certificate in it");
  /* Translators: a host, a file, what is wrong with it, what names the file (AWS_CA_BUNDLE). */
  return g_strdup_printf (_ ("The connection to %s cannot be checked: the CA bundle %s cannot be "
                             "used (%s). It is set by %s."),
                          or_unknown (d->subject), or_unknown (d->other), why,
                          or_unknown (d->origin));
}

static char *
issuer_unknown (const AmfaErrorDetails *d)
{
  const char *host = or_unknown (d->subject);

  if (d->other)
    /* Translators: a host, a file, what names the file (AWS_CA_BUNDLE). */
    return g_strdup_printf (_ ("The connection to %s is not trustworthy: its certificate was "
                               "issued by none of the authorities in the CA bundle %s, which is "
                               "set by %s."),
                            host, d->other, or_unknown (d->origin));
  return g_strdup_printf (_ ("The connection to %s is not trustworthy: its certificate was issued "
                             "by an unknown authority. If your company inspects encrypted "
                             "connections, name a file with its certificate in ca_bundle in the "
                             "config file, or in AWS_CA_BUNDLE."),
                          host);
}

static char *
connection_untrustworthy (const AmfaErrorDetails *d)
{
  const int bundle =
      AMFA_TLS_PROBLEM_BUNDLE | AMFA_TLS_PROBLEM_NOT_REGULAR | AMFA_TLS_PROBLEM_NO_CERTIFICATE;

  if (d->reason & bundle)
    return bundle_unusable (d);
  if (d->reason & AMFA_TLS_PROBLEM_TOO_OLD)
    /* Translators: a host, and a version such as "TLS 1.0". */
    return g_strdup_printf (_ ("The connection to %s is not trustworthy: it is encrypted with %s, "
                               "which is out of date. TLS 1.2 or newer is needed."),
                            or_unknown (d->subject), or_unknown (d->quote));
  if (d->reason & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return g_strdup_printf (_ ("The connection to %s is not trustworthy: the server's certificate "
                               "is that of another host (a captive portal or proxy?)."),
                            or_unknown (d->subject));
  if (d->reason & (G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_NOT_ACTIVATED))
    return g_strdup_printf (_ ("The connection to %s is not trustworthy: its certificate is out of "
                               "date, or this computer's clock is wrong."),
                            or_unknown (d->subject));
  if (d->reason & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return issuer_unknown (d);
  if (d->reason & G_TLS_CERTIFICATE_REVOKED)
    return g_strdup_printf (_ ("The connection to %s is not trustworthy: its certificate was "
                               "revoked."),
                            or_unknown (d->subject));
  if (d->reason & G_TLS_CERTIFICATE_INSECURE)
    return g_strdup_printf (_ ("The connection to %s is not trustworthy: its certificate uses "
                               "algorithms that are out of date."),
                            or_unknown (d->subject));
  return g_strdup_printf (_ ("The connection to %s is not trustworthy: %s"),
                          or_unknown (d->subject), or_unknown (d->quote));
}

/* What closes a sentence that ends in somebody else's words. */
static const char *
get_stop (const char *sentence)
{
  return g_str_has_suffix (sentence, ".") || g_str_has_suffix (sentence, "?") ? "" : ".";
}

static char *
tls (const AmfaErrorDetails *d)
{
  g_autofree char *sentence = connection_untrustworthy (d);

  if (!(d->reason & AMFA_TLS_PROBLEM_OF_PROXY))
    return g_steal_pointer (&sentence);
  /* Translators: a sentence and its full stop before it; a proxy's host and port, what sets it
   * (HTTPS_PROXY). */
  return g_strdup_printf (_ ("%s%s %s is the proxy. It is set by %s."), sentence,
                          get_stop (sentence), or_unknown (d->subject),
                          name_origin (d->proxy_origin));
}

static char *
protocol (const AmfaErrorDetails *d)
{
  const char *host = or_unknown (d->subject);

  switch ((AmfaProtocolProblem) d->reason)
    {
    case AMFA_PROTOCOL_PROBLEM_TRUNCATED:
      return g_strdup_printf (_ ("The answer from %s broke off in the middle."), host);
    case AMFA_PROTOCOL_PROBLEM_TOO_BIG:
      return g_strdup_printf (_ ("The answer from %s does not come from AWS: it is too long."),
                              host);
    case AMFA_PROTOCOL_PROBLEM_REDIRECT:
      return g_strdup_printf (_ ("%s does not answer as AWS (a captive portal or proxy?): it sends "
                                 "us elsewhere."),
                              host);
    case AMFA_PROTOCOL_PROBLEM_IMPLAUSIBLE:
      return g_strdup_printf (
          _ ("The answer from %s does not come from AWS: the session in it is not "
             "what was asked for. Nothing was changed."),
          host);
    case AMFA_PROTOCOL_PROBLEM_NOT_XML:
    case AMFA_PROTOCOL_PROBLEM_INCOMPLETE:
    case AMFA_PROTOCOL_PROBLEM_EMPTY:
    default:
      return g_strdup_printf (_ ("The answer from %s does not come from AWS (a captive portal or "
                                 "proxy?)."),
                              host);
    }
}

static char *
endpoint (const AmfaErrorDetails *d)
{
  const char *value = or_unknown (d->subject);
  const char *origin = or_unknown (d->other);

  switch ((AmfaEndpointProblem) d->reason)
    {
    case AMFA_ENDPOINT_PROBLEM_REGION:
      if (d->meant)
        /* Translators: a region, what sets it (AWS_REGION), and another region. */
        return g_strdup_printf (_ ("“%s” is not an AWS region. It is set by %s. Did you mean %s?"),
                                value, origin, d->meant);
      return g_strdup_printf (_ ("“%s” is not an AWS region. It is set by %s."), value, origin);
    case AMFA_ENDPOINT_PROBLEM_PLAIN_HTTP:
      return g_strdup_printf (_ ("The endpoint %s is not encrypted: plain http goes only to this "
                                 "computer itself. It is set by %s."),
                              value, origin);
    case AMFA_ENDPOINT_PROBLEM_CUSTOM_FIPS:
      return g_strdup_printf (_ ("The endpoint %s cannot be combined with FIPS or dual stack. It "
                                 "is set by %s."),
                              value, origin);
    case AMFA_ENDPOINT_PROBLEM_PROXY:
      return g_strdup_printf (_ ("%s does not say where a proxy is. This is meant: "
                                 "http://USER:PASSWORD@HOST:PORT, with %%2F for a slash in the "
                                 "password."),
                              name_origin (d->other));
    case AMFA_ENDPOINT_PROBLEM_SERVICES:
      return g_strdup_printf (_ ("There is no section [services %s] in the config file. It is "
                                 "chosen by %s."),
                              value, origin);
    case AMFA_ENDPOINT_PROBLEM_URL:
    default:
      return g_strdup_printf (_ ("The endpoint “%s” is not a URL. It is set by %s."), value,
                              origin);
    }
}

static char *
nothing_to_restore (const AmfaErrorDetails *d)
{
  if (d->reason == AMFA_NOTHING_OTHER_KEY)
    return g_strdup_printf (
        _ ("Nothing to restore: the file has long-term key %s, which is another "
           "one than key %s in the keyring."),
        or_unknown (d->subject), or_unknown (d->other));
  if (d->subject)
    return g_strdup_printf (_ ("Nothing to restore: the temporary keys %s come from another "
                               "program and were left alone."),
                            d->subject);
  if (d->reason == AMFA_NOTHING_NO_PROCESS)
    return g_strdup_printf (_ ("Nothing to undo: AWS tools do not ask awsmfa for the keys of "
                               "profile %s."),
                            or_unknown (d->other));
  if (d->reason == AMFA_NOTHING_IN_KEYRING)
    return g_strdup_printf (_ ("Nothing to forget: the keyring has no keys of profile %s."),
                            or_unknown (d->other));
  return g_strdup (_ ("Nothing to restore: the original credentials are in place."));
}

static char *
profile_unknown (const AmfaErrorDetails *d)
{
  if (d->reason != 0)
    return g_strdup_printf (
        _ ("The applet knows no profile %s. Perhaps it was started with another "
           "AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE."),
        or_unknown (d->subject));
  if (!d->other)
    return g_strdup_printf (_ ("There is no profile %s, nor any other."), or_unknown (d->subject));
  return g_strdup_printf (_ ("There is no profile %s. There are: %s."), or_unknown (d->subject),
                          d->other);
}

static char *
no_answer (const AmfaErrorDetails *d)
{
  g_autofree char *span = amfa_format_duration (d->seconds);

  /* Translators: a profile, and a duration such as "50 seconds". */
  return g_strdup_printf (_ ("Nobody entered an MFA code for profile %s within %s."),
                          or_unknown (d->subject), span);
}

static char *
no_session (const AmfaErrorDetails *d)
{
  g_autofree char *left = amfa_format_duration (d->seconds);

  if (d->seconds > 0)
    /* Translators: a profile, and a duration such as "19 seconds". */
    return g_strdup_printf (_ ("The session in profile %s ends in %s."), or_unknown (d->subject),
                            left);
  return g_strdup_printf (_ ("There is no session in profile %s."), or_unknown (d->subject));
}

static char *
shadowed (const AmfaErrorDetails *d)
{
  const char *profile = or_unknown (d->subject);
  const char *path = or_unknown (d->quote);

  if (d->reason)
    /* Translators: a path, a line number, a profile. */
    return g_strdup_printf (_ ("%s, line %u: profile %s has a role_arn, and AWS tools take on that "
                               "role whatever keys the credentials file holds. A session there "
                               "would have no effect."),
                            path, d->line, profile);
  if (g_strcmp0 (d->other, "role_arn") == 0)
    /* Translators: a path, a line number, and a profile twice. */
    return g_strdup_printf (_ ("%s, line %u: profile %s has a role_arn, and AWS tools take on that "
                               "role whatever keys the credentials file holds. A session there "
                               "would have no effect. Put the role into a profile of its own, with "
                               "source_profile = %s."),
                            path, d->line, profile, profile);
  /* Translators: a path, a line number, a profile, and a setting such as sso_account_id. */
  return g_strdup_printf (
      _ ("%s, line %u: profile %s has a %s, and AWS tools go by that whatever "
         "keys the credentials file holds. A session there would have no effect. "
         "Use another profile."),
      path, d->line, profile, or_unknown (d->other));
}

static char *
message_for_code (AmfaError code, const AmfaErrorDetails *d)
{
  const char *subject = or_unknown (d->subject);

  switch (code)
    {
    case AMFA_ERROR_CODE_REFUSED:
      return g_strdup (_ ("AWS refused that code. If it was right, wait for the next one."));
    case AMFA_ERROR_DEVICE_REFUSED:
      return g_strdup_printf (_ ("AWS does not know MFA device %s for this user."), subject);
    case AMFA_ERROR_KEY_REFUSED:
      return key_refused (d);
    case AMFA_ERROR_SECRET_WRONG:
      return g_strdup_printf (_ ("The secret access key does not belong to %s."), subject);
    case AMFA_ERROR_CLOCK_OFF:
      return clock_off (d);
    case AMFA_ERROR_SCOPE_REFUSED:
      return scope_refused (d);
    case AMFA_ERROR_NOT_ALLOWED:
      return with_cause (name_denial (d->reason), d);
    case AMFA_ERROR_REGION_DISABLED:
      return region_disabled (d);
    case AMFA_ERROR_BAD_REQUEST:
      return bad_request (d);
    case AMFA_ERROR_NEEDS_LONG_TERM:
      return g_strdup (_ ("These keys are already temporary: AWS wants the long-term ones."));
    case AMFA_ERROR_SESSION_EXPIRED:
      return session_expired (d);
    case AMFA_ERROR_SERVICE:
      return g_strdup (_ ("AWS is busy or has an internal fault. Try again in a minute."));
    case AMFA_ERROR_NETWORK:
      return network (d);
    case AMFA_ERROR_TLS:
      return tls (d);
    case AMFA_ERROR_PROTOCOL:
      return protocol (d);
    case AMFA_ERROR_NO_DEVICE:
      return no_device (d);
    case AMFA_ERROR_DEVICE_UNKNOWN:
      return g_strdup (_ ("Which MFA device? Choose one, or type its serial number."));
    case AMFA_ERROR_BASE_LOST:
      return base_lost (d);
    case AMFA_ERROR_NO_KEYS:
      return g_strdup_printf (_ ("There are no AWS keys for profile %s yet."), subject);
    case AMFA_ERROR_ROLE_UNUSABLE:
      return amfa_message_for_role_problem (d);
    case AMFA_ERROR_PROFILE_UNKNOWN:
      return profile_unknown (d);
    case AMFA_ERROR_ENDPOINT_BAD:
      return endpoint (d);
    case AMFA_ERROR_BAD_CODE:
      return g_strdup (_ ("An MFA code has six digits."));
    case AMFA_ERROR_CODE_COMMAND:
      return amfa_message_for_code_command_problem (d);
    case AMFA_ERROR_KEYRING_LOCKED:
      return g_strdup (_ ("Your keyring is locked."));
    case AMFA_ERROR_KEYRING_ABSENT:
      return amfa_message_for_keyring_absence (d);
    case AMFA_ERROR_KEYRING_FAILED:
      return amfa_message_for_keyring_problem (d);
    case AMFA_ERROR_FILE_UNUSABLE:
    case AMFA_ERROR_CONFIG_UNUSABLE:
      return amfa_message_for_file_problem (d);
    case AMFA_ERROR_FILE_WRITE:
      return g_strdup_printf (_ ("Cannot write %s: %s. The old file is untouched."), subject,
                              or_unknown (d->quote));
    case AMFA_ERROR_FILE_CHANGED:
      return g_strdup_printf (_ ("The key in %s was changed meanwhile; the file was left alone."),
                              subject);
    case AMFA_ERROR_BUSY:
      return g_strdup_printf (_ ("Another program is working on %s."), subject);
    case AMFA_ERROR_NOTHING_TO_RESTORE:
      return nothing_to_restore (d);
    case AMFA_ERROR_NO_SESSION:
      return no_session (d);
    case AMFA_ERROR_DECLINED:
      return g_strdup_printf (_ ("The MFA code for profile %s was declined."), subject);
    case AMFA_ERROR_NO_DESKTOP:
      return g_strdup_printf (
          _ ("There is no session in profile %s, and no desktop here that could "
             "ask for an MFA code."),
          subject);
    case AMFA_ERROR_NO_ANSWER:
      return no_answer (d);
    case AMFA_ERROR_ONLY_COPY:
      return g_strdup_printf (_ ("Only your keyring has access key %s of profile %s, and it cannot "
                                 "be put back into the credentials file; nothing was changed."),
                              or_unknown (d->other), subject);
    case AMFA_ERROR_ACCOUNT_CHANGED:
      return g_strdup_printf (
          _ ("The access key belongs to account %s. So far, the sessions of this "
             "profile were in account %s."),
          subject, or_unknown (d->other));
    case AMFA_ERROR_BAD_SERIAL:
      return amfa_message_for_serial_problem (d);
    case AMFA_ERROR_SHADOWED:
      return shadowed (d);
    default:
      g_return_val_if_reached (g_strdup (""));
    }
}

static char *
message_for_own (const GError *error)
{
  const AmfaErrorDetails *details = amfa_error_get_details (error);
  gboolean is_about_the_way = error->code == AMFA_ERROR_NETWORK || error->code == AMFA_ERROR_TLS;
  g_autofree char *sentence = message_for_code ((AmfaError) error->code, details);
  g_autofree char *doubt = is_about_the_way ? doubt_region (details) : g_strdup ("");

  return g_strconcat (sentence, *doubt ? get_stop (sentence) : "", doubt, NULL);
}

/**
 * amfa_message_for_error:
 * @error: any error of the core
 *
 * Returns: (transfer full): a sentence or two, in the user's language; "" for a cancellation,
 *   about which nothing is said
 */
char *
amfa_message_for_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (amfa_error_is_cancelled (error))
    return g_strdup ("");
  g_autofree char *sentence =
      error->domain == AMFA_ERROR ? message_for_own (error) : amfa_format_excerpt (error->message);

  return amfa_format_printable (sentence);
}
