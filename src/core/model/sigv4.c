#define G_LOG_DOMAIN "amfa-sigv4"

#include "sigv4.h"

#include <string.h>

/* The signature in three stages, each of which the official test suite knows by name:
 *
 *   canonical request   the request with every freedom of HTTP taken out of it: encoding, order,
 *                       case and blanks are fixed, so that both ends write the same bytes;
 *   string to sign      its digest, the moment and the credential scope;
 *   authorization       the HMAC of that under a key that is derived from the secret for this one
 *                       day, region and service.
 *
 * The canonical request holds the session token and the derived keys are as good as the secret for
 * a day: what carries them here is wiped. GLib's own copies inside GHmac are beyond reach. */

#define ALGORITHM "AWS4-HMAC-SHA256"
#define TERMINATOR "aws4_request"
#define DIGEST_SIZE 32

static char *
credential_scope (const AmfaSigv4Scope *scope)
{
  g_autofree char *time = amfa_sigv4_format_time (scope->time);

  return g_strdup_printf ("%.8s/%s/%s/" TERMINATOR, time, scope->region, scope->service);
}

static void
hmac_sha256 (const void *key, gsize key_length, const char *text, guint8 digest[DIGEST_SIZE])
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_length);
  gsize length = DIGEST_SIZE;

  g_hmac_update (hmac, (const guchar *) text, strlen (text));
  g_hmac_get_digest (hmac, digest, &length);
}

/* The signing key: the secret under the date, the region, the service and the terminator. */
static void
derive_key (AmfaCredentials *credentials, const AmfaSigv4Scope *scope, guint8 key[DIGEST_SIZE])
{
  const char *secret = amfa_secret_peek (amfa_credentials_get_secret (credentials));
  g_autoptr (AmfaSecret) first = amfa_secret_new_join ("AWS4", secret, NULL);
  g_autofree char *time = amfa_sigv4_format_time (scope->time);
  g_autofree char *date = g_strndup (time, strlen ("20150830"));
  const char *steps[] = { scope->region, scope->service, TERMINATOR };
  guint8 next[DIGEST_SIZE];

  hmac_sha256 (amfa_secret_peek (first), amfa_secret_get_length (first), date, key);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      hmac_sha256 (key, DIGEST_SIZE, steps[i], next);
      memcpy (key, next, DIGEST_SIZE);
    }
  amfa_wipe (next, sizeof next);
}

/**
 * amfa_sigv4_format_time:
 * @time: Unix seconds
 *
 * Returns: (transfer full): "20150830T123600Z", as X-Amz-Date carries it
 */
char *
amfa_sigv4_format_time (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time);

  g_return_val_if_fail (utc != NULL, NULL);

  return g_date_time_format (utc, "%Y%m%dT%H%M%SZ");
}

/**
 * amfa_sigv4_string_to_sign:
 * @canonical_request: the first stage
 * @scope: when and where
 *
 * Returns: (transfer full): the second stage; no secret
 */
char *
amfa_sigv4_string_to_sign (const char *canonical_request, const AmfaSigv4Scope *scope)
{
  g_return_val_if_fail (canonical_request && scope, NULL);

  g_autofree char *time = amfa_sigv4_format_time (scope->time);
  g_autofree char *where = credential_scope (scope);
  g_autofree char *digest =
      g_compute_checksum_for_string (G_CHECKSUM_SHA256, canonical_request, -1);

  return g_strjoin ("\n", ALGORITHM, time, where, digest, NULL);
}

/**
 * amfa_sigv4_authorization:
 * @string_to_sign: the second stage
 * @signed_headers: of the first stage
 * @credentials: who signs
 * @scope: when and where
 *
 * Returns: (transfer full): the third stage, the value of the Authorization header
 */
char *
amfa_sigv4_authorization (const char *string_to_sign,
                          const char *signed_headers,
                          AmfaCredentials *credentials,
                          const AmfaSigv4Scope *scope)
{
  g_return_val_if_fail (string_to_sign && signed_headers && credentials && scope, NULL);

  guint8 key[DIGEST_SIZE];

  derive_key (credentials, scope, key);

  g_autofree char *where = credential_scope (scope);
  g_autofree char *signature =
      g_compute_hmac_for_string (G_CHECKSUM_SHA256, key, sizeof key, string_to_sign, -1);

  amfa_wipe (key, sizeof key);
  return g_strdup_printf (ALGORITHM " Credential=%s/%s, SignedHeaders=%s, Signature=%s",
                          amfa_credentials_get_key_id (credentials), where, signed_headers,
                          signature);
}

/**
 * amfa_sigv4_sign:
 * @request: a request with a Host header
 * @credentials: who signs it
 * @scope: when, where and how
 *
 * The three stages in a row. The caller adds X-Amz-Date (amfa_sigv4_format_time()), and
 * X-Amz-Security-Token if there is one, to what it sends.
 *
 * Returns: (transfer full): the value of the Authorization header
 */
char *
amfa_sigv4_sign (const AmfaSigv4Request *request,
                 AmfaCredentials *credentials,
                 const AmfaSigv4Scope *scope)
{
  g_auto (AmfaSigv4Canonical) canonical = { NULL };

  amfa_sigv4_canonicalize (request, credentials, scope, &canonical);

  g_autofree char *string_to_sign = amfa_sigv4_string_to_sign (canonical.canonical_request, scope);

  return amfa_sigv4_authorization (string_to_sign, canonical.signed_headers, credentials, scope);
}
