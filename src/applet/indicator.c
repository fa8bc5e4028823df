#define G_LOG_DOMAIN "amfa-indicator"

#include "indicator.h"

#include <glib/gi18n.h>
#include <libayatana-appindicator/app-indicator.h>

#include "session-text.h"
#include "state-icon.h"

/* The library makes AMFA_INDICATOR_PATH of it. */
#define INDICATOR_ID "awsmfa"

#define HOST "org.kde.StatusNotifierWatcher"

/* Without a host the library falls back to an XEmbed icon where there is X11; when a host comes it
 * registers again. There is one that it misses: it asks for the bus twice, and if it is told of the
 * host before the second answer it has no connection to call it on, and never tries again. That is
 * rare, and happens on computers that are busy, as after a log-in. So somebody looks a moment after
 * a host has come, and makes another item if need be. */
#define REGISTRATION_MS 1000

struct _AmfaIndicator
{
  GObject parent_instance;

  AppIndicator *item;
  AmfaSessionMenu *menu;
  char *icon_path; /* nullable */
  guint host_watch;
  guint registration; /* the source that looks */

  const char *icon; /* static */
  char *description;
  char *title;
};

G_DEFINE_FINAL_TYPE (AmfaIndicator, amfa_indicator, G_TYPE_OBJECT)

/* A log should tell why no icon is to be seen. */
static void
on_connection_changed (AppIndicator *item, gboolean connected)
{
  g_debug ("Tray host %s", connected ? "found" : "missing");
}

/* On GNOME a screen reader has nothing but the description to tell whose icon it is. */
static void
show (AmfaIndicator *self)
{
  app_indicator_set_icon_full (self->item, self->icon, self->description);
  app_indicator_set_title (self->item, self->title);
}

static void
make_item (AmfaIndicator *self)
{
  /* The constructor functions of newer libraries print a deprecation warning. */
  self->item =
      g_object_new (APP_INDICATOR_TYPE, "id", INDICATOR_ID, "category", "ApplicationStatus",
                    "icon-name", self->icon, "icon-theme-path", self->icon_path, NULL);
  g_signal_connect (self->item, "connection-changed", G_CALLBACK (on_connection_changed), NULL);

  /* The title needs the menu's object path. */
  app_indicator_set_menu (self->item, GTK_MENU (self->menu));
  app_indicator_set_secondary_activate_target (self->item,
                                               amfa_session_menu_get_first (self->menu));
  show (self);
  app_indicator_set_status (self->item, APP_INDICATOR_STATUS_ACTIVE);
}

static gboolean
on_registration_due (gpointer user_data)
{
  AmfaIndicator *self = user_data;
  gboolean connected = FALSE;

  g_object_get (self->item, "connected", &connected, NULL);
  if (connected)
    {
      self->registration = 0;
      return G_SOURCE_REMOVE;
    }
  g_debug ("Tray host missed");
  /* Calls under way may hold it, and it cannot be disposed of twice: an empty shell stays. */
  g_object_run_dispose (G_OBJECT (self->item));
  self->item = NULL;
  make_item (self);
  return G_SOURCE_CONTINUE;
}

static void
on_host_appeared (GDBusConnection *connection,
                  const char *name,
                  const char *owner,
                  gpointer user_data)
{
  AmfaIndicator *self = user_data;

  g_clear_handle_id (&self->registration, g_source_remove);
  self->registration = g_timeout_add (REGISTRATION_MS, on_registration_due, self);
}

static void
on_host_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  AmfaIndicator *self = user_data;

  g_clear_handle_id (&self->registration, g_source_remove);
}

static void
amfa_indicator_dispose (GObject *object)
{
  AmfaIndicator *self = AMFA_INDICATOR (object);

  g_clear_handle_id (&self->host_watch, g_bus_unwatch_name);
  g_clear_handle_id (&self->registration, g_source_remove);
  g_clear_object (&self->item);
  g_clear_object (&self->menu);

  G_OBJECT_CLASS (amfa_indicator_parent_class)->dispose (object);
}

static void
amfa_indicator_finalize (GObject *object)
{
  AmfaIndicator *self = AMFA_INDICATOR (object);

  g_free (self->icon_path);
  g_free (self->description);
  g_free (self->title);

  G_OBJECT_CLASS (amfa_indicator_parent_class)->finalize (object);
}

static void
amfa_indicator_class_init (AmfaIndicatorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_indicator_dispose;
  G_OBJECT_CLASS (klass)->finalize = amfa_indicator_finalize;
}

static void
amfa_indicator_init (AmfaIndicator *self)
{
}

/**
 * amfa_indicator_new:
 * @connection: to the session bus, which is the process's own
 * @menu: the menu
 * @icon_path: (nullable): a search path for the panel, which is another process
 */
AmfaIndicator *
amfa_indicator_new (GDBusConnection *connection, AmfaSessionMenu *menu, const char *icon_path)
{
  AmfaIndicator *self = g_object_new (AMFA_TYPE_INDICATOR, NULL);

  self->menu = g_object_ref (menu);
  self->icon_path = g_strdup (icon_path);
  self->icon = amfa_state_icon_get_name (AMFA_SESSION_NONE);
  self->title = g_strdup (_ ("AWS MFA"));
  make_item (self);
  self->host_watch =
      g_bus_watch_name_on_connection (connection, HOST, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                      on_host_appeared, on_host_vanished, self, NULL);
  return self;
}

/**
 * amfa_indicator_update:
 * @sessions: (element-type AmfaSessionInfo): all profiles
 * @now: Unix seconds
 *
 * The icon, its description and its title speak of the most urgent session; the title names its
 * profile where there are several.
 */
void
amfa_indicator_update (AmfaIndicator *self, GPtrArray *sessions, gint64 now)
{
  const AmfaSessionInfo *info = amfa_session_info_find_most_urgent (sessions, now);
  g_autofree char *summary = amfa_session_text_summary (info, now);
  g_autofree char *line = info ? amfa_session_text_line (info, now) : NULL;

  g_free (self->title);
  self->title = info && sessions->len > 1 ? amfa_session_text_for_profile (summary, info->profile)
                                          : g_strdup (summary);
  g_free (self->description);
  self->description = line ? g_strdup_printf (_ ("AWS MFA: %s"), line) : g_strdup (summary);
  self->icon = amfa_state_icon_get_name (info ? info->state : AMFA_SESSION_NONE);
  show (self);
}
