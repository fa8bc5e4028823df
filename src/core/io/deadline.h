#pragma once

#include <gio/gio.h>

/* A cancellable that is also cancelled when time is up, and knows which of the two it was. Private
 * to query-call.c and applet-client.c. */

G_BEGIN_DECLS

typedef struct _AmfaDeadline AmfaDeadline;

AmfaDeadline *amfa_deadline_new (guint milliseconds, GCancellable *outer);
void amfa_deadline_free (AmfaDeadline *self);
GCancellable *amfa_deadline_get_cancellable (AmfaDeadline *self);
gboolean amfa_deadline_is_over (AmfaDeadline *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaDeadline, amfa_deadline_free)

G_END_DECLS
