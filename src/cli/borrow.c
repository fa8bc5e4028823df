#define G_LOG_DOMAIN "amfa-borrow"

#include "borrow.h"

#include "core/model/error.h"
#include "login-flow.h"
#include "messages/messages.h"
#include "roles.h"
#include "terminal.h"
#include "warnings.h"

/* A session that ends sooner is not worth starting with. */
#define LEAST_SECONDS 60

static AmfaLoan *
start (AmfaCommand *command,
       AmfaRolePlan *plan,
       AmfaLoginTarget target,
       const char *operand,
       GError **error)
{
  g_autoptr (AmfaLogin) login = amfa_roles_new_login (command, plan);
  AmfaLoginResult outcome;

  if (!amfa_login_flow_run (command, login, target, operand, &outcome, error))
    return NULL;
  amfa_say_warnings (command, AMFA_TARGET_LOAN, &outcome);
  return amfa_loan_copy (amfa_login_get_loan (login));
}

/* A role that is wanted for longer than an hour is not meant to be the rest of a shorter one. */
static guint
get_least (const AmfaCommand *command, const AmfaRolePlan *plan)
{
  return plan->is_direct && command->options.duration > 0 ? AMFA_ROLE_CHAINED_MAX + 1
                                                          : LEAST_SECONDS;
}

static gboolean
is_about_session (const GError *error)
{
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NO_SESSION) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
}

static gboolean
is_nearly_over (const GError *error)
{
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NO_SESSION) &&
         amfa_error_get_details (error)->seconds > 0;
}

/**
 * amfa_borrow:
 * @operand: (nullable): a code, "-" for a line of standard input; %NULL: reuse a session, else ask
 * @error: %AMFA_ERROR_NO_SESSION if there is none and nobody to ask, and whatever a login meets
 *
 * Standard input is left alone unless it is named: it belongs to the command that will be run.
 *
 * Returns: (transfer full): a session; the credentials file has not been written
 */
AmfaLoan *
amfa_borrow (AmfaCommand *command, const char *operand, GError **error)
{
  g_autoptr (AmfaRolePlan) plan = amfa_roles_read_plan (command, error);
  AmfaLoginTarget target = AMFA_TARGET_LOAN;
  g_autoptr (GError) problem = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean session_refused;
  AmfaLoan *loan;

  if (!plan)
    return NULL;
  if (operand)
    return start (command, plan, AMFA_TARGET_LOAN, operand, error);

  loan = amfa_roles_find_loan (command, plan, AMFA_ROLE_AS_PLANNED, get_least (command, plan),
                               AMFA_VAULT_MAY_PROMPT, &session_refused, &problem);
  if (loan)
    return loan;
  if (session_refused ? !amfa_roles_offer_code (command, problem) : !is_about_session (problem))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  if (g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED))
    target = AMFA_TARGET_LOAN_UNKEPT;
  if (is_nearly_over (problem) && amfa_terminal_is_there ())
    {
      g_autofree char *sentence = amfa_message_for_error (problem);

      amfa_command_tell (command, "%s", sentence);
    }
  loan = start (command, plan, target, NULL, &failure);
  if (loan)
    return loan;
  if (failure->domain == G_OPTION_ERROR)
    amfa_roles_set_nobody_to_ask (command, plan, problem, error);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/**
 * amfa_borrow_list_variables:
 * @loan: a session
 *
 * Returns: (transfer full) (element-type AmfaAssignment): the session as environment variables
 */
GPtrArray *
amfa_borrow_list_variables (const AmfaLoan *loan)
{
  const AmfaChildSession said = {
    .session = loan->session,
    .expires = loan->expires,
    .account = loan->account,
    .region = loan->region,
  };

  return amfa_child_environment_new (&said);
}
