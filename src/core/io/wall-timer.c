#define G_LOG_DOMAIN "amfa-wall-timer"

#include "wall-timer.h"

G_DEFINE_INTERFACE (AmfaWallTimer, amfa_wall_timer, G_TYPE_OBJECT)

static void
amfa_wall_timer_default_init (AmfaWallTimerInterface *iface)
{
  g_signal_new ("due", AMFA_TYPE_WALL_TIMER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
  g_signal_new ("jumped", AMFA_TYPE_WALL_TIMER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_INT64);
}

gint64
amfa_wall_timer_get_now (AmfaWallTimer *self)
{
  g_return_val_if_fail (AMFA_IS_WALL_TIMER (self), 0);

  return AMFA_WALL_TIMER_GET_IFACE (self)->get_now (self);
}

void
amfa_wall_timer_arm (AmfaWallTimer *self, gint64 at)
{
  g_return_if_fail (AMFA_IS_WALL_TIMER (self));

  AMFA_WALL_TIMER_GET_IFACE (self)->arm (self, at);
}
