#include "core/model/error.h"
#include "core/model/mfa.h"

#include <string.h>

static void
test_code (void)
{
  static const struct
  {
    const char *text;
    const char *normal;
    gboolean is_code;
  } rows[] = {
    { "123456", "123456", TRUE },
    { "000000", "000000", TRUE },
    { "123 456", "123456", TRUE },
    { " 12 34 56\n", "123456", TRUE },
    { "\t123-456\r\n", "123456", TRUE },
    { "123\xc2\xa0"
      "456",
      "123456", TRUE }, /* NBSP */
    { "123\xe2\x80\xaf"
      "456",
      "123456", TRUE }, /* narrow NBSP */
    { "123\xe2\x80\x91"
      "456",
      "123456", TRUE }, /* non-breaking hyphen */
    { "123\xe2\x80\x93"
      "456",
      "123456", TRUE }, /* en dash */
    { "--1--2--3--4--5--6--", "123456", TRUE },
    { "", "", FALSE },
    { " - ", "", FALSE },
    { "12345", "12345", FALSE },
    { "1234567", "1234567", FALSE },
    { "12345a", "12345a", FALSE },
    { "abcdef", "abcdef", FALSE },
    { "+12345", "+12345", FALSE },
    { "12.456", "12.456", FALSE },
    { "0x1234", "0x1234", FALSE },
    { "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6",
      "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6", FALSE },     /* Arabic digits */
    { "\xd9\xa1\xd9\xa2\xd9\xa3", "\xd9\xa1\xd9\xa2\xd9\xa3", FALSE }, /* six bytes of them */
    { "\uff11\uff12\uff13 \uff14\uff15\uff16", "123456", TRUE },       /* full width */
    { "\uff11"
      "23\u300045\uff0d"
      "6",
      "123456", TRUE }, /* with a blank and a hyphen of full width */
    { "\uff10\uff19\uff10\uff19\uff10\uff19", "090909", TRUE },
    { "\uff0f\uff1a"
      "1234",
      "\uff0f\uff1a"
      "1234",
      FALSE }, /* their neighbours */
    { "\U0001d7cf"
      "23456",
      "\U0001d7cf"
      "23456",
      FALSE },                                                  /* mathematical bold */
    { "\u200b123\u200b456\u200b", "123456", TRUE },             /* zero-width space */
    { "\u200e123456\u200f", "123456", TRUE },                   /* marks of direction */
    { "\u202a123456\u202c", "123456", TRUE },                   /* embedding */
    { "\u2066123\u2069\u2067\u2068456\u2069", "123456", TRUE }, /* isolates */
    { "\ufeff123\u2060456", "123456", TRUE },                   /* byte order mark, word joiner */
    { "123\u00ad456", "123456", TRUE },                         /* soft hyphen */
    { "\u200b\u200e", "", FALSE },
    { "\u200e12345", "12345", FALSE },
    { "1\u030123456", "1\u030123456", FALSE }, /* an accent can be seen */
    { "123\xff"
      "456",
      "123\xff"
      "456",
      FALSE },
    { "12345\xc2", "12345\xc2", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *normal = amfa_code_normalize (rows[i].text);
      g_autofree char *code = amfa_code_parse (rows[i].text, &error);

      g_assert_cmpstr (normal, ==, rows[i].normal);
      if (rows[i].is_code)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (code, ==, rows[i].normal);
        }
      else
        {
          g_assert_error (error, AMFA_ERROR, AMFA_ERROR_BAD_CODE);
          g_assert_null (code);
        }
    }
}

