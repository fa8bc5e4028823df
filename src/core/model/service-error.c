#define G_LOG_DOMAIN "amfa-service-error"

#include <string.h>

#include "error.h"
#include "response.h"

/* What AWS says in an error document, turned into what the user can do about it. AWS's codes are
 * few and coarse ("AccessDenied" is a wrong code, a wrong device and a missing right), so some are
 * told apart by the message. Codes come with and without "Exception" behind them. */

/* As much of somebody else's message as a dialog can show. */
#define QUOTE_MAX 500

typedef struct
{
  const char *code;    /* without "Exception" */
  const char *message; /* nullable: a part of it, in any case */
  AmfaError means;
} Rule;

/* The first one that fits. */
static const Rule rules[] = {
  { "AccessDenied", "unable to validate MFA code", AMFA_ERROR_DEVICE_REFUSED },
  { "AccessDenied", "invalid MFA one time pass code", AMFA_ERROR_CODE_REFUSED },
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
  { "SignatureDoesNotMatch", NULL, AMFA_ERROR_SECRET_WRONG },
  { "InvalidSignature", NULL, AMFA_ERROR_SECRET_WRONG },
  { "RegionDisabled", NULL, AMFA_ERROR_REGION_DISABLED },
  { "ValidationError", NULL, AMFA_ERROR_BAD_REQUEST },
  { "IncompleteSignature", NULL, AMFA_ERROR_BAD_REQUEST },
  { "MissingAuthenticationToken", NULL, AMFA_ERROR_BAD_REQUEST },
  { "Throttling", NULL, AMFA_ERROR_SERVICE },
  { "RequestLimitExceeded", NULL, AMFA_ERROR_SERVICE },
  { "TooManyRequests", NULL, AMFA_ERROR_SERVICE },
  { "SlowDown", NULL, AMFA_ERROR_SERVICE },
  { "InternalFailure", NULL, AMFA_ERROR_SERVICE },
  { "InternalError", NULL, AMFA_ERROR_SERVICE },
  { "ServiceUnavailable", NULL, AMFA_ERROR_SERVICE },
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

static AmfaError
classify (const AmfaServiceError *self, guint http_status)
{
  if (amfa_service_error_is_clock (self))
    return AMFA_ERROR_CLOCK_OFF;

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if (code_is (self, rules[i].code) &&
          (!rules[i].message || message_has (self, rules[i].message)))
        return rules[i].means;
    }

  if (http_status >= 500 || http_status == 429)
    return AMFA_ERROR_SERVICE;
  return http_status == 401 || http_status == 403 ? AMFA_ERROR_NOT_ALLOWED : AMFA_ERROR_BAD_REQUEST;
}

/* AWS's words, or at least its code. */
static char *
dup_quote (const AmfaServiceError *self)
{
  const char *words = *self->message ? self->message : self->code;

  if (g_utf8_strlen (words, -1) <= QUOTE_MAX)
    return g_strdup (words);

  g_autofree char *start = g_utf8_substring (words, 0, QUOTE_MAX);

  return g_strconcat (start, "…", NULL);
}

/* The region in "sts.eu-south-1.amazonaws.com"; the whole host if it is a custom one. */
static char *
region_of_host (const char *host)
{
  g_auto (GStrv) labels = g_strsplit (host, ".", 3);

  return g_str_has_prefix (host, "sts") && g_strv_length (labels) == 3 ? g_strdup (labels[1])
                                                                       : g_strdup (host);
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
 * @http_status: and with which status
 * @host: who said it
 * @key_id: the key that signed
 * @serial: (nullable): the device that was named
 * @clock_offset: the server's clock minus ours in seconds, for %AMFA_ERROR_CLOCK_OFF
 *
 * The message is quoted only where #AmfaError says so: that of a signature error may hold the
 * canonical request, and with it the token.
 *
 * Returns: (transfer full): an error of the domain %AMFA_ERROR
 */
GError *
amfa_service_error_to_error (const AmfaServiceError *self,
                             guint http_status,
                             const char *host,
                             const char *key_id,
                             const char *serial,
                             gint64 clock_offset)
{
  g_return_val_if_fail (self && host && key_id, NULL);

  AmfaError code = classify (self, http_status);
  AmfaErrorDetails details = { .request_id = *self->request_id ? self->request_id : NULL };
  g_autofree char *quote = dup_quote (self);
  g_autofree char *region = region_of_host (host);

  if (code == AMFA_ERROR_DEVICE_REFUSED)
    details.subject = serial;
  else if (code == AMFA_ERROR_KEY_REFUSED || code == AMFA_ERROR_SECRET_WRONG ||
           code == AMFA_ERROR_NEEDS_LONG_TERM)
    details.subject = key_id;
  else if (code == AMFA_ERROR_REGION_DISABLED)
    details.subject = region;
  else if (code == AMFA_ERROR_SERVICE)
    details.subject = host;

  if (code == AMFA_ERROR_CLOCK_OFF)
    details.seconds = clock_offset;
  if (code == AMFA_ERROR_NOT_ALLOWED || code == AMFA_ERROR_REGION_DISABLED ||
      code == AMFA_ERROR_BAD_REQUEST || code == AMFA_ERROR_SERVICE)
    details.quote = quote;

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
