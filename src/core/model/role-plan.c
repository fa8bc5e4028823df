#define G_LOG_DOMAIN "amfa-role-plan"

#include "role-plan.h"

#include "error.h"
#include "mfa.h"
#include "role-list.h"

#include <string.h>

/* One code serves the user's session and every role that is assumed from it. AWS counts that as
 * role chaining and grants an hour at most; a longer role is assumed with the long-term keys, and
 * its request needs a code of its own. A role that is assumed from another one can be had for an
 * hour only. */

#define SESSION_NAME_PREFIX "awsmfa-"
#define SESSION_NAME_MAX 64

static void
plan_clear (AmfaRolePlan *self)
{
  g_free (self->source);
  g_clear_pointer (&self->roles, g_ptr_array_unref);
  g_free (self->serial);
  g_free (self->code_command);
  g_clear_pointer (&self->profile, amfa_profile_free);
}

AmfaRolePlan *
amfa_role_plan_ref (AmfaRolePlan *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
amfa_role_plan_unref (AmfaRolePlan *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) plan_clear);
}

static gboolean
refuse (const AmfaRole *role, AmfaRoleProblem problem, guint seconds, GError **error)
{
  amfa_set_error (
      error, AMFA_ERROR_ROLE_UNUSABLE,
      &(AmfaErrorDetails){
          .subject = role->profile, .reason = problem, .other = role->arn, .seconds = seconds });
  return FALSE;
}

/* Takes the roles of @chain, and that of @arn behind them: as the files describe it, if they know
 * how the user gets there. */
static gboolean
take_roles (AmfaRolePlan *self,
            AmfaRoleChain *chain,
            const char *arn,
            AmfaIniDocument *credentials,
            AmfaIniDocument *config,
            GError **error)
{
  g_autoptr (GPtrArray) list =
      arn && chain->roles->len == 0 ? amfa_role_list_read (credentials, config) : NULL;
  const AmfaRoleChain *described = list ? amfa_role_list_find (list, chain->source, arn) : NULL;
  AmfaRole *role;

  self->roles = g_ptr_array_ref (described ? described->roles : chain->roles);
  if (!arn || described)
    return TRUE;
  role = amfa_role_new (arn);
  g_ptr_array_add (self->roles, role);
  return amfa_role_arn_is_valid (arn) || refuse (role, AMFA_ROLE_PROBLEM_ARN, 0, error);
}

static gboolean
set_duration (AmfaRolePlan *self, guint said, GError **error)
{
  const AmfaRole *last = amfa_role_plan_get_role (self);

  if (!last)
    return TRUE;
  self->duration = said ? said : last->duration ? last->duration : AMFA_ROLE_DURATION_DEFAULT;
  self->is_direct = self->duration > AMFA_ROLE_CHAINED_MAX;
  if (self->duration < AMFA_ROLE_DURATION_MIN || self->duration > AMFA_ROLE_DURATION_MAX)
    return refuse (last, AMFA_ROLE_PROBLEM_DURATION, self->duration, error);
  if (self->is_direct && self->roles->len > 1)
    return refuse (last, AMFA_ROLE_PROBLEM_CHAINED_DURATION, self->duration, error);
  return TRUE;
}

/* The user's word, then that of the role nearest to the one who is meant. */
static void
set_serial (AmfaRolePlan *self, const char *said)
{
  self->serial = g_strdup (said);
  for (guint i = self->roles->len; i > 0 && !self->serial; i--)
    self->serial = g_strdup (((AmfaRole *) g_ptr_array_index (self->roles, i - 1))->serial);
}

/* That of the role nearest to the one who is meant, as with the serial. */
static void
set_code_command (AmfaRolePlan *self, AmfaIniDocument *config)
{
  for (guint i = self->roles->len; i > 0 && !self->code_command; i--)
    {
      const AmfaRole *role = g_ptr_array_index (self->roles, i - 1);

      if (role->profile)
        self->code_command = amfa_profile_dup_code_command (config, role->profile);
    }
}

/**
 * amfa_role_plan_new:
 * @profile: a profile
 * @role: (nullable): the ARN of a role to be assumed by @profile's identity; %AMFA_ROLE_NONE or
 *   %NULL for none
 * @credentials: the credentials file
 * @config: the config file
 * @environment: the environment
 * @said: (nullable): what the user said; a duration is the last role's
 * @error: %AMFA_ERROR_ROLE_UNUSABLE, %AMFA_ERROR_ENDPOINT_BAD
 *
 * Returns: (transfer full): how the identity is come by
 */
