#pragma once

#include <glib.h>

/* Errors, times and durations as sentences: GLib and gettext only, shared by both programs. */

G_BEGIN_DECLS

char *amfa_message_for_error (const GError *error);

G_END_DECLS
