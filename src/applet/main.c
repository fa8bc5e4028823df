#define G_LOG_DOMAIN "amfa-applet"

#include <locale.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "amfa-config.h"
#include "application.h"
#include "core/io/data-dirs.h"
#include "core/io/process.h"
#include "core/io/system-timer.h"

int
main (int argc, char **argv)
{
  g_auto (GStrv) variables = amfa_process_begin (AMFA_DUMPABLE);
  g_autoptr (AmfaDataDirs) dirs = NULL;
  g_autoptr (AmfaBackend) backend = NULL;
  g_autoptr (AmfaWallTimer) timer = NULL;
  g_autoptr (AmfaWallTimer) keeper_timer = NULL;
  g_autoptr (AmfaSessionMonitor) monitor = NULL;
  g_autoptr (AmfaRoleKeeper) keeper = NULL;
  g_autoptr (AmfaWallTimer) day_timer = NULL;
  g_autoptr (AmfaDayWatch) day = NULL;
  g_autoptr (AmfaApplication) application = NULL;
  int status;

  amfa_process_prepare (NULL);
  dirs = amfa_data_dirs_new ();
  setlocale (LC_ALL, "");
  bindtextdomain (AMFA_GETTEXT_DOMAIN, dirs->locale);
  bind_textdomain_codeset (AMFA_GETTEXT_DOMAIN, "UTF-8");
  textdomain (AMFA_GETTEXT_DOMAIN);
  g_set_application_name (_ ("AWS MFA"));

  backend = amfa_backend_new (
      amfa_process_read_environment ((const char *const *) variables, AMFA_APPLICATION_ID),
      dirs->schemas);
  timer = amfa_system_timer_new ();
  monitor = amfa_session_monitor_new (backend, timer);
  keeper_timer = amfa_system_timer_new ();
  keeper = amfa_role_keeper_new (backend, monitor, keeper_timer);
  day_timer = amfa_system_timer_new ();
  day = amfa_day_watch_new (day_timer, AMFA_DAY_WATCH_ZONE);
  application = amfa_application_new (backend, monitor, timer, keeper, day, dirs);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  amfa_keyring_await_prompts (backend->keyring);
  /* A thread that still works with all this must not see it go. */
  if (amfa_application_was_cut_off (application))
    _exit (status);
  return status;
}
