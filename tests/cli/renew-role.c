#include "core/io/process.h"
#include "core/io/system-timer.h"
#include "core/model/error.h"
#include "core/operations/role-change.h"
#include "core/operations/role-keeper.h"

/* Renews the role of a profile as the applet does, in the environment that it is started in.
 *
 * usage: renew-role [--keep] PROFILE
 * Prints the end of the role's session, or the error's code; with --keep it waits until the role is
 * due, and prints "renewed" or "failed". */

typedef struct
{
  gboolean finished;
  AmfaLoginResult result;
  GError *error;
} Outcome;

static void
on_renewed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  amfa_role_change_finish (result, &outcome->result, NULL, &outcome->error);
  outcome->finished = TRUE;
}

static const char *
name_of (const GError *error)
{
  static const struct
  {
    AmfaError code;
    const char *name;
  } names[] = {
    { AMFA_ERROR_NO_SESSION, "no-session" },   { AMFA_ERROR_SESSION_EXPIRED, "session-expired" },
    { AMFA_ERROR_NOT_ALLOWED, "not-allowed" }, { AMFA_ERROR_NETWORK, "network" },
    { AMFA_ERROR_SERVICE, "service" },         { AMFA_ERROR_BUSY, "busy" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_error_matches (error, AMFA_ERROR, names[i].code))
      return names[i].name;
  return error->message;
}

static void
on_event (GMainLoop *loop, const char *profile)
{
  g_main_loop_quit (loop);
}

static void
on_failed (gboolean *failed)
{
  *failed = TRUE;
}

static const char *
keep (AmfaBackend *backend)
{
  g_autoptr (AmfaWallTimer) timer = amfa_system_timer_new ();
  g_autoptr (AmfaWallTimer) keeper_timer = amfa_system_timer_new ();
  g_autoptr (AmfaSessionMonitor) monitor = amfa_session_monitor_new (backend, timer);
  g_autoptr (AmfaRoleKeeper) keeper = amfa_role_keeper_new (backend, monitor, keeper_timer);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  gboolean failed = FALSE;

  g_signal_connect_swapped (keeper, "failed", G_CALLBACK (on_failed), &failed);
  g_signal_connect_swapped (keeper, "failed", G_CALLBACK (on_event), loop);
  g_signal_connect_swapped (monitor, "renewed", G_CALLBACK (on_event), loop);
  amfa_session_monitor_start (monitor);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (keeper, &failed);
  g_signal_handlers_disconnect_by_data (keeper, loop);
  g_signal_handlers_disconnect_by_data (monitor, loop);
  return failed ? "failed" : "renewed";
}

static void
renew (AmfaBackend *backend, const char *profile)
{
  Outcome outcome = { FALSE };

  amfa_role_change_async (backend, profile, NULL, NULL, on_renewed, &outcome);
  while (!outcome.finished)
    g_main_context_iteration (NULL, TRUE);
  if (outcome.error)
    g_print ("%s\n", name_of (outcome.error));
  else
    g_print ("%" G_GINT64_FORMAT "\n", outcome.result.expires);
  g_clear_error (&outcome.error);
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) envp = g_get_environ ();
  g_autoptr (AmfaBackend) backend = amfa_backend_new (
      amfa_process_read_environment ((const char *const *) envp, "com.example.AwsMfa"), NULL);

  if (argc == 3)
    g_print ("%s\n", keep (backend));
  else
    renew (backend, argv[1]);
  return 0;
}
