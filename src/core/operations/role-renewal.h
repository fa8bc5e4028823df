#pragma once

#include "backend.h"

G_BEGIN_DECLS

void amfa_role_renew_async (AmfaBackend *backend,
                            const char *profile,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean amfa_role_renew_finish (GAsyncResult *result, gint64 *expires, GError **error);

G_END_DECLS
