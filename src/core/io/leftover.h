#pragma once

#include <glib.h>

/* The temporary files that an interrupted replacement leaves behind. Private to the files of this
 * folder, which make theirs under a name from here and remove them under their lock. */

G_BEGIN_DECLS

char *amfa_leftover_name (const char *target);
gboolean amfa_leftover_is_ours (int folder, const char *name);
gboolean amfa_leftover_sweep (int folder, const char *name);
gboolean amfa_leftover_clear (int folder, const char *name);

G_END_DECLS
