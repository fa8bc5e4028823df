#define G_LOG_DOMAIN "amfa-application"

#include "application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

#include "amfa-config.h"
#include "application-actions.h"
#include "code-dialogs.h"
#include "core/io/process.h"
#include "farewell.h"
#include "indicator.h"
#include "left-click.h"
#include "messages/clock-format.h"
#include "program-watch.h"
#include "session-menu.h"
#include "session-requests.h"
#include "start-at-login.h"

#define RESOURCE_PATH "/com/example/AwsMfa"

struct _AmfaApplication
{
  GtkApplication parent_instance;

  AmfaBackend *backend;
  AmfaSessionMonitor *monitor;
  AmfaWallTimer *timer;
  AmfaRoleKeeper *keeper;
  AmfaDayWatch *day;
  GSettings *clock; /* of the desktop; nullable */
  char *icon_path;  /* nullable */
  char *program;    /* nullable */

  AmfaKnownProfiles *known;
  AmfaSessionRequests *requests;
  AmfaNotifier *notifier;
  AmfaStartAtLogin *start_at_login;
  AmfaProgramWatch *program_watch; /* nullable */
  AmfaDeeds *deeds;
  AmfaCodeDialogs *dialogs;
  AmfaSessionMenu *menu;
  AmfaIndicator *indicator; /* nullable: there is none without a session bus */
  AmfaFarewell *farewell;
  gboolean is_cut_off; /* something was under way yet */
};

G_DEFINE_FINAL_TYPE (AmfaApplication, amfa_application, GTK_TYPE_APPLICATION)

static void
update_views (AmfaApplication *self)
{
  GPtrArray *sessions = amfa_session_monitor_get_sessions (self->monitor);
  gint64 now = amfa_wall_timer_get_now (self->timer);

  amfa_application_publish_sessions (self, sessions);
  amfa_session_menu_update (self->menu, sessions, now);
  if (self->indicator)
    amfa_indicator_update (self->indicator, sessions, now);
}

static void
on_sessions_changed (AmfaSessionMonitor *monitor, AmfaApplication *self)
{
  update_views (self);
}

static void
on_session_warning (AmfaSessionMonitor *monitor, const char *profile, AmfaApplication *self)
{
  const AmfaSessionInfo *info = amfa_session_monitor_lookup (monitor, profile);

  if (info && !amfa_role_keeper_is_at_work (self->keeper, profile))
    amfa_notifier_ending (self->notifier, info, NULL, amfa_wall_timer_get_now (self->timer));
}

static void
on_session_ended (AmfaSessionMonitor *monitor, const char *profile, AmfaApplication *self)
{
  if (!amfa_role_keeper_is_at_work (self->keeper, profile))
    amfa_notifier_ended (self->notifier, profile, amfa_session_monitor_lookup (monitor, profile),
                         NULL);
}

static void
on_role_failed (AmfaRoleKeeper *keeper,
                const char *profile,
                const GError *error,
                AmfaApplication *self)
{
  const AmfaSessionInfo *info = amfa_session_monitor_lookup (self->monitor, profile);
  gint64 now = amfa_wall_timer_get_now (self->timer);

  if (info && info->expires > now)
    amfa_notifier_ending (self->notifier, info, error, now);
  else
    amfa_notifier_ended (self->notifier, profile, info, error);
}

static void
on_session_renewed (AmfaSessionMonitor *monitor, const char *profile, AmfaApplication *self)
{
  amfa_notifier_withdraw_warning (self->notifier, profile);
}

static void
on_dialog_granted (AmfaCodeDialogs *dialogs,
                   AmfaTokenDialog *dialog,
                   gint64 expires,
                   guint warnings,
                   gint64 clock_offset,
                   AmfaApplication *self)
{
  const AmfaLoginResult result = { expires, clock_offset, warnings };
  const char *profile = amfa_token_dialog_get_profile (dialog);
  const AmfaLoginPlan *plan = amfa_token_dialog_get_plan (dialog);

  amfa_notifier_started (self->notifier, profile, plan->identity, &result,
                         amfa_wall_timer_get_now (self->timer));
  amfa_session_requests_granted (self->requests, profile, expires);
  amfa_session_monitor_refresh (self->monitor);
}

static void
present_dialog (AmfaApplication *self, const char *profile)
{
  amfa_code_dialogs_present (self->dialogs, profile, NULL);
}

