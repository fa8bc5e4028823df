#include "unit/sigv4-case.h"

#include <stdio.h>
#include <stdlib.h>

/* Signs the requests that come in as lines of JSON and answers each with its three stages. */

static char *
sign_line (const char *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  g_autoptr (Sigv4Case) sigv4_case = sigv4_case_from_json (json_node_get_object (node));
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_auto (AmfaSigv4Canonical) canonical = { NULL };
  AmfaSigv4Request request;

  sigv4_case_get_request (sigv4_case, &request);
  amfa_sigv4_canonicalize (&request, sigv4_case->credentials, &sigv4_case->scope, &canonical);

  g_autofree char *string_to_sign =
      amfa_sigv4_string_to_sign (canonical.canonical_request, &sigv4_case->scope);
  g_autofree char *authorization = amfa_sigv4_authorization (
      string_to_sign, canonical.signed_headers, sigv4_case->credentials, &sigv4_case->scope);

  json_object_set_string_member (answer, "canonical_request", canonical.canonical_request);
  json_object_set_string_member (answer, "string_to_sign", string_to_sign);
  json_object_set_string_member (answer, "authorization", authorization);
  json_node_set_object (root, answer);
  return json_to_string (root, FALSE);
}

int
main (void)
{
  char *line = NULL;
  size_t size = 0;

  while (getline (&line, &size, stdin) > 0)
    {
      g_autofree char *answer = sign_line (line);

      puts (answer);
    }
  free (line);
  return 0;
}
