#include "core/model/environment.h"

#define HOME "/home/alice"

static char *
dup_home_of (const char *user)
{
  return g_str_equal (user, "bob") ? g_strdup ("/home/bob//") : NULL;
}

static AmfaEnvironment *
environment_new (const char *const *envp)
{
  return amfa_environment_new (envp, "com.example.AwsMfa",
                               &(AmfaSurroundings){ .home = HOME,
                                                    .directory = "/cwd/dir",
                                                    .runtime_dir = "/run/user/7",
                                                    .dup_home_of = dup_home_of });
}

static void
test_environment_empty (void)
{
  /* What is set to nothing is not set. */
  const char *const envp[] = {
    "AWS_SHARED_CREDENTIALS_FILE=", "AWS_CONFIG_FILE=", "AWS_PROFILE=",           "AWS_REGION=",
    "AWS_USE_FIPS_ENDPOINT=",       "XDG_STATE_HOME=",  "AWSMFA_APPLICATION_ID=", NULL,
  };
  g_autoptr (AmfaEnvironment) environment = environment_new (envp);

  g_assert_cmpstr (environment->application_id, ==, "com.example.AwsMfa");
  g_assert_cmpstr (environment->home, ==, HOME);
  g_assert_cmpstr (environment->credentials_path, ==, HOME "/.aws/credentials");
  g_assert_cmpstr (environment->config_path, ==, HOME "/.aws/config");
  g_assert_false (environment->own_credentials_path);
  g_assert_cmpstr (environment->state_dir, ==, HOME "/.local/state/awsmfa");
  g_assert_cmpstr (environment->autostart_path, ==,
                   HOME "/.config/autostart/com.example.AwsMfa.desktop");
  g_assert_cmpstr (environment->runtime_dir, ==, "/run/user/7");
  g_assert_cmpstr (environment->keyrings_dir, ==, HOME "/.local/share/keyrings");
  g_assert_null (environment->profile);
  g_assert_null (environment->region);
  g_assert_null (environment->region_origin);
  g_assert_null (environment->endpoint_url);
  g_assert_cmpint (environment->ignore_configured_endpoints, ==, -1);
  g_assert_cmpint (environment->use_fips, ==, -1);
  g_assert_cmpint (environment->use_dual_stack, ==, -1);
  g_assert_null (environment->ca_bundle);
  g_assert_null (environment->https_proxy);
  g_assert_null (environment->no_proxy);
  g_assert_false (environment->keyring_is_file);
  g_assert_false (environment->notifies_freedesktop);
  g_assert_null (environment->keys);
}

static void
test_environment_full (void)
{
  const char *const envp[] = {
    "AWSMFA_APPLICATION_ID=com.example.Other",
    "XDG_STATE_HOME=/s",
    "XDG_DATA_HOME=/d",
    "XDG_CONFIG_HOME=/c",
    "AWS_DEFAULT_PROFILE=second",
    "AWS_PROFILE=first",
    "AWS_DEFAULT_REGION=eu-west-2",
    "AWS_REGION=eu-west-1",
    "AWS_ENDPOINT_URL=https://a",
    "AWS_ENDPOINT_URL_STS=https://b",
    "AWS_ENDPOINT_URL_IAM=https://c",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=True",
    "AWS_USE_FIPS_ENDPOINT=TRUE",
    "AWS_USE_DUALSTACK_ENDPOINT=False",
    "AWS_CA_BUNDLE=/ca.pem",
    "SECRET_BACKEND=file",
    "GNOTIFICATION_BACKEND=freedesktop",
    NULL,
  };
  g_autoptr (AmfaEnvironment) environment = environment_new (envp);

  g_assert_cmpstr (environment->application_id, ==, "com.example.Other");
  g_assert_cmpstr (environment->state_dir, ==, "/s/awsmfa");
  g_assert_cmpstr (environment->keyrings_dir, ==, "/d/keyrings");
  g_assert_cmpstr (environment->autostart_path, ==, "/c/autostart/com.example.Other.desktop");
  g_assert_cmpstr (environment->profile, ==, "first");
  g_assert_cmpstr (environment->region, ==, "eu-west-1");
  g_assert_cmpstr (environment->region_origin, ==, "AWS_REGION");
  g_assert_cmpstr (environment->endpoint_url, ==, "https://a");
  g_assert_cmpstr (environment->endpoint_url_sts, ==, "https://b");
  g_assert_cmpstr (environment->endpoint_url_iam, ==, "https://c");
  g_assert_cmpint (environment->ignore_configured_endpoints, ==, TRUE);
  g_assert_cmpint (environment->use_fips, ==, TRUE);
  g_assert_cmpint (environment->use_dual_stack, ==, FALSE);
  g_assert_cmpstr (environment->ca_bundle, ==, "/ca.pem");
  g_assert_true (environment->keyring_is_file);
  g_assert_true (environment->notifies_freedesktop);
}

