#include "core/model/error.h"
#include "core/model/response.h"

#include <string.h>

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define STS_NS " xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\""
#define IAM_NS " xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\""

/* The shapes that servers were seen to use, with one meaning. */
static const char aws_session[] =
    "<GetSessionTokenResponse" STS_NS ">\n"
    "  <GetSessionTokenResult>\n"
    "    <Credentials>\n"
    "      <SessionToken>\n"
    "       "
    "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/LTo6UDdyJwOOvEVPvLXCrrrU\n"
    "       tdnniCEXAMPLE/IvU1dYUg2RVAJBanLiHb4IgRmpRV3zrkuWJOgQs8IZZaIv2BXIa2R4Olgk\n"
    "      </SessionToken>\n"
    "      <SecretAccessKey>\n      wJalr/XUtnFEMI/K7MDENG\n      </SecretAccessKey>\n"
    "      <Expiration>2026-01-02T03:04:05.678Z</Expiration>\n"
    "      <AccessKeyId>ASIAEXAMPLE</AccessKeyId>\n"
    "      <PackedPolicySize>6</PackedPolicySize>\n"
    "    </Credentials>\n"
    "  </GetSessionTokenResult>\n"
    "  <ResponseMetadata><RequestId>58c5dbae-abef</RequestId></ResponseMetadata>\n"
    "</GetSessionTokenResponse>\n";

#define TOKEN                                                                                      \
  "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/LTo6UDdyJwOOvEVPvLXCrrrU"     \
  "tdnniCEXAMPLE/IvU1dYUg2RVAJBanLiHb4IgRmpRV3zrkuWJOgQs8IZZaIv2BXIa2R4Olgk"

#define SESSION_FIELDS(expiration)                                                                 \
  "<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>wJalr/XUtnFEMI/K7MDENG"                  \
  "</SecretAccessKey><SessionToken>" TOKEN "</SessionToken><Expiration>" expiration                \
  "</Expiration>"
#define SESSION_JSON(expiration)                                                                   \
  "{\"AccessKeyId\":\"ASIAEXAMPLE\",\"SecretAccessKey\":\"wJalr\\/XUtnFEMI/K7MDENG\","             \
  "\"SessionToken\":\"" TOKEN "\",\"Expiration\":" expiration "}"

#define SESSION(before, fields, behind)                                                            \
  "<GetSessionTokenResponse><GetSessionTokenResult>" before "<Credentials>" fields                 \
  "</Credentials>" behind "</GetSessionTokenResult></GetSessionTokenResponse>"

/* When the sessions in this file end, and what was asked for them. */
#define END 1767323045
#define HOUR 3600

static AmfaCredentials *
get_session (AmfaResponse *response, const char *action, GError **error)
{
  const AmfaSessionTerms terms = {
    .action = action,
    .signer = "AKIAEXAMPLE",
    .duration = 12 * HOUR,
    .answered = { .time = END - 12 * HOUR },
  };

  return amfa_response_get_session (response, &terms, error);
}

static AmfaResponse *
parse (const char *text, gssize length, const char *content_type, GError **error)
{
  g_autoptr (GBytes) body = g_bytes_new (text, length < 0 ? strlen (text) : (gsize) length);

  return amfa_response_parse (body, content_type, error);
}

static void
assert_problem (const GError *error, AmfaProtocolProblem problem)
{
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_PROTOCOL);
  g_assert_cmpint (amfa_error_get_details (error)->reason, ==, problem);
}

