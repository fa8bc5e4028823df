#include "core/model/json-forms.h"

#include <string.h>

static void
assert_one_line (AmfaSecret *json)
{
  const char *text = amfa_secret_peek (json);

  g_assert_cmpuint (strlen (text), ==, amfa_secret_get_length (json));
  g_assert_null (strpbrk (text, "\r\n"));
  g_assert_true (g_str_has_prefix (text, "{\"v\":1,"));
}

static void
test_json_credentials (void)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("a/b+c\"\\\342\202\254", -1);
  g_autoptr (AmfaSecret) token = amfa_secret_new ("t==", -1);
  g_autoptr (AmfaCredentials) base = amfa_credentials_new ("AKIA1", secret, NULL, 0);
  g_autoptr (AmfaCredentials) session =
      amfa_credentials_new ("ASIA1", secret, token, G_GINT64_CONSTANT (4102444800));
  g_autoptr (AmfaSecret) base_json = amfa_json_from_credentials (base);
  g_autoptr (AmfaSecret) session_json = amfa_json_from_credentials (session);
  g_autoptr (AmfaCredentials) base_again = amfa_json_to_credentials (base_json);
  g_autoptr (AmfaCredentials) session_again = amfa_json_to_credentials (session_json);

  g_autoptr (AmfaCredentials) named = amfa_credentials_new_named (session, "me@here");
  g_autoptr (AmfaSecret) named_json = amfa_json_from_credentials (named);
  g_autoptr (AmfaCredentials) named_again = amfa_json_to_credentials (named_json);

  assert_one_line (base_json);
  assert_one_line (session_json);
  assert_one_line (named_json);
  g_assert_true (amfa_credentials_equal (named, named_again));
  g_assert_cmpstr (amfa_credentials_get_session_name (named_again), ==, "me@here");
  g_assert_null (amfa_credentials_get_session_name (session_again));
  g_assert_null (strstr (amfa_secret_peek (base_json), "token"));
  g_assert_true (amfa_credentials_equal (base, base_again));
  g_assert_true (amfa_credentials_equal (session, session_again));
  g_assert_cmpint (amfa_credentials_get_expiration (base_again), ==, 0);
  g_assert_cmpint (amfa_credentials_get_expiration (session_again), ==, 4102444800);
}

static void
test_json_former (void)
{
  static const char *const EARLIER[] = { "AKIA1", "AKIA2", NULL };
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("s", -1);
  g_autoptr (AmfaCredentials) former = amfa_credentials_new ("AKIA3", secret, NULL, 0);
  g_autoptr (AmfaSecret) json = amfa_json_from_former (former, EARLIER);
  g_autoptr (AmfaSecret) first = amfa_json_from_former (former, NULL);
  g_autoptr (AmfaSecret) plain = amfa_json_from_credentials (former);
  g_autoptr (AmfaSecret) garbage = amfa_secret_new ("{\"v\":1,\"earlier\":[\"AKIA1\"]}", -1);
  g_autoptr (AmfaCredentials) again = amfa_json_to_credentials (json);
  g_auto (GStrv) ids = amfa_json_to_former_ids (json);
  g_auto (GStrv) first_ids = amfa_json_to_former_ids (first);
  g_auto (GStrv) plain_ids = amfa_json_to_former_ids (plain);

  assert_one_line (json);
  g_assert_true (amfa_credentials_equal (former, again));
  g_assert_cmpstrv (ids, ((const char *const[]){ "AKIA1", "AKIA2", "AKIA3", NULL }));
  g_assert_cmpstrv (first_ids, ((const char *const[]){ "AKIA3", NULL }));
  g_assert_cmpstrv (plain_ids, ((const char *const[]){ "AKIA3", NULL }));
  g_assert_null (amfa_json_to_former_ids (garbage));
}

