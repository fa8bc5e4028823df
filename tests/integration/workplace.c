#include "workplace.h"

#include <string.h>

#define FILE_NAME "home/.aws/credentials"

Workplace *
workplace_new (void)
{
  Workplace *self = g_new0 (Workplace, 1);

  self->scratch = scratch_new ();
  scratch_make_folder (self->scratch, "home");
  scratch_make_folder (self->scratch, "run");

  g_autofree char *home = scratch_path (self->scratch, "home");
  g_autofree char *run = scratch_path (self->scratch, "run");
  g_autofree char *keyring = scratch_path (self->scratch, "keyring");
  g_autofree char *home_is = g_strconcat ("HOME=", home, NULL);
  const char *const envp[] = { home_is, "SECRET_BACKEND=file", NULL };

  /* libsecret reads these by itself. */
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", keyring, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  self->backend = amfa_backend_new (
      amfa_environment_new (
          envp, "com.example.AwsMfa",
          &(AmfaSurroundings){ .home = home, .directory = home, .runtime_dir = run }),
      NULL);
  return self;
}

void
workplace_free (Workplace *self)
{
  g_clear_pointer (&self->backend, amfa_backend_unref);
  g_clear_pointer (&self->scratch, scratch_free);
  g_free (self);
}

AmfaCredentials *
workplace_base (const char *key_id)
{
  g_autofree char *text = g_strconcat ("secret of ", key_id, NULL);
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);

  return amfa_credentials_new (key_id, secret, NULL, 0);
}

/* What AWS would have granted. */
AmfaGrant *
workplace_grant (AmfaCredentials *base, AmfaBaseOrigin origin, guint number, gint64 expiration)
{
  g_autofree char *id = g_strdup_printf ("ASIASESSION%u", number);
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("session/secret", -1);
  g_autoptr (AmfaSecret) token = amfa_secret_new ("token==", -1);
  AmfaGrant *grant = amfa_grant_new ();

  grant->base = amfa_credentials_ref (base);
  grant->origin = origin;
  grant->session = amfa_credentials_new (id, secret, token, expiration);
  grant->serial = g_strdup ("arn:aws:iam::123456789012:mfa/alice");
  grant->arn = g_strdup ("arn:aws:iam::123456789012:user/alice");
  grant->account = g_strdup ("123456789012");
  return grant;
}

/* A preflight and a commit, as a login does them around its request. */
void
workplace_login (Workplace *self, guint number, gint64 expiration)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaPreflight) found =
      amfa_preflight_run (self->backend, "default", NULL, AMFA_TARGET_FILE, NULL, NULL, &error);
  AmfaLoginWarnings warnings;

  g_assert_no_error (error);

  g_autoptr (AmfaGrant) grant = workplace_grant (found->base, found->origin, number, expiration);

  amfa_transaction_commit (self->backend, "default", grant, &warnings, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (warnings & ~AMFA_LOGIN_WARNING_IMPORTED, ==, 0);
}

void
workplace_assert_file (Workplace *self, const char *expected)
{
  g_autofree char *text = scratch_get (self->scratch, FILE_NAME);

  g_assert_cmpstr (text, ==, expected);
}
