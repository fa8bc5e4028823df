#pragma once

#include "variables.h"

/* Variables of an environment that make AWS tools look elsewhere than into the profile's section of
 * the credentials file. Names only: some of the values are secrets. */

G_BEGIN_DECLS

#define AMFA_WEB_IDENTITY_VARIABLE "AWS_WEB_IDENTITY_TOKEN_FILE"

/* What belongs to keys, and what names a profile; each list ends with NULL. */
extern const char *const amfa_key_variables[8];
extern const char *const amfa_profile_variables[3];

GStrv amfa_shadowing_list_keys (const AmfaVariables *variables);
GStrv amfa_shadowing_list_credentials (const AmfaVariables *variables);
GStrv amfa_shadowing_list_profiles (const AmfaVariables *variables, const char *profile);

G_END_DECLS
