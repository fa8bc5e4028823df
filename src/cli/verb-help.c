#define G_LOG_DOMAIN "amfa-verb-help"

#include "help.h"
#include "verb.h"

#include <glib/gi18n.h>

/**
 * amfa_help_new_context:
 * @options: what a command line is to fill; lives longer than the context
 *
 * Returns: (transfer full): that of a command line without a verb, whose help is the program's
 */
GOptionContext *
amfa_help_new_context (AmfaOptions *options)
{
  GOptionContext *context = g_option_context_new (_ ("[CODE|-|COMMAND…]"));
  g_autofree char *verbs = amfa_verb_list ();
  g_autofree char *description =
      g_strdup_printf (_ ("Commands (each has its own --help):\n%s"), verbs);

  g_option_context_set_main_group (context, amfa_options_new_group (options, AMFA_TAKES_ALL, TRUE));
  g_option_context_set_summary (
      context, _ ("Starts an AWS session with the six-digit code of an MFA device and writes it\n"
                  "into the shared credentials file. Without a code it asks for one; “-” reads it\n"
                  "from standard input."));
  g_option_context_set_description (context, description);
  g_option_context_set_help_enabled (context, FALSE);
  return context;
}

static int
print_program (AmfaCommand *command)
{
  g_autoptr (GOptionContext) context = amfa_help_new_context (&command->options);

  g_set_prgname ("awsmfa");
  return amfa_command_help (context);
}

/* As its own --help does it. */
static int
print_verb (AmfaCommand *command, const AmfaVerb *verb)
{
  g_auto (GStrv) arguments = g_new0 (char *, 3);

  arguments[0] = g_strconcat ("awsmfa ", verb->name, NULL);
  arguments[1] = g_strdup ("--help");
  amfa_command_enter (command, verb, arguments[0]);
  return verb->run (command, &arguments);
}

/* `awsmfa help [COMMAND]` */
static int
run_help (AmfaCommand *command, GStrv *arguments)
{
  g_auto (GStrv) operands = NULL;
  g_autoptr (GError) error = NULL;
  const AmfaVerb *verb;

  if (!amfa_command_parse (command, NULL, AMFA_PARSE_MIXED, arguments, &operands, &error))
    return amfa_command_fail (error);
  if (!operands[0])
    return print_program (command);
  if (!amfa_command_refuse_operands (operands + 1, &error))
    return amfa_command_fail (error);
  verb = amfa_verb_find (operands[0], &error);
  if (!verb)
    return amfa_command_fail (error);
  return verb->name ? print_verb (command, verb) : print_program (command);
}

const AmfaVerb amfa_verb_help = { "help", N_ ("[COMMAND]"), N_ ("Print the help of a command"),
                                  run_help, AMFA_TAKES_NOTHING };
