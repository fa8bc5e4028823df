#include "messages/formats.h"

#define TEN "abcdefghij"
#define ALEPH "\u05d0"

static void
test_name (void)
{
  static const struct
  {
    const char *name, *shown;
  } rows[] = {
    { "default", "default" },
    { "", "" },
    { TEN TEN TEN TEN, TEN TEN TEN TEN },
    { TEN TEN TEN TEN "k", TEN TEN "…cdefghij"
                                   "abcdefghijk" },
    { "Z\u00fcrich", "\u2068Z\u00fcrich\u2069" },
    { ALEPH "-prod", "\u2068" ALEPH "-prod\u2069" },
    /* Nobody ends the isolation, or turns the line around, by a name. */
    { ALEPH "\u2069b\u202ec\u200f", "\u2068" ALEPH "bc\u2069" },
    { "a\u202eb", "\u2068"
                  "ab\u2069" },
    /* Cut before an accented letter, not behind it; no accent without its letter. */
    { TEN "abcdefghie\u0301" TEN TEN TEN, "\u2068" TEN "abcdefghi…bcdefghij" TEN "\u2069" },
    { TEN TEN TEN "e\u0301" TEN "abcdefgh", "\u2068" TEN TEN "…" TEN "abcdefgh\u2069" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = amfa_format_name (rows[i].name);

      g_assert_cmpstr (shown, ==, rows[i].shown);
    }
}

static void
test_name_broken (void)
{
  g_autofree char *shown = amfa_format_name ("a\xff");
  g_autofree char *endless = g_strnfill (10000, 'a');
  g_autofree char *cut = amfa_format_name (endless);

  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, 40);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/name", test_name);
  g_test_add_func ("/formats/name-broken", test_name_broken);
  return g_test_run ();
}
