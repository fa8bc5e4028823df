#include "core/model/endpoint.h"
#include "core/model/partition.h"

#include <stdio.h>
#include <stdlib.h>

/* Answers each line "SERVICE REGION FLAGS" with "URL SIGNING-REGION", and with "unknown" behind
 * them if the region is one that we do not know. */

int
main (void)
{
  char service[8];
  char region[64];
  int flags;

  while (scanf ("%7s %63s %d", service, region, &flags) == 3)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaEndpoint) endpoint =
          amfa_endpoint_resolve (g_str_equal (service, "iam") ? AMFA_SERVICE_IAM : AMFA_SERVICE_STS,
                                 region, "stdin", flags, NULL, &error);

      if (endpoint)
        printf ("%s %s%s\n", endpoint->url, endpoint->signing_region,
                amfa_region_is_known (region) ? "" : " unknown");
      else
        printf ("refused -\n");
    }
  return EXIT_SUCCESS;
}