AmfaRolePlan *
amfa_role_plan_new (const char *profile,
                    const char *role,
                    AmfaIniDocument *credentials,
                    AmfaIniDocument *config,
                    const AmfaEnvironment *environment,
                    const AmfaProfileOptions *said,
                    GError **error)
{
  g_return_val_if_fail (profile != NULL && environment != NULL, NULL);
  g_return_val_if_fail (credentials != NULL && config != NULL, NULL);

  g_autoptr (AmfaRolePlan) self = g_atomic_rc_box_new0 (AmfaRolePlan);
  g_autoptr (AmfaRoleChain) chain = amfa_role_chain_resolve (profile, credentials, config, error);

  if (!chain)
    return NULL;
  self->from_environment = chain->source == NULL;
  self->source = g_strdup (chain->source ? chain->source : profile);
  if (!take_roles (self, chain, role && !g_str_equal (role, AMFA_ROLE_NONE) ? role : NULL,
                   credentials, config, error) ||
      !set_duration (self, said ? said->duration : 0, error))
    return NULL;
  if (self->from_environment && !environment->keys)
    {
      refuse (g_ptr_array_index (self->roles, 0), AMFA_ROLE_PROBLEM_NO_ENVIRONMENT, 0, error);
      return NULL;
    }

  set_serial (self, said ? said->serial : NULL);
  set_code_command (self, config);
  self->profile = amfa_profile_resolve (profile, credentials, config, environment, said, error);
  return self->profile ? g_steal_pointer (&self) : NULL;
}

/**
 * amfa_role_plan_get_role:
 *
 * Returns: (transfer none) (nullable): the role that is meant; %NULL for the user
 */
const AmfaRole *
amfa_role_plan_get_role (const AmfaRolePlan *self)
{
  return self->roles->len > 0 ? g_ptr_array_index (self->roles, self->roles->len - 1) : NULL;
}

/**
 * amfa_role_plan_get_duration:
 * @index: of the role
 *
 * Returns: for how long the role is assumed from a session, seconds
 */
guint
amfa_role_plan_get_duration (const AmfaRolePlan *self, guint index)
{
  return index + 1 == self->roles->len ? MIN (self->duration, AMFA_ROLE_CHAINED_MAX)
                                       : AMFA_ROLE_CHAINED_MAX;
}

/**
 * amfa_role_dup_session_name:
 * @user_arn: (nullable): who assumes the role
 *
 * Returns: (transfer full): what the role's session is called in AWS's logs: as configured, else
 *   after the user; 2 to 64 of [\w+=,.@-] (STS API reference, AssumeRole)
 */
char *
amfa_role_dup_session_name (const AmfaRole *role, const char *user_arn)
{
  g_return_val_if_fail (role != NULL, NULL);

  g_autofree char *user = user_arn ? amfa_arn_get_name (user_arn) : NULL;
  char *name;

  if (role->session_name)
    return g_strdup (role->session_name);
  name = g_strconcat (SESSION_NAME_PREFIX, user ? user : "user", NULL);
  for (char *p = name; *p; p++)
    if (!g_ascii_isalnum (*p) && !strchr ("_+=,.@-", *p))
      *p = '-';
  if (strlen (name) > SESSION_NAME_MAX)
    name[SESSION_NAME_MAX] = '\0';
  return name;
}

/**
 * amfa_role_plan_dup_identity:
 * @user_arn: (nullable): whose session begins it
 *
 * Returns: (transfer full) (nullable): the ARN of the identity that is meant, as GetCallerIdentity
 *   would tell it
 */
char *
amfa_role_plan_dup_identity (const AmfaRolePlan *self, const char *user_arn)
{
  const AmfaRole *role = amfa_role_plan_get_role (self);

  if (!role)
    return g_strdup (user_arn);

  g_auto (GStrv) parts = g_strsplit (role->arn, ":", 6);
  g_autofree char *name = amfa_role_arn_get_name (role->arn);
  g_autofree char *session_name = amfa_role_dup_session_name (role, user_arn);

  return g_strdup_printf ("arn:%s:sts::%s:assumed-role/%s/%s", parts[1], parts[4], name,
                          session_name);
}
