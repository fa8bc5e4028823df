#include "core/model/credentials.h"
#include "core/model/error.h"
#include "core/model/secret.h"

#include <gio/gio.h>

static void
test_secret_holds_its_bytes (void)
{
  g_autoptr (AmfaSecret) text = amfa_secret_new ("abc", -1);
  g_autoptr (AmfaSecret) empty = amfa_secret_new ("", 0);
  g_autoptr (AmfaSecret) bytes = amfa_secret_new ("a\0c", 3);
  g_autoptr (AmfaSecret) joined = amfa_secret_new_join ("a", "", "bc", NULL);

  g_assert_cmpstr (amfa_secret_peek (text), ==, "abc");
  g_assert_cmpuint (amfa_secret_get_length (empty), ==, 0);
  g_assert_cmpstr (amfa_secret_peek (empty), ==, "");
  g_assert_cmpuint (amfa_secret_get_length (bytes), ==, 3);
  g_assert_true (amfa_secret_equal (text, joined));
  g_assert_false (amfa_secret_equal (text, bytes));
  g_assert_false (amfa_secret_equal (text, NULL));
  g_assert_true (amfa_secret_equal (NULL, NULL));
}

static void
test_secret_steals (void)
{
  char *text = g_strdup ("hello");
  g_autoptr (AmfaSecret) secret = amfa_secret_new_steal (&text);

  g_assert_null (text);
  g_assert_cmpstr (amfa_secret_peek (secret), ==, "hello");
}

static void
test_credentials_temporary (void)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("s", -1);
  g_autoptr (AmfaSecret) token = amfa_secret_new ("t", -1);
  g_autoptr (AmfaSecret) no_token = amfa_secret_new ("", -1);
  g_autoptr (AmfaCredentials) base = amfa_credentials_new ("AKIA1", secret, no_token, 0);
  g_autoptr (AmfaCredentials) odd = amfa_credentials_new ("0555b35654ad1656d804", secret, NULL, 0);
  g_autoptr (AmfaCredentials) by_token = amfa_credentials_new ("AKIA1", secret, token, 0);
  g_autoptr (AmfaCredentials) by_id = amfa_credentials_new ("ASIA1", secret, NULL, 0);

  g_assert_false (amfa_credentials_are_temporary (base));
  g_assert_false (amfa_credentials_are_temporary (odd));
  g_assert_true (amfa_credentials_are_temporary (by_token));
  g_assert_true (amfa_credentials_are_temporary (by_id));
  g_assert_false (amfa_credentials_equal (base, by_token));
}

static void
test_error_carries_details (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) copy = NULL;

  amfa_set_error (&error, AMFA_ERROR_FILE_UNUSABLE,
                  &(AmfaErrorDetails){ .subject = "/f",
                                       .line = 12,
                                       .reason = AMFA_FILE_PROBLEM_SECTION_TWICE,
                                       .other = "default" });
  copy = g_error_copy (error);

  g_assert_error (copy, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
  g_assert_cmpstr (amfa_error_get_details (copy)->subject, ==, "/f");
  g_assert_cmpstr (amfa_error_get_details (copy)->other, ==, "default");
  g_assert_cmpuint (amfa_error_get_details (copy)->line, ==, 12);
  g_assert_false (amfa_error_is_cancelled (copy));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/secret/holds-its-bytes", test_secret_holds_its_bytes);
  g_test_add_func ("/secret/steals", test_secret_steals);
  g_test_add_func ("/credentials/temporary", test_credentials_temporary);
  g_test_add_func ("/error/carries-details", test_error_carries_details);

  return g_test_run ();
}
