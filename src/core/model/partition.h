#pragma once

#include <glib.h>

/* AWS's partitions: a row of one table for each. */

G_BEGIN_DECLS

/**
 * AmfaPartition:
 * @name: as ARNs have it
 * @prefix: what its regions begin with
 * @sts_fips: the label of STS's FIPS hosts
 * @home: the region that signs for IAM, and stands for the pseudo-region "NAME-global"
 * @iam: IAM's one host, by %AMFA_ENDPOINT_FIPS and %AMFA_ENDPOINT_DUAL_STACK
 */
typedef struct
{
  const char *name;
  const char *prefix;
  const char *suffix;
  const char *dual_stack_suffix;
  const char *sts_fips;
  const char *home;
  const char *iam[4];
} AmfaPartition;

const char *amfa_region_find_nearest (const char *region);
gboolean amfa_region_is_known (const char *region);
gboolean amfa_region_is_opt_in (const char *region);
const AmfaPartition *amfa_partition_find (const char *region);
gboolean amfa_partition_is_global (const AmfaPartition *self, const char *region);
GStrv amfa_partition_list_names (void);

G_END_DECLS
