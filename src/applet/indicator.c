#define G_LOG_DOMAIN "amfa-indicator"

#include "indicator.h"

#include <glib/gi18n.h>
#include <libayatana-appindicator/app-indicator.h>

#include "session-text.h"
#include "state-icon.h"

/* The library makes AMFA_INDICATOR_PATH of it. */
#define INDICATOR_ID "awsmfa"

struct _AmfaIndicator
{
  GObject parent_instance;

  AppIndicator *item;
};

G_DEFINE_FINAL_TYPE (AmfaIndicator, amfa_indicator, G_TYPE_OBJECT)

/* Without a host the library falls back to an XEmbed icon where there is X11; when a host comes it
 * registers again. Nothing is left to do, but a log should tell why no icon is to be seen. */
static void
on_connection_changed (AppIndicator *item, gboolean connected)
{
  g_debug ("Tray host %s", connected ? "found" : "missing");
}

static void
amfa_indicator_dispose (GObject *object)
{
  AmfaIndicator *self = AMFA_INDICATOR (object);

  g_clear_object (&self->item);

  G_OBJECT_CLASS (amfa_indicator_parent_class)->dispose (object);
}

static void
amfa_indicator_class_init (AmfaIndicatorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_indicator_dispose;
}

static void
amfa_indicator_init (AmfaIndicator *self)
{
}

/**
 * amfa_indicator_new:
 * @menu: the menu
 * @icon_path: (nullable): a search path for the panel, which is another process
 *
 * Needs a session bus that this process is connected to already: the library watches for the host
 * before its own connection is complete.
 */
AmfaIndicator *
amfa_indicator_new (AmfaSessionMenu *menu, const char *icon_path)
{
  AmfaIndicator *self = g_object_new (AMFA_TYPE_INDICATOR, NULL);

  /* The constructor functions of newer libraries print a deprecation warning. */
  self->item = g_object_new (
      APP_INDICATOR_TYPE, "id", INDICATOR_ID, "category", "ApplicationStatus", "icon-name",
      amfa_state_icon_get_name (AMFA_SESSION_NONE), "icon-theme-path", icon_path, NULL);
  g_signal_connect (self->item, "connection-changed", G_CALLBACK (on_connection_changed), NULL);

  /* The title needs the menu's object path. */
  app_indicator_set_menu (self->item, GTK_MENU (menu));
  app_indicator_set_secondary_activate_target (self->item, amfa_session_menu_get_first (menu));
  app_indicator_set_title (self->item, _ ("AWS MFA"));
  app_indicator_set_status (self->item, APP_INDICATOR_STATUS_ACTIVE);
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
  g_autofree char *title = info && sessions->len > 1
                               ? amfa_session_text_for_profile (summary, info->profile)
                               : g_strdup (summary);
  g_autofree char *line = info ? amfa_session_text_line (info, now) : NULL;
  g_autofree char *description = line ? g_strdup_printf (_ ("AWS MFA: %s"), line) : NULL;

  /* On GNOME a screen reader has nothing but the description to tell whose icon it is. */
  app_indicator_set_icon_full (self->item,
                               amfa_state_icon_get_name (info ? info->state : AMFA_SESSION_NONE),
                               description ? description : summary);
  app_indicator_set_title (self->item, title);
}
