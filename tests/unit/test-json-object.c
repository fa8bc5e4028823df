#include "core/model/json-object.h"

#include "json-reference.h"

#include <string.h>

/* Values by RFC 8259, sections 3 to 8, and whether they are any. */
static const struct
{
  const char *value;
  gboolean is_valid;
} VALUES[] = {
  { "null", TRUE },
  { "true", TRUE },
  { "false", TRUE },
  { "nul", FALSE },
  { "nulls", FALSE },
  { "True", FALSE },
  { "tru", FALSE },
  { "NaN", FALSE },
  { "Infinity", FALSE },
  { "undefined", FALSE },
  { "'a'", FALSE },
  { "a", FALSE },
  { "/**/1", FALSE },
  { "1//\n", FALSE },
  /* Numbers */
  { "0", TRUE },
  { "-0", TRUE },
  { "7", TRUE },
  { "-7", TRUE },
  { "1767323045", TRUE },
  { "9223372036854775807", TRUE },
  { "-9223372036854775808", TRUE },
  { "9223372036854775808", TRUE },
  { "-123456789012345678901234567890", TRUE },
  { "0.5", TRUE },
  { "-0.0", TRUE },
  { "10.25e2", TRUE },
  { "1E+2", TRUE },
  { "1e-2", TRUE },
  { "1e5", TRUE },
  { "0e1", TRUE },
  { "01", FALSE },
  { "-01", FALSE },
  { "00", FALSE },
  { "+1", FALSE },
  { "-", FALSE },
  { "--1", FALSE },
  { ".5", FALSE },
  { "1.", FALSE },
  { "1.e2", FALSE },
  { "1e", FALSE },
  { "1e+", FALSE },
  { "1e+-2", FALSE },
  { "1e2.5", FALSE },
  { "0x1f", FALSE },
  { "1 2", FALSE },
  { "- 1", FALSE },
  /* Strings */
  { "\"\"", TRUE },
  { "\"text\"", TRUE },
  { "\" t \"", TRUE },
  { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", TRUE },
  { "\"\\u0001\\u001f\\u007f\\u00e9\\u00E9\\u20ac\\uffff\"", TRUE },
  { "\"\\ud83d\\ude00\\uD834\\uDD1E\\udbff\\udfff\\ud800\\udc00\"", TRUE },
  { "\"\177\303\251\342\202\254\360\237\230\200\"", TRUE },
  { "\"\\\\u0041\"", TRUE },
  { "\"\\u0000\"", FALSE },
  { "\"a\\u0000b\"", FALSE },
  { "\"\\ud83d\"", FALSE },
  { "\"\\ud83dx\"", FALSE },
  { "\"\\ud83d\\n\"", FALSE },
  { "\"\\ud83d\\u0041\"", FALSE },
  { "\"\\ud83d\\ud83d\"", FALSE },
  { "\"\\ude00\"", FALSE },
  { "\"\\ude00\\ud83d\"", FALSE },
  { "\"\\u\"", FALSE },
  { "\"\\u00\"", FALSE },
  { "\"\\u004\"", FALSE },
  { "\"\\u004g\"", FALSE },
  { "\"\\u 041\"", FALSE },
  { "\"\\u+041\"", FALSE },
  { "\"\\U0041\"", FALSE },
  { "\"\\x41\"", FALSE },
  { "\"\\a\"", FALSE },
  { "\"\\'\"", FALSE },
  { "\"\\\n\"", FALSE },
  { "\"\001\"", FALSE },
  { "\"\t\"", FALSE },
  { "\"\n\"", FALSE },
  { "\"\037\"", FALSE },
  { "\"", FALSE },
  { "\"\\\"", FALSE },
  { "\"a\"b\"", FALSE },
  { "\"\377\"", FALSE },
  { "\"\300\200\"", FALSE },
  { "\"\355\240\275\355\270\200\"", FALSE },
  { "\"\364\220\200\200\"", FALSE },
  { "\"\342\202\"", FALSE },
  /* Arrays */
  { "[]", TRUE },
  { "[ ]", TRUE },
  { "[\"one\"]", TRUE },
  { "[ \"one\" , \"two\\u0021\" ]", TRUE },
  { "[1,null,\"ASIA1\",true,[\"in\"],{\"a\":\"in\"},\"\"]", TRUE },
  { "[[[[[[]]]]]]", TRUE },
  { "[", FALSE },
  { "]", FALSE },
  { "[,]", FALSE },
  { "[1,]", FALSE },
  { "[,1]", FALSE },
  { "[1,,2]", FALSE },
  { "[1 2]", FALSE },
  { "[1}", FALSE },
  { "[\"\\ud83d\"]", FALSE },
  /* Objects */
  { "{}", TRUE },
  { "{ }", TRUE },
  { "{\"b\":{\"b\":[{\"a\":1}]}}", TRUE },
  { "{\"\":1}", TRUE },
  { "{\"b\":1,\"b\":2}", TRUE },
  { "{", FALSE },
  { "{\"b\"}", FALSE },
  { "{\"b\":}", FALSE },
  { "{:1}", FALSE },
  { "{\"b\":1,}", FALSE },
  { "{,}", FALSE },
  { "{b:1}", FALSE },
  { "{1:1}", FALSE },
  { "{\"b\" 1}", FALSE },
  { "{\"b\"=1}", FALSE },
  { "{\"b\":1;\"c\":2}", FALSE },
  { "{\"b\\u0000\":1}", FALSE },
};

static void
check (const char *text, gssize length, gboolean is_valid)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, length);

  if (json_reference_check_parse (secret) != is_valid)
    g_error ("%s: %s", is_valid ? "refused" : "taken", text);
}