static void
on_code_needed (AmfaDeeds *deeds,
                const char *profile,
                const char *role,
                const GError *refusal,
                AmfaApplication *self)
{
  AmfaTokenDialog *dialog;

  if (amfa_farewell_has_begun (self->farewell))
    return;
  dialog = amfa_code_dialogs_present (self->dialogs, profile, role);
  if (refusal)
    amfa_token_dialog_explain (dialog, refusal);
}

static void
on_request (AmfaSessionRequests *requests, const char *profile, AmfaApplication *self)
{
  amfa_notifier_asking (self->notifier, profile,
                        amfa_session_monitor_lookup (self->monitor, profile));
}

static void
on_request_is_over (AmfaSessionRequests *requests, const char *profile, AmfaApplication *self)
{
  amfa_notifier_withdraw_question (self->notifier, profile);
}

static void
on_farewell_over (AmfaFarewell *farewell, gboolean in_time, AmfaApplication *self)
{
  self->is_cut_off = !in_time;
  g_application_quit (G_APPLICATION (self));
}

/* The session ends, or somebody in a terminal. The second one kills. */
static gboolean
on_terminated (gpointer user_data)
{
  amfa_application_end (user_data);
  return G_SOURCE_REMOVE;
}

static void
heed_signals (AmfaApplication *self)
{
  static const int numbers[] = { SIGHUP, SIGINT, SIGTERM };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      struct sigaction now;

      /* As nohup leaves it. */
      if (sigaction (numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
        g_unix_signal_add (numbers[i], on_terminated, self);
    }
}

/* The panel is another process and gets the path by the item; this is for our own windows. */
static void
set_up_icons (AmfaApplication *self)
{
  if (self->icon_path)
    gtk_icon_theme_append_search_path (gtk_icon_theme_get_default (), self->icon_path);
  gtk_window_set_default_icon_name (AMFA_APPLICATION_ID);
}

static void
set_up_indicator (AmfaApplication *self, GDBusConnection *connection)
{
  amfa_left_click_install (connection, AMFA_INDICATOR_PATH,
                           g_application_get_dbus_object_path (G_APPLICATION (self)), "enter-code");
  self->indicator = amfa_indicator_new (connection, self->menu, self->icon_path);
}

static gboolean
quit (gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (user_data), "quit", NULL);
  return G_SOURCE_REMOVE;
}

/* The user has logged out, or nobody reaches us any more. This may be the thread of whoever in this
 * process asked for the bus first. */
static void
on_bus_closed (GDBusConnection *bus, gboolean vanished, GError *error, AmfaApplication *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, quit, g_object_ref (self), g_object_unref);
}

static gpointer
sweep (gpointer data)
{
  g_autoptr (AmfaBackend) backend = data;

  amfa_backend_sweep (backend);
  return NULL;
}

static void
watch_clock (AmfaApplication *self)
{
  g_autofree char *format = NULL;

  self->clock = amfa_clock_format_get_settings ();
  if (!self->clock)
    return;
  g_signal_connect_object (self->clock, "changed::clock-format", G_CALLBACK (update_views), self,
                           G_CONNECT_SWAPPED);
  /* Changes of what nobody has read are not told. */
  format = g_settings_get_string (self->clock, "clock-format");
}

static void
watch_program (AmfaApplication *self)
{
  g_autofree char *program = amfa_process_dup_program ();

  if (program)
    self->program_watch = amfa_program_watch_new (program, self->notifier);
}

