#pragma once

#include <gio/gio.h>

#include "core/model/endpoint.h"
#include "core/model/http-answer.h"
#include "core/model/secret.h"

/* One POST over the wire. Private to query-client.c. */

G_BEGIN_DECLS

#define AMFA_TYPE_HTTP_TRANSPORT (amfa_http_transport_get_type ())
G_DECLARE_FINAL_TYPE (AmfaHttpTransport, amfa_http_transport, AMFA, HTTP_TRANSPORT, GObject)

typedef struct
{
  const char *name;
  const char *value; /* nullable: left out */
} AmfaHttpHeader;

/* What is sent to whom. */
typedef struct
{
  const AmfaEndpoint *endpoint;
  const char *content_type;
  AmfaSecret *body;
  const AmfaHttpHeader *headers;
  gsize n_headers;
} AmfaHttpPost;

AmfaHttpTransport *amfa_http_transport_new (const char *https_proxy, const char *no_proxy);
void amfa_http_transport_set_timeout (AmfaHttpTransport *self, guint seconds);
void amfa_http_transport_preconnect (AmfaHttpTransport *self,
                                     const AmfaEndpoint *endpoint,
                                     guint milliseconds);
void amfa_http_transport_post_async (AmfaHttpTransport *self,
                                     const AmfaHttpPost *post,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
AmfaHttpAnswer *amfa_http_transport_post_finish (AmfaHttpTransport *self,
                                                 GAsyncResult *result,
                                                 GError **error);

G_END_DECLS
