#pragma once

#include "core/io/query-client.h"
#include "core/model/role.h"

/* AWS Security Token Service (API version 2011-06-15). */

G_BEGIN_DECLS

void amfa_sts_get_session_token_async (AmfaQueryClient *client,
                                       const AmfaEndpoint *endpoint,
                                       AmfaCredentials *base,
                                       const char *serial,
                                       const char *code,
                                       guint duration,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
AmfaCredentials *amfa_sts_get_session_token_finish (AmfaQueryClient *client,
                                                    GAsyncResult *result,
                                                    GError **error);

void amfa_sts_assume_role_async (AmfaQueryClient *client,
                                 const AmfaEndpoint *endpoint,
                                 AmfaCredentials *credentials,
                                 const AmfaRole *role,
                                 guint duration,
                                 const char *serial,
                                 const char *code,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
AmfaCredentials *amfa_sts_assume_role_finish (AmfaQueryClient *client,
                                              GAsyncResult *result,
                                              GError **error);

void amfa_sts_get_caller_identity_async (AmfaQueryClient *client,
                                         const AmfaEndpoint *endpoint,
                                         AmfaCredentials *credentials,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
AmfaIdentity *amfa_sts_get_caller_identity_finish (AmfaQueryClient *client,
                                                   GAsyncResult *result,
                                                   GError **error);

G_END_DECLS
