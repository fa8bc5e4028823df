#pragma once

#include <glib.h>

/* Times and durations in words, words for a shell, and text that comes from elsewhere. */

G_BEGIN_DECLS

char *amfa_format_time (gint64 time, gint64 now);
char *amfa_format_duration (gint64 seconds);
char *amfa_format_date (gint64 time);

char *amfa_quote_word (const char *word);
char *amfa_format_excerpt (const char *text);
char *amfa_format_name (const char *name);
char *amfa_format_printable (const char *text);
char *amfa_format_plain (const char *text);

G_END_DECLS