/* What a session's and a base's item say besides; those of version 0.1.0 say nothing. */
static void
test_json_more (void)
{
  static const char *const MARKS[] = { "ASIA1", "digest", NULL };
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("s", -1);
  g_autoptr (AmfaSecret) token = amfa_secret_new ("t", -1);
  g_autoptr (AmfaSecret) ended = amfa_secret_new ("[default]\nregion = x\n", -1);
  g_autoptr (AmfaCredentials) session = amfa_credentials_new ("ASIA1", secret, token, 7);
  g_autoptr (AmfaCredentials) base = amfa_credentials_new ("AKIA1", secret, NULL, 0);
  g_autoptr (AmfaSecret) old_session = amfa_json_from_credentials (session);
  g_autoptr (AmfaSecret) old_base = amfa_json_from_credentials (base);
  g_autoptr (AmfaSecret) session_json = amfa_json_from_session (session, MARKS, ended);
  g_autoptr (AmfaSecret) file_base = amfa_json_from_base (base, TRUE);
  g_autoptr (AmfaSecret) typed_base = amfa_json_from_base (base, FALSE);
  g_auto (GStrv) marks = NULL;
  g_auto (GStrv) no_marks = NULL;
  g_autoptr (AmfaSecret) ended_again = NULL;
  g_autoptr (AmfaSecret) not_ended = NULL;
  gboolean is_from_file, is_typed_from_file;
  g_autoptr (AmfaCredentials) session_again =
      amfa_json_to_session (session_json, &marks, &ended_again);
  g_autoptr (AmfaCredentials) old_again = amfa_json_to_session (old_session, &no_marks, &not_ended);
  g_autoptr (AmfaCredentials) base_again = amfa_json_to_base (file_base, &is_from_file);
  g_autoptr (AmfaCredentials) typed_again = amfa_json_to_base (typed_base, &is_typed_from_file);

  assert_one_line (session_json);
  assert_one_line (file_base);
  g_assert_true (amfa_credentials_equal (session, session_again));
  g_assert_true (amfa_credentials_equal (session, old_again));
  g_assert_true (amfa_credentials_equal (base, base_again));
  g_assert_true (amfa_credentials_equal (base, typed_again));
  g_assert_true (g_strv_equal ((const char *const *) marks, MARKS));
  g_assert_true (amfa_secret_equal (ended, ended_again));
  g_assert_cmpuint (g_strv_length (no_marks), ==, 0);
  g_assert_null (not_ended);
  g_assert_true (is_from_file);
  g_assert_false (is_typed_from_file);
  g_assert_true (amfa_secret_equal (typed_base, old_base));
}

static void
test_json_for_sdk (void)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("a/b+c\"", -1);
  g_autoptr (AmfaSecret) token = amfa_secret_new ("t==", -1);
  g_autoptr (AmfaCredentials) session =
      amfa_credentials_new ("ASIA1", secret, token, G_GINT64_CONSTANT (1767323045));
  g_autoptr (AmfaSecret) known = amfa_json_for_sdk (session, "123456789012");
  g_autoptr (AmfaSecret) unknown = amfa_json_for_sdk (session, NULL);

  g_assert_cmpstr (amfa_secret_peek (known), ==,
                   "{\"Version\":1,\"AccessKeyId\":\"ASIA1\",\"SecretAccessKey\":\"a/b+c\\\"\","
                   "\"SessionToken\":\"t==\",\"Expiration\":\"2026-01-02T03:04:05Z\","
                   "\"AccountId\":\"123456789012\"}");
  g_assert_null (strstr (amfa_secret_peek (unknown), "AccountId"));
}

static void
test_json_original (void)
{
  static const struct
  {
    AmfaOriginalDegree degree;
    const char *text;
    gssize length;
    const char *separator;
    const char *marks[3];
    gboolean is_restored;
  } cases[] = {
    { AMFA_ORIGINAL_SECTION, "[default]\r\naws_access_key_id = AKIA1", -1, NULL, { NULL } },
    { AMFA_ORIGINAL_SECTION, "", 0, NULL, { "ASIA1" } },
    { AMFA_ORIGINAL_SECTION, "\377\0\n", 3, NULL, { "ASIA1", "ASIA2" }, TRUE },
    { AMFA_ORIGINAL_NO_SECTION, NULL, 0, "\r\n\r\n", { "ASIA1" } },
    { AMFA_ORIGINAL_NO_FILE, NULL, 0, "", { NULL } },
    { AMFA_ORIGINAL_NO_FOLDER, NULL, 0, NULL, { NULL } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AmfaSecret) text =
          cases[i].text ? amfa_secret_new (cases[i].text, cases[i].length) : NULL;
      g_autoptr (AmfaOriginal) original = amfa_original_new (cases[i].degree, text);

      g_free (original->separator);
      original->separator = g_strdup (cases[i].separator);
      original->is_restored = cases[i].is_restored;
      g_strfreev (original->marks);
      original->marks = g_strdupv ((char **) cases[i].marks);

      g_autoptr (AmfaSecret) json = amfa_json_from_original (original);
      g_autoptr (AmfaOriginal) again = amfa_json_to_original (json);

      assert_one_line (json);
      g_assert_nonnull (again);
      g_assert_cmpint (again->degree, ==, original->degree);
      g_assert_true (amfa_secret_equal (again->text, text));
      g_assert_cmpstr (again->separator, ==, original->separator);
      g_assert_cmpint (again->is_restored, ==, cases[i].is_restored);
      g_assert_cmpstrv (again->marks, original->marks);
    }
}

