#pragma once

#include "ini-document.h"

/* Roles as the config file describes them: pure, no request is made. */

G_BEGIN_DECLS

#define AMFA_ROLE_DURATION_DEFAULT 3600
#define AMFA_ROLE_DURATION_MIN 900
#define AMFA_ROLE_DURATION_MAX (12 * 3600)
#define AMFA_ROLE_CHAINED_MAX 3600 /* from a session with MFA, or from another role */

/* One role to assume. */
typedef struct
{
  char *profile; /* the profile that describes it; nullable: named by its ARN alone */
  char *arn;
  char *external_id;  /* nullable */
  char *session_name; /* nullable: any will do */
  char *serial;       /* of the MFA device that its policy wants; nullable */
  guint duration;     /* seconds, 0: not said */
} AmfaRole;

/* How one gets from base credentials to a profile's role. */
typedef struct
{
  char *source;     /* the profile whose credentials begin it; nullable: the environment's */
  GPtrArray *roles; /* of AmfaRole, in the order in which they are assumed; none for a user */
} AmfaRoleChain;

AmfaRole *amfa_role_new (const char *arn);
void amfa_role_free (AmfaRole *self);
gboolean amfa_role_arn_is_valid (const char *arn);
char *amfa_role_arn_get_name (const char *arn);
guint amfa_role_parse_duration (const char *text);

AmfaRoleChain *amfa_role_chain_resolve (const char *profile,
                                        AmfaIniDocument *credentials,
                                        AmfaIniDocument *config,
                                        GError **error);
void amfa_role_chain_free (AmfaRoleChain *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaRole, amfa_role_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaRoleChain, amfa_role_chain_free)

G_END_DECLS
