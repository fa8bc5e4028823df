#define G_LOG_DOMAIN "amfa-login-attempt"

#include "login-attempt.h"

#include "account-question.h"
#include "core/model/error.h"
#include "device-choice.h"
#include "messages/messages.h"
#include "terminal.h"

#include <glib/gi18n.h>

static void
say_error (const GError *error)
{
  g_autofree char *sentence = amfa_message_for_error (error);

  amfa_command_say ("%s", sentence);
}

/**
 * amfa_login_attempt_settle_account:
 * @problem: (inout): an %AMFA_ERROR_ACCOUNT_CHANGED; cleared or moved to @error
 *
 * Returns: whether the account is meant
 */
gboolean
amfa_login_attempt_settle_account (const AmfaCommand *command,
                                   AmfaLogin *login,
                                   GError **problem,
                                   GError **error)
{
  g_autofree char *account = amfa_account_question_ask (command, problem, error);

  if (!account)
    return FALSE;
  amfa_login_accept_account (login, account);
  return TRUE;
}

/* AWS */

static gboolean
start (const AmfaCommand *command,
       AmfaLogin *login,
       const char *code,
       AmfaLoginResult *outcome,
       GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_login_start_async (login, code, command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_login_start_finish (login, result, outcome, error);
}

static gboolean
retry (const AmfaCommand *command, AmfaLogin *login, AmfaLoginResult *outcome, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_login_retry_async (login, command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_login_start_finish (login, result, outcome, error);
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
get_devices (const AmfaCommand *command, AmfaLogin *login, GError **error)
{
  GPtrArray *known = amfa_login_get_devices (login);
  g_autoptr (GError) failure = NULL;

  if (known)
    return g_ptr_array_ref (known);

  GPtrArray *devices = amfa_device_choice_fetch (command, amfa_login_get_profile (login), &failure);

  if (devices)
    return devices;
  if (!amfa_error_is_cancelled (failure))
    return g_ptr_array_new ();
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* The code is still good: AWS looks at the device first. */
static gboolean
settle_device (const AmfaCommand *command, AmfaLogin *login, GError **problem, GError **error)
{
  g_autoptr (GPtrArray) devices = get_devices (command, login, error);

  if (!devices)
    return FALSE;
  if (amfa_terminal_is_there ())
    {
      if (g_error_matches (*problem, AMFA_ERROR, AMFA_ERROR_DEVICE_REFUSED))
        say_error (*problem);
      g_clear_error (problem);
      return amfa_device_choice_ask (command, login, devices, error);
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
write_again (const AmfaCommand *command, AmfaLogin *login, GError **problem, GError **error)
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
                            AMFA_ECHO_VISIBLE, command->cancellable, error);
  if (!line)
    return FALSE;
  g_clear_error (problem);
  return TRUE;
}

/**
 * amfa_login_attempt:
 * @code: six digits
 * @outcome: (out): what was granted
 * @error: as for amfa_login_start_finish()
 *
 * One code, whatever else has to be asked: the account, the device, whether to write again.
 */
gboolean
amfa_login_attempt (const AmfaCommand *command,
                    AmfaLogin *login,
                    const char *code,
                    AmfaLoginResult *outcome,
                    GError **error)
{
  for (;;)
    {
      g_autoptr (GError) problem = NULL;
      gboolean is_granted = amfa_login_can_retry (login);

      if (is_granted ? retry (command, login, outcome, &problem)
                     : start (command, login, code, outcome, &problem))
        return TRUE;
      if (amfa_login_can_retry (login))
        {
          if (!write_again (command, login, &problem, error))
            return FALSE;
        }
      else if (g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_ACCOUNT_CHANGED))
        {
          if (!amfa_login_attempt_settle_account (command, login, &problem, error))
            return FALSE;
        }
      else if (!is_about_the_device (problem))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      else if (!settle_device (command, login, &problem, error))
        {
          return FALSE;
        }
    }
}
