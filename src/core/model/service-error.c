#define G_LOG_DOMAIN "amfa-service-error"

#include <string.h>

#include "error.h"
#include "partition.h"
#include "response.h"

/* What AWS says in an error document, turned into what the user can do about it. AWS's codes are
 * few and coarse: "AccessDenied" is a wrong code, a wrong device and a missing right,
 * "SignatureDoesNotMatch" a wrong secret, a wrong region and a wrong clock. So they are told apart
 * by the message. Codes come with and without "Exception" behind them. */

/* As much of somebody else's message as a dialog can show. */
#define QUOTE_MAX 500

typedef struct
{
  const char *code;    /* without "Exception"; nullable: any */
  const char *message; /* nullable: a part of it, in any case */
  AmfaError means;
  int reason;
} Rule;

/* The first one that fits. */
static const Rule rules[] = {
  { "AccessDenied", "unable to validate MFA code", AMFA_ERROR_DEVICE_REFUSED },
  { "AccessDenied", "one time pass code", AMFA_ERROR_CODE_REFUSED },
  { "AccessDenied", "with session credentials", AMFA_ERROR_NEEDS_LONG_TERM },
  { "AccessDenied", NULL, AMFA_ERROR_NOT_ALLOWED },
  { "UnauthorizedOperation", NULL, AMFA_ERROR_NOT_ALLOWED },
  { "NotAuthorized", NULL, AMFA_ERROR_NOT_ALLOWED },
  { "OptInRequired", NULL, AMFA_ERROR_NOT_ALLOWED },
  { "ExpiredToken", NULL, AMFA_ERROR_SESSION_EXPIRED },
  /* AWS says so of some expired tokens. */
  { "InvalidClientTokenId", "expired", AMFA_ERROR_SESSION_EXPIRED },
  { "InvalidClientTokenId", NULL, AMFA_ERROR_KEY_REFUSED },
  { "InvalidAccessKeyId", NULL, AMFA_ERROR_KEY_REFUSED },
  { "UnrecognizedClient", NULL, AMFA_ERROR_KEY_REFUSED },
  /* Of a signature; several codes come with each of these. */
  { NULL, "scoped to a valid region", AMFA_ERROR_SCOPE_REFUSED, AMFA_SCOPE_PROBLEM_REGION },
  { NULL, "scoped to correct service", AMFA_ERROR_SCOPE_REFUSED, AMFA_SCOPE_PROBLEM_SERVICE },
  { NULL, "header is malformed; the region", AMFA_ERROR_SCOPE_REFUSED, AMFA_SCOPE_PROBLEM_REGION },
  { NULL, "Credential should be scoped", AMFA_ERROR_BAD_REQUEST, AMFA_REQUEST_PROBLEM_ALTERED },
  { NULL, "Date in Credential scope", AMFA_ERROR_BAD_REQUEST, AMFA_REQUEST_PROBLEM_ALTERED },
  { "SignatureDoesNotMatch", NULL, AMFA_ERROR_SECRET_WRONG },
  { "InvalidSignature", NULL, AMFA_ERROR_SECRET_WRONG },
  { "IncompleteSignature", NULL, AMFA_ERROR_BAD_REQUEST, AMFA_REQUEST_PROBLEM_ALTERED },
  { "MissingAuthenticationToken", NULL, AMFA_ERROR_BAD_REQUEST, AMFA_REQUEST_PROBLEM_ALTERED },
  { "RegionDisabled", NULL, AMFA_ERROR_REGION_DISABLED },
  { "ValidationError", NULL, AMFA_ERROR_BAD_REQUEST },
  { "Throttling", NULL, AMFA_ERROR_SERVICE },
  { "RequestLimitExceeded", NULL, AMFA_ERROR_SERVICE },
  { "TooManyRequests", NULL, AMFA_ERROR_SERVICE },
  { "SlowDown", NULL, AMFA_ERROR_SERVICE },
  { "InternalFailure", NULL, AMFA_ERROR_SERVICE },
  { "InternalError", NULL, AMFA_ERROR_SERVICE },
  { "ServiceUnavailable", NULL, AMFA_ERROR_SERVICE },
};

/* How AWS ends an "is not authorized to perform" ("Troubleshoot access denied error messages", IAM
 * user guide). The first one that fits. */
