#pragma once

#include "wall-timer.h"

G_BEGIN_DECLS

#define AMFA_TYPE_SYSTEM_TIMER (amfa_system_timer_get_type ())
G_DECLARE_FINAL_TYPE (AmfaSystemTimer, amfa_system_timer, AMFA, SYSTEM_TIMER, GObject)

/* The real clock: a timerfd on CLOCK_REALTIME in the thread-default main context. */
AmfaWallTimer *amfa_system_timer_new (void);

G_END_DECLS