static void
test_credentials (void)
{
  static const struct
  {
    const char *content_type;
    const char *body;
    const char *request_id;
  } rows[] = {
    { "text/xml", aws_session, "58c5dbae-abef" },
    /* a declaration, prefixes, a comment, CDATA and references */
    { "text/xml",
      XML "<s:GetSessionTokenResponse xmlns:s=\"x\"><s:GetSessionTokenResult><s:Credentials>"
          "<s:AccessKeyId>ASIA<!-- c -->EXAMPLE</s:AccessKeyId>"
          "<s:SecretAccessKey><![CDATA[wJalr/XUtn]]>FEMI&#x2f;K7MDENG</s:SecretAccessKey>"
          "<s:SessionToken>" TOKEN "</s:SessionToken>"
          "<s:Expiration> 2026-01-02T04:04:05+01:00 </s:Expiration>"
          "</s:Credentials></s:GetSessionTokenResult></s:GetSessionTokenResponse>",
      NULL },
    /* Ceph: no namespace, nanoseconds, no metadata */
    { "application/xml",
      "<GetSessionTokenResponse><GetSessionTokenResult><Credentials>" SESSION_FIELDS (
          "2026-01-02T03:04:05.123456789Z") "</Credentials></GetSessionTokenResult>"
                                            "</GetSessionTokenResponse>",
      NULL },
    /* moto: microseconds; AssumeRole has a user beside */
    { "text/html; charset=utf-8",
      "<AssumeRoleResponse" STS_NS "><AssumeRoleResult><AssumedRoleUser><Arn>a</Arn>"
      "</AssumedRoleUser><Credentials>" SESSION_FIELDS (
          "2026-01-02T03:04:05.123456Z") "</Credentials></AssumeRoleResult><ResponseMetadata>"
                                         "<RequestId>moto</RequestId></ResponseMetadata>"
                                         "</AssumeRoleResponse>",
      "moto" },
    { NULL, "\xef\xbb\xbf \r\n" SESSION ("", SESSION_FIELDS ("1767323045"), ""), NULL },
    /* JSON as AWS and Ceph write it */
    { "application/json",
      "{\"GetSessionTokenResponse\":{\"GetSessionTokenResult\":{\"Credentials\":" SESSION_JSON (
          "1767323045") "},\"ResponseMetadata\":{\"RequestId\":\"json\"}}}",
      "json" },
    { "application/x-amz-json-1.0",
      "{\"GetSessionTokenResult\":{\"Credentials\":" SESSION_JSON ("1.767323045E9") "}}", NULL },
    { "text/xml",
      " \n{\"GetSessionTokenResult\":{\"Credentials\":" SESSION_JSON (
          "\"2026-01-02T03:04:05Z\"") "}} \n",
      NULL },
    /* XML in spite of what the type says */
    { "application/json", aws_session, "58c5dbae-abef" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaResponse) response = parse (rows[i].body, -1, rows[i].content_type, &error);

      g_assert_no_error (error);
      g_assert_null (amfa_response_get_error (response));
      g_assert_cmpstr (amfa_response_get_request_id (response), ==, rows[i].request_id);

      gboolean is_role = strstr (rows[i].body, "AssumeRole") != NULL;
      g_autoptr (AmfaCredentials) session =
          get_session (response, is_role ? "AssumeRole" : "GetSessionToken", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (amfa_credentials_get_key_id (session), ==, "ASIAEXAMPLE");
      g_assert_cmpstr (amfa_secret_peek (amfa_credentials_get_secret (session)), ==,
                       "wJalr/XUtnFEMI/K7MDENG");
      g_assert_cmpstr (amfa_secret_peek (amfa_credentials_get_token (session)), ==, TOKEN);
      g_assert_cmpint (amfa_credentials_get_expiration (session), ==, END);
    }
}

/* A session in which one field is something else. */
#define WITH_ID(id)                                                                                \
  SESSION ("",                                                                                     \
           "<AccessKeyId>" id "</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"                 \
           "<SessionToken>t</SessionToken><Expiration>1767323045</Expiration>",                    \
           "")
#define WITH_SECRET(secret)                                                                        \
  SESSION ("",                                                                                     \
           "<AccessKeyId>a</AccessKeyId><SecretAccessKey>" secret "</SecretAccessKey>"             \
           "<SessionToken>t</SessionToken><Expiration>1767323045</Expiration>",                    \
           "")
#define WITH_TOKEN(token)                                                                          \
  SESSION ("",                                                                                     \
           "<AccessKeyId>a</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"                      \
           "<SessionToken>" token "</SessionToken><Expiration>1767323045</Expiration>",            \
           "")

static void
test_credentials_incomplete (void)
{
  static const char *const bodies[] = {
    "<GetSessionTokenResponse/>",
    SESSION ("", "", ""),
    SESSION ("",
             "<AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
             "<Expiration>2026-01-02T03:04:05Z</Expiration>",
             ""),
    SESSION ("", SESSION_FIELDS ("soon"), ""),
    SESSION ("", SESSION_FIELDS (""), ""),
    SESSION ("", "<AccessKeyId> </AccessKeyId>" SESSION_FIELDS ("1767323045"), ""),
    /* twice, or somewhere else */
    SESSION ("", "<AccessKeyId>B</AccessKeyId>" SESSION_FIELDS ("1767323045"), ""),
    SESSION ("<Credentials/>", SESSION_FIELDS ("1767323045"), ""),
    SESSION ("<Other>", SESSION_FIELDS ("1767323045"), "</Other>"),
    "<GetSessionTokenResponse><GetSessionTokenResult/"
    "><GetSessionTokenResult><Credentials>" SESSION_FIELDS (
        "1767323045") "</Credentials></GetSessionTokenResult></GetSessionTokenResponse>",
    "<R><Credentials>" SESSION_FIELDS ("1767323045") "</Credentials></R>",
    "<GetSessionTokenResult><Credentials>" SESSION_FIELDS (
        "1767323045") "</Credentials></GetSessionTokenResult>",
    /* another action's */
    "<AssumeRoleResponse><AssumeRoleResult><Credentials>" SESSION_FIELDS (
        "1767323045") "</Credentials></AssumeRoleResult></AssumeRoleResponse>",
    "<AssumeRoleResponse><GetSessionTokenResult><Credentials>" SESSION_FIELDS (
        "1767323045") "</Credentials></GetSessionTokenResult></AssumeRoleResponse>",
    "<GetSessionTokenResponse><AssumeRoleResult><Credentials>" SESSION_FIELDS (
        "1767323045") "</Credentials></AssumeRoleResult></GetSessionTokenResponse>",
    "{\"AssumeRoleResult\":{\"Credentials\":" SESSION_JSON ("1767323045") "}}",
    /* what cannot stand in every file: control and separating characters, blanks that are none in
     * ASCII, and everything else that AWS does not use */
    WITH_ID ("a&#127;b"),
    WITH_ID ("a&#x85;b"),
    WITH_ID ("&#xa0;ab"),
    WITH_ID ("a/b"),
    WITH_ID ("\xc3\xa4"),
    WITH_SECRET ("a&#x1;"),
    WITH_SECRET ("a&#x2028;b"),
    WITH_SECRET ("a&#x2029;"),
    WITH_SECRET ("\xe3\x80\x80z"),
    WITH_TOKEN ("a&#x85;b"),
    WITH_TOKEN ("a\xc2\x85"),
    WITH_TOKEN ("a&#x200b;b"),
    WITH_TOKEN ("&#xfeff;b"),
    WITH_TOKEN ("a&#xa0;"),
    WITH_TOKEN ("\xe2\x80\xa8"
                "b"),
    "{\"GetSessionTokenResult\":{\"Credentials\":null}}",
    "{\"GetSessionTokenResult\":{\"Credentials\":{\"AccessKeyId\":1,\"SecretAccessKey\":[],"
    "\"SessionToken\":{}}}}",
    "{}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaResponse) response = parse (bodies[i], -1, "text/xml", &error);

      g_test_message ("%s", bodies[i]);
      g_assert_no_error (error);
      g_assert_null (get_session (response, "GetSessionToken", &error));
      assert_problem (error, AMFA_PROTOCOL_PROBLEM_INCOMPLETE);
    }
}

/* Keys that are whole, but cannot be what was asked for. */
static void
test_terms (void)
{
  static const struct
  {
    const char *signer;
    gint64 duration;
    AmfaMoment answered;
    gboolean fits;
  } rows[] = {
    { "AKIA", 12 * HOUR, { END - 12 * HOUR }, TRUE },
    { "AKIA", 12 * HOUR, { END - 1 }, TRUE },
    { "AKIA", 12 * HOUR, { END }, FALSE },
    { "AKIA", 12 * HOUR, { END + 100 * HOUR }, FALSE },
    { "AKIA", 12 * HOUR, { END - 13 * HOUR }, TRUE },
    { "AKIA", 12 * HOUR, { END - 13 * HOUR - 1 }, FALSE },
    { "AKIA", HOUR, { END - 12 * HOUR }, FALSE },
    { "AKIA", HOUR, { 0 }, FALSE },
    { "AKIA", HOUR, { END + 10, 11 }, TRUE },
    { "AKIA", HOUR, { END + 10, 10 }, FALSE },
    { "AKIA", HOUR, { END - 3 * HOUR, HOUR }, TRUE },
    { "AKIA", HOUR, { END - 3 * HOUR - 1, HOUR }, FALSE },
    { "ASIAEXAMPLE", HOUR, { END - HOUR }, FALSE },
    { "ASIAEXAMPL", HOUR, { END - HOUR }, TRUE },
  };
  g_autoptr (AmfaResponse) response = parse (aws_session, -1, "text/xml", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const AmfaSessionTerms terms = { "GetSessionToken", rows[i].signer, rows[i].duration,
                                       rows[i].answered };
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaCredentials) session = amfa_response_get_session (response, &terms, &error);

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      if (rows[i].fits)
        g_assert_no_error (error);
      else
        assert_problem (error, AMFA_PROTOCOL_PROBLEM_IMPLAUSIBLE);
      g_assert_cmpint (session != NULL, ==, rows[i].fits);
    }
}