static void
test_environment_second_names (void)
{
  const char *const envp[] = {
    "AWS_PROFILE=",
    "AWS_DEFAULT_PROFILE=second",
    "AWS_DEFAULT_REGION=eu-west-2",
    "XDG_STATE_HOME=relative",
    NULL,
  };
  g_autoptr (AmfaEnvironment) environment = environment_new (envp);

  g_assert_cmpstr (environment->profile, ==, "second");
  g_assert_cmpstr (environment->region, ==, "eu-west-2");
  g_assert_cmpstr (environment->region_origin, ==, "AWS_DEFAULT_REGION");
  g_assert_cmpstr (environment->state_dir, ==, HOME "/.local/state/awsmfa");
}

/* Only a whole long-term pair counts, and only once it is asked for. */
static void
test_environment_keys (void)
{
  static const struct
  {
    const char *const envp[4];
    gboolean counts;
  } cases[] = {
    { { "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=s/e+c" }, TRUE },
    { { "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE" }, FALSE },
    { { "AWS_SECRET_ACCESS_KEY=s/e+c" }, FALSE },
    { { "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=s/e+c" }, FALSE },
    { { "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=s\xff" }, FALSE },
    { { "AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=s/e+c" }, FALSE },
    { { "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=s/e+c",
        "AWS_SESSION_TOKEN=t" },
      FALSE },
    { { "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=s/e+c",
        "AWS_SECURITY_TOKEN=t" },
      FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AmfaEnvironment) environment = environment_new (cases[i].envp);

      g_assert_null (environment->keys);
      amfa_environment_read_keys (environment, cases[i].envp);
      g_assert_cmpint (environment->keys != NULL, ==, cases[i].counts);
    }
}

