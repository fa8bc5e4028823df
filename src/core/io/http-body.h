#pragma once

#include <gio/gio.h>

/* Private to http-transport.c. */

G_BEGIN_DECLS

void amfa_http_body_read_async (GInputStream *stream,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
GBytes *amfa_http_body_read_finish (GInputStream *stream, GAsyncResult *result, GError **error);

G_END_DECLS