static const struct
{
  const char *message;
  AmfaDenial denial;
} denials[] = {
  { "service control policy", AMFA_DENIAL_ORGANIZATION },
  { "resource control policy", AMFA_DENIAL_ORGANIZATION },
  { "permissions boundary", AMFA_DENIAL_BOUNDARY },
  { "session policy", AMFA_DENIAL_SESSION },
  { "VPC endpoint policy", AMFA_DENIAL_NETWORK },
  { "explicit deny in a resource-based policy", AMFA_DENIAL_TRUST },
  { "explicit deny in a role trust policy", AMFA_DENIAL_TRUST },
  { "no resource-based policy allows", AMFA_DENIAL_TRUST },
  { "no role trust policy allows", AMFA_DENIAL_TRUST },
  { "explicit deny", AMFA_DENIAL_USER },
  { "no identity-based policy allows", AMFA_DENIAL_USER },
  { "not authorized to perform: sts:AssumeRole", AMFA_DENIAL_NO_GRANT },
};

static gboolean
code_is (const AmfaServiceError *self, const char *code)
{
  gsize length = strlen (code);

  return strncmp (self->code, code, length) == 0 &&
         (self->code[length] == '\0' || g_str_equal (self->code + length, "Exception"));
}

static gboolean
message_has (const AmfaServiceError *self, const char *part)
{
  g_autofree char *message = g_ascii_strdown (self->message, -1);
  g_autofree char *wanted = g_ascii_strdown (part, -1);

  return strstr (message, wanted) != NULL;
}

static AmfaDenial
get_denial (const AmfaServiceError *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (denials); i++)
    if (message_has (self, denials[i].message))
      return denials[i].denial;
  return AMFA_DENIAL_UNSAID;
}

/* A key that belongs to a session is deleted with its role or user, or was never one. */
static AmfaError
judge_key (AmfaError means, const AmfaServiceContext *context)
{
  gboolean is_session = context->has_token || amfa_key_id_is_temporary (context->key_id);

  return means == AMFA_ERROR_KEY_REFUSED && is_session ? AMFA_ERROR_SESSION_EXPIRED : means;
}

static AmfaError
classify (const AmfaServiceError *self, guint http_status, int *reason)
{
  if (amfa_service_error_is_clock (self))
    return AMFA_ERROR_CLOCK_OFF;

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if ((!rules[i].code || code_is (self, rules[i].code)) &&
          (!rules[i].message || message_has (self, rules[i].message)))
        {
          *reason = rules[i].reason;
          return rules[i].means;
        }
    }

  if (http_status >= 500 || http_status == 429)
    return AMFA_ERROR_SERVICE;
  return http_status == 401 || http_status == 403 ? AMFA_ERROR_NOT_ALLOWED : AMFA_ERROR_BAD_REQUEST;
}

/* AWS's words, or at least its code. Only the first line: behind it may be the canonical request.
 */
static char *
dup_quote (const AmfaServiceError *self)
{
  const char *words = *self->message ? self->message : self->code;
  g_autofree char *line = g_strndup (words, strcspn (words, "\r\n"));

  if (g_utf8_strlen (line, -1) <= QUOTE_MAX)
    return g_steal_pointer (&line);

  g_autofree char *start = g_utf8_substring (line, 0, QUOTE_MAX);

  return g_strconcat (start, "…", NULL);
}

/* Returns: (transfer full) (nullable): the region in "sts.eu-south-1.amazonaws.com" */
static char *
dup_region_of_host (const char *host)
{
  g_auto (GStrv) labels = g_strsplit (host, ".", 3);

  return g_str_has_prefix (host, "sts") && g_strv_length (labels) == 3 &&
                 amfa_region_is_known (labels[1])
             ? g_strdup (labels[1])
             : NULL;
}

/* Returns: (transfer full) (nullable): "eu-west-1" of "… is wrong; expecting 'eu-west-1'" */
static char *
dup_expected (const AmfaServiceError *self)
{
  static const char before[] = "expecting '";
  const char *start = strstr (self->message, before);
  gsize length = start ? strcspn (start + sizeof before - 1, "'") : 0;
  g_autofree char *region = length > 0 ? g_strndup (start + sizeof before - 1, length) : NULL;

  return region && amfa_region_is_known (region) ? g_steal_pointer (&region) : NULL;
}

/* Returns: (transfer full) (nullable): the region that the endpoint would take */
static char *
dup_meant (const AmfaServiceError *self, const AmfaEndpoint *endpoint)
{
  g_autofree char *expected = dup_expected (self);
  g_autofree char *of_host = dup_region_of_host (endpoint->host);

  if (expected)
    return g_steal_pointer (&expected);
  if (of_host && !g_str_equal (of_host, endpoint->signing_region))
    return g_steal_pointer (&of_host);
  if (!endpoint->url_origin && !amfa_region_is_known (endpoint->signing_region))
    return g_strdup (amfa_region_find_nearest (endpoint->signing_region));
  return NULL;
}

