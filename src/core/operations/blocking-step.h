#pragma once

#include <gio/gio.h>

/* A deed of several steps is one task whose data all of them share. The steps that block run in a
 * thread, one after the other, so that the data never need a lock. */

G_BEGIN_DECLS

/* @data: the whole task's data */
typedef gboolean (*AmfaBlockingStep) (gpointer data, GCancellable *cancellable, GError **error);

void amfa_blocking_step_run (GTask *whole, AmfaBlockingStep step, GAsyncReadyCallback callback);
gboolean amfa_blocking_step_finish (GAsyncResult *result, GTask *whole);
void amfa_blocking_step_run_last (GTask *whole, AmfaBlockingStep step);

G_END_DECLS
