#pragma once

#include <glib.h>

/* What a program settles about its own process before anything else. */

G_BEGIN_DECLS

void amfa_process_prepare (void);
char *amfa_process_dup_home (void);
char *amfa_process_dup_program (void);

G_END_DECLS
