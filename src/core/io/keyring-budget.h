#pragma once

#include <gio/gio.h>

/* The time that the keyring may keep an operation waiting, as a cancellable: what keyring.h says of
 * it. Private to the keyring but for those two that make one. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_PAUSE_PROMPT, /* the user's; counted under a lock */
  AMFA_PAUSE_DISK,   /* what cannot be broken off; the keyring has its time after it */
} AmfaPause;

GCancellable *amfa_keyring_budget_new (guint milliseconds, GCancellable *outer);
GCancellable *amfa_keyring_budget_new_under_lock (guint milliseconds, GCancellable *outer);
GCancellable *amfa_keyring_budget_ensure (GCancellable *cancellable, guint milliseconds);
gboolean amfa_keyring_budget_is_over (GCancellable *self);
void amfa_keyring_budget_pause (GCancellable *self, AmfaPause reason);
void amfa_keyring_budget_resume (GCancellable *self, AmfaPause reason);

G_END_DECLS
