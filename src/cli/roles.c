#define G_LOG_DOMAIN "amfa-roles"

#include "roles.h"

#include "core/model/error.h"
#include "messages/formats.h"
#include "messages/messages.h"
#include "terminal.h"

#include <glib/gi18n.h>

/**
 * amfa_roles_read_plan:
 * @error: as for amfa_role_plan_read_finish()
 *
 * Returns: (transfer full): what --profile and --role mean; without roles it is the profile's user
 */
AmfaRolePlan *
amfa_roles_read_plan (const AmfaCommand *command, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  AmfaProfileOptions said;

  amfa_command_get_profile_options (command, &said);
  amfa_role_plan_read_async (command->backend, command->profile, command->options.role, &said,
                             command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_role_plan_read_finish (result, error);
}

/**
 * amfa_roles_new_login:
 * @plan: which identity
 *
 * Returns: (transfer full): a login of the user with whom @plan begins; a duration that was said is
 *   that of the role, if there is one
 */
AmfaLogin *
amfa_roles_new_login (const AmfaCommand *command, AmfaRolePlan *plan)
{
  AmfaProfileOptions said;
  AmfaLogin *login;

  amfa_command_get_profile_options (command, &said);
  if (plan->roles->len > 0)
    {
      said.serial = plan->serial;
      said.duration = 0;
    }
  login = amfa_login_new (command->backend, plan->source, &said);
  amfa_login_set_roles (login, plan);
  return login;
}

/**
 * amfa_roles_find_loan:
 * @plan: which identity
 * @length: whether an hour will do for a role that is meant to last longer
 * @session_refused: (out): a session that is there was refused the role
 * @error: as for amfa_loan_find_finish() and amfa_role_loan_finish()
 *
 * Returns: (transfer full): a session without a code
 */
AmfaLoan *
amfa_roles_find_loan (const AmfaCommand *command,
                      AmfaRolePlan *plan,
                      AmfaRoleLength length,
                      guint min_seconds,
                      AmfaVaultManner manner,
                      gboolean *session_refused,
                      GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  AmfaProfileOptions said;

  *session_refused = FALSE;
  amfa_command_get_profile_options (command, &said);
  if (plan->roles->len > 0)
    {
      amfa_role_loan_async (command->backend, plan, length, min_seconds, manner,
                            command->cancellable, amfa_command_on_result, &result);
      amfa_command_await (&result);
      return amfa_role_loan_finish (result, session_refused, error);
    }
  amfa_loan_find_async (command->backend, command->profile, &said, min_seconds, manner,
                        command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_loan_find_finish (result, error);
}

/* The command line at hand, with a code: for the same profile and role. The command that exec runs
 * stands behind the code. */
static char *
compose_with_code (const AmfaCommand *command, const AmfaRole *role)
{
  GString *line = g_string_new (g_get_prgname ());

  if (!g_str_equal (command->profile, "default"))
    {
      g_autofree char *quoted = amfa_quote_word (command->profile);

      g_string_append_printf (line, " -p %s", quoted);
    }
  if (role)
    g_string_append_printf (line, " --role %s", role->arn);
  g_string_append (line, " 123456");
  if (g_str_has_suffix (g_get_prgname (), " exec"))
    g_string_append (line, " -- COMMAND");
  return g_string_free (line, FALSE);
}

/**
 * amfa_roles_set_nobody_to_ask:
 * @problem: (nullable): why no session that is there will do
 * @error: (out): %AMFA_ERROR_NO_SESSION
 *
 * Says what would work with a code.
 */
void
amfa_roles_set_nobody_to_ask (const AmfaCommand *command,
                              const AmfaRolePlan *plan,
                              const GError *problem,
                              GError **error)
{
  AmfaErrorDetails details = { .subject = command->profile };
  const AmfaRole *role = command->options.role ? amfa_role_plan_get_role (plan) : NULL;
  g_autofree char *line = compose_with_code (command, role);

  if (g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NO_SESSION))
    details.seconds = amfa_error_get_details (problem)->seconds;
  amfa_set_error (error, AMFA_ERROR_NO_SESSION, &details);
  amfa_command_say (_ ("There is no terminal to ask for a code. Use: %s"), line);
}

/**
 * amfa_roles_offer_code:
 * @refusal: what AWS said when a session that was there asked for a role
 *
 * A role's policy may want a newer code than that of the session; AWS does not say so.
 *
 * Returns: whether there is somebody to ask for one
 */
gboolean
amfa_roles_offer_code (const AmfaCommand *command, const GError *refusal)
{
  g_autofree char *sentence = amfa_message_for_error (refusal);

  if (!amfa_terminal_is_there ())
    return FALSE;
  amfa_command_say ("%s", sentence);
  amfa_command_tell (command,
                     _ ("The role may want a newer MFA code than that of the running session."));
  return TRUE;
}
