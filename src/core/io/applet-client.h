#pragma once

#include <gio/gio.h>

/* The applet, asked over the session bus to have the user start a session. It never tells a key. */

G_BEGIN_DECLS

void amfa_applet_client_request_async (const char *application_id,
                                       const char *profile,
                                       guint min_seconds,
                                       gboolean dialog,
                                       guint timeout_seconds,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gint64 amfa_applet_client_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
