#define G_LOG_DOMAIN "amfa-verb-login"

#include "code-input.h"
#include "core/model/error.h"
#include "core/model/role-plan.h"
#include "core/model/session-rules.h"
#include "core/operations/unwritten.h"
#include "login-flow.h"
#include "messages/formats.h"
#include "role-entry.h"
#include "shadow-warning.h"
#include "verb.h"
#include "warnings.h"

#include <glib/gi18n.h>

static gboolean
is_role (const AmfaCommand *command)
{
  return command->options.role && !g_str_equal (command->options.role, AMFA_ROLE_NONE);
}

static gboolean
log_in (const AmfaCommand *command, const char *operand, AmfaLoginResult *outcome, GError **error)
{
  g_autoptr (AmfaLogin) login = NULL;
  AmfaProfileOptions said;

  if (command->options.role)
    return amfa_role_entry_run (command, operand, outcome, error);
  amfa_command_get_profile_options (command, &said);
  login = amfa_login_new (command->backend, command->profile, &said);
  return amfa_login_flow_run (command, login, AMFA_TARGET_FILE, operand, outcome, error);
}

/* What an earlier login could not write, if at least half of what is wanted is left of it.
 *
 * Returns: FALSE without @error if there is nothing of the kind */
static gboolean
write_unwritten (const AmfaCommand *command, AmfaLoginResult *outcome, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) problem = NULL;
  AmfaProfileOptions said;
  guint wanted;

  amfa_command_get_profile_options (command, &said);
  wanted = said.duration
               ? said.duration
               : amfa_settings_get_duration (command->backend->settings, command->profile);
  amfa_unwritten_write_async (command->backend, command->profile, wanted / 2, command->cancellable,
                              amfa_command_on_result, &result);
  amfa_command_await (&result);
  if (amfa_unwritten_write_finish (result, outcome, &problem))
    return TRUE;
  if (!g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NO_SESSION))
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static int
report (const AmfaCommand *command, const AmfaLoginResult *outcome)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *time = amfa_format_time (outcome->expires, now);
  g_autofree char *span = amfa_format_duration (amfa_session_get_length (outcome->expires - now));

  amfa_say_warnings (command, AMFA_TARGET_FILE, outcome);
  if (!command->options.quiet && is_role (command))
    /* Translators: a profile, the ARN of a role, a time of day and a duration. */
    g_print (_ ("Profile %s has the role %s until %s (%s).\n"), command->profile,
             command->options.role, time, span);
  else if (!command->options.quiet)
    /* Translators: a profile, a time of day and a duration. */
    g_print (_ ("Profile %s has a session until %s (%s).\n"), command->profile, time, span);
  amfa_shadow_warning_say (command);
  return amfa_command_done ();
}

/* `awsmfa CODE`, `awsmfa -`, `awsmfa`: a session into the profile's section. */
static int
run_login (AmfaCommand *command, GStrv *arguments)
{
  g_auto (GStrv) operands = NULL;
  g_autoptr (GError) error = NULL;
  AmfaLoginResult outcome;

  if (!amfa_command_parse (command, NULL, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_code_input_check (operands, &error))
    return amfa_command_fail (error);

  if (!operands[0] && !command->options.role && write_unwritten (command, &outcome, &error))
    return report (command, &outcome);
  if (error || !log_in (command, operands[0], &outcome, &error))
    {
      int status = amfa_command_fail (error);

      amfa_role_entry_say_how (command, error);
      return status;
    }
  return report (command, &outcome);
}

const AmfaVerb amfa_verb_login = { NULL, NULL, NULL, run_login, AMFA_TAKES_ALL };
