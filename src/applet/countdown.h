#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * AmfaCountdown:
 *
 * A line that counts the seconds until MFA devices show their next code. It ticks while it can be
 * seen and the next code is not there; otherwise it has no timer.
 */
#define AMFA_TYPE_COUNTDOWN (amfa_countdown_get_type ())
G_DECLARE_FINAL_TYPE (AmfaCountdown, amfa_countdown, AMFA, COUNTDOWN, GtkLabel)

void amfa_countdown_start (AmfaCountdown *self);

G_END_DECLS
