#pragma once

#include <glib.h>

/* The credential_process line of a profile's config section by which AWS tools ask us for keys. */

G_BEGIN_DECLS

#define AMFA_PROCESS_KEY "credential_process"

gboolean amfa_process_line_is_ours (const char *line, const char *profile);
char *amfa_process_line_new (const char *program, const char *profile);

G_END_DECLS