void
amfa_service_error_free (AmfaServiceError *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->code);
  g_free (self->message);
  g_free (self->request_id);
  g_free (self);
}

/**
 * amfa_service_error_to_error:
 * @self: what the server said
 * @context: about what
 *
 * The message is quoted only where #AmfaError says so.
 *
 * Returns: (transfer full): an error of the domain %AMFA_ERROR
 */
GError *
amfa_service_error_to_error (const AmfaServiceError *self, const AmfaServiceContext *context)
{
  g_return_val_if_fail (self && context && context->endpoint && context->key_id, NULL);

  const AmfaEndpoint *endpoint = context->endpoint;
  AmfaErrorDetails details = { .request_id = *self->request_id ? self->request_id : NULL };
  AmfaError code = judge_key (classify (self, context->http_status, &details.reason), context);
  gboolean signs_for_said = g_strcmp0 (endpoint->region, endpoint->signing_region) == 0;
  g_autofree char *quote = dup_quote (self);
  g_autofree char *meant = NULL;

  switch ((int) code)
    {
    case AMFA_ERROR_DEVICE_REFUSED:
      details.subject = context->serial;
      break;
    case AMFA_ERROR_KEY_REFUSED:
      details.subject = context->key_id;
      if (signs_for_said && amfa_region_is_opt_in (endpoint->region))
        details.region = endpoint->region;
      break;
    case AMFA_ERROR_SECRET_WRONG:
    case AMFA_ERROR_NEEDS_LONG_TERM:
      details.subject = context->key_id;
      break;
    case AMFA_ERROR_SESSION_EXPIRED:
      if (!message_has (self, "expired") && !code_is (self, "ExpiredToken"))
        details.subject = context->key_id;
      break;
    case AMFA_ERROR_CLOCK_OFF:
      details.seconds = context->clock_offset;
      break;
    case AMFA_ERROR_SCOPE_REFUSED:
      details.subject = endpoint->host;
      details.origin = endpoint->url_origin;
      if (details.reason == AMFA_SCOPE_PROBLEM_SERVICE)
        details.other = amfa_service_get_signing_name (endpoint->service);
      else
        {
          details.other = endpoint->signing_region;
          details.region = signs_for_said ? endpoint->region : NULL;
          details.meant = meant = dup_meant (self, endpoint);
        }
      break;
    case AMFA_ERROR_REGION_DISABLED:
      details.subject = endpoint->signing_region;
      details.region = signs_for_said ? endpoint->region : NULL;
      details.quote = quote;
      break;
    case AMFA_ERROR_NOT_ALLOWED:
      details.reason = (int) get_denial (self);
      details.quote = quote;
      break;
    case AMFA_ERROR_SERVICE:
      details.subject = endpoint->host;
      details.quote = quote;
      break;
    case AMFA_ERROR_BAD_REQUEST:
      details.quote = quote;
      break;
    default:
      break;
    }
  if (details.region)
    details.region_origin = endpoint->region_origin;
  return amfa_error_new (code, &details);
}

/**
 * amfa_service_error_is_clock:
 *
 * Whether the server refused the time of the request: nothing was consumed, and the request may be
 * signed again with the server's time. Ceph (and S3) say "RequestTimeTooSkewed", AWS says
 * "SignatureDoesNotMatch" like for a wrong secret.
 */
gboolean
amfa_service_error_is_clock (const AmfaServiceError *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (code_is (self, "RequestTimeTooSkewed") || code_is (self, "RequestExpired") ||
      code_is (self, "RequestInTheFuture"))
    return TRUE;
  return (code_is (self, "SignatureDoesNotMatch") || code_is (self, "InvalidSignature")) &&
         (message_has (self, "Signature expired") ||
          message_has (self, "Signature not yet current"));
}

/**
 * amfa_service_error_get_server_time:
 * @time: (out): Unix seconds
 *
 * AWS's clock, out of "… (20260102T030405Z - 15 min.)".
 *
 * Returns: whether the message told it
 */
gboolean
amfa_service_error_get_server_time (const AmfaServiceError *self, gint64 *time)
{
  g_return_val_if_fail (self != NULL && time != NULL, FALSE);

  static const gsize length = sizeof "20260102T030405Z" - 1;
  const char *bracket = amfa_service_error_is_clock (self) ? strrchr (self->message, '(') : NULL;

  if (!bracket || strspn (bracket + 1, G_CSET_DIGITS "TZ") != length)
    return FALSE;

  g_autofree char *text = g_strndup (bracket + 1, length);
  g_autoptr (GDateTime) server = g_date_time_new_from_iso8601 (text, NULL);

  if (!server)
    return FALSE;
  *time = g_date_time_to_unix (server);
  return TRUE;
}
