#define G_LOG_DOMAIN "amfa-verb-login"

#include "code-input.h"
#include "core/model/error.h"
#include "login-flow.h"
#include "messages/formats.h"
#include "messages/messages.h"
#include "shadow-warning.h"
#include "verb.h"

#include <glib/gi18n.h>

static void
say_warnings (const AmfaCommand *command, const AmfaLoginResult *outcome)
{
  if (outcome->warnings & AMFA_LOGIN_WARNING_IMPORTED)
    amfa_command_tell (command,
                       _ ("Your long-term key has moved from the file into the keyring. “awsmfa "
                          "--restore” puts it back."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_SESSION_NOT_STORED)
    amfa_command_tell (command, _ ("The session is in the file, but the keyring did not take it."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_NOT_DURABLE)
    amfa_command_tell (command,
                       _ ("The disk did not confirm the change of the credentials file: it may be "
                          "lost if the power fails now."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_STATE)
    amfa_command_tell (command,
                       _ ("What was learnt about the MFA device could not be remembered."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_CLOCK)
    {
      const AmfaErrorDetails details = { .seconds = outcome->clock_offset };
      g_autoptr (GError) error = amfa_error_new (AMFA_ERROR_CLOCK_OFF, &details);
      g_autofree char *sentence = amfa_message_for_error (error);

      amfa_command_tell (command, "%s", sentence);
    }
}

static int
report (const AmfaCommand *command, const AmfaLoginResult *outcome)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *time = amfa_format_time (outcome->expires, now);
  g_autofree char *span = amfa_format_duration (outcome->expires - now);

  say_warnings (command, outcome);
  /* Translators: a profile, a time of day and a duration. */
  if (!command->options.quiet)
    g_print (_ ("Profile %s has a session until %s (%s).\n"), command->profile, time, span);
  amfa_shadow_warning_say (command);
  return amfa_command_done ();
}

/* `awsmfa CODE`, `awsmfa -`, `awsmfa`: a session into the profile's section. */
static int
run_login (AmfaCommand *command, GStrv *arguments)
{
  g_auto (GStrv) operands = NULL;
  g_autoptr (AmfaLogin) login = NULL;
  g_autoptr (GError) error = NULL;
  AmfaProfileOptions said;
  AmfaLoginResult outcome;

  if (!amfa_command_parse (command, NULL, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_code_input_check (operands, &error))
    return amfa_command_fail (error);

  amfa_command_get_profile_options (command, &said);
  login = amfa_login_new (command->backend, command->profile, &said);
  if (!amfa_login_flow_run (command, login, AMFA_TARGET_FILE, operands[0], &outcome, &error))
    return amfa_command_fail (error);
  return report (command, &outcome);
}

const AmfaVerb amfa_verb_login = { NULL, NULL, NULL, run_login };
