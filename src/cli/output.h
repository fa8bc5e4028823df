#pragma once

#include <glib.h>

G_BEGIN_DECLS

void amfa_output_install (void);
char *amfa_output_encode (const char *text);

G_END_DECLS
