#define G_LOG_DOMAIN "amfa-system-timer"

#include "system-timer.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* The kernel says by itself when the wall clock is set or the computer wakes up: it cancels a timer
 * that was set with TFD_TIMER_CANCEL_ON_SET, timerfd_create(2). That needs an armed timer, so one
 * that nobody waits for is armed for a moment that never comes: nothing runs until something
 * happened. How far the clock was set is the change of the distance between it and the clock that
 * counts time awake and asleep. */

/* In the year 2242: the kernel counts nanoseconds in 64 bits. */
#define NEVER (G_GINT64_CONSTANT (1) << 33)

#define NSEC_PER_SEC G_GINT64_CONSTANT (1000000000)

struct _AmfaSystemTimer
{
  GObject parent_instance;

  int fd;
  GSource *source;
  gint64 armed;  /* Unix seconds, 0 if disarmed */
  gint64 offset; /* wall clock minus boot clock, nanoseconds */
};

static void amfa_system_timer_iface_init (AmfaWallTimerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AmfaSystemTimer,
                               amfa_system_timer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AMFA_TYPE_WALL_TIMER,
                                                      amfa_system_timer_iface_init))

static gint64
read_clock (clockid_t clock)
{
  struct timespec ts = { 0 };

  clock_gettime (clock, &ts);
  return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static gint64
measure_offset (void)
{
  return read_clock (CLOCK_REALTIME) - read_clock (CLOCK_BOOTTIME);
}

static void
set_timer (AmfaSystemTimer *self)
{
  const int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
  gint64 at = self->armed != 0 ? CLAMP (self->armed, 0, NEVER) : NEVER;
  struct itimerspec spec = { 0 };

  spec.it_value.tv_sec = at;
  if (at == 0)
    spec.it_value.tv_nsec = 1; /* all zero would disarm */

  /* ECANCELED: armed, but the clock was set just before, and the kernel will not say so again. */
  if (timerfd_settime (self->fd, flags, &spec, NULL) != 0)
    {
      if (errno == ECANCELED)
        g_source_set_ready_time (self->source, 0);
      else
        g_warning ("the timer cannot be set: %s", g_strerror (errno));
    }
}

static void
emit_jumped (AmfaSystemTimer *self)
{
  gint64 offset = measure_offset ();
  gint64 delta = offset - self->offset;
  gint64 half = delta < 0 ? -NSEC_PER_SEC / 2 : NSEC_PER_SEC / 2;

  self->offset = offset;
  g_signal_emit_by_name (self, "jumped", (delta + half) / NSEC_PER_SEC);
}

static gboolean
on_timer_ready (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (AmfaSystemTimer) self = g_object_ref (AMFA_SYSTEM_TIMER (user_data));
  guint64 expirations = 0;
  gssize n = read (fd, &expirations, sizeof expirations);
  gboolean jumped = n < 0 && errno == ECANCELED;
  gboolean due = n == (gssize) sizeof expirations && self->armed != 0;

  /* set_timer() has seen a jump. */
  if (g_source_get_ready_time (self->source) == 0)
    {
      g_source_set_ready_time (self->source, -1);
      jumped = TRUE;
    }

  if (due)
    self->armed = 0;
  if (due || jumped)
    set_timer (self);
  if (jumped)
    emit_jumped (self);
  if (due)
    g_signal_emit_by_name (self, "due");
  return G_SOURCE_CONTINUE;
}

static gint64
amfa_system_timer_get_now (AmfaWallTimer *timer)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
amfa_system_timer_arm (AmfaWallTimer *timer, gint64 at)
{
  AmfaSystemTimer *self = AMFA_SYSTEM_TIMER (timer);

  self->armed = at;
  set_timer (self);
}

static void
amfa_system_timer_iface_init (AmfaWallTimerInterface *iface)
{
  iface->get_now = amfa_system_timer_get_now;
  iface->arm = amfa_system_timer_arm;
}

static void
amfa_system_timer_finalize (GObject *object)
{
  AmfaSystemTimer *self = AMFA_SYSTEM_TIMER (object);

  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_close (self->fd, NULL);

  G_OBJECT_CLASS (amfa_system_timer_parent_class)->finalize (object);
}

static void
amfa_system_timer_class_init (AmfaSystemTimerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_system_timer_finalize;
}

static void
amfa_system_timer_init (AmfaSystemTimer *self)
{
  self->fd = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (self->fd < 0)
    g_error ("no timer: %s", g_strerror (errno));

  self->source = g_unix_fd_source_new (self->fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_timer_ready), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  self->offset = measure_offset ();
  set_timer (self);
}

/**
 * amfa_system_timer_new:
 *
 * Returns: (transfer full): a timer that signals in the main context that is the thread's default
 *   now
 */
AmfaWallTimer *
amfa_system_timer_new (void)
{
  return g_object_new (AMFA_TYPE_SYSTEM_TIMER, NULL);
}
