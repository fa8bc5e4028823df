#pragma once

#include <gio/gio.h>

/* One call of the Secret Service. Each blocks until it is answered or cancelled. */

G_BEGIN_DECLS

#define AMFA_SECRET_SERVICE_NAME "org.freedesktop.secrets"
#define AMFA_SECRET_ROOT_PATH "/org/freedesktop/secrets"
#define AMFA_SECRET_NO_PATH "/" /* the path that stands for none */

GVariant *amfa_secret_call_raw (GDBusConnection *bus,
                                const char *path,
                                const char *interface,
                                const char *method,
                                GVariant *parameters,
                                const char *reply_type,
                                GCancellable *cancellable,
                                GError **error);
GVariant *amfa_secret_call (GDBusConnection *bus,
                            const char *path,
                            const char *interface,
                            const char *method,
                            GVariant *parameters,
                            const char *reply_type,
                            GCancellable *cancellable,
                            GError **error);
GVariant *amfa_secret_call_prompting (GDBusConnection *bus,
                                      const char *path,
                                      const char *interface,
                                      const char *method,
                                      GVariant *parameters,
                                      const char *reply_type,
                                      GCancellable *cancellable,
                                      GError **error);
GVariant *amfa_secret_call_get_property (GDBusConnection *bus,
                                         const char *path,
                                         const char *interface,
                                         const char *property,
                                         GCancellable *cancellable,
                                         GError **error);
gboolean amfa_secret_call_found_nothing (const GError *error);
void amfa_secret_call_translate_error (const GError *from, GError **error);

G_END_DECLS
