#pragma once

#include <gio/gio.h>

/* The end of a wait, by time or by a cancellation, that needs nobody's good will. Private to
 * query-call.c, http-transport.c and applet-client.c. */

G_BEGIN_DECLS

typedef struct _AmfaDeadline AmfaDeadline;
typedef void (*AmfaDeadlineFunc) (gpointer user_data);

AmfaDeadline *amfa_deadline_new (guint milliseconds,
                                 GCancellable *outer,
                                 AmfaDeadlineFunc ended,
                                 gpointer user_data);
void amfa_deadline_free (AmfaDeadline *self);
GCancellable *amfa_deadline_get_cancellable (AmfaDeadline *self);
gboolean amfa_deadline_is_over (AmfaDeadline *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaDeadline, amfa_deadline_free)

G_END_DECLS
