#define G_LOG_DOMAIN "amfa-day-watch"

#include "day-watch.h"

#include "core/io/file-watch.h"

/* "Until 17:40" means today's 17:40, here: another text is due at midnight and after a journey. */

struct _AmfaDayWatch
{
  GObject parent_instance;

  AmfaWallTimer *timer;
  AmfaFileWatch *zone;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaDayWatch, amfa_day_watch, G_TYPE_OBJECT)

static void
arm (AmfaDayWatch *self)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  amfa_wall_timer_arm (self->timer,
                       amfa_day_watch_get_midnight (zone, amfa_wall_timer_get_now (self->timer)));
}

/* Another day, another zone, or a clock that was set. */
static void
on_changed (AmfaDayWatch *self)
{
  arm (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
amfa_day_watch_dispose (GObject *object)
{
  AmfaDayWatch *self = AMFA_DAY_WATCH (object);

  if (self->timer)
    amfa_wall_timer_arm (self->timer, 0);
  g_clear_object (&self->timer);
  g_clear_object (&self->zone);

  G_OBJECT_CLASS (amfa_day_watch_parent_class)->dispose (object);
}

static void
amfa_day_watch_class_init (AmfaDayWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_day_watch_dispose;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", AMFA_TYPE_DAY_WATCH, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
amfa_day_watch_init (AmfaDayWatch *self)
{
}

/**
 * amfa_day_watch_new:
 * @timer: a clock that nobody else arms
 * @zone_path: the file of the time zone
 */
AmfaDayWatch *
amfa_day_watch_new (AmfaWallTimer *timer, const char *zone_path)
{
  g_return_val_if_fail (AMFA_IS_WALL_TIMER (timer) && zone_path != NULL, NULL);

  AmfaDayWatch *self = g_object_new (AMFA_TYPE_DAY_WATCH, NULL);

  self->timer = g_object_ref (timer);
  self->zone = amfa_file_watch_new (zone_path);
  g_signal_connect_object (timer, "due", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (timer, "jumped", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->zone, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  arm (self);
  return self;
}

/**
 * amfa_day_watch_get_midnight:
 * @now: Unix seconds
 *
 * Returns: when the next day begins in @zone, Unix seconds; 0 if that cannot be told
 */
gint64
amfa_day_watch_get_midnight (GTimeZone *zone, gint64 now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now);
  g_autoptr (GDateTime) here = utc ? g_date_time_to_timezone (utc, zone) : NULL;
  g_autoptr (GDateTime) next = here ? g_date_time_add_days (here, 1) : NULL;
  g_autoptr (GDateTime) midnight =
      next ? g_date_time_new (zone, g_date_time_get_year (next), g_date_time_get_month (next),
                              g_date_time_get_day_of_month (next), 0, 0, 0)
           : NULL;

  return midnight ? g_date_time_to_unix (midnight) : 0;
}
