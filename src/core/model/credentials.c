#define G_LOG_DOMAIN "amfa-credentials"

#include "credentials.h"

#include <string.h>

struct _AmfaCredentials
{
  gatomicrefcount references;
  char *key_id;
  AmfaSecret *secret;
  AmfaSecret *token;  /* NULL for long-term keys */
  gint64 expiration;  /* Unix seconds, 0 if unknown or never */
  char *session_name; /* NULL but for a role's whose sessions have a name of their own */
};

G_DEFINE_BOXED_TYPE (AmfaCredentials,
                     amfa_credentials,
                     amfa_credentials_ref,
                     amfa_credentials_unref)

/**
 * amfa_credentials_new:
 * @key_id: the access key id
 * @secret: (transfer none): the secret access key
 * @token: (transfer none) (nullable): the session token; an empty one counts as none
 * @expiration: Unix seconds, 0 if there is none
 *
 * Returns: (transfer full): new credentials
 */
AmfaCredentials *
amfa_credentials_new (const char *key_id, AmfaSecret *secret, AmfaSecret *token, gint64 expiration)
{
  g_return_val_if_fail (key_id != NULL && secret != NULL, NULL);

  AmfaCredentials *self = g_new0 (AmfaCredentials, 1);

  g_atomic_ref_count_init (&self->references);
  self->key_id = g_strdup (key_id);
  self->secret = amfa_secret_ref (secret);
  if (token && amfa_secret_get_length (token) > 0)
    self->token = amfa_secret_ref (token);
  self->expiration = expiration;
  return self;
}

/**
 * amfa_credentials_new_named:
 * @session: a role's keys
 * @name: (nullable): what the config file calls the role's sessions
 *
 * Returns: (transfer full): the same keys, which know that name
 */
AmfaCredentials *
amfa_credentials_new_named (AmfaCredentials *session, const char *name)
{
  g_return_val_if_fail (session != NULL, NULL);

  AmfaCredentials *self =
      amfa_credentials_new (session->key_id, session->secret, session->token, session->expiration);

  self->session_name = g_strdup (name);
  return self;
}

AmfaCredentials *
amfa_credentials_ref (AmfaCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
amfa_credentials_unref (AmfaCredentials *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_free (self->key_id);
  amfa_secret_unref (self->secret);
  g_clear_pointer (&self->token, amfa_secret_unref);
  g_free (self->session_name);
  g_free (self);
}

const char *
amfa_credentials_get_key_id (AmfaCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->key_id;
}

AmfaSecret *
amfa_credentials_get_secret (AmfaCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->secret;
}

/* Returns: (transfer none) (nullable) */
AmfaSecret *
amfa_credentials_get_token (AmfaCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->token;
}

gint64
amfa_credentials_get_expiration (AmfaCredentials *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->expiration;
}

/* Returns: (transfer none) (nullable): as for amfa_credentials_new_named() */
const char *
amfa_credentials_get_session_name (AmfaCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->session_name;
}

gboolean
amfa_credentials_are_temporary (AmfaCredentials *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->token != NULL || amfa_key_id_is_temporary (self->key_id);
}

/* The same keys; the expiration is what somebody remembers of them and does not count. */
gboolean
amfa_credentials_equal (AmfaCredentials *a, AmfaCredentials *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return g_str_equal (a->key_id, b->key_id) && amfa_secret_equal (a->secret, b->secret) &&
         amfa_secret_equal (a->token, b->token);
}

/**
 * amfa_key_id_is_temporary:
 * @key_id: an access key id
 *
 * "ASIA" marks temporary keys; long-term ones are "AKIA" at AWS but anything at other servers
 * (IAM user guide, "Unique identifiers"), so only the former is tested for.
 */
gboolean
amfa_key_id_is_temporary (const char *key_id)
{
  g_return_val_if_fail (key_id != NULL, FALSE);

  return g_str_has_prefix (key_id, "ASIA");
}

/**
 * amfa_key_pair_is_possible:
 * @key_id: what stands where an access key id should
 * @secret_length: how long the secret beside it is, in bytes
 *
 * Servers choose their ids freely, but one that is part of a credential scope has neither blanks
 * nor the marks that end it there. Most secret access keys have "/" or "+" in them, and at AWS a
 * secret has 40 characters and an id 20: an id that is impossible may be a secret in the wrong
 * place, and is not to be shown or sent.
 */
gboolean
amfa_key_pair_is_possible (const char *key_id, gsize secret_length)
{
  g_return_val_if_fail (key_id != NULL, FALSE);

  for (const char *p = key_id; *p; p++)
    if (!g_ascii_isgraph (*p) || strchr ("/+,=", *p))
      return FALSE;
  return *key_id != '\0' && !(strlen (key_id) == 40 && secret_length == 20);
}
