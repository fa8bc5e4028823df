#pragma once

#include "login.h"

/* A session that AWS granted and the keyring has, but which never reached the file: it costs no
 * other code. */

G_BEGIN_DECLS

void amfa_unwritten_write_async (AmfaBackend *backend,
                                 const char *profile,
                                 guint min_seconds,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean amfa_unwritten_write_finish (GAsyncResult *result,
                                      AmfaLoginResult *outcome,
                                      GError **error);

G_END_DECLS