static void
test_code_pasted (void)
{
  g_autofree char *blanks = g_strnfill (10000, ' ');
  g_autofree char *digits = g_strnfill (10000, '1');
  g_autofree char *padded = g_strconcat (blanks, "123", blanks, "456", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *good = amfa_code_parse (padded, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (good, ==, "123456");
  g_assert_null (amfa_code_parse (digits, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_BAD_CODE);
}

static void
test_seconds_to_next (void)
{
  g_assert_cmpuint (amfa_code_seconds_to_next (0), ==, 30);
  g_assert_cmpuint (amfa_code_seconds_to_next (1), ==, 29);
  g_assert_cmpuint (amfa_code_seconds_to_next (1767323045), ==, 25);
  g_assert_cmpuint (amfa_code_seconds_to_next (1767323069), ==, 1);
  g_assert_cmpuint (amfa_code_seconds_to_next (-1), ==, 1);
}

static void
test_serials (void)
{
  static const struct
  {
    const char *serial;
    AmfaDeviceKind kind;
    const char *name;
  } rows[] = {
    { "arn:aws:iam::123456789012:mfa/alice", AMFA_DEVICE_VIRTUAL, "alice" },
    { "arn:aws-cn:iam::123456789012:mfa/team/al+i=c,e.@-_x", AMFA_DEVICE_VIRTUAL, "al+i=c,e.@-_x" },
    { "arn:aws:iam::123456789012:mfa/root-account-mfa-device", AMFA_DEVICE_VIRTUAL,
      "root-account-mfa-device" },
    { "GAHT12345678", AMFA_DEVICE_HARDWARE, "GAHT12345678" },
    { "GAKT12345678", AMFA_DEVICE_HARDWARE, "GAKT12345678" },
    { "arn:aws:iam::123456789012:u2f/user/alice/yubi-ABCDEF", AMFA_DEVICE_FIDO, "yubi-ABCDEF" },
    { "arn:aws:iam::123456789012:user/alice", AMFA_DEVICE_INVALID, "alice" },
    { "arn:aws:iam::123456789012:sms-mfa/alice", AMFA_DEVICE_INVALID, "alice" },
    { "arn:aws:sts::123456789012:mfa/alice", AMFA_DEVICE_INVALID, "alice" },
    { "arn:aws:iam::123456789012:mfa/", AMFA_DEVICE_INVALID, "arn:aws:iam::123456789012:mfa/" },
    { "arn:aws:iam::123456789012", AMFA_DEVICE_INVALID, "arn:aws:iam::123456789012" },
    { "aws:iam::123456789012:mfa/alice", AMFA_DEVICE_INVALID, "aws:iam::123456789012:mfa/alice" },
    { "mfa/alice.example", AMFA_DEVICE_INVALID, "mfa/alice.example" },
    { "", AMFA_DEVICE_INVALID, "" },
    { "123456", AMFA_DEVICE_INVALID, "123456" },
    { "GAHT 2345678", AMFA_DEVICE_INVALID, "GAHT 2345678" },
    { "arn:aws:iam::123456789012:mfa/älice", AMFA_DEVICE_INVALID, "älice" },
  };
  g_autofree char *filler = g_strnfill (300, 'x');

  g_assert_cmpint (amfa_serial_get_kind (filler), ==, AMFA_DEVICE_INVALID);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = amfa_serial_get_name (rows[i].serial);

      g_test_message ("%s", rows[i].serial);
      g_assert_cmpint (amfa_serial_get_kind (rows[i].serial), ==, rows[i].kind);
      g_assert_cmpstr (name, ==, rows[i].name);
    }
}

static void
test_derive (void)
{
  static const struct
  {
    const char *arn;
    const char *serial;
  } rows[] = {
    { "arn:aws:iam::123456789012:user/alice", "arn:aws:iam::123456789012:mfa/alice" },
    { "arn:aws:iam::123456789012:user/team/west/alice", "arn:aws:iam::123456789012:mfa/alice" },
    { "arn:aws-us-gov:iam::123456789012:user/a@b.c", "arn:aws-us-gov:iam::123456789012:mfa/a@b.c" },
    { "arn:aws-cn:iam::123456789012:root",
      "arn:aws-cn:iam::123456789012:mfa/root-account-mfa-device" },
    { "arn:aws:sts::123456789012:assumed-role/Admin/alice", NULL },
    { "arn:aws:sts::123456789012:federated-user/alice", NULL },
    { "arn:aws:iam::123456789012:role/Admin", NULL },
    { "arn:aws:sts::123456789012:user/alice", NULL },
    { "arn:aws:iam::123456789012:user/", NULL },
    { "arn:aws:iam::123456789012:user/alice/", NULL },
    { "arn:aws:iam::123456789012:users/alice", NULL },
    { "arn:aws:iam:::user/alice", NULL },
    { "arn:aws:iam::123456789012", NULL },
    { "alice", NULL },
    { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *serial = amfa_serial_derive (rows[i].arn);

      g_assert_cmpstr (serial, ==, rows[i].serial);
      if (serial)
        g_assert_cmpint (amfa_serial_get_kind (serial), ==, AMFA_DEVICE_VIRTUAL);
    }
}

static void
test_arn (void)
{
  static const struct
  {
    const char *arn;
    const char *account;
    const char *name;
  } rows[] = {
    { "arn:aws:iam::123456789012:user/team/alice", "123456789012", "alice" },
    { "arn:aws-cn:iam::123456789012:root", "123456789012", "root" },
    { "arn:aws:sts::123456789012:assumed-role/Admin/a:b", "123456789012", "a:b" },
    { "arn:aws:iam:::user/testuser", NULL, "testuser" },
    { "arn:aws:iam::123456789012:", NULL, NULL },
    { "arn::iam::123456789012:root", NULL, NULL },
    { "123456789012", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *account = amfa_arn_get_account (rows[i].arn);
      g_autofree char *name = amfa_arn_get_name (rows[i].arn);

      g_assert_cmpstr (account, ==, rows[i].account);
      g_assert_cmpstr (name, ==, rows[i].name);
    }
}

static void
test_values (void)
{
  g_autoptr (AmfaDevice) device = amfa_device_new ("GAHT12345678", NULL, 7);
  g_autoptr (AmfaIdentity) identity = amfa_identity_new ("1", "arn", "AIDA");

  g_assert_cmpstr (device->serial, ==, "GAHT12345678");
  g_assert_null (device->user_name);
  g_assert_cmpint (device->enable_date, ==, 7);
  g_assert_cmpstr (identity->account, ==, "1");
  g_assert_cmpstr (identity->arn, ==, "arn");
  g_assert_cmpstr (identity->user_id, ==, "AIDA");
}

/* What people type, beside whose key it is. */
static void
test_serial_check (void)
{
  static const char ALICE[] = "arn:aws:iam::123456789012:user/alice";
  static const struct
  {
    const char *serial, *owner;
    int problem; /* -1: none */
    const char *other;
  } rows[] = {
    { "arn:aws:iam::123456789012:mfa/alice", ALICE, -1 },
    { "arn:aws:iam::123456789012:mfa/team/alice", ALICE, -1 },
    { "arn:aws:iam::123456789012:mfa/alice", NULL, -1 },
    { "arn:aws:iam::123456789012:mfa/root-account-mfa-device", "arn:aws:iam::123456789012:root",
      -1 },
    { "GAHT12345678", ALICE, -1 },
    { "GAKT12345678", NULL, -1 },
    { "arn:aws:iam::210987654321:mfa/alice", ALICE, AMFA_SERIAL_PROBLEM_ACCOUNT, "123456789012" },
    { "arn:aws:iam::210987654321:mfa/alice", NULL, -1 },
    { "arn:aws-cn:iam::123456789012:mfa/alice", ALICE, AMFA_SERIAL_PROBLEM_PARTITION, "aws" },
    { "arn:aws:iam::123456789012:mfa/alice", "arn:aws-us-gov:iam::123456789012:user/alice",
      AMFA_SERIAL_PROBLEM_PARTITION, "aws-us-gov" },
    { "arn:aws:iam::123456789012:u2f/user/alice/key-ABC", ALICE, AMFA_SERIAL_PROBLEM_FIDO },
    { "arn:aws:iam::12345678901:mfa/alice", ALICE, AMFA_SERIAL_PROBLEM_MALFORMED },
    { "arn:aws:iam:::mfa/alice", NULL, AMFA_SERIAL_PROBLEM_MALFORMED },
    { "arn:aws:iam:us-east-1:123456789012:mfa/a", NULL, AMFA_SERIAL_PROBLEM_MALFORMED },
    { "arn:aws:iam::123456789012:user/alice", ALICE, AMFA_SERIAL_PROBLEM_MALFORMED },
    { "arn:aws:sts::123456789012:mfa/alice", ALICE, AMFA_SERIAL_PROBLEM_MALFORMED },
    { "GAHT1234", ALICE, AMFA_SERIAL_PROBLEM_MALFORMED },
    { "GAHT 12345678", ALICE, AMFA_SERIAL_PROBLEM_MALFORMED },
    { "", ALICE, AMFA_SERIAL_PROBLEM_MALFORMED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i].serial);
      g_assert_cmpint (amfa_serial_check (rows[i].serial, rows[i].owner, &error), ==,
                       rows[i].problem < 0);
      if (rows[i].problem < 0)
        {
          g_assert_no_error (error);
          continue;
        }

      const AmfaErrorDetails *details = amfa_error_get_details (error);

      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_BAD_SERIAL);
      g_assert_cmpint (details->reason, ==, rows[i].problem);
      g_assert_cmpstr (details->other, ==, rows[i].other);
      g_assert_cmpstr (details->subject, ==,
                       g_str_has_prefix (rows[i].serial, "arn:") ? rows[i].serial : NULL);
    }
}

static void
test_root (void)
{
  g_assert_true (amfa_arn_is_root ("arn:aws:iam::123456789012:root"));
  g_assert_false (amfa_arn_is_root ("arn:aws:iam::123456789012:user/root"));
  g_assert_false (amfa_arn_is_root ("arn:aws:sts::123456789012:root"));
  g_assert_false (amfa_arn_is_root ("root"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mfa/code", test_code);
  g_test_add_func ("/mfa/code-pasted", test_code_pasted);
  g_test_add_func ("/mfa/seconds-to-next", test_seconds_to_next);
  g_test_add_func ("/mfa/serials", test_serials);
  g_test_add_func ("/mfa/derive", test_derive);
  g_test_add_func ("/mfa/arn", test_arn);
  g_test_add_func ("/mfa/values", test_values);

  g_test_add_func ("/mfa/serial/check", test_serial_check);
  g_test_add_func ("/mfa/root", test_root);
  return g_test_run ();
}
