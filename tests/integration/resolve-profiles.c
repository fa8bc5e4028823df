#include "core/model/role-plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Answers each line "FOLDER PROFILE" with what the files credentials, config and environment of
 * that folder make of the profile, in two parts with a tab between them: the source and the roles;
 * STS's URL and signing region, and IAM's. "refused" stands for either. */

static char *
read_text (const char *folder, const char *name, gsize *length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, length, NULL))
    exit (EXIT_FAILURE);
  return text;
}

static AmfaIniDocument *
read_document (const char *folder, const char *name)
{
  gsize length;
  g_autofree char *text = read_text (folder, name, &length);
  g_autoptr (AmfaSecret) bytes = amfa_secret_new (text, (gssize) length);

  return amfa_ini_document_parse (bytes, NULL);
}

static AmfaEnvironment *
read_environment (const char *folder)
{
  gsize length;
  g_autofree char *text = read_text (folder, "environment", &length);
  g_auto (GStrv) envp = g_strsplit (text, "\n", -1);

  return amfa_environment_new (
      (const char *const *) envp, "com.example.AwsMfa",
      &(AmfaSurroundings){ .home = "/", .directory = "/", .runtime_dir = "/" });
}

static const char *
or_none (const char *text)
{
  return text ? text : "-";
}

static void
print_roles (const char *name, AmfaIniDocument *credentials, AmfaIniDocument *config)
{
  g_autoptr (AmfaRoleChain) chain = amfa_role_chain_resolve (name, credentials, config, NULL);

  printf ("%s", chain ? or_none (chain->source) : "refused");
  for (guint i = 0; chain && i < chain->roles->len; i++)
    {
      const AmfaRole *role = g_ptr_array_index (chain->roles, i);

      printf (" %s,%s,%u,%s,%s", role->arn, or_none (role->serial), role->duration,
              or_none (role->external_id), or_none (role->session_name));
    }
}

static void
print_endpoints (const char *name,
                 AmfaIniDocument *credentials,
                 AmfaIniDocument *config,
                 const AmfaEnvironment *environment)
{
  g_autoptr (AmfaProfile) profile =
      amfa_profile_resolve (name, credentials, config, environment, NULL, NULL);

  if (profile)
    printf ("%s %s %s %s", profile->sts->url, profile->sts->signing_region, profile->iam->url,
            profile->iam->signing_region);
  else
    printf ("refused");
}

int
main (void)
{
  char line[1024];

  while (fgets (line, sizeof line, stdin))
    {
      g_auto (GStrv) words = g_strsplit (g_strchomp (line), " ", 2);
      g_autoptr (AmfaIniDocument) credentials = read_document (words[0], "credentials");
      g_autoptr (AmfaIniDocument) config = read_document (words[0], "config");
      g_autoptr (AmfaEnvironment) environment = read_environment (words[0]);

      if (!credentials || !config)
        {
          printf ("unreadable\tunreadable\n");
        }
      else
        {
          print_roles (words[1], credentials, config);
          printf ("\t");
          print_endpoints (words[1], credentials, config, environment);
          printf ("\n");
        }
      fflush (stdout);
    }
  return EXIT_SUCCESS;
}
