#include "core/model/variables.h"

#define SECRET "WqrT0cLnzXNotAnIdButASecretIndeedYAbcdef"

static void
test_values (void)
{
  static const char *const envp[] = {
    "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY=" SECRET,
    "AWS_SESSION_TOKEN=token",
    "AWS_PROFILE=work",
    "AWS_PROFILE=second",
    "AWS_DEFAULT_PROFILE=",
    "AWS_ENDPOINT_URL=https://user:password@example.com/x?y=z",
    "AWS_SOMETHING_NEW=" SECRET,
    "HOME=/home/alice",
    "AWS_NONSENSE",
    NULL,
  };
  static const struct
  {
    const char *name, *value;
    gboolean is_set, is_empty;
  } rows[] = {
    { "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", TRUE, FALSE },
    { "AWS_SECRET_ACCESS_KEY", NULL, TRUE, FALSE },
    { "AWS_SESSION_TOKEN", NULL, TRUE, FALSE },
    { "AWS_PROFILE", "work", TRUE, FALSE },
    { "AWS_DEFAULT_PROFILE", NULL, FALSE, TRUE },
    { "AWS_ENDPOINT_URL", "https://…@example.com/x…", TRUE, FALSE },
    { "AWS_SOMETHING_NEW", NULL, TRUE, FALSE },
    { "HOME", NULL, FALSE, FALSE },
    { "AWS_NONSENSE", NULL, FALSE, FALSE },
    { "AWS_REGION", NULL, FALSE, FALSE },
  };
  g_autoptr (AmfaVariables) variables = amfa_variables_new (envp);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpstr (amfa_variables_get (variables, rows[i].name), ==, rows[i].value);
      g_assert_cmpint (amfa_variables_is_set (variables, rows[i].name), ==, rows[i].is_set);
      g_assert_cmpint (amfa_variables_is_empty (variables, rows[i].name), ==, rows[i].is_empty);
    }
}

static void
test_presentable (void)
{
  static const struct
  {
    const char *text, *key_id, *url;
  } rows[] = {
    { NULL, NULL, NULL },
    { "", NULL, "" },
    { "ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE" },
    { "0555b35654ad1656d804", "0555b35654ad1656d804", "0555b35654ad1656d804" },
    { SECRET, NULL, SECRET },
    { "abc/def", NULL, "abc/def" },
    { "http://h:1/", NULL, "http://h:1/" },
    { "http://u:p@h@i/", NULL, "http://…@i/" },
    { "u:p@h", NULL, "…@h" },
    { "https://h/#f", NULL, "https://h/…" },
    { "https://h/?u@p", NULL, "https://…@p" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *key_id = amfa_presentable_key_id (rows[i].text);
      g_autofree char *url = amfa_presentable_url (rows[i].text);

      g_assert_cmpstr (key_id, ==, rows[i].key_id);
      g_assert_cmpstr (url, ==, rows[i].url);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/variables/values", test_values);
  g_test_add_func ("/variables/presentable", test_presentable);

  return g_test_run ();
}