/* A token of any length that a request can carry, and none beyond. */
static void
test_long_token (void)
{
  static const gsize lengths[] = { 4096, 64 * 1024, 64 * 1024 + 1 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *token = g_strnfill (lengths[i], 'x');
      g_autofree char *body = g_strdup_printf (WITH_TOKEN ("%s"), token);
      g_autoptr (AmfaResponse) response = parse (body, -1, NULL, NULL);
      g_autoptr (AmfaCredentials) session = get_session (response, "GetSessionToken", NULL);

      g_assert_cmpint (session != NULL, ==, lengths[i] <= 64 * 1024);
    }
}

static void
test_identity_incomplete (void)
{
#define IDENTITY(arn, account)                                                                     \
  "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>" arn "</Arn><Account>" account        \
  "</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
  static const char *const bodies[] = {
    IDENTITY ("", "123456789012"),
    IDENTITY ("arn:aws:iam::123456789012:user/a", ""),
    IDENTITY ("arn:aws:iam::123456789012:user/a", "210987654321"),
    IDENTITY ("arn:aws:iam::123456789012:user/a&#10;b", "123456789012"),
    IDENTITY ("arn:aws:iam::123456789012:user/&#x202e;a", "123456789012"),
    IDENTITY ("arn:aws:iam::123456789012:user/a", "123456789012&#x85;"),
    "<GetSessionTokenResponse>" IDENTITY ("arn:aws:iam::1:user/a",
                                          "1") "</GetSessionTokenResponse>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaResponse) response = parse (bodies[i], -1, NULL, NULL);

      g_assert_null (amfa_response_get_identity (response, &error));
      assert_problem (error, AMFA_PROTOCOL_PROBLEM_INCOMPLETE);
    }
}

