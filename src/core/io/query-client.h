#pragma once

#include <gio/gio.h>

#include "core/model/credentials.h"
#include "core/model/endpoint.h"
#include "core/model/environment.h"
#include "core/model/query-form.h"
#include "core/model/response.h"

G_BEGIN_DECLS

#define AMFA_TYPE_QUERY_CLIENT (amfa_query_client_get_type ())
G_DECLARE_FINAL_TYPE (AmfaQueryClient, amfa_query_client, AMFA, QUERY_CLIENT, GObject)

/**
 * AmfaQuery:
 * @action: "GetSessionToken"
 * @parameters: copied
 * @carries_code: sent once; the only second sending is the re-signing after a clock error
 * @serial: (nullable): for the error %AMFA_ERROR_DEVICE_REFUSED
 */
typedef struct
{
  const AmfaEndpoint *endpoint;
  AmfaCredentials *credentials;
  const char *action;
  const AmfaQueryParameter *parameters;
  gsize n_parameters;
  gboolean carries_code;
  const char *serial;
} AmfaQuery;

AmfaQueryClient *amfa_query_client_new (const AmfaEnvironment *environment);
void amfa_query_client_set_patience (AmfaQueryClient *self, guint step_seconds, guint deadline_ms);
void amfa_query_client_preconnect (AmfaQueryClient *self, const AmfaEndpoint *endpoint);
void amfa_query_client_send_async (AmfaQueryClient *self,
                                   const AmfaQuery *query,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
AmfaResponse *amfa_query_client_send_finish (AmfaQueryClient *self,
                                             GAsyncResult *result,
                                             GError **error);
gint64 amfa_query_client_get_clock_offset (AmfaQueryClient *self);
gboolean amfa_query_client_was_resigned (AmfaQueryClient *self);

G_END_DECLS
