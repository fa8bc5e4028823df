#pragma once

#include <glib.h>

/* Lengths of time as options say them. */

G_BEGIN_DECLS

gboolean amfa_duration_parse (const char *text, guint *seconds, GError **error);

G_END_DECLS
