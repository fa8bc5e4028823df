#pragma once

#include "core/io/wall-timer.h"

/* Says when a time of day has to be written anew. */

G_BEGIN_DECLS

/* Where glibc and GLib find the computer's time zone. */
#define AMFA_DAY_WATCH_ZONE "/etc/localtime"

#define AMFA_TYPE_DAY_WATCH (amfa_day_watch_get_type ())
G_DECLARE_FINAL_TYPE (AmfaDayWatch, amfa_day_watch, AMFA, DAY_WATCH, GObject)

AmfaDayWatch *amfa_day_watch_new (AmfaWallTimer *timer, const char *zone_path);
gint64 amfa_day_watch_get_midnight (GTimeZone *zone, gint64 now);

/* signal "changed" (): another day or another time zone */

G_END_DECLS
