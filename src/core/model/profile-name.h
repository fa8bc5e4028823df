#pragma once

#include <glib.h>

/* How a profile is called in the two files. */

G_BEGIN_DECLS

/* Bytes. Without a bound whoever names a profile decides how much there is to lay out, to write and
 * to remember. */
#define AMFA_NAME_MAX 512

gboolean amfa_name_is_bounded (const char *name);
gboolean amfa_profile_name_is_possible (const char *name);
char *amfa_profile_name_to_config (const char *name);
char *amfa_profile_name_from_config (const char *section);
char *amfa_services_name_from_config (const char *section);

G_END_DECLS
