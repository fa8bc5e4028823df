#include "core/model/error.h"
#include "core/model/profile.h"

#define EU "https://sts.eu-west-1.amazonaws.com/ eu-west-1"
#define GLOBAL "https://sts.amazonaws.com/ us-east-1"
#define LOCAL "http://127.0.0.1:1/ eu-west-1"

static AmfaIniDocument *
parse (const char *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);

  return amfa_ini_document_parse (secret, NULL);
}

static AmfaProfile *
resolve (const char *credentials_text,
         const char *config_text,
         const char *variable,
         GError **error)
{
  const char *const envp[] = { variable, NULL };
  g_autoptr (AmfaEnvironment) environment =
      amfa_environment_new (envp, "com.example.AwsMfa", "/home/alice", "/run/user/1");
  g_autoptr (AmfaIniDocument) credentials = parse (credentials_text);
  g_autoptr (AmfaIniDocument) config = parse (config_text);

  return amfa_profile_resolve ("default", credentials, config, environment, NULL, error);
}

static void
test_sts (void)
{
  static const struct
  {
    const char *credentials;
    const char *config;
    const char *variable;
    const char *sts;
  } rows[] = {
    { "", "[default]\nregion = eu-west-1\n", NULL, EU },
    { "[default]\nregion = eu-west-1\n", "[default]\nregion = eu-west-2\n", NULL, EU },
    { "", "[default]\nregion = eu-west-2\n", "AWS_REGION=eu-west-1", EU },

    { "", "[default]\nregion = eu-west-1\nsts_regional_endpoints = legacy\n", NULL, GLOBAL },
    { "", "[default]\nregion = eu-west-1\nsts_regional_endpoints = legacy\n",
      "AWS_STS_REGIONAL_ENDPOINTS=regional", EU },
    { "", "[default]\nregion = eu-west-1\n", "AWS_STS_REGIONAL_ENDPOINTS=legacy", GLOBAL },

    { "", "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\n", NULL, LOCAL },
    { "", "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\n",
      "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true", EU },
    { "",
      "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\n"
      "ignore_configured_endpoint_urls = true\n",
      NULL, EU },
    { "",
      "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\n"
      "ignore_configured_endpoint_urls = true\n",
      "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false", LOCAL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaProfile) profile =
          resolve (rows[i].credentials, rows[i].config, rows[i].variable, &error);
      g_autofree char *sts = NULL;

      g_assert_no_error (error);
      sts = g_strdup_printf ("%s %s", profile->sts->url, profile->sts->signing_region);
      g_assert_cmpstr (sts, ==, rows[i].sts);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/profile/sts", test_sts);
  return g_test_run ();
}
