#define G_LOG_DOMAIN "amfa-login-attempt"

#include "login-attempt.h"

#include "account-question.h"
#include "core/model/error.h"
#include "device-choice.h"
#include "exit-status.h"
#include "messages/messages.h"
#include "terminal.h"

#include <glib/gi18n.h>
#include <unistd.h>

#define PATIENCE_SECONDS 10

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

/* Ctrl-C takes a code back until AWS has accepted it. Then the session is stored first, unless
 * something outside hangs: the program ends as if it were killed, which is safe at any point. */
typedef struct
{
  AmfaLogin *login;
  GAsyncResult *result;
  guint patience;
} Wait;

static gboolean
on_patience_over (gpointer user_data)
{
  amfa_command_say (_ ("Your code was accepted, but the session could not be stored in time."));
  _exit (AMFA_EXIT_INTERRUPTED);
}

static void
on_interrupted (GCancellable *cancellable, gpointer user_data)
{
  Wait *wait = user_data;

  if (!amfa_login_can_retry (wait->login))
    return;
  amfa_command_say (_ ("Your code was accepted, and the session is being stored. Press Ctrl-C "
                       "again to stop."));
  wait->patience = g_timeout_add_seconds (PATIENCE_SECONDS, on_patience_over, NULL);
}

static gboolean
finish (const AmfaCommand *command, Wait *wait, AmfaLoginResult *outcome, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  gulong handler =
      g_cancellable_connect (command->cancellable, G_CALLBACK (on_interrupted), wait, NULL);

  amfa_command_await (&wait->result);
  g_cancellable_disconnect (command->cancellable, handler);
  g_clear_handle_id (&wait->patience, g_source_remove);
  result = g_steal_pointer (&wait->result);
  return amfa_login_start_finish (wait->login, result, outcome, error);
}

static gboolean
start (const AmfaCommand *command,
       AmfaLogin *login,
       const char *code,
       AmfaLoginResult *outcome,
       GError **error)
{
  Wait wait = { login, NULL, 0 };

  amfa_login_start_async (login, code, command->cancellable, amfa_command_on_result, &wait.result);
  return finish (command, &wait, outcome, error);
}

static gboolean
retry (const AmfaCommand *command, AmfaLogin *login, AmfaLoginResult *outcome, GError **error)
{
  Wait wait = { login, NULL, 0 };

  amfa_login_retry_async (login, command->cancellable, amfa_command_on_result, &wait.result);
  return finish (command, &wait, outcome, error);
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
