#pragma once

#include <glib.h>

/* Region → partition → endpoint and signing region (botocore's endpoint rule sets for sts and iam).
 */

G_BEGIN_DECLS

typedef enum
{
  AMFA_SERVICE_STS,
  AMFA_SERVICE_IAM,
} AmfaService;

typedef enum
{
  AMFA_ENDPOINT_DEFAULT = 0,
  AMFA_ENDPOINT_FIPS = 1 << 0,
  AMFA_ENDPOINT_DUAL_STACK = 1 << 1,
  AMFA_ENDPOINT_LEGACY_STS = 1 << 2, /* sts_regional_endpoints = legacy */
} AmfaEndpointFlags;

/* A custom endpoint and where it is set ("AWS_ENDPOINT_URL", "endpoint_url in …/config"). */
typedef struct
{
  const char *url;
  const char *origin;
} AmfaEndpointOverride;

typedef struct
{
  char *url;  /* "https://sts.eu-west-1.amazonaws.com/": always with a path */
  char *host; /* as the Host header wants it: the port only if it is not the scheme's own */
  char *path;
  char *signing_region;
  char *region;           /* as it was said; signing_region may be another one */
  char *region_origin;    /* where that is set; nullable: nowhere */
  char *url_origin;       /* where a custom endpoint is set; nullable: it is AWS's own */
  char *ca_bundle;        /* who vouches for it: a file of certificates; nullable: the system's */
  char *ca_bundle_origin; /* where that is set; nullable */
  AmfaService service;
} AmfaEndpoint;

AmfaEndpoint *amfa_endpoint_resolve (AmfaService service,
                                     const char *region,
                                     const char *region_origin,
                                     AmfaEndpointFlags flags,
                                     const AmfaEndpointOverride *custom,
                                     GError **error);
void amfa_endpoint_set_ca_bundle (AmfaEndpoint *self, const char *path, const char *origin);
void amfa_endpoint_doubt_region (const AmfaEndpoint *self, GError *error);
AmfaEndpoint *amfa_endpoint_copy (const AmfaEndpoint *self);
void amfa_endpoint_free (AmfaEndpoint *self);
const char *amfa_service_get_signing_name (AmfaService service);
const char *amfa_service_get_api_version (AmfaService service);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaEndpoint, amfa_endpoint_free)

G_END_DECLS
