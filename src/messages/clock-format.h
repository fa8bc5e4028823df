#pragma once

#include <gio/gio.h>

/* Whether the user's clock shows 12 or 24 hours. */

G_BEGIN_DECLS

gboolean amfa_clock_format_has_12_hours (void);
gboolean amfa_clock_format_is_12_hours (const char *format);
GSettings *amfa_clock_format_get_settings (void);

G_END_DECLS
