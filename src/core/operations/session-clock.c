#define G_LOG_DOMAIN "amfa-session-clock"

#include "session-clock.h"

#include "core/model/session-rules.h"

struct _AmfaSessionClock
{
  GObject parent_instance;

  AmfaWallTimer *timer;
  gint64 expiration;   /* by the server's clock, Unix seconds */
  gint64 clock_offset; /* server clock minus ours; void once ours was set */
  gint64 granted;
  guint *warnings;
  gsize n_warnings;
  gint64 last_look; /* Unix seconds */
  gboolean has_ended;
};

enum
{
  SIGNAL_WARNING,
  SIGNAL_ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaSessionClock, amfa_session_clock, G_TYPE_OBJECT)

static void
amfa_session_clock_dispose (GObject *object)
{
  AmfaSessionClock *self = AMFA_SESSION_CLOCK (object);

  if (self->timer)
    amfa_wall_timer_arm (self->timer, 0);
  g_clear_object (&self->timer);

  G_OBJECT_CLASS (amfa_session_clock_parent_class)->dispose (object);
}

static void
amfa_session_clock_finalize (GObject *object)
{
  g_free (AMFA_SESSION_CLOCK (object)->warnings);

  G_OBJECT_CLASS (amfa_session_clock_parent_class)->finalize (object);
}

static void
amfa_session_clock_class_init (AmfaSessionClockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = amfa_session_clock_dispose;
  object_class->finalize = amfa_session_clock_finalize;

  signals[SIGNAL_WARNING] = g_signal_new ("warning", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SIGNAL_ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
amfa_session_clock_init (AmfaSessionClock *self)
{
}

/* A clock that was set back must not tell a warning for the second time: the last look stays. */
static void
look (AmfaSessionClock *self)
{
  const AmfaSessionRules rules = {
    .expires = self->expiration - self->clock_offset,
    .granted = self->granted,
    .warnings = self->warnings,
    .n_warnings = self->n_warnings,
  };
  gint64 now = amfa_wall_timer_get_now (self->timer);
  gint64 since = self->last_look;

  if (self->has_ended)
    return;
  self->last_look = MAX (since, now);
  if (now >= rules.expires)
    {
      self->has_ended = TRUE;
      amfa_wall_timer_arm (self->timer, 0);
      g_signal_emit (self, signals[SIGNAL_ENDED], 0);
      return;
    }
  amfa_wall_timer_arm (self->timer, amfa_session_rules_get_next (&rules, now));
  if (amfa_session_rules_warns_between (&rules, since, now))
    g_signal_emit (self, signals[SIGNAL_WARNING], 0, rules.expires - now);
}

static void
on_jumped (AmfaSessionClock *self, gint64 seconds)
{
  if (seconds != 0)
    self->clock_offset = 0;
  look (self);
}

/**
 * amfa_session_clock_new:
 * @timer: the wall clock, for this object alone
 * @expiration: the end by the server's clock, Unix seconds
 * @clock_offset: server clock minus ours, seconds
 * @granted: for how long it was granted, seconds; 0 if unknown
 * @warnings: how many seconds before the end to warn, copied
 *
 * Returns: (transfer full): silent until amfa_session_clock_start()
 */
AmfaSessionClock *
amfa_session_clock_new (AmfaWallTimer *timer,
                        gint64 expiration,
                        gint64 clock_offset,
                        gint64 granted,
                        const guint *warnings,
                        gsize n_warnings)
{
  g_return_val_if_fail (AMFA_IS_WALL_TIMER (timer), NULL);

  AmfaSessionClock *self = g_object_new (AMFA_TYPE_SESSION_CLOCK, NULL);

  self->timer = g_object_ref (timer);
  self->expiration = expiration;
  self->clock_offset = clock_offset;
  self->granted = granted;
  self->warnings = g_memdup2 (warnings, n_warnings * sizeof *warnings);
  self->n_warnings = n_warnings;
  self->last_look = amfa_wall_timer_get_now (timer);
  return self;
}

/* What fell due since the object was made is told now. */
void
amfa_session_clock_start (AmfaSessionClock *self)
{
  g_return_if_fail (AMFA_IS_SESSION_CLOCK (self));

  g_signal_connect_object (self->timer, "due", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->timer, "jumped", G_CALLBACK (on_jumped), self, G_CONNECT_SWAPPED);
  look (self);
}
