#pragma once

#include <glib.h>

/* Commands for the user to copy. */

G_BEGIN_DECLS

char *amfa_own_command (const char *words, const char *profile);

G_END_DECLS
