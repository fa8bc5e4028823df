#include "core/model/code-output.h"

#include <string.h>

/* Which line of a program's output is the code. */
static void
test_lines (void)
{
  static const struct
  {
    const char *output;
    const char *code;
  } rows[] = {
    { "123456\n", "123456" },
    { "123456", "123456" },
    { "  123456 \t\r\n", "123456" },
    { "123 456\n", "123456" },
    { "Touch your key…\n\n042042\n", "042042" },
    { "111111\n222222\n", "111111" },
    { "12345\n123456\n", "123456" },
    { "1234567\n", "" },
    { "code: 123456\n", "" },
    { "alice@example 123456\n", "" },
    { "12-34-56\n", "" },
    { "12 34 56\n", "" },
    { "123  456\n", "" },
    { "123 456 \n", "123456" },
    { "123 4567\n", "" },
    { "1 2 3 4 5 6\n", "" },
    { "123\n456\n", "" },
    { "-12345\n", "" },
    { "", "" },
    { "\n\n\n", "" },
    { "{\"Version\": 1}\n", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (AmfaCodeOutput) whole = { { 0 } };
      g_auto (AmfaCodeOutput) pieces = { { 0 } };
      gsize length = strlen (rows[i].output);

      amfa_code_output_take (&whole, rows[i].output, length);
      amfa_code_output_end (&whole);
      g_assert_cmpstr (whole.code, ==, rows[i].code);

      for (gsize j = 0; j < length; j++)
        amfa_code_output_take (&pieces, rows[i].output + j, 1);
      amfa_code_output_end (&pieces);
      g_assert_cmpstr (pieces.code, ==, rows[i].code);
    }
}

/* However long a line is, and whatever is in it. */
static void
test_bounds (void)
{
  static const gsize lengths[] = { 249, 250, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_auto (AmfaCodeOutput) output = { { 0 } };
      g_autofree char *blanks = g_strnfill (lengths[i], ' ');

      amfa_code_output_take (&output, blanks, lengths[i]);
      amfa_code_output_take (&output, "123456\n", 7);
      g_assert_cmpstr (output.code, ==, lengths[i] == 249 ? "123456" : "");
      amfa_code_output_take (&output, "654321\n", 7);
      g_assert_cmpstr (output.code, ==, lengths[i] == 249 ? "123456" : "654321");
    }

  g_auto (AmfaCodeOutput) output = { { 0 } };

  amfa_code_output_take (&output,
                         "\0"
                         "1234\xff\n",
                         7);
  amfa_code_output_take (&output,
                         "123456\0"
                         "7\n",
                         9);
  amfa_code_output_end (&output);
  g_assert_cmpstr (output.code, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/code-output/lines", test_lines);
  g_test_add_func ("/code-output/bounds", test_bounds);
  return g_test_run ();
}
