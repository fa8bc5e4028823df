#include "core/model/response.h"

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    gint64 time;
  } rows[] = {
    { "2026-01-02T03:04:05Z", 1767323045 },
    { "2026-01-02T03:04:05.6Z", 1767323045 },
    { "2026-01-02T03:04:05.678Z", 1767323045 },
    { "2026-01-02T03:04:05.123456Z", 1767323045 },
    { "2026-01-02T03:04:05.999999999Z", 1767323045 },
    { "2026-01-02T03:04:05+00:00", 1767323045 },
    { "2026-01-02T04:04:05+01:00", 1767323045 },
    { "2026-01-01T21:34:05.5-05:30", 1767323045 },
    { "2026-01-02t03:04:05z", 1767323045 },
    { "2026-01-02 03:04:05", 1767323045 },
    { "2026-01-02 03:04:05Z", 1767323045 },
    { "2026-01-02T03:04:05", 1767323045 },
    { "\n  2026-01-02T03:04:05Z ", 1767323045 },
    { "2024-02-29T00:00:00Z", 1709164800 },
    { "1767323045", 1767323045 },
    { "1767323045.678", 1767323045 },
    { "1.767323045E9", 1767323045 },
    { "1.767323045e+9", 1767323045 },
    { "", 0 },
    { "soon", 0 },
    { "0", 0 },
    { "-1767323045", 0 },
    { "1767323045x", 0 },
    { "1767323045000000", 0 },
    { "0x6957", 0 },
    { "nan", 0 },
    { "inf", 0 },
    { "1e999", 0 },
    { "1.2.3", 0 },
    { "2026-01-02", 0 },
    { "2026-W01-5T03:04:05Z", 0 },
    { "20260102T030405Z", 0 },
    { "2026-13-02T03:04:05Z", 0 },
    { "2025-02-29T00:00:00Z", 0 },
    { "2026-01-02T25:04:05Z", 0 },
    { "2026-01-02T03:04:05 PST", 0 },
    { "2026-01-02T03:04:05Zjunk", 0 },
    { "2026-01-02_03:04:05", 0 },
    { "1912-06-23T00:00:00Z", 0 },
    { "9999-12-31T23:59:59Z", 253402300799 },
    { "9999-12-31T23:59:59-12:00", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (amfa_time_parse (rows[i].text), ==, rows[i].time);
    }
}

static void
test_format (void)
{
  static const gint64 times[] = { 1, 951782400, 1767323045, 253402300799 };
  g_autofree char *text = amfa_time_format (1767323045);

  g_assert_cmpstr (text, ==, "2026-01-02T03:04:05Z");
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *formatted = amfa_time_format (times[i]);

      g_assert_cmpint (amfa_time_parse (formatted), ==, times[i]);
    }
}

/* Numbers that somebody else wrote. */
static void
test_format_of_anything (void)
{
  g_autofree char *least = amfa_time_format (G_MININT64);
  g_autofree char *most = amfa_time_format (G_MAXINT64);

  g_assert_cmpstr (least, ==, "1970-01-01T00:00:00Z");
  g_assert_cmpstr (most, ==, "9999-12-31T23:59:59Z");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timestamp/parse", test_parse);
  g_test_add_func ("/timestamp/format", test_format);
  g_test_add_func ("/timestamp/format-of-anything", test_format_of_anything);

  return g_test_run ();
}
