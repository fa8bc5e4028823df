#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *amfa_format_time (gint64 time, gint64 now);
char *amfa_format_duration (gint64 seconds);
char *amfa_format_remaining (gint64 seconds);

G_END_DECLS
