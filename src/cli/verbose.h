#pragma once

#include <glib.h>

/* What --verbose says, out of the log. */

G_BEGIN_DECLS

void amfa_verbose_install (const gboolean *wanted);

G_END_DECLS