static void
amfa_application_startup (GApplication *application)
{
  AmfaApplication *self = AMFA_APPLICATION (application);
  GDBusConnection *connection;

  G_APPLICATION_CLASS (amfa_application_parent_class)->startup (application);

  amfa_application_add_actions (self);
  set_up_icons (self);
  self->notifier = amfa_notifier_new (
      GTK_APPLICATION (self), self->backend->environment->notifies_freedesktop, self->icon_path);
  self->start_at_login = amfa_start_at_login_new (self->backend->environment->autostart_path,
                                                  self->program, self->notifier);
  g_action_map_add_action (G_ACTION_MAP (self),
                           amfa_start_at_login_get_action (self->start_at_login));
  watch_program (self);
  self->deeds = amfa_deeds_new (self->backend, self->monitor, self->notifier);
  self->dialogs =
      amfa_code_dialogs_new (GTK_APPLICATION (application), self->backend, self->monitor);
  self->menu =
      g_object_ref_sink (AMFA_SESSION_MENU (amfa_session_menu_new (G_ACTION_GROUP (application))));

  /* Without a bus nobody could reach a program without a window: it ends with its last one. */
  connection = g_application_get_dbus_connection (application);
  if (connection)
    {
      set_up_indicator (self, connection);
      g_signal_connect_object (connection, "closed", G_CALLBACK (on_bus_closed), self, 0);
      g_application_hold (application);
    }

  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (on_sessions_changed), self, 0);
  g_signal_connect_object (self->monitor, "warning", G_CALLBACK (on_session_warning), self, 0);
  g_signal_connect_object (self->monitor, "ended", G_CALLBACK (on_session_ended), self, 0);
  g_signal_connect_object (self->monitor, "renewed", G_CALLBACK (on_session_renewed), self, 0);
  g_signal_connect_object (self->day, "changed", G_CALLBACK (update_views), self,
                           G_CONNECT_SWAPPED);
  watch_clock (self);
  g_signal_connect_object (self->keeper, "failed", G_CALLBACK (on_role_failed), self, 0);
  g_signal_connect_object (self->deeds, "code-needed", G_CALLBACK (on_code_needed), self, 0);
  g_signal_connect_object (self->dialogs, "presented", G_CALLBACK (amfa_session_requests_presented),
                           self->requests, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dialogs, "granted", G_CALLBACK (on_dialog_granted), self, 0);
  g_signal_connect_object (self->dialogs, "switch-role", G_CALLBACK (amfa_deeds_switch_role),
                           self->deeds, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dialogs, "closed", G_CALLBACK (amfa_session_requests_closed),
                           self->requests, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->requests, "ask", G_CALLBACK (on_request), self, 0);
  g_signal_connect_object (self->requests, "ask-in-window", G_CALLBACK (present_dialog), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->requests, "asked-enough", G_CALLBACK (on_request_is_over), self,
                           0);
  self->farewell =
      amfa_farewell_new (self->requests, self->dialogs, self->deeds, self->keeper, self->notifier);
  g_signal_connect_object (self->farewell, "over", G_CALLBACK (on_farewell_over), self, 0);
  heed_signals (self);
  g_thread_unref (g_thread_new ("sweep", sweep, amfa_backend_ref (self->backend)));
  amfa_session_monitor_start (self->monitor);
  update_views (self);
}

static void
amfa_application_activate (GApplication *application)
{
  amfa_application_enter_code (AMFA_APPLICATION (application), AMFA_DEFAULT_PROFILE);
}

static void
amfa_application_shutdown (GApplication *application)
{
  AmfaApplication *self = AMFA_APPLICATION (application);

  amfa_session_requests_unexport (self->requests);
  amfa_code_dialogs_destroy (self->dialogs);
  g_clear_object (&self->farewell);
  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_signal_handlers_disconnect_by_data (self->day, self);
  g_clear_object (&self->clock);
  g_clear_object (&self->indicator);
  gtk_widget_destroy (GTK_WIDGET (self->menu));
  g_clear_object (&self->menu);
  g_clear_object (&self->dialogs);
  g_clear_object (&self->deeds);
  g_clear_object (&self->start_at_login);
  g_clear_object (&self->program_watch);
  g_clear_object (&self->notifier);

  G_APPLICATION_CLASS (amfa_application_parent_class)->shutdown (application);
}

/* Before the name is taken: whoever has the program started by the bus calls at once. */
static gboolean
amfa_application_dbus_register (GApplication *application,
                                GDBusConnection *connection,
                                const char *object_path,
                                GError **error)
{
  AmfaApplication *self = AMFA_APPLICATION (application);

  return G_APPLICATION_CLASS (amfa_application_parent_class)
             ->dbus_register (application, connection, object_path, error) &&
         amfa_session_requests_export (self->requests, connection, object_path, error);
}

static void
amfa_application_dbus_unregister (GApplication *application,
                                  GDBusConnection *connection,
                                  const char *object_path)
{
  amfa_session_requests_unexport (AMFA_APPLICATION (application)->requests);
  G_APPLICATION_CLASS (amfa_application_parent_class)
      ->dbus_unregister (application, connection, object_path);
}

static int
amfa_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("%s %s\n", g_get_prgname (), AMFA_VERSION);
      return 0;
    }
  return -1;
}

