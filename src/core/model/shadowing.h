#pragma once

#include <glib.h>

/* Variables of an environment that make AWS tools look elsewhere than into the profile's section of
 * the credentials file. Names only: some of the values are secrets. */

G_BEGIN_DECLS

GStrv amfa_shadowing_list_keys (const char *const *envp);
GStrv amfa_shadowing_list_profiles (const char *const *envp, const char *profile);

G_END_DECLS
