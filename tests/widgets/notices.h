#pragma once

#include "notifier.h"

/* What the tests of the notifier have in common: the other side of the bus, and something to say.
 */

G_BEGIN_DECLS

#define NOTICES_LAST "last"

/* A service of a test's own, on a connection of its own. */
typedef struct
{
  GDBusConnection *connection;
  guint registration;
} NoticesService;

void notices_service_start (NoticesService *self,
                            const char *name,
                            const char *path,
                            const char *xml,
                            GDBusInterfaceMethodCallFunc on_method_call,
                            gpointer user_data);
void notices_service_stop (NoticesService *self);
GtkApplication *notices_application_new (void);
guint notices_begin_wait (void);

typedef void (*NoticesTell) (AmfaNotifier *notifier, const char *profile);

void notices_start (AmfaNotifier *notifier, const char *profile);
void notices_say (AmfaNotifier *notifier, const char *profile);
void notices_fail (AmfaNotifier *notifier, const char *profile);
void notices_warn (AmfaNotifier *notifier, const char *profile);
void notices_end (AmfaNotifier *notifier, const char *profile);
void notices_ask (AmfaNotifier *notifier, const char *profile);

G_END_DECLS
