#include "core/model/json-writer.h"

#include "json-reference.h"

#include <string.h>

static void
test_written (void)
{
  static const char *const NAMES[] = { "ASIA1", "a\"b", NULL };
  AmfaJsonWriter *writer = amfa_json_writer_new (FALSE);

  amfa_json_writer_add_integer (writer, "v", 1);
  amfa_json_writer_add_text (writer, "text", "\"\\/\b\f\n\r\t\001\037\177\303\251");
  amfa_json_writer_add_integer (writer, "least", G_MININT64);
  amfa_json_writer_add_flag (writer, "yes", TRUE);
  amfa_json_writer_add_flag (writer, "no", FALSE);
  amfa_json_writer_add_names (writer, "names", NAMES);
  amfa_json_writer_add_names (writer, "none", NULL);

  g_autoptr (AmfaSecret) text = amfa_json_writer_end (writer);

  g_assert_cmpstr (amfa_secret_peek (text), ==,
                   "{\"v\":1,\"text\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\303\251\","
                   "\"least\":-9223372036854775808,\"yes\":true,\"no\":false,"
                   "\"names\":[\"ASIA1\",\"a\\\"b\"],\"none\":[]}");
  g_assert_cmpuint (amfa_secret_get_length (text), ==, strlen (amfa_secret_peek (text)));
}

static void
test_indented (void)
{
  AmfaJsonWriter *nothing = amfa_json_writer_new (TRUE);
  AmfaJsonWriter *writer = amfa_json_writer_new (TRUE);

  amfa_json_writer_add_text (writer, "A", "a");
  amfa_json_writer_add_text (writer, "B", "b");

  g_autoptr (AmfaSecret) empty = amfa_json_writer_end (nothing);
  g_autoptr (AmfaSecret) text = amfa_json_writer_end (writer);

  g_assert_cmpstr (amfa_secret_peek (empty), ==, "{}");
  g_assert_cmpstr (amfa_secret_peek (text), ==, "{\n  \"A\" : \"a\",\n  \"B\" : \"b\"\n}");
}

static void
test_let_go (void)
{
  g_autoptr (AmfaJsonWriter) writer = amfa_json_writer_new (FALSE);

  amfa_json_writer_add_text (writer, "a", "b");
}

/* Byte for byte as json-glib writes it, whatever the text is and however long. */
static void
test_like_json_glib (void)
{
  static const char *const ROWS[] = {
    "{}",
    "{\"a\":\"\"}",
    "{\"\":\"a\",\"\\u0001\\\"\":\"b\"}",
    "{\"v\":1,\"key_id\":\"AKIA1\",\"secret\":\"a/b+c=\",\"from_file\":true}",
    "{\"v\":1,\"separator\":\"\\r\\n\\r\\n\",\"restored\":false,\"marks\":[]}",
    "{\"marks\":[\"\",\"\\u007f\\n\",\"\\ud83d\\ude00\"],\"expiration\":-9223372036854775808}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (AmfaSecret) text = amfa_secret_new (ROWS[i], -1);

      json_reference_check_writer (text);
    }
  for (gunichar character = 1; character < 0x300; character++)
    {
      g_autofree char *json =
          g_strdup_printf ("{\"a\":\"\\u%04x\",\"b\":[\"x\\u%04xy\"]}", character, character);
      g_autoptr (AmfaSecret) text = amfa_secret_new (json, -1);

      json_reference_check_writer (text);
    }
  for (gsize length = 900; length < 5000; length += 101)
    {
      g_autofree char *filler = g_strnfill (length, 'x');
      g_autofree char *json = g_strdup_printf ("{\"a\":\"%s\",\"b\":\"\\n%s\"}", filler, filler);
      g_autoptr (AmfaSecret) text = amfa_secret_new (json, -1);

      json_reference_check_writer (text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-writer/written", test_written);
  g_test_add_func ("/json-writer/indented", test_indented);
  g_test_add_func ("/json-writer/let-go", test_let_go);
  g_test_add_func ("/json-writer/like-json-glib", test_like_json_glib);

  return g_test_run ();
}
