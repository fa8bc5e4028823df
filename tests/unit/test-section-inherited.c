#include "core/model/section.h"

/* Keys that the section has from [DEFAULT] belong to every profile: no login takes them out of the
 * file, also where half of the pair is the section's own. */

#define ID "aws_access_key_id = AKIAX\n"
#define SECRET "aws_secret_access_key = secret\n"
#define OTHERS "aws_access_key_id = AKIAY\naws_secret_access_key = other\n"

static const struct
{
  const char *name;
  const char *text;
  gboolean is_inherited;
} ROWS[] = {
  { "its own", "[work]\n" ID SECRET, FALSE },
  { "its own before others", "[DEFAULT]\n" OTHERS "[work]\n" ID SECRET, FALSE },
  { "its own in another order", "[work]\n" SECRET "x = y\n" ID "[DEFAULT]\n" OTHERS, FALSE },
  { "only the id", "[DEFAULT]\n" ID "[work]\n" SECRET, TRUE },
  { "only the id, of a pair", "[DEFAULT]\n" OTHERS "[work]\n" SECRET, TRUE },
  { "only the secret", "[DEFAULT]\n" SECRET "[work]\n" ID, TRUE },
  { "only the secret, of a pair", "[work]\n" ID "[DEFAULT]\n" OTHERS, TRUE },
  { "both", "[DEFAULT]\n" ID SECRET "[work]\nregion = x\n", TRUE },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (AmfaSecret) text = amfa_secret_new (ROWS[i].text, -1);
      g_autoptr (AmfaIniDocument) document = amfa_ini_document_parse (text, NULL);
      g_autoptr (AmfaSection) section = amfa_section_classify (document, "work", NULL);

      g_test_message ("%s", ROWS[i].name);
      g_assert_cmpint (section->kind, ==, AMFA_SECTION_LONG_TERM);
      g_assert_true (amfa_section_holds_long_term (section));
      g_assert_cmpint (section->is_inherited, ==, ROWS[i].is_inherited);
      g_assert_cmpint (amfa_section_gives_up_keys (section), ==, !ROWS[i].is_inherited);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/section-inherited/table", test_table);
  return g_test_run ();
}
