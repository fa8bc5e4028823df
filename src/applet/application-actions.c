#define G_LOG_DOMAIN "amfa-application-actions"

#include "application-actions.h"

#include <glib/gi18n.h>

#include "amfa-config.h"
#include "core/model/profile-name.h"
#include "core/model/role-plan.h"
#include "present.h"

/* Every deed has one name, whoever asks for it: the menu, a click, a notification's button, a
 * desktop action, a script on the bus. Those without parameter are for the default profile, since
 * neither a click nor a desktop file can pass one. All stay enabled: a deed that can do nothing
 * says so, which a disabled action cannot. */

#define SESSIONS "sessions"

/* Returns: (nullable): %NULL if nothing can have that name; anybody on the bus may say anything.
 * Whether there is such a profile is for whoever would show something to find out. */
static const char *
get_profile (GVariant *parameter)
{
  const char *name = parameter ? g_variant_get_string (parameter, NULL) : AMFA_DEFAULT_PROFILE;

  if (amfa_profile_name_is_possible (name))
    return name;
  g_info ("no profile can have that name");
  return NULL;
}

static void
on_enter_code_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *profile = get_profile (parameter);

  if (profile)
    amfa_application_enter_code (user_data, profile);
}

static void
on_restore_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *profile = get_profile (parameter);

  if (profile)
    amfa_deeds_restore (amfa_application_get_deeds (user_data), profile);
}

static void
on_end_session_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *profile = get_profile (parameter);

  if (profile)
    amfa_deeds_end_session (amfa_application_get_deeds (user_data), profile);
}

static void
on_switch_role_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GVariant) name = g_variant_get_child_value (parameter, 0);
  const char *profile = get_profile (name);
  const char *role = NULL;

  g_variant_get_child (parameter, 1, "&s", &role);
  if (!profile)
    return;
  if (g_str_equal (role, AMFA_ROLE_NONE) ||
      (amfa_name_is_bounded (role) && amfa_role_arn_is_valid (role)))
    amfa_deeds_switch_role (amfa_application_get_deeds (user_data), profile, role);
  else
    g_info ("no role can have that name");
}

static void
on_later_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *profile = get_profile (parameter);

  if (profile)
    amfa_application_later (user_data, profile);
}

static GtkWidget *
about_dialog_new (GtkApplication *application)
{
  GtkWidget *dialog = g_object_new (
      GTK_TYPE_ABOUT_DIALOG, "application", application, "program-name", g_get_application_name (),
      "version", AMFA_VERSION, "logo-icon-name", AMFA_APPLICATION_ID, "comments",
      _ ("Type the MFA code, and every AWS tool on this computer works until the time "
         "shown."),
      "license-type", GTK_LICENSE_MIT_X11, NULL);

  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  return dialog;
}

static void
on_about_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkApplication *application = GTK_APPLICATION (user_data);
  GtkWidget *dialog = NULL;

  for (GList *l = gtk_application_get_windows (application); l && !dialog; l = l->next)
    if (GTK_IS_ABOUT_DIALOG (l->data))
      dialog = l->data;

  amfa_present_window (GTK_WINDOW (dialog ? dialog : about_dialog_new (application)));
}

static void
on_quit_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  amfa_application_end (user_data);
}

/* The state is ours to say; without a handler GSimpleAction would let anybody on the bus set it. */
static void
on_sessions_change_state (GSimpleAction *action, GVariant *value, gpointer user_data)
{
}

/* clang-format off */
static const GActionEntry action_entries[] = {
  { "enter-code", on_enter_code_activated },
  { "enter-code-for", on_enter_code_activated, "s" },
  { "restore", on_restore_activated },
  { "restore-for", on_restore_activated, "s" },
  { "end-session", on_end_session_activated },
  { "end-session-for", on_end_session_activated, "s" },
  { "switch-role", on_switch_role_activated, "(ss)" },
  { "later", on_later_activated, "s" },
  { "dismiss", NULL }, /* a click on news, which does nothing */
  { SESSIONS, NULL, NULL, "@aa{sv} []", on_sessions_change_state },
  { "about", on_about_activated },
  { "quit", on_quit_activated },
};
/* clang-format on */

void
amfa_application_add_actions (AmfaApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), action_entries,
                                   G_N_ELEMENTS (action_entries), self);
}

/* All but the one that says how it is: nothing new begins. */
void
amfa_application_disable_actions (AmfaApplication *self)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (self));

  for (gsize i = 0; names[i]; i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), names[i]);

      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), g_str_equal (names[i], SESSIONS));
    }
}

/**
 * amfa_application_publish_sessions:
 * @sessions: (element-type AmfaSessionInfo): all profiles, in order
 *
 * Sets the state of the action "sessions", a dictionary each profile.
 */
void
amfa_application_publish_sessions (AmfaApplication *self, GPtrArray *sessions)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), SESSIONS);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < sessions->len; i++)
    {
      const AmfaSessionInfo *info = g_ptr_array_index (sessions, i);

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add_parsed (&builder, "{'profile', <%s>}", info->profile);
      g_variant_builder_add_parsed (&builder, "{'state', <%s>}",
                                    amfa_session_state_to_string (info->state));
      g_variant_builder_add_parsed (&builder, "{'expires', <%x>}", info->expires);
      g_variant_builder_add_parsed (&builder, "{'account', <%s>}",
                                    info->account ? info->account : "");
      g_variant_builder_add_parsed (&builder, "{'identity', <%s>}",
                                    info->identity ? info->identity : "");
      g_variant_builder_close (&builder);
    }
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_builder_end (&builder));
}