/* Nobody behind us would see what stands behind a NUL. */
static void
test_nul (void)
{
  static const char raw[] = SESSION ("", "<AccessKeyId>ASIA\0EXAMPLE</AccessKeyId>", "");
  static const char name[] = "<GetSession\0TokenResponse/>";
  static const char outside[] = "<a/>\0";
  static const char json[] = "{\"a\":\"b\0c\"}";
  static const struct
  {
    const char *text;
    gsize length;
  } rows[] = {
    { raw, sizeof raw - 1 },         { name, sizeof name - 1 },
    { outside, sizeof outside - 1 }, { json, sizeof json - 1 },
    { "<a>b&#0;c</a>", 13 },         { "<a>b&#x0;c</a>", 14 },
    { "<a><![CDATA[\0]]></a>", 20 }, { "{\"a\":\"b\\u0000c\"}", 16 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_null (parse (rows[i].text, (gssize) rows[i].length, NULL, &error));
      assert_problem (error, AMFA_PROTOCOL_PROBLEM_NOT_XML);
    }
}

static void
test_identity (void)
{
  static const char *const bodies[] = {
    "<GetCallerIdentityResponse" STS_NS "><GetCallerIdentityResult>"
    "<Arn>arn:aws:iam::123456789012:user/team/alice</Arn><UserId>AIDA</UserId>"
    "<Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata>"
    "<RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>",
    "{\"GetCallerIdentityResponse\":{\"GetCallerIdentityResult\":{\"Account\":\"123456789012\","
    "\"Arn\":\"arn:aws:iam::123456789012:user/team/alice\",\"UserId\":\"AIDA\"},"
    "\"ResponseMetadata\":{\"RequestId\":\"r\"}}}",
  };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (AmfaResponse) response = parse (bodies[i], -1, NULL, &error);
      g_autoptr (AmfaIdentity) identity = amfa_response_get_identity (response, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (identity->arn, ==, "arn:aws:iam::123456789012:user/team/alice");
      g_assert_cmpstr (identity->account, ==, "123456789012");
      g_assert_cmpstr (identity->user_id, ==, "AIDA");
    }

  g_autoptr (AmfaResponse) other = parse (aws_session, -1, NULL, NULL);

  g_assert_null (amfa_response_get_identity (other, &error));
  assert_problem (error, AMFA_PROTOCOL_PROBLEM_INCOMPLETE);
}

#define DEVICE(serial)                                                                             \
  "<member><UserName>alice</UserName><SerialNumber>" serial                                        \
  "</SerialNumber><EnableDate>2016-06-16T22:36:37Z</EnableDate></member>"
#define DEVICES(inside)                                                                            \
  "<ListMFADevicesResponse" IAM_NS "><ListMFADevicesResult>" inside                                \
  "</ListMFADevicesResult></ListMFADevicesResponse>"

static void
test_devices (void)
{
  static const struct
  {
    const char *body;
    const char *serials; /* a blank behind each */
    const char *marker;
  } rows[] = {
    { DEVICES ("<MFADevices>" DEVICE ("arn:aws:iam::1:mfa/a")
                   DEVICE (" GAHT12345678 ") "</MFADevices><IsTruncated>false</IsTruncated>"),
      "arn:aws:iam::1:mfa/a GAHT12345678 ", NULL },
    { DEVICES ("<IsTruncated>true</IsTruncated><Marker>M/1+2=</Marker><MFADevices>" DEVICE (
          "a") "</MFADevices>"),
      "a ", "M/1+2=" },
    { DEVICES ("<IsTruncated>false</IsTruncated><Marker>x</Marker><MFADevices/>"), "", NULL },
    { DEVICES ("<IsTruncated>true</IsTruncated><MFADevices></MFADevices>"), "", NULL },
    { DEVICES (""), "", NULL },
    { "{\"ListMFADevicesResponse\":{\"ListMFADevicesResult\":{\"IsTruncated\":true,"
      "\"Marker\":\"m\",\"MFADevices\":[{\"SerialNumber\":\"a\",\"UserName\":\"alice\","
      "\"EnableDate\":1466116597},{\"SerialNumber\":\"b\",\"UserName\":\"alice\","
      "\"EnableDate\":1466116597.0},{\"UserName\":\"nobody\"}]}}}",
      "a b ", "m" },
    { "{\"ListMFADevicesResult\":{\"MFADevices\":{\"member\":[{\"SerialNumber\":\"a\","
      "\"UserName\":\"alice\",\"EnableDate\":\"2016-06-16T22:36:37Z\"}]}}}",
      "a ", NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *marker = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaResponse) response = parse (rows[i].body, -1, NULL, &error);
      g_autofree char *next = NULL;
      g_autoptr (GPtrArray) devices = amfa_response_get_devices (response, &next, &error);
      g_autoptr (GString) serials = g_string_new (NULL);

      g_assert_no_error (error);
      g_assert_cmpstr (next, ==, rows[i].marker);
      for (guint j = 0; j < devices->len; j++)
        {
          const AmfaDevice *device = g_ptr_array_index (devices, j);

          g_string_append_printf (serials, "%s ", device->serial);
          g_assert_cmpstr (device->user_name, ==, "alice");
          g_assert_cmpint (device->enable_date, ==, 1466116597);
        }
      g_assert_cmpstr (serials->str, ==, rows[i].serials);
    }

  g_autoptr (AmfaResponse) other = parse (aws_session, -1, NULL, NULL);

  g_assert_null (amfa_response_get_devices (other, &marker, &error));
  assert_problem (error, AMFA_PROTOCOL_PROBLEM_INCOMPLETE);
}

static void
test_errors (void)
{
  static const struct
  {
    const char *body;
    const char *code;
    const char *message;
    const char *request_id;
  } rows[] = {
    { "<ErrorResponse" STS_NS
      ">\n  <Error>\n    <Type>Sender</Type>\n    <Code>AccessDenied</Code>\n"
      "    <Message>MultiFactorAuthentication failed &amp; so on. </Message>\n  </Error>\n"
      "  <RequestId>b25f48e8-84fd</RequestId>\n</ErrorResponse>\n",
      "AccessDenied", "MultiFactorAuthentication failed & so on.", "b25f48e8-84fd" },
    { XML "<Error><Code>RequestTimeTooSkewed</Code><Message></Message><RequestId>tx1</RequestId>"
          "<HostId>h</HostId></Error>",
      "RequestTimeTooSkewed", "", "tx1" },
    { "<Error><Code>MethodNotAllowed</Code></Error>", "MethodNotAllowed", "", "" },
    { "<ErrorResponse" STS_NS "><Errors><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>"
      "<Message>m</Message></Error></Errors><RequestId>moto</RequestId></ErrorResponse>",
      "InvalidClientTokenId", "m", "moto" },
    { "<Response><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error></Errors>"
      "<RequestID>r</RequestID></Response>",
      "AuthFailure", "m", "r" },
    { "<ns:ErrorResponse xmlns:ns=\"x\"><ns:Error><ns:Code> C </ns:Code></ns:Error>"
      "</ns:ErrorResponse>",
      "C", "", "" },
    { "{\"Error\":{\"Code\":\"ExpiredToken\",\"Message\":\"m\",\"Type\":\"Sender\"},"
      "\"RequestId\":\"r\"}",
      "ExpiredToken", "m", "r" },
    { "{\"ErrorResponse\":{\"Error\":{\"Code\":\"C\",\"Message\":null}}}", "C", "", "" },
    { "{\"Code\":\"InvalidAccessKeyId\",\"RequestId\":\"tx\",\"HostId\":\"h\"}",
      "InvalidAccessKeyId", "", "tx" },
    { "<ErrorResponse><Error/></ErrorResponse>", "", "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaResponse) response = parse (rows[i].body, -1, "text/html", &error);

      g_assert_no_error (error);

      g_autoptr (AmfaServiceError) told = amfa_response_get_error (response);

      g_assert_nonnull (told);
      g_assert_cmpstr (told->code, ==, rows[i].code);
      g_assert_cmpstr (told->message, ==, rows[i].message);
      g_assert_cmpstr (told->request_id, ==, rows[i].request_id);
    }
}

static void
test_not_aws (void)
{
  static const struct
  {
    const char *content_type;
    const char *body;
    AmfaProtocolProblem problem;
  } rows[] = {
    { NULL, "", AMFA_PROTOCOL_PROBLEM_EMPTY },
    { "application/json", " \r\n\t", AMFA_PROTOCOL_PROBLEM_EMPTY },
    { NULL, "\xef\xbb\xbf", AMFA_PROTOCOL_PROBLEM_EMPTY },
    { "text/xml", "hello", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "text/html",
      "<!DOCTYPE html><html><head><meta charset=utf-8></head><body>Log in</body></html>",
      AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "text/html", "<HTML><BODY>Log in<br></BODY></HTML>", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "text/html", "<html xmlns=\"http://www.w3.org/1999/xhtml\"><Error/></html>",
      AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "text/xml", "<a><b></a></b>", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "text/xml", "<a>&unknown;</a>", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "text/xml", "<a>\xff\xfe</a>", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "text/xml", "<a/><b/>", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "text/xml", "<a/>rest", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "text/xml", "<a><b>", AMFA_PROTOCOL_PROBLEM_TRUNCATED },
    { "text/xml", XML, AMFA_PROTOCOL_PROBLEM_TRUNCATED },
    { "application/json", "nonsense", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "application/json", "[1,2]", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "application/json", "{\"a\":1,}}", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "application/json", "{\"a\":\"\xff\"}", AMFA_PROTOCOL_PROBLEM_NOT_XML },
    { "application/json", "{\"a\":{\"b\":", AMFA_PROTOCOL_PROBLEM_TRUNCATED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_null (parse (rows[i].body, -1, rows[i].content_type, &error));
      assert_problem (error, rows[i].problem);
    }
}

/* libsoup reports no truncation: every part of a document must be recognized as one. */
static void
test_truncated (void)
{
  static const char json[] =
      "{\"GetSessionTokenResult\":{\"Credentials\":" SESSION_JSON ("1767323045") "}}";
  gsize xml_length = sizeof aws_session - sizeof "\n";

  for (gsize i = 1; i < xml_length; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (aws_session, i, "text/xml", &error));
      assert_problem (error, AMFA_PROTOCOL_PROBLEM_TRUNCATED);
    }
  for (gsize i = 1; i < sizeof json - 1; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (json, i, "application/json", &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_PROTOCOL);
    }
}

static char *
nest (const char *open, const char *inside, const char *close, guint depth)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (out, open);
  g_string_append (out, inside);
  for (guint i = 0; i < depth; i++)
    g_string_append (out, close);
  return g_string_free (out, FALSE);
}

static void
test_bounds (void)
{
  static const struct
  {
    const char *open;
    const char *inside;
    const char *close;
    guint good;
    guint bad;
  } rows[] = {
    { "<a>", "", "</a>", 32, 33 },
    { "<a>", "", "</a>", 31, 100000 },
    { "{\"a\":", "1", "}", 30, 40 },
    { "{\"a\":", "1", "}", 31, 100000 },
  };
  g_autofree char *many = nest ("<a/>", "", "", 20000);
  g_autofree char *wide = g_strconcat ("<r>", many, "</r>", NULL);
  g_autofree char *opened = nest ("{\"a\":[", "", "", 100000);
  g_autofree char *hidden = g_strconcat ("{/*\"*/\"a\":", opened, NULL);
  const char *const too_big[] = { wide, opened, hidden };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *good = nest (rows[i].open, rows[i].inside, rows[i].close, rows[i].good);
      g_autofree char *bad = nest (rows[i].open, rows[i].inside, rows[i].close, rows[i].bad);
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaResponse) response = parse (good, -1, NULL, &error);

      g_assert_no_error (error);
      g_assert_null (parse (bad, -1, NULL, &error));
      assert_problem (error, AMFA_PROTOCOL_PROBLEM_TOO_BIG);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (too_big); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (too_big[i], -1, NULL, &error));
      assert_problem (error, AMFA_PROTOCOL_PROBLEM_TOO_BIG);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/response/credentials", test_credentials);
  g_test_add_func ("/response/credentials-incomplete", test_credentials_incomplete);
  g_test_add_func ("/response/terms", test_terms);
  g_test_add_func ("/response/long-token", test_long_token);
  g_test_add_func ("/response/nul", test_nul);
  g_test_add_func ("/response/identity-incomplete", test_identity_incomplete);
  g_test_add_func ("/response/identity", test_identity);
  g_test_add_func ("/response/devices", test_devices);
  g_test_add_func ("/response/errors", test_errors);
  g_test_add_func ("/response/not-aws", test_not_aws);
  g_test_add_func ("/response/truncated", test_truncated);
  g_test_add_func ("/response/bounds", test_bounds);

  return g_test_run ();
}