/* The expected values are what posixpath.expanduser (posixpath.expandvars (…)) gives. */
static void
test_environment_paths (void)
{
  static const struct
  {
    const char *set;
    const char *path;
  } cases[] = {
    { "/a/b", "/a/b" },
    { "~", HOME },
    { "~/", HOME "/" },
    { "~/x", HOME "/x" },
    { "~bob", "/home/bob" },
    { "~bob/x", "/home/bob/x" },
    { "~nobody/x", "/cwd/dir/~nobody/x" },
    { "~$V/x", HOME "/v/x" },
    { "x~", "/cwd/dir/x~" },
    { "x/../y", "/cwd/dir/x/../y" },
    { "$V/x", "/v/x" },
    { "${V}x", "/vx" },
    { "/a$V", "/a/v" },
    { "$Vx", "/cwd/dir/$Vx" },
    { "/$V.$V", "//v./v" },
    { "/$NONE/x", "/$NONE/x" },
    { "/${NONE}/x", "/${NONE}/x" },
    { "/$EMPTY/x", "//x" },
    { "/${V", "/${V" },
    { "/${}", "/${}" },
    { "/$", "/$" },
    { "/$$V", "/$/v" },
    { "/$NESTED", "/$V" },
    { "$TILDE/x", HOME "/x" },
    { "/\303\244$V\303\244", "/\303\244/v\303\244" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *credentials =
          g_strconcat ("AWS_SHARED_CREDENTIALS_FILE=", cases[i].set, NULL);
      g_autofree char *config = g_strconcat ("AWS_CONFIG_FILE=", cases[i].set, NULL);
      const char *const envp[] = { "V=/v",      "EMPTY=",     "NESTED=$V", "TILDE=~",
                                   credentials, "PWD=/stale", config,      NULL };
      g_autoptr (AmfaEnvironment) environment = environment_new (envp);

      g_assert_cmpstr (environment->credentials_path, ==, cases[i].path);
      g_assert_cmpstr (environment->config_path, ==, cases[i].path);
      g_assert_true (environment->own_credentials_path);
    }
}

/* Certificates: "~" is expanded and variables are not. */
static void
test_environment_ca_bundles (void)
{
  static const struct
  {
    const char *set;
    const char *path;
  } cases[] = {
    { "/a/b", "/a/b" },          { "~/x", HOME "/x" },  { "~bob/x", "/home/bob/x" }, { "~", HOME },
    { "$V/x", "/cwd/dir/$V/x" }, { "x", "/cwd/dir/x" }, { "./x", "/cwd/dir/./x" },   { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *first = g_strconcat ("AWS_CA_BUNDLE=", cases[i].set, NULL);
      g_autofree char *last = g_strconcat ("REQUESTS_CA_BUNDLE=", cases[i].set, NULL);
      const char *const envp[] = { "V=/v", "PWD=/stale", first, last, NULL };
      g_autoptr (AmfaEnvironment) environment = environment_new (envp);

      g_assert_cmpstr (environment->ca_bundle, ==, cases[i].path);
      g_assert_cmpstr (environment->last_ca_bundle, ==, cases[i].path);
    }
}

static void
test_environment_proxies (void)
{
  const char *const upper[] = { "HTTPS_PROXY=http://u:1", "NO_PROXY=u", NULL };
  const char *const both[] = { "HTTPS_PROXY=http://u:1", "https_proxy=http://l:1", "NO_PROXY=u",
                               "no_proxy=l", NULL };
  const char *const off[] = { "HTTPS_PROXY=http://u:1", "https_proxy=", NULL };
  g_autoptr (AmfaEnvironment) from_upper = environment_new (upper);
  g_autoptr (AmfaEnvironment) from_both = environment_new (both);
  g_autoptr (AmfaEnvironment) from_off = environment_new (off);

  g_assert_cmpstr (from_upper->https_proxy, ==, "http://u:1");
  g_assert_cmpstr (from_upper->no_proxy, ==, "u");
  g_assert_cmpstr (from_both->https_proxy, ==, "http://l:1");
  g_assert_cmpstr (from_both->no_proxy, ==, "l");
  g_assert_null (from_off->https_proxy);
}

static void
test_environment_bad_values (void)
{
  const char *const envp[] = { "AWSMFA_APPLICATION_ID=not an id", "AWS_USE_FIPS_ENDPOINT=1", NULL };
  g_autoptr (AmfaEnvironment) environment = environment_new (envp);

  g_assert_cmpstr (environment->application_id, ==, "com.example.AwsMfa");
  g_assert_cmpint (environment->use_fips, ==, FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/environment/empty", test_environment_empty);
  g_test_add_func ("/environment/full", test_environment_full);
  g_test_add_func ("/environment/second-names", test_environment_second_names);
  g_test_add_func ("/environment/keys", test_environment_keys);
  g_test_add_func ("/environment/paths", test_environment_paths);
  g_test_add_func ("/environment/ca-bundles", test_environment_ca_bundles);
  g_test_add_func ("/environment/proxies", test_environment_proxies);
  g_test_add_func ("/environment/bad-values", test_environment_bad_values);

  return g_test_run ();
}
