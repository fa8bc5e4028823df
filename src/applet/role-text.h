#pragma once

#include "core/model/role.h"

/* A profile's identities in words, as menu and dialog say them. */

G_BEGIN_DECLS

char *amfa_role_text_user (const char *arn);
char *amfa_role_text_role (const AmfaRole *role);

G_END_DECLS
