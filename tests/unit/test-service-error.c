#include "core/model/error.h"
#include "core/model/response.h"

#include <string.h>

#define HOST "sts.eu-south-1.amazonaws.com"
#define KEY "AKIAEXAMPLE"
#define SERIAL "arn:aws:iam::123456789012:mfa/alice"
#define MFA "MultiFactorAuthentication failed"
#define EXPIRED                                                                                    \
  "Signature expired: 20260102T030405Z is now earlier than 20260102T031200Z (20260102T032700Z - "  \
  "15 min.)"
#define NOT_YET                                                                                    \
  "Signature not yet current: 20260102T030405Z is still later than 20260102T025900Z "              \
  "(20260102T025400Z + 5 min.)"
#define MISMATCH                                                                                   \
  "The request signature we calculated does not match the signature you provided. Check your AWS " \
  "Secret Access Key and signing method."

static void
test_to_error (void)
{
  static const struct
  {
    guint status;
    const char *code;
    const char *message;
    AmfaError means;
    const char *subject;
    const char *quote;
  } rows[] = {
    { 403, "AccessDenied", MFA " with invalid MFA one time pass code. ", AMFA_ERROR_CODE_REFUSED },
    { 403, "AccessDenied",
      MFA ", unable to validate MFA code.  Please verify your MFA serial number is valid and "
          "associated with this user.",
      AMFA_ERROR_DEVICE_REFUSED, SERIAL },
    { 403, "AccessDeniedException", MFA " with invalid MFA one time pass code.",
      AMFA_ERROR_CODE_REFUSED },
    { 403, "AccessDenied", "Cannot call GetSessionToken with session credentials",
      AMFA_ERROR_NEEDS_LONG_TERM, KEY },
    { 403, "AccessDenied",
      "User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole on resource: r",
      AMFA_ERROR_NOT_ALLOWED, NULL,
      "User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole on resource: r" },
    { 403, "AccessDenied", "", AMFA_ERROR_NOT_ALLOWED, NULL, "AccessDenied" },
    { 403, "InvalidClientTokenId", "The security token included in the request is invalid.",
      AMFA_ERROR_KEY_REFUSED, KEY },
    { 403, "InvalidAccessKeyId", "", AMFA_ERROR_KEY_REFUSED, KEY },
    { 400, "UnrecognizedClientException", "The security token included in the request is invalid.",
      AMFA_ERROR_KEY_REFUSED, KEY },
    { 403, "InvalidClientTokenId", "The security token included in the request is expired",
      AMFA_ERROR_SESSION_EXPIRED },
    { 403, "ExpiredToken", "The security token included in the request is expired",
      AMFA_ERROR_SESSION_EXPIRED },
    { 403, "ExpiredTokenException", "", AMFA_ERROR_SESSION_EXPIRED },
    { 403, "SignatureDoesNotMatch", MISMATCH, AMFA_ERROR_SECRET_WRONG, KEY },
    { 403, "SignatureDoesNotMatch", "", AMFA_ERROR_SECRET_WRONG, KEY },
    { 403, "InvalidSignatureException", MISMATCH, AMFA_ERROR_SECRET_WRONG, KEY },
    { 403, "SignatureDoesNotMatch", EXPIRED, AMFA_ERROR_CLOCK_OFF },
    { 403, "SignatureDoesNotMatch", NOT_YET, AMFA_ERROR_CLOCK_OFF },
    { 403, "InvalidSignatureException", EXPIRED, AMFA_ERROR_CLOCK_OFF },
    { 403, "RequestTimeTooSkewed", "", AMFA_ERROR_CLOCK_OFF },
    { 400, "RequestExpired", "Request has expired.", AMFA_ERROR_CLOCK_OFF },
    { 403, "RegionDisabledException", "STS is not activated in this region for account:1.",
      AMFA_ERROR_REGION_DISABLED, "eu-south-1",
      "STS is not activated in this region for account:1." },
    { 400, "ValidationError", "1 validation error detected: Value 'x' at 'tokenCode' failed",
      AMFA_ERROR_BAD_REQUEST, NULL,
      "1 validation error detected: Value 'x' at 'tokenCode' failed" },
    { 400, "IncompleteSignature", "m", AMFA_ERROR_BAD_REQUEST, NULL, "m" },
    { 403, "IncompleteSignature", "m", AMFA_ERROR_BAD_REQUEST, NULL, "m" },
    { 403, "MissingAuthenticationToken", "m", AMFA_ERROR_BAD_REQUEST, NULL, "m" },
    { 400, "Throttling", "Rate exceeded", AMFA_ERROR_SERVICE, HOST, "Rate exceeded" },
    { 400, "ThrottlingException", "Rate exceeded", AMFA_ERROR_SERVICE, HOST, "Rate exceeded" },
    { 500, "InternalFailure", "", AMFA_ERROR_SERVICE, HOST, "InternalFailure" },
    { 503, "ServiceUnavailable", "m", AMFA_ERROR_SERVICE, HOST, "m" },
    /* codes that nobody told us about */
    { 502, "Surprise", "m", AMFA_ERROR_SERVICE, HOST, "m" },
    { 429, "Surprise", "m", AMFA_ERROR_SERVICE, HOST, "m" },
    { 403, "Surprise", "m", AMFA_ERROR_NOT_ALLOWED, NULL, "m" },
    { 405, "MethodNotAllowed", "", AMFA_ERROR_BAD_REQUEST, NULL, "MethodNotAllowed" },
    { 404, "NoSuchEntity", "m", AMFA_ERROR_BAD_REQUEST, NULL, "m" },
    { 400, "ThrottlingOfSomeKind", "m", AMFA_ERROR_BAD_REQUEST, NULL, "m" },
    { 400, "", "", AMFA_ERROR_BAD_REQUEST, NULL, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AmfaServiceError told = { (char *) rows[i].code, (char *) rows[i].message, (char *) "id-1" };
      g_autoptr (GError) error =
          amfa_service_error_to_error (&told, rows[i].status, HOST, KEY, SERIAL, 420);
      const AmfaErrorDetails *details = amfa_error_get_details (error);

      g_test_message ("%s: %s", rows[i].code, rows[i].message);
      g_assert_error (error, AMFA_ERROR, (int) rows[i].means);
      g_assert_cmpstr (details->subject, ==, rows[i].subject);
      g_assert_cmpstr (details->quote, ==, rows[i].quote);
      g_assert_cmpstr (details->request_id, ==, "id-1");
      g_assert_cmpint (details->seconds, ==, rows[i].means == AMFA_ERROR_CLOCK_OFF ? 420 : 0);
      g_assert_cmpint (amfa_service_error_is_clock (&told), ==,
                       rows[i].means == AMFA_ERROR_CLOCK_OFF);
    }
}

static void
test_odd_answers (void)
{
  g_autofree char *long_message = g_strnfill (100000, 'x');
  AmfaServiceError told = { (char *) "ValidationError", long_message, (char *) "" };
  AmfaServiceError disabled = { (char *) "RegionDisabledException", (char *) "", (char *) "" };
  AmfaServiceError device = { (char *) "AccessDenied",
                              (char *) MFA ", unable to validate MFA code.", (char *) "" };
  g_autoptr (GError) cut = amfa_service_error_to_error (&told, 400, HOST, KEY, NULL, 0);
  g_autoptr (GError) custom =
      amfa_service_error_to_error (&disabled, 403, "localhost:5000", KEY, NULL, 0);
  g_autoptr (GError) nameless = amfa_service_error_to_error (&device, 403, HOST, KEY, NULL, 0);

  g_assert_cmpuint (g_utf8_strlen (amfa_error_get_details (cut)->quote, -1), ==, 501);
  g_assert_true (g_str_has_suffix (amfa_error_get_details (cut)->quote, "x…"));
  g_assert_null (amfa_error_get_details (cut)->request_id);
  g_assert_cmpstr (amfa_error_get_details (custom)->subject, ==, "localhost:5000");
  g_assert_null (amfa_error_get_details (nameless)->subject);
}

/* The message of a signature error may hold the canonical request. */
static void
test_token_is_not_quoted (void)
{
  AmfaServiceError told = { (char *) "SignatureDoesNotMatch",
                            (char *) MISMATCH " ... x-amz-security-token:TOKEN", (char *) "" };
  g_autoptr (GError) error = amfa_service_error_to_error (&told, 403, HOST, KEY, NULL, 0);

  g_assert_null (strstr (error->message, "TOKEN"));
  g_assert_null (amfa_error_get_details (error)->quote);
}

static void
test_server_time (void)
{
  static const struct
  {
    const char *code;
    const char *message;
    gint64 time;
  } rows[] = {
    { "SignatureDoesNotMatch", EXPIRED, 1767324420 },
    { "SignatureDoesNotMatch", NOT_YET, 1767322440 },
    { "SignatureDoesNotMatch", MISMATCH, 0 },
    { "SignatureDoesNotMatch", "Signature expired", 0 },
    { "SignatureDoesNotMatch", "Signature expired (", 0 },
    { "SignatureDoesNotMatch", "Signature expired (20269902T032700Z - 15 min.)", 0 },
    { "SignatureDoesNotMatch", "Signature expired (20260102T0327000000000Z - 15 min.)", 0 },
    { "RequestTimeTooSkewed", "", 0 },
    { "AccessDenied", "(20260102T032700Z)", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AmfaServiceError told = { (char *) rows[i].code, (char *) rows[i].message, (char *) "" };
      gint64 time = 0;

      g_assert_cmpint (amfa_service_error_get_server_time (&told, &time), ==, rows[i].time != 0);
      g_assert_cmpint (time, ==, rows[i].time);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/service-error/to-error", test_to_error);
  g_test_add_func ("/service-error/odd-answers", test_odd_answers);
  g_test_add_func ("/service-error/token-is-not-quoted", test_token_is_not_quoted);
  g_test_add_func ("/service-error/server-time", test_server_time);

  return g_test_run ();
}
