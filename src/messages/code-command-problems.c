#define G_LOG_DOMAIN "amfa-code-command-problems"

#include "code-command-problems.h"

#include <glib/gi18n.h>

/**
 * amfa_message_for_code_command_problem:
 * @details: of an %AMFA_ERROR_CODE_COMMAND
 *
 * Returns: (transfer full): why the program that prints the code gave none
 */
char *
amfa_message_for_code_command_problem (const AmfaErrorDetails *details)
{
  const char *program = details->subject ? details->subject : "mfa_process";
  const char *about = details->other ? details->other : "?";
  guint seconds = (guint) details->seconds;

  switch ((AmfaCodeCommandProblem) details->reason)
    {
    case AMFA_CODE_COMMAND_NOT_STARTED:
      /* Translators: mfa_process is a key of the config file. */
      return g_strdup_printf (_ ("The command of mfa_process cannot be started: %s"),
                              details->quote ? details->quote : program);
    case AMFA_CODE_COMMAND_FAILED:
      if (details->quote)
        /* Translators: the name of a program and what it said. */
        return g_strdup_printf (_ ("“%s” gave no code: %s"), program, details->quote);
      /* Translators: the name of a program and a number. */
      return g_strdup_printf (_ ("“%s” gave no code and ended with exit status %s."), program,
                              about);
    case AMFA_CODE_COMMAND_KILLED:
      /* Translators: the name of a program and that of a signal. */
      return g_strdup_printf (_ ("“%s” gave no code, something has ended it: %s."), program, about);
    case AMFA_CODE_COMMAND_TOO_SLOW:
      /* Translators: the name of a program. */
      return g_strdup_printf (ngettext ("“%s” gave no code within %u second.",
                                        "“%s” gave no code within %u seconds.", seconds),
                              program, seconds);
    case AMFA_CODE_COMMAND_NO_CODE:
      return g_strdup_printf (_ ("“%s” printed no line of six digits."), program);
    default:
      g_return_val_if_reached (g_strdup (""));
    }
}
