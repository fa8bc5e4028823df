#include "core/model/error.h"
#include "core/model/response.h"
#include "messages/messages.h"

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

static const AmfaEndpoint endpoint = { .host = (char *) HOST,
                                       .signing_region = (char *) "eu-south-1",
                                       .region = (char *) "eu-south-1",
                                       .region_origin = (char *) "AWS_REGION" };

static GError *
to_error (const AmfaServiceError *told, guint status, const char *key_id, const char *serial)
{
  return amfa_service_error_to_error (told, &(AmfaServiceContext){ .http_status = status,
                                                                   .endpoint = &endpoint,
                                                                   .key_id = key_id,
                                                                   .serial = serial,
                                                                   .clock_offset = 420 });
}

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
    { 403, "AccessDenied", MFA ": the one time pass code has already been used.",
      AMFA_ERROR_CODE_REFUSED },
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
      g_autoptr (GError) error = to_error (&told, rows[i].status, KEY, SERIAL);
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

/* The sentence is about the cause, names the value and what sets it. */
static void
test_causes (void)
{
  static const char secret_words[] = "does not belong to";
#define DENIED                                                                                     \
  "User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole on resource: r"
#define OWN                                                                                        \
  {                                                                                                \
    HOST, "eu-south-1", "eu-south-1", "AWS_REGION", NULL                                           \
  }
#define CUSTOM                                                                                     \
  {                                                                                                \
    "sts.eu-west-1.amazonaws.com", "us-east-2", "us-east-2", "region (/config)",                   \
        "AWS_ENDPOINT_URL"                                                                         \
  }
#define ASSUMED                                                                                    \
  {                                                                                                \
    "sts.eu-west-1.amazonaws.com", "us-east-1", "us-east-1", NULL, "AWS_ENDPOINT_URL_STS"          \
  }
#define MISSPELT                                                                                   \
  {                                                                                                \
    "sts.EU-WEST-1.amazonaws.com", "EU-WEST-1", "EU-WEST-1", "--region", NULL                      \
  }
#define OF_IAM                                                                                     \
  {                                                                                                \
    "localhost:5000", "us-east-1", "eu-west-1", "AWS_REGION", "AWS_ENDPOINT_URL"                   \
  }
  static const struct
  {
    const char *code;
    const char *message;
    struct
    {
      const char *host;
      const char *signing_region;
      const char *region;
      const char *region_origin;
      const char *url_origin;
    } endpoint;
    const char *words[6];
    const char *without;
    const char *key_id; /* nullable: a long-term one */
  } rows[] = {
    /* region */
    { "SignatureDoesNotMatch",
      "Credential should be scoped to a valid region, not 'us-east-2'. ",
      CUSTOM,
      { "sts.eu-west-1.amazonaws.com", "us-east-2", "region (/config)", "AWS_ENDPOINT_URL",
        "Set the region to eu-west-1" },
      secret_words },
    { "SignatureDoesNotMatch",
      "Credential should be scoped to a valid region.",
      ASSUMED,
      { "us-east-1", "no region is set", "AWS_ENDPOINT_URL_STS", "eu-west-1" },
      secret_words },
    { "IncompleteSignature",
      "Credential should be scoped to a valid region. ",
      MISSPELT,
      { "EU-WEST-1", "--region", "Set the region to eu-west-1" },
      "proxy" },
    { "InvalidSignatureException",
      "Credential should be scoped to a valid region. ",
      OF_IAM,
      { "localhost:5000", "us-east-1", "AWS_ENDPOINT_URL" },
      "no region is set" },
    { "AuthorizationHeaderMalformed",
      "The authorization header is malformed; the region 'us-east-2' is wrong; expecting "
      "'ap-south-1'",
      CUSTOM,
      { "us-east-2", "region (/config)", "Set the region to ap-south-1" },
      "AWS says" },
    /* service */
    { "SignatureDoesNotMatch",
      "Credential should be scoped to correct service: 'iam'. ",
      CUSTOM,
      { "sts.eu-west-1.amazonaws.com", "is not an endpoint of STS", "AWS_ENDPOINT_URL" },
      secret_words },
    /* neither the secret's fault */
    { "SignatureDoesNotMatch",
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
      "'20260101' != '20260102', from '20260102T000000Z'.",
      OWN,
      { "did not reach AWS as it was sent", "AWS says: Date in Credential scope" },
      secret_words },
    { "SignatureDoesNotMatch",
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'x'.",
      OWN,
      { "did not reach AWS as it was sent" },
      secret_words },
    { "MissingAuthenticationToken",
      "Request is missing Authentication Token",
      OWN,
      { "proxy", "AWS says: Request is missing" },
      NULL },
    { "IncompleteSignature",
      "Authorization header requires 'Signature' parameter.",
      OWN,
      { "proxy", "AWS says: Authorization header" },
      NULL },
    { "SignatureDoesNotMatch", MISMATCH, OWN, { "does not belong to " KEY }, "AWS says" },
    { "SignatureDoesNotMatch", EXPIRED, OWN, { "7 minutes behind AWS" }, secret_words },
    /* whose policy */
    { "AccessDenied",
      DENIED " with an explicit deny in a service control policy",
      OWN,
      { "Your organization forbids", "AWS says: User: arn:aws:iam::1:user/a" },
      NULL },
    { "AccessDenied",
      DENIED " because no service control policy allows the sts:AssumeRole action",
      OWN,
      { "Your organization forbids" },
      NULL },
    { "AccessDenied",
      DENIED " with an explicit deny in a resource control policy",
      OWN,
      { "Your organization forbids" },
      NULL },
    { "AccessDenied",
      DENIED " because no permissions boundary allows the sts:AssumeRole action",
      OWN,
      { "permissions boundary of this user or role forbids" },
      NULL },
    { "AccessDenied",
      DENIED " because no session policy allows the sts:AssumeRole action",
      OWN,
      { "The policy of this session forbids" },
      NULL },
    { "AccessDenied",
      DENIED " with an explicit deny in a VPC endpoint policy",
      OWN,
      { "The VPC endpoint" },
      NULL },
    { "AccessDenied",
      DENIED " with an explicit deny in an identity-based policy",
      OWN,
      { "policies of this user do not allow" },
      NULL },
    { "AccessDenied",
      DENIED " because no identity-based policy allows the sts:AssumeRole action",
      OWN,
      { "policies of this user do not allow" },
      NULL },
    { "AccessDenied",
      DENIED " because no resource-based policy allows the sts:AssumeRole action",
      OWN,
      { "The role's trust policy does not allow" },
      NULL },
    { "AccessDenied", DENIED, OWN, { "may not assume this role", "newer code", "AWS says" }, NULL },
    { "AccessDenied",
      "Roles may not be assumed by root accounts.",
      OWN,
      { "AWS says: Roles may not" },
      "policy" },
    /* keys and sessions */
    { "InvalidClientTokenId",
      "The security token included in the request is invalid.",
      OWN,
      { "access key " KEY, "has not enabled region eu-south-1", "AWS_REGION" },
      NULL },
    { "InvalidClientTokenId",
      "The security token included in the request is invalid.",
      CUSTOM,
      { "access key " KEY },
      "has not enabled" },
    { "InvalidClientTokenId",
      "The security token included in the request is invalid.",
      OWN,
      { "session with key ASIA1", "revoked" },
      "another partition",
      "ASIA1" },
    { "InvalidClientTokenId",
      "The security token included in the request is expired.",
      OWN,
      { "This session has ended" },
      "revoked",
      "ASIA1" },
    { "ExpiredTokenException", "", OWN, { "This session has ended" }, "revoked", "ASIA1" },
    { "RegionDisabledException",
      "STS is not activated in this region for account:1.",
      OWN,
      { "STS is turned off in region eu-south-1", "AWS_REGION", "AWS says: STS is not" },
      NULL },
    { "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      OWN,
      { "AWS says: The requested DurationSeconds" },
      NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AmfaServiceError told = { (char *) rows[i].code, (char *) rows[i].message, (char *) "" };
      const AmfaEndpoint asked = { .host = (char *) rows[i].endpoint.host,
                                   .signing_region = (char *) rows[i].endpoint.signing_region,
                                   .region = (char *) rows[i].endpoint.region,
                                   .region_origin = (char *) rows[i].endpoint.region_origin,
                                   .url_origin = (char *) rows[i].endpoint.url_origin };
      g_autoptr (GError) error = amfa_service_error_to_error (
          &told, &(AmfaServiceContext){ .http_status = 403,
                                        .endpoint = &asked,
                                        .key_id = rows[i].key_id ? rows[i].key_id : KEY,
                                        .clock_offset = 420 });
      g_autofree char *sentence = amfa_message_for_error (error);

      g_test_message ("%s: %s", rows[i].code, sentence);
      g_assert_true (amfa_error_is_answer (error));
      for (gsize j = 0; rows[i].words[j]; j++)
        g_assert_nonnull (strstr (sentence, rows[i].words[j]));
      if (rows[i].without)
        g_assert_null (strstr (sentence, rows[i].without));
    }
}

static void
test_odd_answers (void)
{
  g_autofree char *long_message = g_strnfill (100000, 'x');
  AmfaServiceError told = { (char *) "ValidationError", long_message, (char *) "" };
  AmfaServiceError device = { (char *) "AccessDenied",
                              (char *) MFA ", unable to validate MFA code.", (char *) "" };
  g_autoptr (GError) cut = to_error (&told, 400, KEY, NULL);
  g_autoptr (GError) nameless = to_error (&device, 403, KEY, NULL);

  g_assert_cmpuint (g_utf8_strlen (amfa_error_get_details (cut)->quote, -1), ==, 501);
  g_assert_true (g_str_has_suffix (amfa_error_get_details (cut)->quote, "x…"));
  g_assert_null (amfa_error_get_details (cut)->request_id);
  g_assert_null (amfa_error_get_details (nameless)->subject);
}

/* The message of a signature error may hold the canonical request. */
static void
test_token_is_not_quoted (void)
{
  AmfaServiceError told = { (char *) "SignatureDoesNotMatch",
                            (char *) MISMATCH " ... x-amz-security-token:TOKEN", (char *) "" };
  g_autoptr (GError) error = to_error (&told, 403, KEY, NULL);

  g_assert_null (strstr (error->message, "TOKEN"));
  g_assert_null (amfa_error_get_details (error)->quote);

  AmfaServiceError incomplete = { (char *) "IncompleteSignature",
                                  (char *) "said\n'POST\nx-amz-security-token:TOKEN", (char *) "" };
  g_autoptr (GError) quoted = to_error (&incomplete, 403, KEY, NULL);

  g_assert_cmpstr (amfa_error_get_details (quoted)->quote, ==, "said");
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
  g_test_add_func ("/service-error/causes", test_causes);
  g_test_add_func ("/service-error/odd-answers", test_odd_answers);
  g_test_add_func ("/service-error/token-is-not-quoted", test_token_is_not_quoted);
  g_test_add_func ("/service-error/server-time", test_server_time);

  return g_test_run ();
}
