#define G_LOG_DOMAIN "amfa-verb-exec"

#include "borrow.h"
#include "code-input.h"
#include "exit-status.h"
#include "verb.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* What follows the options: [CODE] [--] COMMAND… */
typedef struct
{
  const char *code; /* NULL: none given */
  char **command;
} Order;

static gboolean
refuse (const char *reason, GError **error)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("%s Use: awsmfa exec [CODE] -- COMMAND…"), reason);
  return FALSE;
}

/* A separator ends the options and is not among the operands; it tells a command that looks like a
 * code from a code. */
static gboolean
read_order (Order *order, GStrv arguments, GStrv operands, GError **error)
{
  guint first = g_strv_length (arguments) - g_strv_length (operands);
  gboolean is_separated = first > 0 && g_str_equal (arguments[first - 1], "--");

  *order = (Order){ .command = operands };
  if (!is_separated && operands[0] && amfa_code_input_is_code (operands[0]))
    {
      char *code[] = { operands[0], NULL };

      if (!amfa_code_input_check (code, error))
        return FALSE;
      order->code = operands[0];
      order->command++;
      is_separated = order->command[0] && g_str_equal (order->command[0], "--");
      order->command += is_separated;
    }
  if (!order->command[0])
    return refuse (_ ("There is no command to run."), error);
  if (!is_separated && amfa_code_input_is_code (order->command[0]))
    return refuse (_ ("One code at a time."), error);
  if (!is_separated && order->command[0][0] == '-')
    return refuse (_ ("Options come before the code and the command."), error);
  return TRUE;
}

/* Returns: the exit status, if at all */
static int
replace_process (const AmfaCommand *command, char **argv, const AmfaLoan *loan)
{
  g_autoptr (GPtrArray) list = amfa_borrow_list_variables (loan);
  char **envp = amfa_assignments_apply (list, command->envp);
  g_autofree char *shown = g_filename_display_name (argv[0]);
  int number;

  amfa_process_hand_over (command->inheritance);
  execvpe (argv[0], argv, envp);
  number = errno;
  amfa_environment_strings_free (envp);
  amfa_command_say (_ ("cannot run “%s”: %s"), shown, g_strerror (number));
  return number == ENOENT ? AMFA_EXIT_NOT_FOUND : AMFA_EXIT_NOT_EXECUTABLE;
}

/* `awsmfa exec [CODE] -- COMMAND…`: the command in the place of this process, with a session in its
 * environment and nowhere else. */
static int
run_exec (AmfaCommand *command, GStrv *arguments)
{
  g_auto (GStrv) all = g_strdupv (*arguments);
  g_auto (GStrv) operands = NULL;
  g_autoptr (AmfaLoan) loan = NULL;
  g_autoptr (GError) error = NULL;
  Order order;

  if (!amfa_command_parse (command, NULL, AMFA_PARSE_OPTIONS_FIRST, arguments, &operands, &error) ||
      !read_order (&order, all, operands, &error))
    return amfa_command_fail (error);
  loan = amfa_borrow (command, order.code, &error);
  if (!loan)
    return amfa_command_fail (error);
  return replace_process (command, order.command, loan);
}

const AmfaVerb amfa_verb_exec = { "exec", N_ ("[CODE] -- COMMAND…"),
                                  N_ ("Run a command with a session in its environment"), run_exec,
                                  AMFA_TAKES_ALL };
