#define G_LOG_DOMAIN "amfa-main"

#include "amfa-config.h"

#include "command.h"
#include "core/io/data-dirs.h"
#include "core/io/process.h"
#include "exit-status.h"
#include "options.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <sys/prctl.h>

static gboolean
on_interrupted (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_CONTINUE;
}

static int
run (const AmfaOptions *options, const AmfaDataDirs *dirs)
{
  g_auto (GStrv) envp = g_get_environ ();
  g_autofree char *home = amfa_process_dup_home ();
  AmfaEnvironment *environment = amfa_environment_new (
      (const char *const *) envp, AMFA_APPLICATION_ID, home, g_get_user_runtime_dir ());
  g_autoptr (AmfaBackend) backend = amfa_backend_new (environment, dirs->schemas);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const AmfaCommand command = { backend, "default", cancellable };

  g_unix_signal_add (SIGINT, on_interrupted, cancellable);
  return options->restore ? amfa_command_restore (&command)
                          : amfa_command_login (&command, options->code);
}

int
main (int argc, char **argv)
{
  g_autoptr (AmfaDataDirs) dirs = NULL;
  g_auto (AmfaOptions) options = { FALSE };
  g_auto (GStrv) arguments = g_strdupv (argv);
  g_autoptr (GError) error = NULL;

  if (!AMFA_DUMPABLE)
    prctl (PR_SET_DUMPABLE, 0);
  amfa_process_prepare ();
  setlocale (LC_ALL, "");
  dirs = amfa_data_dirs_new ();
  bindtextdomain (AMFA_GETTEXT_DOMAIN, dirs->locale);
  bind_textdomain_codeset (AMFA_GETTEXT_DOMAIN, "UTF-8");
  textdomain (AMFA_GETTEXT_DOMAIN);

  if (!amfa_options_parse (&options, &arguments, &error))
    return amfa_command_fail (error);
  if (options.version)
    {
      g_print ("awsmfa %s\n", AMFA_VERSION);
      return amfa_command_done ();
    }
  return run (&options, dirs);
}
