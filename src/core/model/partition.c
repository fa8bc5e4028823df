#define G_LOG_DOMAIN "amfa-partition"

#include "partition.h"

#include <string.h>

#include "endpoint.h"
#include "nearest-word.h"

/* Source: botocore's partitions.json and endpoint rule sets for sts and iam. */

#define PLAIN AMFA_ENDPOINT_DEFAULT
#define FIPS AMFA_ENDPOINT_FIPS
#define DUAL AMFA_ENDPOINT_DUAL_STACK
#define BOTH (AMFA_ENDPOINT_FIPS | AMFA_ENDPOINT_DUAL_STACK)

/* The first one takes every region that the others do not know, so that new ones work. */
static const AmfaPartition partitions[] = {
  { "aws",
    "",
    "amazonaws.com",
    "api.aws",
    "sts-fips",
    "us-east-1",
    { [PLAIN] = "iam.amazonaws.com",
      [FIPS] = "iam-fips.amazonaws.com",
      [DUAL] = "iam.global.api.aws",
      [BOTH] = "iam-fips.global.api.aws" } },
  { "aws-cn",
    "cn-",
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "sts-fips",
    "cn-north-1",
    { [PLAIN] = "iam.cn-north-1.amazonaws.com.cn",
      [FIPS] = "iam-fips.amazonaws.com.cn",
      [DUAL] = "iam.global.api.amazonwebservices.com.cn",
      [BOTH] = "iam-fips.api.amazonwebservices.com.cn" } },
  { "aws-us-gov",
    "us-gov-",
    "amazonaws.com",
    "api.aws",
    "sts",
    "us-gov-west-1",
    { [PLAIN] = "iam.us-gov.amazonaws.com",
      [FIPS] = "iam.us-gov.amazonaws.com",
      [DUAL] = "iam.us-gov.api.aws",
      [BOTH] = "iam.us-gov.api.aws" } },
  { "aws-eusc",
    "eusc-",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "sts-fips",
    "eusc-de-east-1",
    { [PLAIN] = "iam.eusc-de-east-1.amazonaws.eu",
      [FIPS] = "iam-fips.amazonaws.eu",
      [DUAL] = "iam.global.api.amazonwebservices.eu",
      [BOTH] = "iam-fips.api.amazonwebservices.eu" } },
  { "aws-iso",
    "us-iso-",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sts-fips",
    "us-iso-east-1",
    { [PLAIN] = "iam.us-iso-east-1.c2s.ic.gov",
      [FIPS] = "iam-fips.us-iso-east-1.c2s.ic.gov",
      [DUAL] = "iam.api.aws.ic.gov",
      [BOTH] = "iam-fips.api.aws.ic.gov" } },
  { "aws-iso-b",
    "us-isob-",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "sts-fips",
    "us-isob-east-1",
    { [PLAIN] = "iam.us-isob-east-1.sc2s.sgov.gov",
      [FIPS] = "iam-fips.us-isob-east-1.sc2s.sgov.gov",
      [DUAL] = "iam.api.aws.scloud",
      [BOTH] = "iam-fips.api.aws.scloud" } },
  { "aws-iso-e",
    "eu-isoe-",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "sts-fips",
    "eu-isoe-west-1",
    { [PLAIN] = "iam.eu-isoe-west-1.cloud.adc-e.uk",
      [FIPS] = "iam-fips.cloud.adc-e.uk",
      [DUAL] = "iam.api.cloud-aws.adc-e.uk",
      [BOTH] = "iam-fips.api.cloud-aws.adc-e.uk" } },
  { "aws-iso-f",
    "us-isof-",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
    "sts-fips",
    "us-isof-south-1",
    { [PLAIN] = "iam.us-isof-south-1.csp.hci.ic.gov",
      [FIPS] = "iam-fips.csp.hci.ic.gov",
      [DUAL] = "iam.api.aws.hci.ic.gov",
      [BOTH] = "iam-fips.api.aws.hci.ic.gov" } },
};

/* Those that accounts have to enable are not among the first ("Manage AWS Regions in your account",
 * AWS Account Management guide). */
#define N_ENABLED 17
static const char *const regions[] = {
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-central-1",
  "eu-north-1",
  "ca-central-1",
  "sa-east-1",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "af-south-1",
  "ap-east-1",
  "ap-east-2",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "eu-south-2",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
  "cn-north-1",
  "cn-northwest-1",
  "us-gov-east-1",
  "us-gov-west-1",
  "eusc-de-east-1",
  "us-iso-east-1",
  "us-iso-west-1",
  "us-isob-east-1",
  "us-isob-west-1",
  "eu-isoe-west-1",
  "us-isof-east-1",
  "us-isof-south-1",
  NULL,
};

#define MAX_SLIPS 3 /* in the name of a region */

/**
 * amfa_region_is_known:
 * @region: a region, or a partition's pseudo-region
 *
 * Returns: whether it existed when this program was made
 */
gboolean
amfa_region_is_known (const char *region)
{
  g_return_val_if_fail (region != NULL, FALSE);

  return g_strv_contains (regions, region) ||
         amfa_partition_is_global (amfa_partition_find (region), region);
}

/**
 * amfa_region_find_nearest:
 * @region: what may be the name of a region with slips in it
 *
 * Returns: (transfer none) (nullable): the region that may be meant
 */
const char *
amfa_region_find_nearest (const char *region)
{
  return amfa_nearest_word (region, regions, MAX_SLIPS);
}

/* Whether accounts have to enable the region before their keys work there. */
gboolean
amfa_region_is_opt_in (const char *region)
{
  g_return_val_if_fail (region != NULL, FALSE);

  for (gsize i = 0; regions[i]; i++)
    if (g_str_equal (regions[i], region))
      return i >= N_ENABLED && amfa_partition_find (region) == &partitions[0];
  return FALSE;
}

/**
 * amfa_partition_is_global:
 * @region: a region
 *
 * Returns: whether it is the partition's pseudo-region, "NAME-global"
 */
gboolean
amfa_partition_is_global (const AmfaPartition *self, const char *region)
{
  gsize length = strlen (self->name);

  return strncmp (region, self->name, length) == 0 && g_str_equal (region + length, "-global");
}

/**
 * amfa_partition_find:
 * @region: a region
 *
 * Returns: (transfer none): its partition; "aws" for a region nobody knows
 */
const AmfaPartition *
amfa_partition_find (const char *region)
{
  g_return_val_if_fail (region != NULL, NULL);

  for (gsize i = 1; i < G_N_ELEMENTS (partitions); i++)
    {
      if (g_str_has_prefix (region, partitions[i].prefix) ||
          amfa_partition_is_global (&partitions[i], region))
        return &partitions[i];
    }
  return &partitions[0];
}

/* Returns: (transfer full): the partitions as ARNs name them */
GStrv
amfa_partition_list_names (void)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (partitions); i++)
    g_strv_builder_add (names, partitions[i].name);
  return g_strv_builder_end (names);
}
