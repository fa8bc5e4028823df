#define G_LOG_DOMAIN "amfa-main"

#include "amfa-config.h"

#include "help.h"
#include "output.h"
#include "verb.h"
#include "verbose.h"

#include <glib-unix.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>

/* The second one kills, which is safe at any point. */
static gboolean
on_interrupted (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

/* The options before the first operand; all of them where there is none. Prints the help and exits
 * where that is asked for. */
static gboolean
parse_leading_options (AmfaOptions *options, GStrv *arguments, GError **error)
{
  g_autoptr (GOptionContext) context = amfa_help_new_context (options);

  g_option_context_set_strict_posix (context, TRUE);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (options->help)
    exit (amfa_command_help (context));
  return TRUE;
}

/* What is left for the verb: its own command line, with a program name that tells the verb. */
static void
enter_verb (const AmfaVerb *verb, GStrv *arguments)
{
  g_auto (GStrv) all = g_steal_pointer (arguments);
  g_autofree char *name = verb->name ? g_strconcat ("awsmfa ", verb->name, NULL) : NULL;

  if (!name)
    {
      *arguments = g_steal_pointer (&all);
      return;
    }
  *arguments = g_strdupv (all + 1);
  g_free ((*arguments)[0]);
  (*arguments)[0] = g_strdup (name);
}

static int
run (AmfaCommand *command, GStrv *arguments)
{
  g_autoptr (GError) error = NULL;
  const AmfaVerb *verb;

  if (!parse_leading_options (&command->options, arguments, &error))
    return amfa_command_fail (error);
  if (command->options.version)
    return amfa_command_version ();
  if (command->options.restore && !(*arguments)[1])
    {
      command->options.restore = FALSE;
      return amfa_verb_restore.run (command, arguments);
    }
  verb = amfa_verb_find ((*arguments)[1], &error);
  if (!verb)
    return amfa_command_fail (error);

  enter_verb (verb, arguments);
  amfa_command_enter (command, verb, verb->name ? (*arguments)[0] : NULL);
  return verb->run (command, arguments);
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) environ_copy = amfa_process_begin (AMFA_DUMPABLE);
  g_auto (GStrv) arguments = g_strdupv (argv);
  g_autoptr (AmfaDataDirs) dirs = NULL;
  g_auto (AmfaCommand) command = { NULL };
  AmfaInheritance inheritance;
  int status;

  amfa_process_prepare (&inheritance);
  amfa_verbose_install (&command.options.verbose);
  setlocale (LC_ALL, "");
  amfa_output_install ();
  dirs = amfa_data_dirs_new ();
  bindtextdomain (AMFA_GETTEXT_DOMAIN, dirs->locale);
  bind_textdomain_codeset (AMFA_GETTEXT_DOMAIN, "UTF-8");
  textdomain (AMFA_GETTEXT_DOMAIN);

  command.envp = (const char *const *) environ_copy;
  command.dirs = dirs;
  command.inheritance = &inheritance;
  command.cancellable = g_cancellable_new ();
  if (sigismember (&inheritance.ignored, SIGINT) == 0)
    g_unix_signal_add (SIGINT, on_interrupted, command.cancellable);
  status = run (&command, &arguments);
  if (command.backend)
    amfa_keyring_await_prompts (command.backend->keyring);
  return status;
}
