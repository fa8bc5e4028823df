#pragma once

#include "role.h"

/* The roles that the files describe, and whose user can assume them: pure. */

G_BEGIN_DECLS

GPtrArray *amfa_role_list_read (AmfaIniDocument *credentials, AmfaIniDocument *config);
AmfaRoleChain *amfa_role_list_find (GPtrArray *list, const char *source, const char *arn);
void amfa_role_list_add_role (GPtrArray *roles, const char *arn, const char *profile);
GPtrArray *amfa_role_list_get_roles (GPtrArray *list, const char *source, const char *held);

G_END_DECLS
