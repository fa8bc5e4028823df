#define G_LOG_DOMAIN "amfa-endpoint"

#include "endpoint.h"

#include <gio/gio.h>
#include <string.h>

#include "error.h"
#include "partition.h"

/* The longest label of a host name (RFC 1035): a region is one. */
#define REGION_MAX 63

#define VARIANT_FIPS AMFA_ENDPOINT_FIPS
#define VARIANT_BOTH (AMFA_ENDPOINT_FIPS | AMFA_ENDPOINT_DUAL_STACK)

/* Where sts_regional_endpoints = legacy means the global endpoint (AWS SDKs and tools reference
 * guide, "STS regionalized endpoints"). */
static const char *const legacy_regions[] = {
  "ap-northeast-1", "ap-south-1",   "ap-southeast-1", "ap-southeast-2",
  "ca-central-1",   "eu-central-1", "eu-north-1",     "eu-west-1",
  "eu-west-2",      "eu-west-3",    "sa-east-1",      "us-east-1",
  "us-east-2",      "us-west-1",    "us-west-2",      NULL,
};

/* botocore's rule: a host label, and not only digits. */
static gboolean
region_is_valid (const char *region)
{
  gsize length = strlen (region);

  return length > 0 && length <= REGION_MAX && region[0] != '-' && region[length - 1] != '-' &&
         strspn (region, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-") == length &&
         strspn (region, G_CSET_DIGITS) < length;
}

static AmfaEndpoint *
endpoint_new (AmfaService service,
              const char *scheme,
              const char *host,
              const char *path,
              const char *signing_region)
{
  AmfaEndpoint *self = g_new0 (AmfaEndpoint, 1);

  self->service = service;
  self->host = g_strdup (host);
  self->path = g_strdup (path);
  self->url = g_strconcat (scheme, "://", host, path, NULL);
  self->signing_region = g_strdup (signing_region);
  return self;
}

static AmfaEndpoint *
resolve_sts (const AmfaPartition *partition, const char *region, AmfaEndpointFlags flags)
{
  AmfaEndpointFlags variant = flags & VARIANT_BOTH;
  gboolean legacy =
      (flags & AMFA_ENDPOINT_LEGACY_STS) != 0 && g_strv_contains (legacy_regions, region);

  /* Only the first partition has a global endpoint, and that in one variant alone. */
  if (variant == 0 && (legacy || g_str_equal (region, "aws-global")))
    return endpoint_new (AMFA_SERVICE_STS, "https", "sts.amazonaws.com", "/", partition->home);

  const char *label = variant == VARIANT_FIPS               ? partition->sts_fips
                      : (variant & AMFA_ENDPOINT_FIPS) != 0 ? "sts-fips"
                                                            : "sts";
  const char *suffix =
      (variant & AMFA_ENDPOINT_DUAL_STACK) != 0 ? partition->dual_stack_suffix : partition->suffix;
  const char *real = amfa_partition_is_global (partition, region) ? partition->home : region;
  g_autofree char *host = g_strdup_printf ("%s.%s.%s", label, real, suffix);

  return endpoint_new (AMFA_SERVICE_STS, "https", host, "/", real);
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address ? g_inet_address_get_is_loopback (address)
                 : g_ascii_strcasecmp (host, "localhost") == 0;
}

/* Without a zone: newer releases of GLib read one, and a Host header has none (RFC 6874 4). */
static gboolean
is_ipv6_address (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
         strchr (host, '%') == NULL;
}

/* The Host header: lower case, brackets around IPv6, no port that the scheme implies. NULL if the
 * host cannot be one. */
static char *
host_header (const char *scheme, const char *host, int port)
{
  int implied = g_str_equal (scheme, "https") ? 443 : 80;
  gboolean is_ipv6 = is_ipv6_address (host);
  g_autofree char *ascii = is_ipv6 ? g_strdup_printf ("[%s]", host) : g_hostname_to_ascii (host);

  if (!ascii || *ascii == '\0' ||
      (!is_ipv6 && strspn (ascii, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._") != strlen (ascii)))
    return NULL;

  g_autofree char *lower = g_ascii_strdown (ascii, -1);

  if (port == -1 || port == implied)
    return g_steal_pointer (&lower);
  return g_strdup_printf ("%s:%d", lower, port);
}

/* GUri drops blanks and line ends here and there; AWS's tools refuse them. */
static gboolean
has_blanks (const char *url)
{
  return strpbrk (url, " \t\r\n\v\f") != NULL;
}

/* The path goes out as it is written: it must be one that RFC 3986 allows. */
static gboolean
path_is_valid (const char *path)
{
  return strspn (path, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/-._~%!$&'()*+,;=:@") ==
         strlen (path);
}

/* A URL may carry a password: none of that goes into an error. */
static char *
without_userinfo (const char *url)
{
  const char *authority = strstr (url, "://");

  authority = authority ? authority + 3 : url;

  gsize length = strcspn (authority, "/?#");
  const char *at = g_strrstr_len (authority, length, "@");

  return at ? g_strdup_printf ("%.*s%s", (int) (authority - url), url, at + 1) : g_strdup (url);
}

static AmfaEndpoint *
refuse (const char *value, const char *origin, AmfaEndpointProblem problem, GError **error)
{
  g_autofree char *shown = without_userinfo (value);
  gboolean is_region = problem == AMFA_ENDPOINT_PROBLEM_REGION;

  amfa_set_error (error, AMFA_ERROR_ENDPOINT_BAD,
                  &(AmfaErrorDetails){ .subject = shown,
                                       .other = origin,
                                       .meant = is_region ? amfa_region_find_nearest (value) : NULL,
                                       .reason = (int) problem });
  return NULL;
}

static AmfaEndpoint *
resolve_custom (AmfaService service,
                const char *signing_region,
                const AmfaEndpointOverride *custom,
                GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (custom->url, G_URI_FLAGS_ENCODED, NULL);

  if (has_blanks (custom->url) || !uri || !g_uri_get_host (uri) || g_uri_get_userinfo (uri) ||
      g_uri_get_query (uri) || g_uri_get_fragment (uri) || g_uri_get_port (uri) == 0)
    return refuse (custom->url, custom->origin, AMFA_ENDPOINT_PROBLEM_URL, error);

  const char *scheme = g_uri_get_scheme (uri);
  gboolean plain = g_str_equal (scheme, "http");
  g_autofree char *host = host_header (scheme, g_uri_get_host (uri), g_uri_get_port (uri));

  if (!host || !path_is_valid (g_uri_get_path (uri)) || (!plain && !g_str_equal (scheme, "https")))
    return refuse (custom->url, custom->origin, AMFA_ENDPOINT_PROBLEM_URL, error);
  if (plain && !is_loopback (g_uri_get_host (uri)))
    return refuse (custom->url, custom->origin, AMFA_ENDPOINT_PROBLEM_PLAIN_HTTP, error);

  const char *path = g_uri_get_path (uri);

  return endpoint_new (service, scheme, host, *path ? path : "/", signing_region);
}

/* Before FIPS was a setting there were regions for it, "fips-us-east-1" and "us-east-1-fips". They
 * are still in people's files, and botocore still understands them (client.py,
 * _normalize_fips_region). */
static char *
normalize_region (const char *region, AmfaEndpointFlags *flags)
{
  g_autoptr (GString) normalized = g_string_new (region);

  if (g_string_replace (normalized, "fips-", "", 0) + g_string_replace (normalized, "-fips", "", 0))
    *flags |= AMFA_ENDPOINT_FIPS;
  return g_strdup (normalized->str);
}

/**
 * amfa_endpoint_resolve:
 * @service: STS or IAM
 * @region: the region
 * @region_origin: (nullable): where it is set, for the error
 * @flags: which of AWS's own endpoints
 * @custom: (nullable): an endpoint to use instead; an empty URL counts as none
 * @error: (out): %AMFA_ERROR_ENDPOINT_BAD with an #AmfaEndpointProblem
 *
 * A region that no partition knows belongs to "aws". A partition's pseudo-region ("aws-cn-global")
 * stands for the region that signs for IAM there. Plain http is for loopback addresses only.
 *
 * Returns: (transfer full): the endpoint
 */
AmfaEndpoint *
amfa_endpoint_resolve (AmfaService service,
                       const char *region,
                       const char *region_origin,
                       AmfaEndpointFlags flags,
                       const AmfaEndpointOverride *custom,
                       GError **error)
{
  g_return_val_if_fail (region != NULL, NULL);

  g_autofree char *real = normalize_region (region, &flags);
  AmfaEndpointFlags variant = flags & VARIANT_BOTH;
  gboolean has_custom = custom && custom->url && *custom->url;

  if (!region_is_valid (real))
    return refuse (region, region_origin, AMFA_ENDPOINT_PROBLEM_REGION, error);
  if (has_custom && variant != 0)
    return refuse (custom->url, custom->origin, AMFA_ENDPOINT_PROBLEM_CUSTOM_FIPS, error);

  const AmfaPartition *partition = amfa_partition_find (real);
  gboolean at_home = service == AMFA_SERVICE_IAM || amfa_partition_is_global (partition, real);

  AmfaEndpoint *endpoint = NULL;

  if (has_custom)
    endpoint = resolve_custom (service, at_home ? partition->home : real, custom, error);
  else if (service == AMFA_SERVICE_IAM)
    endpoint = endpoint_new (service, "https", partition->iam[variant], "/", partition->home);
  else
    endpoint = resolve_sts (partition, real, flags);
  if (!endpoint)
    return NULL;

  endpoint->region = g_strdup (real);
  endpoint->region_origin = g_strdup (region_origin);
  endpoint->url_origin = has_custom ? g_strdup (custom->origin) : NULL;
  return endpoint;
}

/**
 * amfa_endpoint_set_ca_bundle:
 * @path: (nullable): a file of certificates that vouch for it, %NULL for the system's
 * @origin: (nullable): where that is set
 */
void
amfa_endpoint_set_ca_bundle (AmfaEndpoint *self, const char *path, const char *origin)
{
  g_return_if_fail (self != NULL);

  g_free (self->ca_bundle);
  g_free (self->ca_bundle_origin);
  self->ca_bundle = g_strdup (path);
  self->ca_bundle_origin = g_strdup (origin);
}

/**
 * amfa_endpoint_doubt_region:
 * @error: what became of a request to it
 *
 * Where AWS's own host could not be reached, or is another one, and its region is one that nobody
 * knows, @error tells it: the region is misspelt, most likely.
 */
void
amfa_endpoint_doubt_region (const AmfaEndpoint *self, GError *error)
{
  g_return_if_fail (self != NULL && error != NULL);

  if (!self->url_origin && self->service == AMFA_SERVICE_STS && self->region &&
      !amfa_region_is_known (self->region) &&
      (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NETWORK) ||
       (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_TLS) &&
        !(amfa_error_get_details (error)->reason & AMFA_TLS_PROBLEM_OF_PROXY))))
    amfa_error_set_region (error, self->region, self->region_origin,
                           amfa_region_find_nearest (self->region));
}

AmfaEndpoint *
amfa_endpoint_copy (const AmfaEndpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  AmfaEndpoint *copy = g_new0 (AmfaEndpoint, 1);

  copy->service = self->service;
  copy->url = g_strdup (self->url);
  copy->host = g_strdup (self->host);
  copy->path = g_strdup (self->path);
  copy->signing_region = g_strdup (self->signing_region);
  copy->region = g_strdup (self->region);
  copy->region_origin = g_strdup (self->region_origin);
  copy->url_origin = g_strdup (self->url_origin);
  amfa_endpoint_set_ca_bundle (copy, self->ca_bundle, self->ca_bundle_origin);
  return copy;
}

void
amfa_endpoint_free (AmfaEndpoint *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->url);
  g_free (self->host);
  g_free (self->path);
  g_free (self->signing_region);
  g_free (self->region);
  g_free (self->region_origin);
  g_free (self->url_origin);
  g_free (self->ca_bundle);
  g_free (self->ca_bundle_origin);
  g_free (self);
}

/* The service's name in the credential scope. */
const char *
amfa_service_get_signing_name (AmfaService service)
{
  return service == AMFA_SERVICE_IAM ? "iam" : "sts";
}

/* The "Version" parameter of its requests. */
const char *
amfa_service_get_api_version (AmfaService service)
{
  return service == AMFA_SERVICE_IAM ? "2010-05-08" : "2011-06-15";
}
