#include "core/model/role.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Answers each line "CREDENTIALS-FILE CONFIG-FILE PROFILE" with the source and the roles' ARNs, or
 * with "refused". */

static AmfaIniDocument *
read_document (const char *path)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    exit (EXIT_FAILURE);

  g_autoptr (AmfaSecret) bytes = amfa_secret_new (text, (gssize) length);

  return amfa_ini_document_parse (bytes, NULL);
}

int
main (void)
{
  char credentials_path[1024], config_path[1024], profile[64];

  while (scanf ("%1023s %1023s %63s", credentials_path, config_path, profile) == 3)
    {
      g_autoptr (AmfaIniDocument) credentials = read_document (credentials_path);
      g_autoptr (AmfaIniDocument) config = read_document (config_path);
      g_autoptr (AmfaRoleChain) chain =
          amfa_role_chain_resolve (profile, credentials, config, NULL);

      printf ("%s", chain ? (chain->source ? chain->source : "-") : "refused");
      for (guint i = 0; chain && i < chain->roles->len; i++)
        {
          const AmfaRole *role = g_ptr_array_index (chain->roles, i);

          printf (" %s,%s,%u", role->arn, role->serial ? role->serial : "-", role->duration);
        }
      printf ("\n");
      fflush (stdout);
    }
  return EXIT_SUCCESS;
}
