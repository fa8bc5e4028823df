#define G_LOG_DOMAIN "amfa-role-problems"

#include "role-problems.h"

#include "core/model/role.h"

#include <glib/gi18n.h>

/**
 * amfa_message_for_role_problem:
 * @details: of an %AMFA_ERROR_ROLE_UNUSABLE
 *
 * Returns: (transfer full): a sentence that names the profile
 */
char *
amfa_message_for_role_problem (const AmfaErrorDetails *details)
{
  const char *profile = details->subject;
  const char *value = details->other ? details->other : "";

  switch ((AmfaRoleProblem) details->reason)
    {
    case AMFA_ROLE_PROBLEM_ARN:
      if (!details->subject)
        return g_strdup_printf (_ ("“%s” is not the ARN of a role."), value);
      return g_strdup_printf (_ ("Profile %s: “%s” is not the ARN of a role."), profile, value);
    case AMFA_ROLE_PROBLEM_EXTERNAL_ID:
      return g_strdup_printf (_ ("Profile %s: “%s” cannot be an external_id."), profile, value);
    case AMFA_ROLE_PROBLEM_SESSION_NAME:
      return g_strdup_printf (_ ("Profile %s: “%s” cannot be a role_session_name."), profile,
                              value);
    case AMFA_ROLE_PROBLEM_NO_SOURCE:
      return g_strdup_printf (_ ("Profile %s has a role_arn, but neither source_profile nor "
                                 "credential_source."),
                              profile);
    case AMFA_ROLE_PROBLEM_TWO_SOURCES:
      return g_strdup_printf (_ ("Profile %s has both source_profile and credential_source: one "
                                 "of them has to go."),
                              profile);
    case AMFA_ROLE_PROBLEM_CREDENTIAL_SOURCE:
      return g_strdup_printf (_ ("Profile %s takes its credentials from “%s”, which has no MFA "
                                 "code."),
                              profile, value);
    case AMFA_ROLE_PROBLEM_SOURCE_UNKNOWN:
      return g_strdup_printf (_ ("Profile %s names a source_profile that does not exist: %s."),
                              profile, value);
    case AMFA_ROLE_PROBLEM_LOOP:
      return g_strdup_printf (_ ("Profile %s leads back to profile %s: these roles go round in "
                                 "circles."),
                              profile, value);
    case AMFA_ROLE_PROBLEM_NO_ENVIRONMENT:
      return g_strdup_printf (_ ("Profile %s takes its credentials from the environment, which has "
                                 "no long-term keys."),
                              profile);
    case AMFA_ROLE_PROBLEM_DURATION:
      if (details->seconds < AMFA_ROLE_DURATION_MIN)
        return g_strdup_printf (_ ("%s: AWS grants no role for less than 15 minutes."), value);
      return g_strdup_printf (_ ("%s: AWS grants no role for longer than 12 hours."), value);
    case AMFA_ROLE_PROBLEM_CHAINED_DURATION:
      return g_strdup_printf (_ ("%s: AWS grants a role that is assumed from another role for an "
                                 "hour at most."),
                              value);
    default:
      g_return_val_if_reached (g_strdup (""));
    }
}
