#define G_LOG_DOMAIN "amfa-login-flow"

#include "login-flow.h"

#include "code-input.h"
#include "core/io/code-command.h"
#include "core/model/error.h"
#include "core/model/secret.h"
#include "core/operations/transaction-task.h"
#include "device-choice.h"
#include "login-attempt.h"
#include "login-words.h"
#include "messages/messages.h"
#include "terminal.h"

#include <glib/gi18n.h>

/* A code that was given is tried once: who gave it may be a script, which wants its exit status. A
 * code that is asked for is asked for again while AWS refuses it. Where the profile has a command
 * that prints the code, a person is asked only if that fails. Whatever else there is to ask (a
 * device, whether to write again) is asked wherever there is a terminal. */

typedef struct
{
  const AmfaCommand *command;
  AmfaLogin *login;
  AmfaLoginTarget target;
} Flow;

static void
say_error (const GError *error)
{
  g_autofree char *sentence = amfa_message_for_error (error);

  amfa_command_say ("%s", sentence);
}

/* Steps */

static gboolean
prepare (const Flow *flow, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_login_prepare_async (flow->login, flow->command->cancellable, amfa_command_on_result,
                            &result);
  amfa_command_await (&result);
  return amfa_login_prepare_finish (flow->login, result, error);
}

/* Again once the account is settled: there may be more. */
static gboolean
prepare_and_settle (const Flow *flow, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) problem = NULL;

      if (prepare (flow, &problem))
        return TRUE;
      if (!amfa_login_attempt_settle_account (flow->command, flow->login, &problem, error))
        return FALSE;
    }
}

static AmfaPreflight *
inquire (const Flow *flow, AmfaInquiry inquiry, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  AmfaProfileOptions said;

  amfa_command_get_profile_options (flow->command, &said);
  amfa_inquire_async (flow->command->backend, inquiry, amfa_login_get_profile (flow->login), &said,
                      flow->target, NULL, flow->command->cancellable, amfa_command_on_result,
                      &result);
  amfa_command_await (&result);
  return amfa_inquire_finish (result, error);
}

/* All that would fail after the code was typed fails before; may ask for the keyring's password. */
static gboolean
preflight (const Flow *flow, GError **error)
{
  g_autoptr (AmfaPreflight) found = inquire (flow, AMFA_INQUIRY_PREFLIGHT, error);

  return found != NULL;
}

/* Before the question: who, with which device, and whether it can work at all. */
static gboolean
get_ready (const Flow *flow, GError **error)
{
  const AmfaLoginPlan *plan = amfa_login_get_plan (flow->login);
  GPtrArray *devices;

  if (!prepare_and_settle (flow, error))
    return FALSE;
  if ((plan->origin == AMFA_BASE_UNKNOWN || plan->origin == AMFA_BASE_NONE) &&
      !preflight (flow, error))
    return FALSE;
  amfa_login_words_say_origin (flow->command, flow->login);
  amfa_login_words_say_import (flow->command, flow->login, flow->target);

  devices = amfa_login_get_devices (flow->login);
  if (!plan->serial && devices && devices->len == 0)
    {
      amfa_set_error (error, AMFA_ERROR_NO_DEVICE,
                      &(AmfaErrorDetails){ .reason = (int) plan->n_fido });
      return FALSE;
    }
  if (!plan->serial && devices &&
      !amfa_device_choice_ask (flow->command, flow->login, devices, error))
    return FALSE;
  amfa_login_preconnect (flow->login);
  return TRUE;
}

/* Returns: (transfer full): six digits, however often it takes */
static char *
ask_code (const Flow *flow, GError **error)
{
  g_autofree char *prompt = amfa_login_words_compose_prompt (flow->login);

  for (;;)
    {
      amfa_autowipe char *line =
          amfa_terminal_ask (prompt, AMFA_ECHO_VISIBLE, flow->command->cancellable, error);
      g_autoptr (GError) problem = NULL;
      char *code = line ? amfa_code_parse (line, &problem) : NULL;

      if (code || !line)
        return code;
      say_error (problem);
    }
}

/* Returns: (transfer full): what a profile's command prints */
static char *
run_command (const Flow *flow,
             const char *line,
             AmfaCodeCommandManner manner,
             guint milliseconds,
             GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_code_command_run_async (line, manner, MIN (milliseconds, AMFA_CODE_COMMAND_MILLISECONDS),
                               flow->command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_code_command_run_finish (result, error);
}

/* Whether a person has to be asked: the command did not do, whatever was wrong with it. */
static gboolean
is_about_the_code (const GError *error)
{
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_CODE_COMMAND) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_CODE_REFUSED);
}

/* Of a login that has not been prepared. @found: (nullable) */
static const char *
get_code_command (const Flow *flow, const AmfaPreflight *found)
{
  const char *of_role = amfa_login_get_plan (flow->login)->code_command;

  return of_role ? of_role : found ? found->profile->code_command : NULL;
}

