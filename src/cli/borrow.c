#define G_LOG_DOMAIN "amfa-borrow"

#include "borrow.h"

#include "core/model/error.h"
#include "login-flow.h"
#include "warnings.h"

#include <glib/gi18n.h>

/* A session that ends sooner is not worth starting with. */
#define LEAST_SECONDS 60

static AmfaLoan *
find (AmfaCommand *command, const AmfaProfileOptions *said, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_loan_find_async (command->backend, command->profile, said, LEAST_SECONDS,
                        AMFA_VAULT_MAY_PROMPT, command->cancellable, amfa_command_on_result,
                        &result);
  amfa_command_await (&result);
  return amfa_loan_find_finish (result, error);
}

static AmfaLoan *
start (AmfaCommand *command,
       const AmfaProfileOptions *said,
       AmfaLoginTarget target,
       const char *operand,
       GError **error)
{
  g_autoptr (AmfaLogin) login = amfa_login_new (command->backend, command->profile, said);
  AmfaLoginResult outcome;

  if (!amfa_login_flow_run (command, login, target, operand, &outcome, error))
    return NULL;
  amfa_say_warnings (command, AMFA_TARGET_LOAN, &outcome);
  return amfa_loan_copy (amfa_login_get_loan (login));
}

static gboolean
is_about_session (const GError *error)
{
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NO_SESSION) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
}

static void
set_nobody_to_ask (const AmfaCommand *command, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_NO_SESSION, &(AmfaErrorDetails){ .subject = command->profile });
  amfa_command_say (_ ("There is no terminal to ask for a code. Use: %s 123456"), g_get_prgname ());
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
  AmfaLoginTarget target = AMFA_TARGET_LOAN;
  AmfaProfileOptions said;
  g_autoptr (GError) failure = NULL;
  AmfaLoan *loan;

  amfa_command_get_profile_options (command, &said);
  if (operand)
    return start (command, &said, AMFA_TARGET_LOAN, operand, error);

  loan = find (command, &said, &failure);
  if (loan)
    return loan;
  if (!is_about_session (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (g_error_matches (failure, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED))
    target = AMFA_TARGET_LOAN_UNKEPT;
  g_clear_error (&failure);
  loan = start (command, &said, target, NULL, &failure);
  if (loan)
    return loan;
  if (failure->domain == G_OPTION_ERROR)
    set_nobody_to_ask (command, error);
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
