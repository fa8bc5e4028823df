#define G_LOG_DOMAIN "amfa-verb-end"

#include "core/operations/restore.h"
#include "verb.h"

#include <glib/gi18n.h>

/* `awsmfa end`: the session leaves the file and the keyring, nothing long-term is written. */
static int
run_end (AmfaCommand *command, GStrv *arguments)
{
  g_auto (GStrv) operands = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (!amfa_command_parse (command, NULL, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_command_refuse_operands (operands, &error))
    return amfa_command_fail (error);

  amfa_end_session_async (command->backend, command->profile, command->cancellable,
                          amfa_command_on_result, &result);
  amfa_command_await (&result);
  if (!amfa_end_session_finish (result, &error))
    return amfa_command_fail (error);
  if (!command->options.quiet)
    g_print (_ ("The session of profile %s has ended.\n"), command->profile);
  return amfa_command_done ();
}

const AmfaVerb amfa_verb_end = { "end", NULL, N_ ("End the session"), run_end };