/* Nobody is there to ask: the command, or nothing. */
static gboolean
run_unattended (const Flow *flow, guint milliseconds, AmfaLoginResult *outcome, GError **error)
{
  g_autoptr (AmfaPreflight) found = inquire (flow, AMFA_INQUIRY_LOOK, NULL);
  const char *line = get_code_command (flow, found);
  amfa_autowipe char *code =
      line ? run_command (flow, line, AMFA_CODE_COMMAND_DETACHED, milliseconds, error)
           : amfa_code_input_get (flow->command, NULL, error);

  return code && amfa_login_attempt (flow->command, flow->login, code, outcome, error);
}

static gboolean
try_command (const Flow *flow, AmfaLoginResult *outcome, GError **error)
{
  const char *line = amfa_login_get_plan (flow->login)->code_command;
  amfa_autowipe char *code = NULL;

  amfa_command_tell (flow->command, _ ("The code comes from: %s"), line);
  code =
      run_command (flow, line, AMFA_CODE_COMMAND_FOREGROUND, AMFA_CODE_COMMAND_MILLISECONDS, error);
  return code && amfa_login_attempt (flow->command, flow->login, code, outcome, error);
}

static gboolean
run_asking (const Flow *flow, AmfaLoginResult *outcome, GError **error)
{
  g_autoptr (GError) refusal = NULL;

  if (!get_ready (flow, error))
    return FALSE;
  if (amfa_login_get_plan (flow->login)->code_command)
    {
      if (try_command (flow, outcome, &refusal))
        return TRUE;
      if (!is_about_the_code (refusal))
        {
          g_propagate_error (error, g_steal_pointer (&refusal));
          return FALSE;
        }
      say_error (refusal);
    }
  for (;;)
    {
      amfa_autowipe char *code = ask_code (flow, error);

      if (!code && error && refusal && !amfa_error_is_cancelled (*error))
        {
          /* Gave up after a refusal: that is what there is to say. */
          g_clear_error (error);
          g_propagate_error (error, g_steal_pointer (&refusal));
        }
      if (!code)
        return FALSE;

      g_clear_error (&refusal);
      if (amfa_login_attempt (flow->command, flow->login, code, outcome, &refusal))
        return TRUE;
      if (!g_error_matches (refusal, AMFA_ERROR, AMFA_ERROR_CODE_REFUSED))
        {
          g_propagate_error (error, g_steal_pointer (&refusal));
          return FALSE;
        }
      say_error (refusal);
    }
}

/**
 * amfa_login_flow_run:
 * @login: a new login
 * @target: where the session goes
 * @operand: (nullable): a code, "-" for a line of standard input, %NULL: of the profile's command,
 *   else asked for on the terminal
 * @outcome: (out): what was granted
 * @error: #GOptionError if there is nobody to ask, a cancellation, else as for
 *   amfa_login_start_finish()
 *
 * From the code to the session, with whatever there is to ask and to say on the way.
 */
gboolean
amfa_login_flow_run (const AmfaCommand *command,
                     AmfaLogin *login,
                     AmfaLoginTarget target,
                     const char *operand,
                     AmfaLoginResult *outcome,
                     GError **error)
{
  const Flow flow = { command, login, target };
  amfa_autowipe char *code = NULL;

  amfa_login_set_target (login, target);
  if (!operand)
    return amfa_terminal_is_there ()
               ? run_asking (&flow, outcome, error)
               : run_unattended (&flow, AMFA_CODE_COMMAND_MILLISECONDS, outcome, error);

  code = amfa_code_input_get (command, operand, error);
  if (!code || !amfa_login_attempt (command, login, code, outcome, error))
    return FALSE;
  amfa_login_words_say_origin (command, login);
  return TRUE;
}

/**
 * amfa_login_flow_has_command:
 * @login: a new login
 * @error: #GOptionError if not
 *
 * Returns: whether the code can come from a command of the profile's, and the keys can be had
 *   without a question of the keyring's
 */
gboolean
amfa_login_flow_has_command (const AmfaCommand *command, AmfaLogin *login, GError **error)
{
  const Flow flow = { command, login, AMFA_TARGET_LOAN };
  g_autoptr (AmfaPreflight) found = inquire (&flow, AMFA_INQUIRY_LOOK, NULL);
  g_autofree char *code = NULL;

  if (found && get_code_command (&flow, found) && found->origin != AMFA_BASE_UNKNOWN)
    return TRUE;
  code = amfa_code_input_get (command, NULL, error);
  return FALSE;
}

/**
 * amfa_login_flow_run_command:
 * @login: a new login
 * @target: where the session goes
 * @milliseconds: how long the command may take
 * @error: as for amfa_login_flow_run(), and #GOptionError if there is no command
 *
 * From the code that the profile's command prints to the session.
 */
gboolean
amfa_login_flow_run_command (const AmfaCommand *command,
                             AmfaLogin *login,
                             AmfaLoginTarget target,
                             guint milliseconds,
                             GError **error)
{
  const Flow flow = { command, login, target };
  AmfaLoginResult outcome;

  amfa_login_set_target (login, target);
  return run_unattended (&flow, milliseconds, &outcome, error);
}
