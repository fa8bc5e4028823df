#pragma once

#include <glib.h>

/* Times and durations in words. */

G_BEGIN_DECLS

char *amfa_format_time (gint64 time, gint64 now);
char *amfa_format_duration (gint64 seconds);

G_END_DECLS
