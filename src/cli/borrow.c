#define G_LOG_DOMAIN "amfa-borrow"

#include "borrow.h"

#include "code-input.h"
#include "core/model/error.h"
#include "core/operations/login.h"
#include "messages/messages.h"
#include "terminal.h"
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
start (AmfaCommand *command, AmfaLogin *login, const char *code, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  AmfaLoginResult outcome;

  amfa_login_start_async (login, code, command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  if (!amfa_login_start_finish (login, result, &outcome, error))
    return NULL;
  amfa_say_warnings (command, AMFA_TARGET_LOAN, &outcome);
  return amfa_loan_copy (amfa_login_get_loan (login));
}

static gboolean
prepare (AmfaCommand *command, AmfaLogin *login, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_login_prepare_async (login, command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  if (!amfa_login_prepare_finish (login, result, error))
    return FALSE;
  if (amfa_login_get_plan (login)->origin == AMFA_BASE_NONE)
    {
      amfa_set_error (error, AMFA_ERROR_NO_KEYS,
                      &(AmfaErrorDetails){ .subject = command->profile });
      return FALSE;
    }
  amfa_login_preconnect (login);
  return TRUE;
}

static AmfaLoan *
ask_and_start (AmfaCommand *command, AmfaLogin *login, GError **error)
{
  amfa_autowipe char *code = amfa_code_input_get (command, NULL, error);

  return code ? start (command, login, code, error) : NULL;
}

/* Whether another code may do. */
static gboolean
is_about_code (const GError *error)
{
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_BAD_CODE) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_CODE_REFUSED);
}

static AmfaLoan *
ask_until_accepted (AmfaCommand *command, AmfaLogin *login, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) failure = NULL;
      AmfaLoan *loan = ask_and_start (command, login, &failure);

      if (loan)
        return loan;
      if (!is_about_code (failure))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }

      g_autofree char *message = amfa_message_for_error (failure);

      amfa_command_say ("%s", message);
    }
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
  AmfaProfileOptions said;
  g_autoptr (AmfaLogin) login = NULL;
  g_autoptr (GError) failure = NULL;

  amfa_command_get_profile_options (command, &said);
  login = amfa_login_new (command->backend, command->profile, &said);
  amfa_login_set_target (login, AMFA_TARGET_LOAN);
  if (operand)
    {
      amfa_autowipe char *code = amfa_code_input_get (command, operand, error);

      return code ? start (command, login, code, error) : NULL;
    }

  AmfaLoan *loan = find (command, &said, &failure);

  if (loan)
    return loan;
  if (!is_about_session (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (!amfa_terminal_is_there ())
    {
      set_nobody_to_ask (command, error);
      return NULL;
    }
  if (g_error_matches (failure, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED))
    amfa_login_set_target (login, AMFA_TARGET_LOAN_UNKEPT);
  return prepare (command, login, error) ? ask_until_accepted (command, login, error) : NULL;
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
