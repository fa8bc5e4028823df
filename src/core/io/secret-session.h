#pragma once

#include <gio/gio.h>

#include "core/model/secret.h"

/* What secrets are encrypted with on their way over the bus, by libsecret. Private to the keyring.
 */

G_BEGIN_DECLS

typedef struct _AmfaSecretSession AmfaSecretSession;

AmfaSecretSession *amfa_secret_session_open (GDBusConnection *bus,
                                             GCancellable *cancellable,
                                             GError **error);
void amfa_secret_session_free (AmfaSecretSession *self);
const char *amfa_secret_session_get_path (AmfaSecretSession *self);
GVariant *amfa_secret_session_encode (AmfaSecretSession *self, AmfaSecret *secret);
AmfaSecret *amfa_secret_session_decode (AmfaSecretSession *self, GVariant *encoded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaSecretSession, amfa_secret_session_free)

G_END_DECLS
