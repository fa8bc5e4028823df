#define G_LOG_DOMAIN "amfa-verb-login"

#include "code-input.h"
#include "login-flow.h"
#include "messages/formats.h"
#include "shadow-warning.h"
#include "verb.h"
#include "warnings.h"

#include <glib/gi18n.h>

static int
report (const AmfaCommand *command, const AmfaLoginResult *outcome)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *time = amfa_format_time (outcome->expires, now);
  g_autofree char *span = amfa_format_duration (outcome->expires - now);

  amfa_say_warnings (command, AMFA_TARGET_FILE, outcome);
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
