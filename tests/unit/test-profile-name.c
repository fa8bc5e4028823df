#include "core/model/profile-name.h"

static void
test_possible (void)
{
  static const char *const GOOD[] = { "default", "work", "a b", "it's", "\303\274", "a#b", "a/b" };
  static const char *const BAD[] = { "",         "DEFAULT",       "a]b", "[a",
                                     "a\nb",     "a\t",           " a",  "a ",
                                     "\177",     "\377",          "\n",  "a\rb",
                                     "\302\205", "a\342\200\250b" };

  g_autofree char *longest = g_strnfill (512, 'a');
  g_autofree char *too_long = g_strnfill (513, 'a');

  g_assert_true (amfa_profile_name_is_possible (longest));
  g_assert_false (amfa_profile_name_is_possible (too_long));
  for (gsize i = 0; i < G_N_ELEMENTS (GOOD); i++)
    g_assert_true (amfa_profile_name_is_possible (GOOD[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (BAD); i++)
    g_assert_false (amfa_profile_name_is_possible (BAD[i]));
}

static void
test_config (void)
{
  static const struct
  {
    const char *name;
    const char *section;
  } ROWS[] = {
    { "default", "default" },         { "work", "profile work" }, { "a b", "profile 'a b'" },
    { "it's", "profile 'it'\\''s'" }, { "$x", "profile '$x'" },   { "a#b", "profile 'a#b'" },
  };
  /* botocore looks at how the first word begins, and at nothing else of it. */
  static const char *const LATER[][2] = {
    { "profile\tx", "x" },    { "profile  \"a b\"", "a b" }, { "profiles x", "x" },
    { "profile-old x", "x" }, { "profile'x' y", "y" },
  };
  static const char *const OTHERS[] = { "profile",    "profile a b", "profilea",
                                        "services x", "profile 'a",  "sso-session s" };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autofree char *section = amfa_profile_name_to_config (ROWS[i].name);
      g_autofree char *name = amfa_profile_name_from_config (ROWS[i].section);

      g_assert_cmpstr (section, ==, ROWS[i].section);
      g_assert_cmpstr (name, ==, ROWS[i].name);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (LATER); i++)
    {
      g_autofree char *name = amfa_profile_name_from_config (LATER[i][0]);

      g_assert_cmpstr (name, ==, LATER[i][1]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (OTHERS); i++)
    {
      g_autofree char *name = amfa_profile_name_from_config (OTHERS[i]);

      g_assert_null (name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/profile-name/possible", test_possible);
  g_test_add_func ("/profile-name/config", test_config);

  return g_test_run ();
}
