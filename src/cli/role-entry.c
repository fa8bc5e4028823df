#define G_LOG_DOMAIN "amfa-role-entry"

#include "role-entry.h"

#include "core/model/error.h"
#include "core/operations/role-switch.h"
#include "login-flow.h"
#include "messages/formats.h"
#include "roles.h"

#include <glib/gi18n.h>

static gboolean
switch_to (const AmfaCommand *command,
           AmfaRolePlan *plan,
           AmfaLoginResult *outcome,
           gboolean *session_refused,
           GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_role_switch_async (command->backend, command->profile, plan, AMFA_ROLE_WANTED,
                          command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_role_switch_finish (result, outcome, session_refused, error);
}

/* Without a code from a session that is there. Leaves @error unset if a code is worth asking for.
 */
static gboolean
try_without_code (const AmfaCommand *command,
                  AmfaRolePlan *plan,
                  AmfaLoginResult *outcome,
                  GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean session_refused = FALSE;

  if (switch_to (command, plan, outcome, &session_refused, &problem))
    return TRUE;
  if (session_refused ? !amfa_roles_offer_code (command, problem)
                      : !g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NO_SESSION))
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * amfa_role_entry_run:
 * @operand: (nullable): a code, "-" for a line of standard input; %NULL: none if none is needed,
 *   else it is asked for
 * @outcome: (out): what was granted
 * @error: as for amfa_role_plan_read_finish(), amfa_role_switch_finish() and amfa_login_flow_run()
 */
gboolean
amfa_role_entry_run (const AmfaCommand *command,
                     const char *operand,
                     AmfaLoginResult *outcome,
                     GError **error)
{
  g_autoptr (AmfaRolePlan) plan = amfa_roles_read_plan (command, error);
  g_autoptr (AmfaLogin) login = NULL;
  g_autoptr (GError) problem = NULL;
  gboolean is_of_profile;

  if (!plan)
    return FALSE;
  is_of_profile = g_str_equal (plan->source, command->profile) && !plan->from_environment;
  /* A section that the profile's own role_arn beats is refused by either. */
  if (!operand || !is_of_profile)
    {
      if (try_without_code (command, plan, outcome, &problem))
        return TRUE;
      if (problem)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
    }
  login = amfa_roles_new_login (command, plan);
  if (amfa_login_flow_run (command, login, AMFA_TARGET_FILE, operand, outcome, &problem))
    return TRUE;
  if (!operand && problem->domain == G_OPTION_ERROR)
    amfa_roles_set_nobody_to_ask (command, plan, NULL, error);
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * amfa_role_entry_say_how:
 * @refusal: why a login was refused
 *
 * Where that was because the profile stands for a role: how the role gets into a section that AWS
 * tools heed.
 */
void
amfa_role_entry_say_how (const AmfaCommand *command, const GError *refusal)
{
  g_autoptr (AmfaRolePlan) plan = NULL;
  g_autofree char *source = NULL;
  const AmfaRole *role;

  if (!g_error_matches (refusal, AMFA_ERROR, AMFA_ERROR_SHADOWED) || command->options.role)
    return;
  plan = amfa_roles_read_plan (command, NULL);
  role = plan && !plan->from_environment ? amfa_role_plan_get_role (plan) : NULL;
  if (!role || g_str_equal (plan->source, command->profile))
    return;

  source = amfa_quote_word (plan->source);
  /* Translators: a profile, twice, and the ARN of a role. */
  amfa_command_say (_ ("The role in the section of profile %s: awsmfa -p %s --role %s"),
                    plan->source, source, role->arn);
}
