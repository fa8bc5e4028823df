#pragma once

#include <glib.h>

/* Errors as sentences: GLib and gettext only, shared by both programs. Each program adds its own
 * "what next" (a button, a command). */

G_BEGIN_DECLS

char *amfa_message_for_error (const GError *error);

G_END_DECLS
