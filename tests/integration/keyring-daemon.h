#pragma once

#include <gio/gio.h>

/* The real gnome-keyring daemon, on a bus that with-keyring.sh or the test made. */

G_BEGIN_DECLS

#define KEYRING_SERVICE "org.freedesktop.secrets"
#define KEYRING_ROOT_PATH "/org/freedesktop/secrets"
#define KEYRING_DEFAULT_PATH KEYRING_ROOT_PATH "/collection/login"
#define KEYRING_PASSWORD "test"

GSubprocess *keyring_daemon_start (GDBusConnection *bus, const char *password);
void keyring_daemon_stop (GDBusConnection *bus, GSubprocess *daemon);
void keyring_daemon_remove_files (const char *folder);
GVariant *keyring_daemon_call (GDBusConnection *bus,
                               const char *path,
                               const char *interface,
                               const char *method,
                               GVariant *parameters);

G_END_DECLS
