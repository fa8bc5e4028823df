#include "core/model/endpoint.h"
#include "core/model/partition.h"
#include "core/model/error.h"

#define PLAIN AMFA_ENDPOINT_DEFAULT
#define FIPS AMFA_ENDPOINT_FIPS
#define DUAL AMFA_ENDPOINT_DUAL_STACK
#define LEGACY AMFA_ENDPOINT_LEGACY_STS

static void
test_aws_endpoints (void)
{
  static const struct
  {
    AmfaService service;
    const char *region;
    AmfaEndpointFlags flags;
    const char *host;
    const char *signing_region;
  } rows[] = {
    { AMFA_SERVICE_STS, "eu-west-1", PLAIN, "sts.eu-west-1.amazonaws.com", "eu-west-1" },
    { AMFA_SERVICE_STS, "mx-central-1", PLAIN, "sts.mx-central-1.amazonaws.com", "mx-central-1" },
    { AMFA_SERVICE_STS, "eu-west-1", FIPS, "sts-fips.eu-west-1.amazonaws.com", "eu-west-1" },
    { AMFA_SERVICE_STS, "eu-west-1", DUAL, "sts.eu-west-1.api.aws", "eu-west-1" },
    { AMFA_SERVICE_STS, "eu-west-1", FIPS | DUAL, "sts-fips.eu-west-1.api.aws", "eu-west-1" },
    { AMFA_SERVICE_STS, "eu-west-1", LEGACY, "sts.amazonaws.com", "us-east-1" },
    { AMFA_SERVICE_STS, "eu-west-1", LEGACY | FIPS, "sts-fips.eu-west-1.amazonaws.com",
      "eu-west-1" },
    { AMFA_SERVICE_STS, "eu-south-1", LEGACY, "sts.eu-south-1.amazonaws.com", "eu-south-1" },
    { AMFA_SERVICE_STS, "cn-north-1", LEGACY, "sts.cn-north-1.amazonaws.com.cn", "cn-north-1" },
    { AMFA_SERVICE_STS, "aws-global", PLAIN, "sts.amazonaws.com", "us-east-1" },
    { AMFA_SERVICE_STS, "aws-global", FIPS, "sts-fips.us-east-1.amazonaws.com", "us-east-1" },
    { AMFA_SERVICE_STS, "aws-cn-global", PLAIN, "sts.cn-north-1.amazonaws.com.cn", "cn-north-1" },
    { AMFA_SERVICE_STS, "moon-base-1", PLAIN, "sts.moon-base-1.amazonaws.com", "moon-base-1" },
    { AMFA_SERVICE_STS, "cn-northwest-1", PLAIN, "sts.cn-northwest-1.amazonaws.com.cn",
      "cn-northwest-1" },
    { AMFA_SERVICE_STS, "cn-north-1", DUAL, "sts.cn-north-1.api.amazonwebservices.com.cn",
      "cn-north-1" },
    { AMFA_SERVICE_STS, "us-gov-east-1", PLAIN, "sts.us-gov-east-1.amazonaws.com",
      "us-gov-east-1" },
    { AMFA_SERVICE_STS, "us-gov-east-1", FIPS, "sts.us-gov-east-1.amazonaws.com", "us-gov-east-1" },
    { AMFA_SERVICE_STS, "us-gov-east-1", FIPS | DUAL, "sts-fips.us-gov-east-1.api.aws",
      "us-gov-east-1" },
    { AMFA_SERVICE_STS, "eusc-de-east-1", PLAIN, "sts.eusc-de-east-1.amazonaws.eu",
      "eusc-de-east-1" },
    { AMFA_SERVICE_STS, "us-iso-west-1", PLAIN, "sts.us-iso-west-1.c2s.ic.gov", "us-iso-west-1" },
    { AMFA_SERVICE_STS, "us-isob-east-1", PLAIN, "sts.us-isob-east-1.sc2s.sgov.gov",
      "us-isob-east-1" },
    { AMFA_SERVICE_STS, "eu-isoe-west-1", PLAIN, "sts.eu-isoe-west-1.cloud.adc-e.uk",
      "eu-isoe-west-1" },
    { AMFA_SERVICE_STS, "us-isof-south-1", DUAL, "sts.us-isof-south-1.api.aws.hci.ic.gov",
      "us-isof-south-1" },
    { AMFA_SERVICE_IAM, "eu-west-1", PLAIN, "iam.amazonaws.com", "us-east-1" },
    { AMFA_SERVICE_IAM, "eu-west-1", LEGACY, "iam.amazonaws.com", "us-east-1" },
    { AMFA_SERVICE_IAM, "aws-global", FIPS, "iam-fips.amazonaws.com", "us-east-1" },
    { AMFA_SERVICE_IAM, "eu-west-1", DUAL, "iam.global.api.aws", "us-east-1" },
    { AMFA_SERVICE_IAM, "cn-northwest-1", PLAIN, "iam.cn-north-1.amazonaws.com.cn", "cn-north-1" },
    { AMFA_SERVICE_IAM, "aws-cn-global", PLAIN, "iam.cn-north-1.amazonaws.com.cn", "cn-north-1" },
    { AMFA_SERVICE_IAM, "us-gov-east-1", PLAIN, "iam.us-gov.amazonaws.com", "us-gov-west-1" },
    { AMFA_SERVICE_IAM, "us-gov-east-1", FIPS, "iam.us-gov.amazonaws.com", "us-gov-west-1" },
    { AMFA_SERVICE_IAM, "eusc-de-east-1", PLAIN, "iam.eusc-de-east-1.amazonaws.eu",
      "eusc-de-east-1" },
    { AMFA_SERVICE_IAM, "eusc-de-east-1", DUAL, "iam.global.api.amazonwebservices.eu",
      "eusc-de-east-1" },
    { AMFA_SERVICE_IAM, "us-iso-west-1", PLAIN, "iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1" },
    { AMFA_SERVICE_IAM, "us-isob-west-1", PLAIN, "iam.us-isob-east-1.sc2s.sgov.gov",
      "us-isob-east-1" },
    { AMFA_SERVICE_IAM, "eu-isoe-west-1", PLAIN, "iam.eu-isoe-west-1.cloud.adc-e.uk",
      "eu-isoe-west-1" },
    /* Regions of the time before FIPS was a setting. */
    { AMFA_SERVICE_STS, "fips-us-east-1", PLAIN, "sts-fips.us-east-1.amazonaws.com", "us-east-1" },
    { AMFA_SERVICE_STS, "us-gov-west-1-fips", PLAIN, "sts.us-gov-west-1.amazonaws.com",
      "us-gov-west-1" },
    { AMFA_SERVICE_IAM, "us-west-2-fips", PLAIN, "iam-fips.amazonaws.com", "us-east-1" },
    { AMFA_SERVICE_IAM, "us-isof-east-1", PLAIN, "iam.us-isof-south-1.csp.hci.ic.gov",
      "us-isof-south-1" },
  };
  static const AmfaEndpointOverride empty = { "", "AWS_ENDPOINT_URL" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaEndpoint) resolved = amfa_endpoint_resolve (
          rows[i].service, rows[i].region, "test", rows[i].flags, &empty, &error);
      g_autofree char *url = g_strdup_printf ("https://%s/", rows[i].host);

      g_assert_no_error (error);

      g_autoptr (AmfaEndpoint) endpoint = amfa_endpoint_copy (resolved);

      g_assert_cmpstr (endpoint->host, ==, rows[i].host);
      g_assert_cmpstr (endpoint->url, ==, url);
      g_assert_cmpstr (endpoint->path, ==, "/");
      g_assert_cmpstr (endpoint->signing_region, ==, rows[i].signing_region);
      g_assert_cmpint (endpoint->service, ==, rows[i].service);
    }
}

