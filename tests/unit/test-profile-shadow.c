#include "core/model/error.h"
#include "core/model/profile-shadow.h"

static AmfaEnvironment environment = {
  .credentials_path = (char *) "/credentials",
  .config_path = (char *) "/config",
};

static AmfaIniDocument *
parse (const char *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *document = amfa_ini_document_parse (secret, &error);

  g_assert_no_error (error);
  return document;
}

/* Each row was tried with botocore: whether it takes the keys of the credentials file. */
static void
test_what_wins (void)
{
  static const struct
  {
    const char *credentials, *config;
    const char *key; /* the one that beats the keys; NULL: they are used */
    const char *path;
    guint line;
    guint n; /* how many there are */
    gboolean is_for_role_alone;
  } rows[] = {
    { "", "", NULL, NULL, 0, 0 },
    { "[p]\n", "[profile p]\nregion = us-east-1\n", NULL, NULL, 0, 0 },
    { "[p]\n", "[profile p]\nrole_arn = r\nsource_profile = q\n", "role_arn", "/config", 2, 1,
      TRUE },
    { "[p]\naws_access_key_id = AKIAX\n", "[profile p]\nrole_arn = r\nsource_profile = q\n",
      "role_arn", "/config", 2, 1 },
    { "[p]\n", "[profile p]\nrole_arn = r\n", "role_arn", "/config", 2, 1 },
    { "[p]\n", "[profile p]\nrole_arn = r\nsource_profile = p\n", NULL, NULL, 0, 1 },
    { "[p]\n", "[profile p]\nsource_profile = p\nsso_role_name = r\nrole_arn = r\n",
      "sso_role_name", "/config", 3, 2 },
    { "[p]\nregion = x\nrole_arn = r\n", "", "role_arn", "/credentials", 3, 1 },
    { "[p]\nrole_arn = r\n", "[profile p]\nrole_arn = s\n", "role_arn", "/credentials", 2, 1 },
    { "[p]\n", "[profile p]\nrole_arn = r\nweb_identity_token_file = f\n",
      "web_identity_token_file", "/config", 3, 1 },
    { "[p]\n", "[profile p]\nsso_account_id = 1\nsso_role_name = r\n", "sso_account_id", "/config",
      2, 1 },
    { "[p]\n", "[profile p]\nsso_role_name = r\n", "sso_role_name", "/config", 2, 1 },
    { "[p]\n", "[profile p]\nsso_session = s\nsso_region = r\n", NULL, NULL, 0, 0 },
    { "[p]\n", "[profile p]\nsso_role_name = r\nrole_arn = r\n", "role_arn", "/config", 3, 2 },
    { "[p]\n", "[profile p]\ncredential_process = /bin/x\n", NULL, NULL, 0, 0 },
    { "[p]\n", "[profile q]\nrole_arn = r\n", NULL, NULL, 0, 0 },
    { "[p]\n", "[p]\nrole_arn = r\n", NULL, NULL, 0, 0 },
    { "[p]\n", "[DEFAULT]\nrole_arn = r\n[profile p]\n", "role_arn", "/config", 2, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaIniDocument) credentials = parse (rows[i].credentials);
      g_autoptr (AmfaIniDocument) config = parse (rows[i].config);
      const char *section =
          amfa_ini_document_has_section (config, "profile p") ? "profile p" : NULL;
      const AmfaSettingScope scope = { credentials, config, "p", section, &environment };
      AmfaShadow shadows[AMFA_SHADOWS_MAX];
      g_autoptr (GError) error = NULL;
      gboolean used = amfa_shadow_check (&scope, &error);

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (amfa_shadow_list (&scope, shadows), ==, rows[i].n);
      g_assert_cmpint (used, ==, rows[i].key == NULL);
      if (used)
        {
          g_assert_no_error (error);
          continue;
        }

      const AmfaErrorDetails *details = amfa_error_get_details (error);

      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_SHADOWED);
      g_assert_cmpstr (details->subject, ==, "p");
      g_assert_cmpstr (details->other, ==, rows[i].key);
      g_assert_cmpstr (details->quote, ==, rows[i].path);
      g_assert_cmpuint (details->line, ==, rows[i].line);
      g_assert_cmpint (details->reason, ==, rows[i].is_for_role_alone);
    }
}

/* A file that cannot be read says nothing. */
static void
test_unreadable (void)
{
  const AmfaSettingScope scope = { NULL, NULL, "p", NULL, &environment };
  AmfaShadow shadows[AMFA_SHADOWS_MAX];
  AmfaPlace place = { .line = 1 };

  g_assert_cmpuint (amfa_shadow_list (&scope, shadows), ==, 0);
  g_assert_false (amfa_place_find (&scope, "region", &place));
  g_assert_cmpuint (place.line, ==, 0);
  g_assert_null (place.path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile-shadow/what-wins", test_what_wins);
  g_test_add_func ("/profile-shadow/unreadable", test_unreadable);
  return g_test_run ();
}
