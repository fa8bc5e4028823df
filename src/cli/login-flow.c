#define G_LOG_DOMAIN "amfa-login-flow"

#include "login-flow.h"

#include "account-question.h"
#include "code-input.h"
#include "core/io/code-command.h"
#include "core/model/error.h"
#include "core/model/secret.h"
#include "core/operations/transaction-task.h"
#include "device-choice.h"
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

/* Which keys are used, where that may be news. */
static void
say_origin (const Flow *flow)
{
  const AmfaLoginPlan *plan = amfa_login_get_plan (flow->login);

  if (plan->origin == AMFA_BASE_ENVIRONMENT)
    amfa_command_tell (flow->command,
                       _ ("There are no keys nearer: access key %s from the environment is used, "
                          "and stays there."),
                       plan->key_id);
  else if (plan->origin == AMFA_BASE_PAIR)
    amfa_command_tell (flow->command,
                       _ ("Access key %s from the section [%s-long-term] is used, and stays there. "
                          "To bring it into the keyring: awsmfa setup --import"),
                       plan->key_id, flow->command->profile);
  else if (plan->origin == AMFA_BASE_CONFIG)
    amfa_command_tell (flow->command,
                       _ ("Access key %s from the config file is used, and stays there."),
                       plan->key_id);
}

/* What becomes of a key in the credentials file is told before the code is typed. */
static void
say_import (const Flow *flow)
{
  const AmfaLoginPlan *plan = amfa_login_get_plan (flow->login);

  if (plan->origin != AMFA_BASE_FILE || flow->target != AMFA_TARGET_FILE)
    return;
  if (plan->other_key_id)
    amfa_command_tell (flow->command,
                       _ ("The credentials file holds access key %s, your keyring %s. The one from "
                          "the file will be used and kept in the keyring; the other stays there as "
                          "the old key."),
                       plan->key_id, plan->other_key_id);
  else
    amfa_command_tell (flow->command,
                       _ ("Access key %s is in the credentials file. It will be kept in your "
                          "keyring, which will then hold the only copy."),
                       plan->key_id);
}

static char *
compose_prompt (const Flow *flow)
{
  const AmfaLoginPlan *plan = amfa_login_get_plan (flow->login);
  g_autofree char *who = plan->arn ? amfa_arn_get_name (plan->arn) : NULL;
  g_autofree char *device = plan->serial ? amfa_serial_get_name (plan->serial) : NULL;

  if (who && plan->account && device)
    /* Translators: asks for the code in the terminal: a user's name, an account number and the name
     * of a device. */
    return g_strdup_printf (_ ("MFA code for %s (account %s, device %s): "), who, plan->account,
                            device);
  if (who && plan->account)
    return g_strdup_printf (_ ("MFA code for %s (account %s): "), who, plan->account);
  if (device)
    /* Translators: the name of a profile and the name of a device. */
    return g_strdup_printf (_ ("MFA code for profile %s (device %s): "),
                            amfa_login_get_profile (flow->login), device);
  return g_strdup_printf (_ ("MFA code for profile %s: "), amfa_login_get_profile (flow->login));
}

/* The account */

