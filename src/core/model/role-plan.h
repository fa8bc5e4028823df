#pragma once

#include "profile.h"
#include "role.h"

/* What has to be asked of AWS for an identity that a user names: pure, no request is made. */

G_BEGIN_DECLS

#define AMFA_ROLE_NONE "-" /* the user's own session, where a role could be named */

/**
 * AmfaRolePlan:
 *
 * Reference-counted; nobody changes it.
 */
typedef struct
{
  char *source;              /* the profile whose user's session begins it */
  gboolean from_environment; /* the user's long-term keys are the environment's */
  GPtrArray *roles;     /* of AmfaRole, in the order in which they are assumed; none: the user */
  guint duration;       /* of the last one, seconds */
  gboolean is_direct;   /* from the long-term keys, with a code of its own */
  char *serial;         /* of the device that the roles name; nullable */
  char *code_command;   /* what prints the code by the roles' profiles; nullable: the user's does */
  AmfaProfile *profile; /* whose endpoint is asked for the roles */
} AmfaRolePlan;

AmfaRolePlan *amfa_role_plan_new (const char *profile,
                                  const char *role,
                                  AmfaIniDocument *credentials,
                                  AmfaIniDocument *config,
                                  const AmfaEnvironment *environment,
                                  const AmfaProfileOptions *said,
                                  GError **error);
AmfaRolePlan *amfa_role_plan_ref (AmfaRolePlan *self);
void amfa_role_plan_unref (AmfaRolePlan *self);
const AmfaRole *amfa_role_plan_get_role (const AmfaRolePlan *self);
guint amfa_role_plan_get_duration (const AmfaRolePlan *self, guint index);
char *amfa_role_plan_dup_identity (const AmfaRolePlan *self, const char *user_arn);
char *amfa_role_dup_session_name (const AmfaRole *role, const char *user_arn);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaRolePlan, amfa_role_plan_unref)

G_END_DECLS
