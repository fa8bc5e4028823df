#pragma once

#include "backend.h"
#include "core/model/foreign-layout.h"

/* What other tools have left that could be brought into the keyring. */

G_BEGIN_DECLS

typedef struct
{
  AmfaForeignLayout *layout;
  gboolean is_kept; /* the keyring has keys for the profile, these or others */
} AmfaImportable;

void amfa_import_survey_async (AmfaBackend *backend,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GPtrArray *amfa_import_survey_finish (GAsyncResult *result, GError **error);

G_END_DECLS
