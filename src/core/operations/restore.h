#pragma once

#include "backend.h"
#include "core/model/section.h"

G_BEGIN_DECLS

void amfa_restore_async (AmfaBackend *backend,
                         const char *profile,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
gboolean amfa_restore_finish (GAsyncResult *result, AmfaRestoreOutcome *outcome, GError **error);

/* End session: our keys leave the file and the keyring; base and original stay. */
void amfa_end_session_async (AmfaBackend *backend,
                             const char *profile,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean amfa_end_session_finish (GAsyncResult *result, GError **error);

G_END_DECLS
