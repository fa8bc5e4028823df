#pragma once

#include "backend.h"
#include "core/model/section.h"

G_BEGIN_DECLS

void amfa_restore_async (AmfaBackend *backend,
                         const char *profile,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
gboolean amfa_restore_finish (GAsyncResult *result,
                              AmfaRestoreOutcome *outcome,
                              char **key_id,
                              GError **error);

G_END_DECLS
