#pragma once

#include <glib-object.h>

/* Wall-clock time as a thing that can be replaced in tests. */

G_BEGIN_DECLS

#define AMFA_TYPE_WALL_TIMER (amfa_wall_timer_get_type ())
G_DECLARE_INTERFACE (AmfaWallTimer, amfa_wall_timer, AMFA, WALL_TIMER, GObject)

/**
 * AmfaWallTimerInterface:
 * @get_now: Unix time in seconds
 * @arm: emit "due" once when the wall clock reaches @at (Unix seconds); 0 disarms
 *
 * Signals: "due" () at or after the armed second, also when the computer slept over it; "jumped"
 * (gint64 seconds) when the clock was set by that much, 0 after a resume without a change.
 */
struct _AmfaWallTimerInterface
{
  GTypeInterface parent;

  gint64 (*get_now) (AmfaWallTimer *self);
  void (*arm) (AmfaWallTimer *self, gint64 at);
};

gint64 amfa_wall_timer_get_now (AmfaWallTimer *self);
void amfa_wall_timer_arm (AmfaWallTimer *self, gint64 at);

G_END_DECLS
