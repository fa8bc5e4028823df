#include "core/model/shadowing.h"

static void
assert_list (char **list, const char *expected)
{
  g_autofree char *joined = g_strjoinv (" ", list);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_keys (void)
{
  const struct
  {
    const char *const envp[6];
    const char *expected;
    const char *keys; /* looked at or not, if other than @expected */
  } cases[] = {
    { { "HOME=/h", NULL }, "" },
    { { "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=x", NULL }, "", "AWS_SECRET_ACCESS_KEY" },
    { { "AWS_SECRET_ACCESS_KEY=x", "AWS_SESSION_TOKEN=x", NULL },
      "",
      "AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN" },
    { { "AWS_CREDENTIAL_EXPIRATION=x", "AWS_ACCESS_KEY_ID=a/b", NULL },
      "AWS_ACCESS_KEY_ID AWS_CREDENTIAL_EXPIRATION" },
    { { "AWS_SESSION_TOKEN=x", "AWS_SECRET_ACCESS_KEY=x", "AWS_ACCESS_KEY_ID=AKIA1", NULL },
      "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN" },
    { { "AWS_SECURITY_TOKEN=x", "AWS_SECRET_KEY=x", "AWS_ACCESS_KEY=AKIA1", NULL },
      "AWS_ACCESS_KEY AWS_SECRET_KEY AWS_SECURITY_TOKEN" },
    { { "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/r", NULL }, "" },
    { { "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/r", "AWS_WEB_IDENTITY_TOKEN_FILE=/t", NULL },
      "AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN",
      "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AmfaVariables) variables = amfa_variables_new (cases[i].envp);
      g_auto (GStrv) list = amfa_shadowing_list_credentials (variables);
      g_auto (GStrv) keys = amfa_shadowing_list_keys (variables);

      assert_list (list, cases[i].expected);
      assert_list (keys, cases[i].keys ? cases[i].keys : cases[i].expected);
    }
}

static void
test_profiles (void)
{
  const char *const envp[] = { "AWS_DEFAULT_PROFILE=work", "AWS_PROFILE=home", NULL };
  const char *const empty[] = { "AWS_DEFAULT_PROFILE=", "AWS_PROFILE=default", NULL };
  g_autoptr (AmfaVariables) variables = amfa_variables_new (envp);
  g_autoptr (AmfaVariables) nearly_none = amfa_variables_new (empty);
  g_auto (GStrv) both = amfa_shadowing_list_profiles (variables, "default");
  g_auto (GStrv) one = amfa_shadowing_list_profiles (variables, "home");
  g_auto (GStrv) none = amfa_shadowing_list_profiles (nearly_none, "default");

  assert_list (both, "AWS_PROFILE AWS_DEFAULT_PROFILE");
  assert_list (one, "AWS_DEFAULT_PROFILE");
  assert_list (none, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shadowing/keys", test_keys);
  g_test_add_func ("/shadowing/profiles", test_profiles);
  return g_test_run ();
}
