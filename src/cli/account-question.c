#define G_LOG_DOMAIN "amfa-account-question"

#include "account-question.h"

#include "confirm.h"
#include "core/model/error.h"
#include "messages/messages.h"
#include "terminal.h"

#include <glib/gi18n.h>

/**
 * amfa_account_question_ask:
 * @problem: (inout): what came up; cleared if it is settled
 * @error: @problem, if it is something else, if there is no terminal, or if the answer is no; else
 *   as for amfa_terminal_ask()
 *
 * Returns: (transfer full) (nullable): the new account, if @problem was that it has changed and the
 *   user means that
 */
char *
amfa_account_question_ask (const AmfaCommand *command, GError **problem, GError **error)
{
  g_autofree char *account = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *prompt = NULL;
  AmfaAnswer answer;

  if (!g_error_matches (*problem, AMFA_ERROR, AMFA_ERROR_ACCOUNT_CHANGED) ||
      !amfa_terminal_is_there ())
    {
      g_propagate_error (error, g_steal_pointer (problem));
      return NULL;
    }

  account = g_strdup (amfa_error_get_details (*problem)->subject);
  sentence = amfa_message_for_error (*problem);
  /* Translators: a profile. */
  prompt = g_strdup_printf (_ ("Use the new account for profile %s? [y/N] "), command->profile);
  amfa_command_say ("%s", sentence);
  answer = amfa_confirm (prompt, command->cancellable, error);
  if (answer == AMFA_ANSWER_NO)
    g_propagate_error (error, g_steal_pointer (problem));
  if (answer != AMFA_ANSWER_YES)
    return NULL;
  g_clear_error (problem);
  return g_steal_pointer (&account);
}
