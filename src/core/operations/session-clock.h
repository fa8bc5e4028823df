#pragma once

#include "core/io/wall-timer.h"

G_BEGIN_DECLS

#define AMFA_TYPE_SESSION_CLOCK (amfa_session_clock_get_type ())
G_DECLARE_FINAL_TYPE (AmfaSessionClock, amfa_session_clock, AMFA, SESSION_CLOCK, GObject)

/**
 * AmfaSessionClock:
 *
 * Tells when one session warns and ends: nobody renews it. Signals: "warning" (gint64 left) with
 * the seconds that are left, "ended" () once.
 */
AmfaSessionClock *amfa_session_clock_new (AmfaWallTimer *timer,
                                          gint64 expiration,
                                          gint64 clock_offset,
                                          gint64 granted,
                                          const guint *warnings,
                                          gsize n_warnings);
void amfa_session_clock_start (AmfaSessionClock *self);

G_END_DECLS