static gboolean
settle_account (const Flow *flow, GError **problem, GError **error)
{
  g_autofree char *account = amfa_account_question_ask (flow->command, problem, error);

  if (!account)
    return FALSE;
  amfa_login_accept_account (flow->login, account);
  return TRUE;
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
      if (!settle_account (flow, &problem, error))
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

static gboolean
start (const Flow *flow, const char *code, AmfaLoginResult *outcome, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_login_start_async (flow->login, code, flow->command->cancellable, amfa_command_on_result,
                          &result);
  amfa_command_await (&result);
  return amfa_login_start_finish (flow->login, result, outcome, error);
}

static gboolean
retry (const Flow *flow, AmfaLoginResult *outcome, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_login_retry_async (flow->login, flow->command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_login_start_finish (flow->login, result, outcome, error);
}

/* Devices */

static gboolean
is_about_the_device (const GError *error)
{
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_DEVICE_UNKNOWN) ||
         g_error_matches (error, AMFA_ERROR, AMFA_ERROR_DEVICE_REFUSED);
}

/* Returns: (transfer full) (nullable): %NULL if cancelled */
static GPtrArray *
get_devices (const Flow *flow, GError **error)
{
  GPtrArray *known = amfa_login_get_devices (flow->login);
  g_autoptr (GError) failure = NULL;

  if (known)
    return g_ptr_array_ref (known);

  GPtrArray *devices =
      amfa_device_choice_fetch (flow->command, amfa_login_get_profile (flow->login), &failure);

  if (devices)
    return devices;
  if (!amfa_error_is_cancelled (failure))
    return g_ptr_array_new ();
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* The code is still good: AWS looks at the device first. */
static gboolean
settle_device (const Flow *flow, GError **problem, GError **error)
{
  g_autoptr (GPtrArray) devices = get_devices (flow, error);

  if (!devices)
    return FALSE;
  if (amfa_terminal_is_there ())
    {
      if (g_error_matches (*problem, AMFA_ERROR, AMFA_ERROR_DEVICE_REFUSED))
        say_error (*problem);
      g_clear_error (problem);
      return amfa_device_choice_ask (flow->command, flow->login, devices, error);
    }
  if (devices->len > 0)
    {
      g_autofree char *list = amfa_device_choice_list (devices);

      amfa_command_say (_ ("The MFA devices of this user: %s."), list);
    }
  g_propagate_error (error, g_steal_pointer (problem));
  return FALSE;
}

/* Writing */

static gboolean
write_again (const Flow *flow, GError **problem, GError **error)
{
  g_autofree char *line = NULL;

  if (!amfa_terminal_is_there ())
    {
      g_propagate_error (error, g_steal_pointer (problem));
      return FALSE;
    }
  say_error (*problem);
  line = amfa_terminal_ask (_ ("AWS has granted the session. Press Enter to try again without "
                               "another code, or Ctrl-C to give it up: "),
                            AMFA_ECHO_VISIBLE, flow->command->cancellable, error);
  if (!line)
    return FALSE;
  g_clear_error (problem);
  return TRUE;
}

/* One code, whatever else has to be asked. */
static gboolean
try_code (const Flow *flow, const char *code, AmfaLoginResult *outcome, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) problem = NULL;
      gboolean is_granted = amfa_login_can_retry (flow->login);

      if (is_granted ? retry (flow, outcome, &problem) : start (flow, code, outcome, &problem))
        return TRUE;
      if (amfa_login_can_retry (flow->login))
        {
          if (!write_again (flow, &problem, error))
            return FALSE;
        }
      else if (g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_ACCOUNT_CHANGED))
        {
          if (!settle_account (flow, &problem, error))
            return FALSE;
        }
      else if (!is_about_the_device (problem))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      else if (!settle_device (flow, &problem, error))
        {
          return FALSE;
        }
    }
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
  say_origin (flow);
  say_import (flow);

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
  g_autofree char *prompt = compose_prompt (flow);

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

/* Nobody is there to ask: the command, or nothing. */
static gboolean
run_unattended (const Flow *flow, guint milliseconds, AmfaLoginResult *outcome, GError **error)
{
  g_autoptr (AmfaPreflight) found = inquire (flow, AMFA_INQUIRY_LOOK, NULL);
  const char *line = found ? found->profile->code_command : NULL;
  amfa_autowipe char *code =
      line ? run_command (flow, line, AMFA_CODE_COMMAND_DETACHED, milliseconds, error)
           : amfa_code_input_get (flow->command, NULL, error);

  return code && try_code (flow, code, outcome, error);
}

static gboolean
try_command (const Flow *flow, AmfaLoginResult *outcome, GError **error)
{
  const char *line = amfa_login_get_plan (flow->login)->code_command;
  amfa_autowipe char *code = NULL;

  amfa_command_tell (flow->command, _ ("The code comes from: %s"), line);
  code =
      run_command (flow, line, AMFA_CODE_COMMAND_FOREGROUND, AMFA_CODE_COMMAND_MILLISECONDS, error);
  return code && try_code (flow, code, outcome, error);
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
      if (try_code (flow, code, outcome, &refusal))
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
  if (!code || !try_code (&flow, code, outcome, error))
    return FALSE;
  say_origin (&flow);
  return TRUE;
}

/**
 * amfa_login_flow_has_command:
 * @login: a new login
 * @error: #GOptionError if not
 *
 * Returns: whether the code can come from a command of the profile's
 */
gboolean
amfa_login_flow_has_command (const AmfaCommand *command, AmfaLogin *login, GError **error)
{
  const Flow flow = { command, login, AMFA_TARGET_LOAN };
  g_autoptr (AmfaPreflight) found = inquire (&flow, AMFA_INQUIRY_LOOK, NULL);
  g_autofree char *code = NULL;

  if (found && found->profile->code_command)
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
