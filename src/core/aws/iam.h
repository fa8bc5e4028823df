#pragma once

#include "core/io/query-client.h"

/* AWS Identity and Access Management (API version 2010-05-08). */

G_BEGIN_DECLS

void amfa_iam_list_mfa_devices_async (AmfaQueryClient *client,
                                      const AmfaEndpoint *endpoint,
                                      AmfaCredentials *base,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
GPtrArray *amfa_iam_list_mfa_devices_finish (AmfaQueryClient *client,
                                             GAsyncResult *result,
                                             GError **error);

G_END_DECLS
