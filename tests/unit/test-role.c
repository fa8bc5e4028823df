#include "core/model/error.h"
#include "core/model/role.h"

#define ARN(name) "arn:aws:iam::123456789012:role/" name

static AmfaIniDocument *
parse (const char *text)
{
  g_autoptr (AmfaSecret) bytes = amfa_secret_new (text, -1);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *document = amfa_ini_document_parse (bytes, &error);

  g_assert_no_error (error);
  return document;
}

/* "source: role > role", each role with what it says about itself. */
static char *
describe (const AmfaRoleChain *chain)
{
  GString *text = g_string_new (chain->source ? chain->source : "environment");

  g_string_append (text, ":");
  for (guint i = 0; i < chain->roles->len; i++)
    {
      const AmfaRole *role = g_ptr_array_index (chain->roles, i);
      g_autofree char *name = amfa_role_arn_get_name (role->arn);

      g_string_append_printf (text, " %s", name);
      if (role->external_id)
        g_string_append_printf (text, " id=%s", role->external_id);
      if (role->session_name)
        g_string_append_printf (text, " as=%s", role->session_name);
      if (role->serial)
        g_string_append_printf (text, " mfa=%s", role->serial);
      if (role->duration > 0)
        g_string_append_printf (text, " for=%u", role->duration);
    }
  return g_string_free (text, FALSE);
}

static void
test_role_chains (void)
{
  static const struct
  {
    const char *config;
    const char *credentials;
    const char *expected;
  } cases[] = {
    { "[default]\nregion = x\n", "", "p:" },
    { "[profile p]\nrole_arn = " ARN ("r") "\nsource_profile = default\n[default]\n", "",
      "default: r" },
    { "[profile p]\nrole_arn = " ARN (
          "r") "\nsource_profile = q\nexternal_id = 12/a\n"
               "role_session_name = me@x\nmfa_serial = GAHT12345678\nduration_seconds = 7200\n",
      "[q]\naws_access_key_id = AKIA1\n", "q: r id=12/a as=me@x mfa=GAHT12345678 for=7200" },
    { "[profile p]\nrole_arn = " ARN ("a/b/r2") "\nsource_profile = q\n"
                                                "[profile q]\nrole_arn = " ARN (
                                                    "r1") "\nsource_profile = default\n[default]\n",
      "", "default: r1 r2" },
    /* Keys of its own come first, but only for who is a source. */
    { "[profile p]\nrole_arn = " ARN ("r2") "\nsource_profile = q\n"
                                            "[profile q]\nrole_arn = " ARN (
                                                "r1") "\nsource_profile = default\n[default]\n",
      "[q]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n", "q: r2" },
    { "[profile p]\nrole_arn = " ARN ("r") "\nsource_profile = p\n",
      "[p]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n", "p: r" },
    { "[profile p]\nrole_arn = " ARN ("r") "\ncredential_source = Environment\n", "",
      "environment: r" },
    /* What the credentials file says beats the config file. */
    { "[profile p]\nrole_arn = " ARN ("r") "\nsource_profile = default\n[default]\n",
      "[p]\nrole_arn = " ARN ("other") "\n", "default: other" },
    { "[profile p]\nrole_arn = " ARN ("r") "\nweb_identity_token_file = /t\n", "", "p:" },
    { "[profile p]\nrole_arn = " ARN ("r") "\nsource_profile = default\nduration_seconds = 12x\n"
                                           "[default]\n",
      "", "default: r" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AmfaIniDocument) config = parse (cases[i].config);
      g_autoptr (AmfaIniDocument) credentials = parse (cases[i].credentials);
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaRoleChain) chain = amfa_role_chain_resolve ("p", credentials, config, &error);

      g_assert_no_error (error);

      g_autofree char *described = describe (chain);

      g_assert_cmpstr (described, ==, cases[i].expected);
    }
}

static void
test_role_problems (void)
{
  static const struct
  {
    const char *config;
    AmfaRoleProblem problem;
    const char *profile;
    const char *value;
  } cases[] = {
    { "role_arn = " ARN ("r"), AMFA_ROLE_PROBLEM_NO_SOURCE, "p", NULL },
    { "role_arn = " ARN ("r") "\nsource_profile = q\ncredential_source = Environment",
      AMFA_ROLE_PROBLEM_TWO_SOURCES, "p", NULL },
    { "role_arn = " ARN ("r") "\ncredential_source = Ec2InstanceMetadata",
      AMFA_ROLE_PROBLEM_CREDENTIAL_SOURCE, "p", "Ec2InstanceMetadata" },
    { "role_arn = " ARN ("r") "\nsource_profile = nobody", AMFA_ROLE_PROBLEM_SOURCE_UNKNOWN, "p",
      "nobody" },
    { "role_arn = " ARN ("r") "\nsource_profile = q\n[profile q]\nrole_arn = " ARN (
          "s") "\nsource_profile = p",
      AMFA_ROLE_PROBLEM_LOOP, "q", "p" },
    { "role_arn = arn:aws:iam::123456789012:user/alice\nsource_profile = q\n[profile q]",
      AMFA_ROLE_PROBLEM_ARN, "p", "arn:aws:iam::123456789012:user/alice" },
    { "role_arn = " ARN ("r") "\nexternal_id = a b\nsource_profile = q\n[profile q]",
      AMFA_ROLE_PROBLEM_EXTERNAL_ID, "p", "a b" },
    { "role_arn = " ARN ("r") "\nrole_session_name = a/b\nsource_profile = q\n[profile q]",
      AMFA_ROLE_PROBLEM_SESSION_NAME, "p", "a/b" },
  };
  g_autoptr (AmfaIniDocument) credentials = parse ("");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat ("[profile p]\n", cases[i].config, "\n", NULL);
      g_autoptr (AmfaIniDocument) config = parse (text);
      g_autoptr (GError) error = NULL;

      g_assert_null (amfa_role_chain_resolve ("p", credentials, config, &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_ROLE_UNUSABLE);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, cases[i].problem);
      g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, cases[i].profile);
      g_assert_cmpstr (amfa_error_get_details (error)->other, ==, cases[i].value);
    }
}

static void
test_role_arns (void)
{
  static const char *const good[] = { ARN ("r"), ARN ("team/sub/Admin.x+y=z,@_-"),
                                      "arn:aws-cn:iam::123456789012:role/r",
                                      "arn:aws-us-gov:iam::123456789012:role/r" };
  static const char *const bad[] = { "",
                                     "r",
                                     ARN (""),
                                     ARN ("r/"),
                                     ARN ("a b"),
                                     "arn:aws:iam::12345678901:role/r",
                                     "arn:aws:iam:eu-west-1:123456789012:role/r",
                                     "arn:aws:sts::123456789012:assumed-role/r/s",
                                     "arn:azure:iam::123456789012:role/r" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (amfa_role_arn_is_valid (good[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (amfa_role_arn_is_valid (bad[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/role/chains", test_role_chains);
  g_test_add_func ("/role/problems", test_role_problems);
  g_test_add_func ("/role/arns", test_role_arns);
  return g_test_run ();
}