static void
test_custom_endpoints (void)
{
  static const struct
  {
    const char *given;
    const char *url;
    const char *host;
    const char *path;
  } rows[] = {
    { "http://127.0.0.1:5000", "http://127.0.0.1:5000/", "127.0.0.1:5000", "/" },
    { "http://127.8.9.10:5000/", "http://127.8.9.10:5000/", "127.8.9.10:5000", "/" },
    { "http://LocalHost:80/x", "http://localhost/x", "localhost", "/x" },
    { "http://[::1]:8080/sts/", "http://[::1]:8080/sts/", "[::1]:8080", "/sts/" },
    { "https://[2001:DB8::1]", "https://[2001:db8::1]/", "[2001:db8::1]", "/" },
    { "HTTPS://vpce-1.sts.eu-west-1.vpce.amazonaws.com:443/a%20b",
      "https://vpce-1.sts.eu-west-1.vpce.amazonaws.com/a%20b",
      "vpce-1.sts.eu-west-1.vpce.amazonaws.com", "/a%20b" },
    { "https://ceph.example:8443/sts", "https://ceph.example:8443/sts", "ceph.example:8443",
      "/sts" },
    { "https://h/é", "https://h/%C3%A9", "h", "/%C3%A9" },
    { "https://bücher.example/", "https://xn--bcher-kva.example/", "xn--bcher-kva.example", "/" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AmfaEndpointOverride custom = { rows[i].given, "AWS_ENDPOINT_URL" };
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaEndpoint) sts =
          amfa_endpoint_resolve (AMFA_SERVICE_STS, "eu-west-1", "test", LEGACY, &custom, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (sts->url, ==, rows[i].url);
      g_assert_cmpstr (sts->host, ==, rows[i].host);
      g_assert_cmpstr (sts->path, ==, rows[i].path);
      g_assert_cmpstr (sts->signing_region, ==, "eu-west-1");

      g_autoptr (AmfaEndpoint) iam =
          amfa_endpoint_resolve (AMFA_SERVICE_IAM, "cn-north-1", "test", PLAIN, &custom, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (iam->url, ==, rows[i].url);
      g_assert_cmpstr (iam->signing_region, ==, "cn-north-1");
    }
}

static void
test_refused (void)
{
  static const char *const long_region =
      "a123456789b123456789c123456789d123456789e123456789f123456789g123";
  const struct
  {
    const char *region;
    const char *url;
    AmfaEndpointFlags flags;
    AmfaEndpointProblem problem;
    const char *subject;
  } rows[] = {
    { "", NULL, PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, "" },
    { "eu west 1", NULL, PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, "eu west 1" },
    { "eu-west-1 ", NULL, PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, "eu-west-1 " },
    { "eu_west_1", NULL, PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, "eu_west_1" },
    { "-eu", NULL, PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, "-eu" },
    { "eu-", NULL, PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, "eu-" },
    { "evil.example/", NULL, PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, "evil.example/" },
    { "eu-wést-1", NULL, PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, "eu-wést-1" },
    { "12", NULL, PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, "12" },
    { long_region, NULL, PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, long_region },
    { "a.b", "https://h/", PLAIN, AMFA_ENDPOINT_PROBLEM_REGION, "a.b" },
    { "r", "https://h/", FIPS, AMFA_ENDPOINT_PROBLEM_CUSTOM_FIPS, "https://h/" },
    { "r", "https://h/", DUAL, AMFA_ENDPOINT_PROBLEM_CUSTOM_FIPS, "https://h/" },
    { "r", "http://h/", PLAIN, AMFA_ENDPOINT_PROBLEM_PLAIN_HTTP, "http://h/" },
    { "r", "http://10.0.0.1/", PLAIN, AMFA_ENDPOINT_PROBLEM_PLAIN_HTTP, "http://10.0.0.1/" },
    { "r", "http://127.evil.example/", PLAIN, AMFA_ENDPOINT_PROBLEM_PLAIN_HTTP,
      "http://127.evil.example/" },
    { "r", "http://localhost.evil.example/", PLAIN, AMFA_ENDPOINT_PROBLEM_PLAIN_HTTP,
      "http://localhost.evil.example/" },
    { "r", "http://[::2]/", PLAIN, AMFA_ENDPOINT_PROBLEM_PLAIN_HTTP, "http://[::2]/" },
    { "r", "http://0.0.0.0/", PLAIN, AMFA_ENDPOINT_PROBLEM_PLAIN_HTTP, "http://0.0.0.0/" },
    { "r", "ftp://localhost/", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "ftp://localhost/" },
    { "r", "localhost:5000", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "localhost:5000" },
    { "r", "sts.example.com", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "sts.example.com" },
    { "r", "https://", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://" },
    { "r", "https:///x", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https:///x" },
    { "r", "https://h:0/", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://h:0/" },
    { "r", "https://h:99999/", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://h:99999/" },
    { "r", "https://h/?a=b", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://h/?a=b" },
    { "r", "https://h/#f", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://h/#f" },
    { "r", "https://a b/", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://a b/" },
    { "r", "https://h/a b", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://h/a b" },
    { "r", " https://h/", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, " https://h/" },
    { "r", "https://h/a<b", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://h/a<b" },
    { "r", "https://h/\r\nX: y", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://h/\r\nX: y" },
    { "r", "https://h\r\nX: y/", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://h\r\nX: y/" },
    { "r", "https://[fe80::1%25eth0]/", PLAIN, AMFA_ENDPOINT_PROBLEM_URL,
      "https://[fe80::1%25eth0]/" },
    /* a password in it is not repeated */
    { "r", "https://me:pass@word@h/p@q", PLAIN, AMFA_ENDPOINT_PROBLEM_URL, "https://h/p@q" },
    { "r", "http://localhost@evil.example/", PLAIN, AMFA_ENDPOINT_PROBLEM_URL,
      "http://evil.example/" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AmfaEndpointOverride custom = { rows[i].url, "the URL's origin" };
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaEndpoint) endpoint =
          amfa_endpoint_resolve (AMFA_SERVICE_STS, rows[i].region, "the region's origin",
                                 rows[i].flags, rows[i].url ? &custom : NULL, &error);
      gboolean about_region = rows[i].problem == AMFA_ENDPOINT_PROBLEM_REGION;

      g_test_message ("%s %s", rows[i].region, rows[i].url ? rows[i].url : "");
      g_assert_null (endpoint);
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_ENDPOINT_BAD);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, rows[i].problem);
      g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, rows[i].subject);
      g_assert_cmpstr (amfa_error_get_details (error)->other, ==,
                       about_region ? "the region's origin" : "the URL's origin");
    }
}

static void
test_partitions (void)
{
  static const struct
  {
    const char *region;
    const char *partition;
  } rows[] = {
    { "eu-west-1", "aws" },
    { "aws-global", "aws" },
    { "moon-base-1", "aws" },
    { "cn-north-1", "aws-cn" },
    { "us-gov-west-1", "aws-us-gov" },
    { "aws-us-gov-global", "aws-us-gov" },
    { "us-iso-east-1", "aws-iso" },
    { "us-isob-east-1", "aws-iso-b" },
    { "aws-iso-b-global", "aws-iso-b" },
    { "eu-isoe-west-1", "aws-iso-e" },
    { "us-isof-south-1", "aws-iso-f" },
    { "eusc-de-east-1", "aws-eusc" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (amfa_partition_find (rows[i].region)->name, ==, rows[i].partition);

  g_assert_cmpstr (amfa_service_get_signing_name (AMFA_SERVICE_STS), ==, "sts");
  g_assert_cmpstr (amfa_service_get_signing_name (AMFA_SERVICE_IAM), ==, "iam");
  g_assert_cmpstr (amfa_service_get_api_version (AMFA_SERVICE_STS), ==, "2011-06-15");
  g_assert_cmpstr (amfa_service_get_api_version (AMFA_SERVICE_IAM), ==, "2010-05-08");
}

static void
test_regions (void)
{
  static const struct
  {
    const char *region;
    gboolean is_known;
    const char *nearest;
  } rows[] = {
    { "eu-west-1", TRUE, "eu-west-1" },   { "eu-wset-1", FALSE, "eu-west-1" },
    { "eu-west-9", FALSE, "eu-west-1" },  { "us-east1", FALSE, "us-east-1" },
    { "useast-2", FALSE, "us-east-2" },   { "EU-CENTRAL-1", FALSE, "eu-central-1" },
    { "cn-noth-1", FALSE, "cn-north-1" }, { "eusc-de-east-1", TRUE, "eusc-de-east-1" },
    { "moon-base-1", FALSE, NULL },       { "aws-global", TRUE, NULL },
    { "aws-cn-global", TRUE, NULL },      { "", FALSE, NULL },
  };
  g_autofree char *endless = g_strnfill (1000, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpint (amfa_region_is_known (rows[i].region), ==, rows[i].is_known);
      g_assert_cmpstr (amfa_region_find_nearest (rows[i].region), ==, rows[i].nearest);
    }
  g_assert_null (amfa_region_find_nearest (endless));

  g_assert_false (amfa_region_is_opt_in ("us-east-1"));
  g_assert_false (amfa_region_is_opt_in ("ap-northeast-3"));
  g_assert_true (amfa_region_is_opt_in ("af-south-1"));
  g_assert_true (amfa_region_is_opt_in ("mx-central-1"));
  g_assert_false (amfa_region_is_opt_in ("cn-north-1"));
  g_assert_false (amfa_region_is_opt_in ("moon-base-1"));
}

/* Which failures make a region that nobody knows suspicious. */
static void
test_doubtful_region (void)
{
  static const struct
  {
    const char *region;
    const char *url;
    AmfaService service;
    int code;
    const char *meant;
    const char *told;
    int reason;
  } rows[] = {
    { "eu-wset-1", NULL, AMFA_SERVICE_STS, AMFA_ERROR_NETWORK, "eu-west-1", "eu-wset-1" },
    { "eu-wset-1", NULL, AMFA_SERVICE_STS, AMFA_ERROR_TLS, "eu-west-1", "eu-wset-1" },
    { "eu-wset-1", NULL, AMFA_SERVICE_STS, AMFA_ERROR_TLS, NULL, NULL, AMFA_TLS_PROBLEM_OF_PROXY },
    { "moon-base-1", NULL, AMFA_SERVICE_STS, AMFA_ERROR_NETWORK, NULL, "moon-base-1" },
    { "eu-west-1", NULL, AMFA_SERVICE_STS, AMFA_ERROR_NETWORK, NULL, NULL },
    { "eu-wset-1", NULL, AMFA_SERVICE_STS, AMFA_ERROR_CODE_REFUSED, NULL, NULL },
    { "eu-wset-1", NULL, AMFA_SERVICE_IAM, AMFA_ERROR_NETWORK, NULL, NULL },
    { "eu-wset-1", "https://h/", AMFA_SERVICE_STS, AMFA_ERROR_NETWORK, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AmfaEndpointOverride custom = { rows[i].url, "AWS_ENDPOINT_URL" };
      g_autoptr (AmfaEndpoint) endpoint = amfa_endpoint_resolve (
          rows[i].service, rows[i].region, "AWS_REGION", 0, rows[i].url ? &custom : NULL, NULL);
      g_autoptr (GError) error =
          amfa_error_new (rows[i].code, &(AmfaErrorDetails){ .reason = rows[i].reason });
      const AmfaErrorDetails *details = amfa_error_get_details (error);

      amfa_endpoint_doubt_region (endpoint, error);
      g_assert_cmpstr (details->region, ==, rows[i].told);
      g_assert_cmpstr (details->region_origin, ==, rows[i].told ? "AWS_REGION" : NULL);
      g_assert_cmpstr (details->meant, ==, rows[i].meant);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/endpoint/aws", test_aws_endpoints);
  g_test_add_func ("/endpoint/custom", test_custom_endpoints);
  g_test_add_func ("/endpoint/refused", test_refused);
  g_test_add_func ("/endpoint/partitions", test_partitions);
  g_test_add_func ("/endpoint/regions", test_regions);
  g_test_add_func ("/endpoint/doubtful-region", test_doubtful_region);

  return g_test_run ();
}
