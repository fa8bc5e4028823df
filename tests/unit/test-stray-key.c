#include "core/model/stray-key.h"

static void
test_meant (void)
{
  static const struct
  {
    const char *name;
    const char *value;
    const char *meant;
  } rows[] = {
    { "export aws_access_key_id", "AKIAIOSFODNN7EXAMPLE", "aws_access_key_id" },
    { "export aws_secret_access_key", "s", "aws_secret_access_key" },
    { "set aws_session_token", "t", "aws_session_token" },
    { "aws_access_key", "AKIAIOSFODNN7EXAMPLE", "aws_access_key_id" },
    { "aws-access-key-id", "x", "aws_access_key_id" },
    { "aws_secret_key", "s", "aws_secret_access_key" },
    { "aws_secret", "s", "aws_secret_access_key" },
    { "secret_access_key", "s", "aws_secret_access_key" },
    { "aws secret access key", "s", "aws_secret_access_key" },
    { "\"accesskeyid\"", "\"AKIAIOSFODNN7EXAMPLE\",", "aws_access_key_id" },
    { "\"secretaccesskey\"", "\"s\",", "aws_secret_access_key" },
    { "$env", "AWS_SECRET_ACCESS_KEY=\"s\"", "aws_secret_access_key" },
    { "id", "AKIAIOSFODNN7EXAMPLE", "aws_access_key_id" },
    { "user", "ASIAIOSFODNN7EXAMPLE", "aws_access_key_id" },
    /* what has its name, is none, or is another program's */
    { "aws_access_key_id", "AKIAIOSFODNN7EXAMPLE", NULL },
    { "aws_secret_access_key", "s", NULL },
    { "aws_session_token", "t", NULL },
    { "aws_security_token", "t", NULL },
    { "x_security_token_expires", "2026-01-02T03:04:05Z", NULL },
    { "region", "eu-west-1", NULL },
    { "role_arn", "arn:aws:iam::123456789012:role/secret", NULL },
    { "mfa_process", "op item get x --otp=AKIA", NULL },
    { "credential_process", "/bin/get --access-key=x", NULL },
    { "aws_mfa_device", "arn:aws:iam::123456789012:mfa/alice", NULL },
    { "aws_access_key", "", NULL },
    { "note", "AKIA", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaSecret) value = amfa_secret_new (rows[i].value, -1);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpstr (amfa_stray_key_get_meant (rows[i].name, value), ==, rows[i].meant);
    }
  g_assert_null (amfa_stray_key_get_meant ("aws_access_key", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/stray-key/meant", test_meant);

  return g_test_run ();
}