static void
amfa_application_finalize (GObject *object)
{
  AmfaApplication *self = AMFA_APPLICATION (object);

  amfa_backend_unref (self->backend);
  g_object_unref (self->requests);
  g_object_unref (self->known);
  g_object_unref (self->monitor);
  g_object_unref (self->timer);
  g_object_unref (self->keeper);
  g_object_unref (self->day);
  g_free (self->icon_path);
  g_free (self->program);

  G_OBJECT_CLASS (amfa_application_parent_class)->finalize (object);
}

static void
amfa_application_class_init (AmfaApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = amfa_application_finalize;
  application_class->startup = amfa_application_startup;
  application_class->activate = amfa_application_activate;
  application_class->shutdown = amfa_application_shutdown;
  application_class->dbus_register = amfa_application_dbus_register;
  application_class->dbus_unregister = amfa_application_dbus_unregister;
  application_class->handle_local_options = amfa_application_handle_local_options;
}

static void
amfa_application_init (AmfaApplication *self)
{
  static const GOptionEntry options[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the version and exit"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

/**
 * amfa_application_new:
 * @backend: what operations work with; its environment has the application's id
 * @monitor: not started yet
 * @timer: the clock of @monitor
 * @keeper: of @monitor
 * @day: when times have to be written anew
 * @dirs: what ships with the program
 */
AmfaApplication *
amfa_application_new (AmfaBackend *backend,
                      AmfaSessionMonitor *monitor,
                      AmfaWallTimer *timer,
                      AmfaRoleKeeper *keeper,
                      AmfaDayWatch *day,
                      const AmfaDataDirs *dirs)
{
  AmfaApplication *self =
      g_object_new (AMFA_TYPE_APPLICATION, "application-id", backend->environment->application_id,
                    "resource-base-path", RESOURCE_PATH, NULL);

  self->backend = amfa_backend_ref (backend);
  self->monitor = g_object_ref (monitor);
  self->timer = g_object_ref (timer);
  self->keeper = g_object_ref (keeper);
  self->day = g_object_ref (day);
  self->icon_path = g_strdup (dirs->icons);
  self->program = g_strdup (dirs->applet);
  self->known = amfa_known_profiles_new (backend, monitor);
  self->requests = amfa_session_requests_new (self->known, monitor, timer);
  return self;
}

/* A code is wanted for a profile of which nobody knows yet whether there is one. */
typedef struct
{
  AmfaApplication *application;
  char *profile;
} Wish;

static void
wish_free (Wish *self)
{
  g_object_unref (self->application);
  g_free (self->profile);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wish, wish_free)

static void
on_profile_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Wish) wish = user_data;

  if (!amfa_known_profiles_check_finish (AMFA_KNOWN_PROFILES (source), result))
    g_info ("there is no profile of that name");
  else if (wish->application->farewell && !amfa_farewell_has_begun (wish->application->farewell))
    present_dialog (wish->application, wish->profile);
}

/**
 * amfa_application_enter_code:
 * @profile: what somebody calls a profile
 *
 * Presents the one code dialog of @profile, if there is one of that name.
 */
void
amfa_application_enter_code (AmfaApplication *self, const char *profile)
{
  Wish *wish;

  if (amfa_farewell_has_begun (self->farewell))
    return;
  if (amfa_known_profiles_has (self->known, profile))
    {
      present_dialog (self, profile);
      return;
    }
  wish = g_new0 (Wish, 1);
  wish->application = g_object_ref (self);
  wish->profile = g_strdup (profile);
  amfa_known_profiles_check_async (self->known, profile, on_profile_checked, wish);
}

/**
 * amfa_application_later:
 * @profile: a profile's name
 *
 * What a notification asks about @profile is not to be done now.
 */
void
amfa_application_later (AmfaApplication *self, const char *profile)
{
  amfa_notifier_withdraw (self->notifier, profile);
  amfa_session_requests_later (self->requests, profile);
}

AmfaDeeds *
amfa_application_get_deeds (AmfaApplication *self)
{
  return self->deeds;
}

/**
 * amfa_application_end:
 *
 * Quits as soon as nothing is under way that must not be broken off.
 */
void
amfa_application_end (AmfaApplication *self)
{
  amfa_application_disable_actions (self);
  g_clear_object (&self->indicator);
  amfa_farewell_begin (self->farewell);
}

/* Whether it ended although something was under way: nothing may be waited for, or freed. */
gboolean
amfa_application_was_cut_off (AmfaApplication *self)
{
  return self->is_cut_off;
}
