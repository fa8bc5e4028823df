#pragma once

#include <glib.h>

/* How a profile is called in the two files. */

G_BEGIN_DECLS

gboolean amfa_profile_name_is_possible (const char *name);
char *amfa_profile_name_to_config (const char *name);
char *amfa_profile_name_from_config (const char *section);
char *amfa_services_name_from_config (const char *section);

G_END_DECLS
