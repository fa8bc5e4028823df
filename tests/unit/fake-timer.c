#include "fake-timer.h"

struct _AmfaFakeTimer
{
  GObject parent_instance;

  gint64 now;
  gint64 armed;
};

static void amfa_fake_timer_iface_init (AmfaWallTimerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AmfaFakeTimer,
                               amfa_fake_timer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AMFA_TYPE_WALL_TIMER,
                                                      amfa_fake_timer_iface_init))

static gint64
amfa_fake_timer_get_now (AmfaWallTimer *timer)
{
  return AMFA_FAKE_TIMER (timer)->now;
}

static void
amfa_fake_timer_arm (AmfaWallTimer *timer, gint64 at)
{
  AMFA_FAKE_TIMER (timer)->armed = at;
}

static void
amfa_fake_timer_iface_init (AmfaWallTimerInterface *iface)
{
  iface->get_now = amfa_fake_timer_get_now;
  iface->arm = amfa_fake_timer_arm;
}

static void
amfa_fake_timer_class_init (AmfaFakeTimerClass *klass)
{
}

static void
amfa_fake_timer_init (AmfaFakeTimer *self)
{
}

/* Emits what is due until @now, in the order of time; a handler may arm anew. */
static void
run_until (AmfaFakeTimer *self, gint64 now)
{
  while (self->armed != 0 && self->armed <= now)
    {
      self->now = MAX (self->now, self->armed);
      self->armed = 0;
      g_signal_emit_by_name (self, "due");
    }
  self->now = now;
}

/**
 * amfa_fake_timer_new:
 * @now: Unix seconds
 *
 * Returns: (transfer full): a disarmed timer
 */
AmfaFakeTimer *
amfa_fake_timer_new (gint64 now)
{
  AmfaFakeTimer *self = g_object_new (AMFA_TYPE_FAKE_TIMER, NULL);

  self->now = now;
  return self;
}

/* Returns: Unix seconds, 0 if disarmed */
gint64
amfa_fake_timer_get_armed (AmfaFakeTimer *self)
{
  return self->armed;
}

/* Time goes by: each "due" comes at its own second. */
void
amfa_fake_timer_advance (AmfaFakeTimer *self, gint64 seconds)
{
  run_until (self, self->now + seconds);
}

/* Somebody sets the clock by @seconds, which may be negative. */
void
amfa_fake_timer_jump (AmfaFakeTimer *self, gint64 seconds)
{
  self->now += seconds;
  g_signal_emit_by_name (self, "jumped", seconds);
  run_until (self, self->now);
}

/* The computer sleeps: nothing is due before it wakes up. */
void
amfa_fake_timer_sleep (AmfaFakeTimer *self, gint64 seconds)
{
  self->now += seconds;
  g_signal_emit_by_name (self, "jumped", G_GINT64_CONSTANT (0));
  run_until (self, self->now);
}