static void
test_json_tolerates (void)
{
  g_autoptr (AmfaSecret) keys = amfa_secret_new (
      " { \"new\": [{}], \"secret\" : \"s\",\n\"key_id\":\"k\", \"v\" : 1, \"token\":null }\n", -1);
  g_autoptr (AmfaSecret) no_token = amfa_secret_new (
      "{\"v\":1,\"key_id\":\"k\",\"secret\":\"s\",\"token\":\"\",\"expiration\":\"never\"}", -1);
  g_autoptr (AmfaSecret) nothing_written = amfa_secret_new (
      "{\"v\":1,\"degree\":\"no-file\",\"marks\":[1,null,\"ASIA1\"],\"separator\":7}", -1);
  g_autoptr (AmfaCredentials) credentials = amfa_json_to_credentials (keys);
  g_autoptr (AmfaCredentials) without_token = amfa_json_to_credentials (no_token);
  g_autoptr (AmfaOriginal) original = amfa_json_to_original (nothing_written);

  g_assert_cmpstr (amfa_credentials_get_key_id (credentials), ==, "k");
  g_assert_null (amfa_credentials_get_token (credentials));
  g_assert_null (amfa_credentials_get_token (without_token));
  g_assert_cmpint (amfa_credentials_get_expiration (without_token), ==, 0);
  g_assert_cmpint (original->degree, ==, AMFA_ORIGINAL_NO_FILE);
  g_assert_cmpstrv (original->marks, ((const char *const[]){ "ASIA1", NULL }));
  g_assert_null (original->separator);
}

static void
test_json_garbage (void)
{
  static const char *const garbage[] = {
    "",
    "x",
    "null",
    "[]",
    "7",
    "{}",
    "{",
    "\377\376",
    "{\"key_id\":\"k\",\"secret\":\"s\"}",
    "{\"v\":2,\"key_id\":\"k\",\"secret\":\"s\"}",
    "{\"v\":\"1\",\"key_id\":\"k\",\"secret\":\"s\"}",
    "{\"v\":1,\"key_id\":\"k\"}",
    /* What no credentials file could hold. */
    "{\"v\":1,\"key_id\":\"\",\"secret\":\"s\"}",
    "{\"v\":1,\"key_id\":\"k\",\"secret\":\"\"}",
    "{\"v\":1,\"key_id\":\"k\\u0001\",\"secret\":\"s\"}",
    "{\"v\":1,\"key_id\":\"k\",\"secret\":\"s\\nt\"}",
    "{\"v\":1,\"key_id\":\"k\",\"secret\":\" s\"}",
    "{\"v\":1,\"key_id\":\"k\",\"secret\":\"s\",\"token\":\"t\\u2028u\"}",
    "{\"v\":1,\"key_id\":\"k\",\"secret\":\"s\",\"expiration\":-1}",
    "{\"v\":1,\"key_id\":\"k\",\"secret\":\"s\",\"expiration\":253402300800}",
    "{\"v\":1,\"key_id\":1,\"secret\":\"s\"}",
    "{\"v\":1,\"key_id\":[\"k\"],\"secret\":{}}",
    "{\"v\":1,\"key_id\":\"k\",\"secret\":\"s\"",
    "{\"v\":1,\"degree\":\"whatever\"}",
    "{\"v\":1,\"degree\":0}",
    "{\"degree\":\"no-file\"}",
    /* A text that is missing, of the wrong type, cut, or not base64. */
    "{\"v\":1,\"degree\":\"section\"}",
    "{\"v\":1,\"degree\":\"section\",\"text\":5}",
    "{\"v\":1,\"degree\":\"section\",\"text\":\"W2Rl\\n\"}",
    "{\"v\":1,\"degree\":\"section\",\"text\":\"W2RlZmF1bHR\"}",
    "{\"v\":1,\"degree\":\"section\",\"text\":\"[default]\"}",
    "{\"v\":1,\"degree\":\"no-file\",\"text\":\"W2Rl\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      g_autoptr (AmfaSecret) json = amfa_secret_new (garbage[i], -1);

      g_assert_null (amfa_json_to_credentials (json));
      g_assert_null (amfa_json_to_original (json));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-forms/credentials", test_json_credentials);
  g_test_add_func ("/json-forms/former", test_json_former);
  g_test_add_func ("/json-forms/more", test_json_more);
  g_test_add_func ("/json-forms/for-sdk", test_json_for_sdk);
  g_test_add_func ("/json-forms/original", test_json_original);
  g_test_add_func ("/json-forms/tolerates", test_json_tolerates);
  g_test_add_func ("/json-forms/garbage", test_json_garbage);

  return g_test_run ();
}
