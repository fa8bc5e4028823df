#pragma once

#include "secret.h"

G_BEGIN_DECLS

/**
 * AmfaCredentials:
 *
 * One set of AWS keys: immutable, reference-counted. Long-term ones (an IAM user's) have neither a
 * token nor an expiration; temporary ones (a session) have a token, or at least an id "ASIA…".
 */
typedef struct _AmfaCredentials AmfaCredentials;

#define AMFA_TYPE_CREDENTIALS (amfa_credentials_get_type ())
GType amfa_credentials_get_type (void);

AmfaCredentials *amfa_credentials_new (const char *key_id,
                                       AmfaSecret *secret,
                                       AmfaSecret *token,
                                       gint64 expiration);
AmfaCredentials *amfa_credentials_new_named (AmfaCredentials *session, const char *name);
AmfaCredentials *amfa_credentials_ref (AmfaCredentials *self);
void amfa_credentials_unref (AmfaCredentials *self);
const char *amfa_credentials_get_key_id (AmfaCredentials *self);
AmfaSecret *amfa_credentials_get_secret (AmfaCredentials *self);
AmfaSecret *amfa_credentials_get_token (AmfaCredentials *self);
gint64 amfa_credentials_get_expiration (AmfaCredentials *self);
const char *amfa_credentials_get_session_name (AmfaCredentials *self);
gboolean amfa_credentials_are_temporary (AmfaCredentials *self);
gboolean amfa_credentials_equal (AmfaCredentials *a, AmfaCredentials *b);
gboolean amfa_key_id_is_temporary (const char *key_id);
gboolean amfa_key_pair_is_possible (const char *key_id, gsize secret_length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaCredentials, amfa_credentials_unref)

G_END_DECLS
