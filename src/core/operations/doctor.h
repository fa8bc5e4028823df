#pragma once

#include "backend.h"
#include "core/model/finding.h"
#include "core/model/variables.h"

/* Finds what keeps a profile's session from working. Never prompts, never writes. */

G_BEGIN_DECLS

void amfa_doctor_async (AmfaBackend *backend,
                        const char *profile,
                        AmfaVariables *variables,
                        gboolean offline,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
GPtrArray *amfa_doctor_finish (GAsyncResult *result, GError **error);

G_END_DECLS