/* Each value in each place, also as what another of the same name replaces. */
static void
test_values (void)
{
  static const char *const FORMS[][3] = {
    { "{\"a\":", ",\"b\":", "}" },
    { "\t{ \"b\" : ", "\r\n, \"a\" : ", " } \n" },
    { "{\"a\":", ",\"\\u0061\":", "}" },
    { "{\"a\":{\"b\":[", "]},\"c\":[[],", "]}" },
  };
  static const char *const OTHERS[] = { "7", "\"x\"", "true", "[\"y\"]" };

  for (gsize i = 0; i < G_N_ELEMENTS (VALUES); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (OTHERS); j++)
      for (gsize k = 0; k < G_N_ELEMENTS (FORMS); k++)
        {
          g_autofree char *first =
              g_strconcat (FORMS[k][0], VALUES[i].value, FORMS[k][1], OTHERS[j], FORMS[k][2], NULL);
          g_autofree char *second =
              g_strconcat (FORMS[k][0], OTHERS[j], FORMS[k][1], VALUES[i].value, FORMS[k][2], NULL);

          check (first, -1, VALUES[i].is_valid);
          check (second, -1, VALUES[i].is_valid);
        }
}

static void
test_documents (void)
{
  static const struct
  {
    const char *text;
    gssize length;
    gboolean is_valid;
  } ROWS[] = {
    { "{}", -1, TRUE },
    { " \t\r\n{ \t\r\n} \t\r\n", -1, TRUE },
    { "{\"a\":1,\"b\":2}", -1, TRUE },
    { "", 0, FALSE },
    { " ", -1, FALSE },
    { "null", -1, FALSE },
    { "7", -1, FALSE },
    { "\"a\"", -1, FALSE },
    { "[]", -1, FALSE },
    { "[{}]", -1, FALSE },
    { "{}{}", -1, FALSE },
    { "{},", -1, FALSE },
    { "{}x", -1, FALSE },
    { "{}}", -1, FALSE },
    { "x{}", -1, FALSE },
    { "var a = {};", -1, FALSE },
    { "{}\f", -1, FALSE },
    { "{}\302\240", -1, FALSE },
    { "\357\273\277{}", -1, FALSE },
    { "{}\377", -1, FALSE },
    { "{}\0", 3, FALSE },
    { "{\0}", 3, FALSE },
    { "\0{}", 3, FALSE },
    { "{\"a\0\":1}", 8, FALSE },
    { "{\"a\":\"b\0\"}", 10, FALSE },
    { "{\"a\":\"b\"}\0{}", 12, FALSE },
    { "{\"a\":1", -1, FALSE },
    { "{\"a\":", -1, FALSE },
    { "{\"a\":}", -1, FALSE },
    { "{\"a\": }", -1, FALSE },
    { "{\"a\"", -1, FALSE },
    { "{\"a", -1, FALSE },
    { "{\"a\\", -1, FALSE },
    { "{\"a\\u", -1, FALSE },
    { "{\"a\\ud83d\\", -1, FALSE },
    { "{", -1, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    check (ROWS[i].text, ROWS[i].length, ROWS[i].is_valid);
}

/* What is nested too deeply costs no stack. */
static void
test_depth (void)
{
  static const char *const OPEN[] = { "[", "{\"a\":" };
  static const char *const CLOSE[] = { "]", "}" };
  static const guint DEPTHS[] = { 1, 2, 31, 32, 33, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (DEPTHS); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (OPEN); j++)
      {
        g_autoptr (GString) text = g_string_new ("{\"a\":");

        for (guint depth = 1; depth < DEPTHS[i]; depth++)
          g_string_append (text, OPEN[j]);
        g_string_append_c (text, '1');
        for (guint depth = 1; depth < DEPTHS[i]; depth++)
          g_string_append (text, CLOSE[j]);
        g_string_append_c (text, '}');

        g_autoptr (AmfaSecret) secret = amfa_secret_new (text->str, -1);
        g_autoptr (AmfaJsonObject) object = amfa_json_object_parse (secret);

        g_assert_cmpint (object != NULL, ==, DEPTHS[i] <= 32);
      }
}

/* What the kinds mean to each other. */
static void
test_members (void)
{
  static const struct
  {
    const char *value;
    const char *text;
    gint64 integer;
    gboolean flag;
    const char *names[3];
  } ROWS[] = {
    { "\"\"", "" },
    { "\"t==\"", "t==" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
    { "\"\\u0041\\u00e9\\u20AC\\uffff\"", "A\303\251\342\202\254\357\277\277" },
    { "\"\\ud83d\\uDE00\\ud800\\udc00\\udbff\\udfff\"",
      "\360\237\230\200\360\220\200\200\364\217\277\277" },
    { "\"1\"", "1" },
    { "\"true\"", "true" },
    { "7", NULL, 7 },
    { "-7", NULL, -7 },
    { "-0", NULL, 0 },
    { "9223372036854775807", NULL, G_MAXINT64 },
    { "9223372036854775808", NULL, G_MAXINT64 },
    { "18446744073709551617", NULL, G_MAXINT64 },
    { "-9223372036854775809", NULL, G_MININT64 },
    { "7.0", NULL, 0 },
    { "7e0", NULL, 0 },
    { "true", NULL, 0, TRUE },
    { "false", NULL, 0, FALSE },
    { "null", NULL, 0, FALSE },
    { "[]", NULL, 0, FALSE },
    { "[\"a\",\"\\u0062\"]", NULL, 0, FALSE, { "a", "b" } },
    { "[1,\"a\",[\"x\"],{\"a\":\"x\"},null,\"\"]", NULL, 0, FALSE, { "a", "" } },
    { "{\"a\":\"x\"}", NULL, 0, FALSE },
    /* The last one counts, whatever it is, and whatever stands deeper. */
    { "7,\"a\":\"x\"", "x" },
    { "\"x\",\"a\":7", NULL, 7 },
    { "\"x\",\"\\u0061\":null", NULL },
    { "\"x\",\"b\":{\"a\":\"y\"}", "x" },
    { "\"x\",\"A\":\"y\",\"aa\":\"y\",\"\":\"y\",\"\\u0061\\u0061\":\"y\"", "x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"a\":%s}", ROWS[i].value);
      g_autoptr (AmfaSecret) secret = amfa_secret_new (json, -1);
      g_autoptr (AmfaJsonObject) object = amfa_json_object_parse (secret);
      g_autoptr (AmfaSecret) text = object ? amfa_json_object_dup_text (object, "a") : NULL;
      g_autoptr (AmfaSecret) none = object ? amfa_json_object_dup_text (object, "none") : NULL;
      g_auto (GStrv) names = object ? amfa_json_object_dup_names (object, "a") : NULL;

      g_test_message ("%s", json);
      g_assert_nonnull (object);
      g_assert_cmpstr (text ? amfa_secret_peek (text) : NULL, ==, ROWS[i].text);
      g_assert_cmpuint (text ? amfa_secret_get_length (text) : 0, ==,
                        ROWS[i].text ? strlen (ROWS[i].text) : 0);
      g_assert_cmpint (amfa_json_object_get_integer (object, "a"), ==, ROWS[i].integer);
      g_assert_cmpint (amfa_json_object_get_flag (object, "a"), ==, ROWS[i].flag);
      g_assert_cmpstrv (names, ROWS[i].names);
      g_assert_null (none);
      g_assert_cmpint (amfa_json_object_get_integer (object, "none"), ==, 0);
      g_assert_false (amfa_json_object_get_flag (object, "none"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-object/values", test_values);
  g_test_add_func ("/json-object/documents", test_documents);
  g_test_add_func ("/json-object/depth", test_depth);
  g_test_add_func ("/json-object/members", test_members);

  return g_test_run ();
}
