#include "core/model/error.h"
#include "core/model/profile.h"

#define EU "https://sts.eu-west-1.amazonaws.com/ eu-west-1"
#define US "https://sts.us-east-1.amazonaws.com/ us-east-1"
#define GLOBAL "https://sts.amazonaws.com/ us-east-1"
#define OTHER "https://other.example/ eu-west-1"
#define LOCAL "http://127.0.0.1:1/ eu-west-1"

#define CHOOSES(name) "region = eu-west-1\nservices = " name "\n"
#define STS "\nsts =\n  endpoint_url = http://127.0.0.1:1\n"

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
  g_autoptr (AmfaEnvironment) environment = amfa_environment_new (
      envp, "com.example.AwsMfa",
      &(AmfaSurroundings){
          .home = "/home/alice", .directory = "/cwd", .runtime_dir = "/run/user/1" });
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
    { "", "[default]\nregion =\n", NULL, US },
    { "", "[default]\nregion = eu-west-1\n", "AWS_REGION=", EU },

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

    { "", "[default]\n" CHOOSES ("a b") "[services 'a b']" STS, NULL, LOCAL },
    { "", "[default]\n" CHOOSES ("dev") "[services\tdev]" STS, NULL, LOCAL },
    { "", "[default]\n" CHOOSES ("dev") "[services dev]\nx = y\n[services \"dev\"]" STS, NULL,
      LOCAL },
    { "", "[default]\n" CHOOSES ("dev") "[services dev]\niam =\n  endpoint_url = http://[::1]\n",
      NULL, EU },
    /* Nothing there: the next place. */
    { "",
      "[default]\nendpoint_url = https://other.example\n" CHOOSES (
          "dev") "[services dev]\nsts =\n  endpoint_url =\n",
      NULL, OTHER },
    { "", "[default]\n" CHOOSES ("gone"), "AWS_ENDPOINT_URL=https://other.example", OTHER },
    { "", "[default]\n" CHOOSES ("gone"), "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true", EU },
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

/* AWS tools refuse to work with such a profile. */
static void
test_services_missing (void)
{
  static const char *const configs[] = {
    "[default]\n" CHOOSES ("gone"),
    "[default]\n" CHOOSES ("gone") "[services other]" STS,
    "[default]\n" CHOOSES ("gone here") "[services gone here]" STS,
    "[default]\nendpoint_url = https://other.example\n" CHOOSES ("gone"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (configs); i++)
    {
      g_autoptr (GError) error = NULL;
      const AmfaErrorDetails *details;

      g_assert_null (resolve ("", configs[i], NULL, &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_ENDPOINT_BAD);
      details = amfa_error_get_details (error);
      g_assert_cmpint (details->reason, ==, AMFA_ENDPOINT_PROBLEM_SERVICES);
      g_assert_true (g_str_has_prefix (details->subject, "gone"));
      g_assert_cmpstr (details->other, ==, "services (/home/alice/.aws/config)");
    }
}

/* A profile is listed once, however many sections are about it: in the config file alone two may
 * be. */
static void
test_list_names (void)
{
  g_autoptr (AmfaIniDocument) credentials = parse ("[a]\n[default]\n[b]\n");
  g_autoptr (AmfaIniDocument) config = parse ("[default]\n[profile default]\n[profile a]\n"
                                              "[profile c]\n[profile \"c\"]\n[profile 'c']\n");
  g_auto (GStrv) names = amfa_profile_list_names (credentials, config);
  const char *const expected[] = { "a", "default", "b", "c", NULL };

  g_assert_true (g_strv_equal ((const char *const *) names, expected));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/profile/sts", test_sts);
  g_test_add_func ("/profile/services-missing", test_services_missing);
  g_test_add_func ("/profile/list-names", test_list_names);
  return g_test_run ();
}
