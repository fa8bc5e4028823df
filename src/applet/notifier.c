#define G_LOG_DOMAIN "amfa-notifier"

#include "notifier.h"

#include <glib/gi18n.h>

#include "amfa-config.h"
#include "core/model/error.h"
#include "messages/formats.h"
#include "messages/messages.h"
#include "notification-body.h"
#include "present.h"
#include "session-text.h"
#include "state-icon.h"

/* What is said about a profile takes the place of what was said about it before: both have the same
 * id. There is one exception. The question of programs that wait stays until it is answered, since
 * it is not asked twice: anything else that is said meanwhile has a second id, beside it, and goes
 * when something takes the question's place. What is about no profile has an id of its own, too.
 *
 * One thing cannot be had from GLib: while a daemon has not answered a Notify yet, its back end
 * does not know the number of that notification. Who withdraws it or replaces it in that moment
 * leaves it on the screen, until the user or the daemon takes it away. */

/* What a notification is about. */
typedef enum
{
  KIND_NEWS,
  KIND_FAILURE, /* news that must reach the user */
  KIND_WARNING,
  KIND_END,
  KIND_QUESTION,
} Kind;

/* A notification on its way to the user, by the desktop or by a window. */
typedef struct
{
  AmfaNotifier *notifier; /* unowned: it cancels the call when it goes */
  char *profile;          /* nullable */
  char *id;
  char *title;
  char *text;
  const char *icon;
  Kind kind;
} Notice;

struct _AmfaNotifier
{
  GObject parent_instance;

  GtkApplication *application; /* unowned: it owns the notifier */
  char *icon_path;             /* nullable */
  GHashTable *shown;           /* id → Kind of what was said last under it */
  GHashTable *pending;         /* id → Notice (unowned) that waits for the daemon's answer */
  gboolean is_freedesktop;     /* the user's wish */
  gboolean has_daemon;         /* and not GNOME Shell; see knows_daemon */
  gboolean knows_daemon;
  gboolean can_act; /* what the daemon said last, or what most can */
  gboolean is_markup;
  gboolean is_finishing;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (AmfaNotifier, amfa_notifier, G_TYPE_OBJECT)

static gboolean
is_news (Kind kind)
{
  return kind == KIND_NEWS || kind == KIND_FAILURE;
}

static char *
id_for_profile (const char *profile)
{
  return g_strconcat ("session-", profile, NULL);
}

static char *
id_beside_question (const char *profile)
{
  return g_strconcat ("beside-", profile, NULL);
}

/* Returns: what was said last under @id; news if nothing was */
static Kind
get_shown (AmfaNotifier *self, const char *id)
{
  return (Kind) GPOINTER_TO_INT (g_hash_table_lookup (self->shown, id));
}

static char *
choose_id (AmfaNotifier *self, Kind kind, const char *profile)
{
  g_autofree char *id = profile ? id_for_profile (profile) : g_strdup ("program");

  if (kind != KIND_QUESTION && get_shown (self, id) == KIND_QUESTION)
    return id_beside_question (profile);
  return g_steal_pointer (&id);
}

static Notice *
notice_new (AmfaNotifier *self,
            Kind kind,
            const char *icon,
            const char *profile,
            const char *title,
            const char *text)
{
  Notice *notice = g_new0 (Notice, 1);

  notice->notifier = self;
  notice->kind = kind;
  notice->icon = icon;
  notice->profile = g_strdup (profile);
  notice->id = choose_id (self, kind, profile);
  notice->title = g_strdup (title);
  notice->text = g_strdup (text);
  return notice;
}

static void
notice_free (Notice *notice)
{
  g_free (notice->profile);
  g_free (notice->id);
  g_free (notice->title);
  g_free (notice->text);
  g_free (notice);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Notice, notice_free)

static GDBusConnection *
get_connection (AmfaNotifier *self)
{
  return g_application_get_dbus_connection (G_APPLICATION (self->application));
}

/* Needs a connection. */
static gboolean
has_daemon (AmfaNotifier *self)
{
  if (!self->knows_daemon)
    {
      self->has_daemon =
          amfa_notification_body_goes_to_daemon (get_connection (self), self->is_freedesktop);
      self->knows_daemon = TRUE;
    }
  return self->has_daemon;
}

/* News has nothing to offer: a code is rarely wanted after it, and there are daemons that draw the
 * default action as a button, or make a window of what has one. GNOME Shell activates the program
 * when what it shows has none. */
static void
add_actions (GNotification *notification, const Notice *notice, gboolean is_for_daemon)
{
  if (is_news (notice->kind))
    {
      if (!is_for_daemon)
        g_notification_set_default_action (notification, "app.dismiss");
      return;
    }

  g_notification_set_default_action_and_target (notification, "app.enter-code-for", "s",
                                                notice->profile);
  g_notification_add_button_with_target (notification, _ ("Enter code"), "app.enter-code-for", "s",
                                         notice->profile);
  if (notice->kind != KIND_END)
    g_notification_add_button_with_target (notification, _ ("Later"), "app.later", "s",
                                           notice->profile);
}

/* A daemon tells nobody but this process of a button. */
static void
send (AmfaNotifier *self, const Notice *notice)
{
  gboolean is_for_daemon = has_daemon (self);
  gboolean can_act = !is_for_daemon || (self->can_act && !self->is_finishing);
  g_autoptr (GNotification) notification = g_notification_new (notice->title);
  g_autoptr (GIcon) icon = amfa_state_icon_new (notice->icon, self->icon_path);
  g_autofree char *body = is_for_daemon && self->is_markup
                              ? amfa_notification_body_escape (notice->text)
                              : g_strdup (notice->text);

  g_notification_set_body (notification, body);
  g_notification_set_icon (notification, icon);
  if (notice->kind != KIND_NEWS)
    g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  if (can_act)
    add_actions (notification, notice, is_for_daemon);
  g_application_send_notification (G_APPLICATION (self->application), notice->id, notification);
}

static void
show_in_window (const Notice *notice)
{
  GtkWidget *dialog;

  dialog =
      gtk_message_dialog_new (NULL, 0, GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, "%s", notice->title);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", notice->text);
  gtk_window_set_application (GTK_WINDOW (dialog), notice->notifier->application);
  gtk_window_set_title (GTK_WINDOW (dialog), g_get_application_name ());
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  amfa_present_window (GTK_WINDOW (dialog));
}

static void
withdraw (AmfaNotifier *self, const char *id)
{
  g_hash_table_remove (self->pending, id);
  g_hash_table_remove (self->shown, id);
  if (get_connection (self))
    g_application_withdraw_notification (G_APPLICATION (self->application), id);
}

/* What was said beside a question goes with the question's place. */
static void
withdraw_older (AmfaNotifier *self, const Notice *newer)
{
  g_autofree char *older = newer->profile ? id_beside_question (newer->profile) : NULL;

  if (older && !g_str_equal (newer->id, older) && g_hash_table_contains (self->shown, older))
    withdraw (self, older);
}

static void
learn_capabilities (AmfaNotifier *self, GVariant *reply)
{
  g_autofree const char **capabilities = NULL;

  g_variant_get (reply, "(^a&s)", &capabilities);
  self->can_act = g_strv_contains (capabilities, "actions");
  self->is_markup = g_strv_contains (capabilities, "body-markup");
}

static void
on_capabilities_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Notice) notice = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  AmfaNotifier *self = notice->notifier;
  gboolean is_wanted = g_hash_table_lookup (self->pending, notice->id) == notice;

  if (reply)
    learn_capabilities (self, reply);
  if (is_wanted)
    g_hash_table_remove (self->pending, notice->id);
  if (!reply && notice->kind == KIND_FAILURE && !self->is_finishing)
    show_in_window (notice);
  else if (is_wanted)
    send (self, notice);
}

/* The daemon is asked each time what it can do, since another may have taken its place; as a
 * notification does, that starts it where the bus can. Where nobody answers, a failure is told in a
 * window. GNOME Shell, which is both, cannot be started, and can do all. At the end of the program
 * there is no time to ask, and no window. */
static void
notify (AmfaNotifier *self, Notice *taken)
{
  g_autoptr (Notice) notice = taken;
  GDBusConnection *connection = get_connection (self);

  if (!connection)
    {
      if (notice->kind == KIND_FAILURE && !self->is_finishing)
        show_in_window (notice);
      return;
    }

  g_hash_table_remove (self->pending, notice->id);
  g_hash_table_insert (self->shown, g_strdup (notice->id), GINT_TO_POINTER ((int) notice->kind));
  withdraw_older (self, notice);

  if (self->is_finishing || (!has_daemon (self) && notice->kind != KIND_FAILURE))
    {
      send (self, notice);
      return;
    }
  g_hash_table_insert (self->pending, g_strdup (notice->id), notice);
  g_dbus_connection_call (connection, "org.freedesktop.Notifications",
                          "/org/freedesktop/Notifications", "org.freedesktop.Notifications",
                          "GetCapabilities", NULL, G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE,
                          -1, self->cancellable, on_capabilities_ready, g_steal_pointer (&notice));
}

/* What a login may want to say beside its success, a line each. */
static void
append_warnings (GString *text, const AmfaLoginResult *result)
{
  if (result->warnings & AMFA_LOGIN_WARNING_IMPORTED)
    g_string_append_printf (text, "\n%s",
                            _ ("The long-term key is now in the keyring, and no longer in the "
                               "credentials file."));
  if (result->warnings & AMFA_LOGIN_WARNING_SAVE_KEYRING)
    g_string_append_printf (text, "\n%s",
                            _ ("Save your keyring's database now: it holds the only copy of your "
                               "long-term key."));
  if (result->warnings & AMFA_LOGIN_WARNING_ROOT)
    g_string_append_printf (text, "\n%s",
                            _ ("This is the key of the root user, whose sessions last an hour at "
                               "most. AWS recommends deleting it and using an IAM user's."));
  if (result->warnings & AMFA_LOGIN_WARNING_PROCESS_ENDED)
    g_string_append_printf (text, "\n%s",
                            _ ("AWS tools no longer ask this profile's credential_process: the "
                               "keys in the credentials file come first."));
  if (result->warnings & AMFA_LOGIN_WARNING_SESSION_NOT_STORED)
    g_string_append_printf (text, "\n%s",
                            _ ("The session could not be stored in the keyring: it is only in the "
                               "credentials file."));
  if (result->warnings & AMFA_LOGIN_WARNING_NOT_DURABLE)
    g_string_append_printf (text, "\n%s",
                            _ ("The disk did not confirm the change of the credentials file: it "
                               "may be lost if the power fails now."));
  if (result->warnings & AMFA_LOGIN_WARNING_STATE)
    g_string_append_printf (text, "\n%s", _ ("The MFA device could not be remembered."));
  if (result->warnings & AMFA_LOGIN_WARNING_CLOCK)
    {
      const AmfaErrorDetails details = { .seconds = result->clock_offset };
      g_autoptr (GError) error = amfa_error_new (AMFA_ERROR_CLOCK_OFF, &details);
      g_autofree char *sentence = amfa_message_for_error (error);

      g_string_append_printf (text, "\n%s", sentence);
    }
}

static void
amfa_notifier_dispose (GObject *object)
{
  AmfaNotifier *self = AMFA_NOTIFIER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->shown, g_hash_table_unref);
  g_clear_pointer (&self->pending, g_hash_table_unref);
  g_clear_pointer (&self->icon_path, g_free);

  G_OBJECT_CLASS (amfa_notifier_parent_class)->dispose (object);
}

static void
amfa_notifier_class_init (AmfaNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_notifier_dispose;
}

static void
amfa_notifier_init (AmfaNotifier *self)
{
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->can_act = TRUE;
  self->is_markup = TRUE;
  self->cancellable = g_cancellable_new ();
}

/**
 * amfa_notifier_new:
 * @application: (unowned): sends the notifications; outlives the notifier
 * @is_freedesktop: whether they go to a daemon even where there is GNOME Shell
 * @icon_path: (nullable): an icon theme search path that the desktop does not know
 */
AmfaNotifier *
amfa_notifier_new (GtkApplication *application, gboolean is_freedesktop, const char *icon_path)
{
  AmfaNotifier *self = g_object_new (AMFA_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->is_freedesktop = is_freedesktop;
  self->icon_path = g_strdup (icon_path);
  return self;
}

/**
 * amfa_notifier_started:
 * @profile: the profile
 * @identity: (nullable): ARN of whose session it is
 * @result: what was granted
 * @now: Unix seconds
 */
void
amfa_notifier_started (AmfaNotifier *self,
                       const char *profile,
                       const char *identity,
                       const AmfaLoginResult *result,
                       gint64 now)
{
  g_autofree char *time = amfa_format_time (result->expires, now);
  g_autofree char *title = g_strdup_printf (_ ("AWS session until %s"), time);
  g_autofree char *who = amfa_session_text_who (profile, identity);
  g_autoptr (GString) text = g_string_new (who);

  if (result->warnings != 0)
    g_string_append_c (text, ':');
  append_warnings (text, result);
  notify (self, notice_new (self, KIND_NEWS, amfa_state_icon_get_name (AMFA_SESSION_ACTIVE),
                            profile, title, text->str));
}

/* Whose session it is, and why it could not be renewed, unless that says no more than that a code
 * is needed. */
static char *
compose_end (const char *profile, const AmfaSessionInfo *info, const GError *problem)
{
  g_autofree char *who = amfa_session_text_who (profile, info ? info->identity : NULL);
  g_autofree char *sentence = NULL;

  if (!problem || g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NO_SESSION) ||
      g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_SESSION_EXPIRED))
    return g_steal_pointer (&who);
  sentence = amfa_message_for_error (problem);
  /* Some desktops make one line of it. */
  return g_strdup_printf ("%s:\n%s", who, sentence);
}

/**
 * amfa_notifier_ending:
 * @info: a session for which a warning is due
 * @problem: (nullable): why it could not be renewed without a code
 * @now: Unix seconds
 */
void
amfa_notifier_ending (AmfaNotifier *self,
                      const AmfaSessionInfo *info,
                      const GError *problem,
                      gint64 now)
{
  g_autofree char *time = amfa_format_time (info->expires, now);
  g_autofree char *title = g_strdup_printf (_ ("AWS session ends at %s"), time);
  g_autofree char *text = compose_end (info->profile, info, problem);

  notify (self, notice_new (self, KIND_WARNING, amfa_state_icon_get_name (AMFA_SESSION_EXPIRING),
                            info->profile, title, text));
}

/**
 * amfa_notifier_ended:
 * @info: (nullable): what is known about the profile
 * @problem: (nullable): why it could not be renewed without a code
 */
void
amfa_notifier_ended (AmfaNotifier *self,
                     const char *profile,
                     const AmfaSessionInfo *info,
                     const GError *problem)
{
  g_autofree char *text = compose_end (profile, info, problem);

  notify (self, notice_new (self, KIND_END, amfa_state_icon_get_name (AMFA_SESSION_EXPIRED),
                            profile, _ ("AWS session ended"), text));
}

/**
 * amfa_notifier_asking:
 * @info: (nullable): what is known about the profile
 *
 * Asks for a code because programs wait for a session.
 */
void
amfa_notifier_asking (AmfaNotifier *self, const char *profile, const AmfaSessionInfo *info)
{
  g_autofree char *who = amfa_session_text_who (profile, info ? info->identity : NULL);
  const char *icon = amfa_state_icon_get_name (info ? info->state : AMFA_SESSION_NONE);

  notify (self, notice_new (self, KIND_QUESTION, icon, profile,
                            _ ("A program is waiting for an AWS session"), who));
}

/**
 * amfa_notifier_done:
 * @profile: (nullable): whose news it is
 *
 * Says that something the user asked for is done.
 */
void
amfa_notifier_done (AmfaNotifier *self, const char *profile, const char *title, const char *text)
{
  notify (self, notice_new (self, KIND_NEWS, AMFA_APPLICATION_ID, profile, title, text));
}

/**
 * amfa_notifier_failed:
 * @profile: (nullable): whose news it is
 *
 * Says that something the user asked for could not be done, and why: in a window if this desktop
 * has no notifications.
 */
void
amfa_notifier_failed (AmfaNotifier *self, const char *profile, const char *title, const char *text)
{
  notify (self, notice_new (self, KIND_FAILURE, AMFA_APPLICATION_ID, profile, title, text));
}

/* Takes away what is said about @profile; beside a question, only what asks for a code, too. */
void
amfa_notifier_withdraw (AmfaNotifier *self, const char *profile)
{
  g_autofree char *id = id_for_profile (profile);
  g_autofree char *beside = id_beside_question (profile);

  withdraw (self, id);
  if (!is_news (get_shown (self, beside)))
    withdraw (self, beside);
}

/* GNOME Shell starts the program for a button; with a daemon there would be nobody to press it for.
 */
static void
withdraw_what_offers (AmfaNotifier *self)
{
  g_autofree gpointer *ids = NULL;

  if (!get_connection (self) || !has_daemon (self))
    return;
  ids = g_hash_table_get_keys_as_array (self->shown, NULL);
  for (gsize i = 0; ids[i]; i++)
    {
      g_autofree char *id = g_strdup (ids[i]);

      if (!is_news (get_shown (self, id)))
        withdraw (self, id);
    }
}

/* The program is about to end: what waits for an answer goes out as it is, and what has buttons
 * that nobody would answer goes away. */
void
amfa_notifier_finish (AmfaNotifier *self)
{
  GHashTableIter iter;
  gpointer notice;

  withdraw_what_offers (self);
  self->is_finishing = TRUE;
  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &notice))
    send (self, notice);
  g_hash_table_remove_all (self->pending);
}

static void
withdraw_if_warning (AmfaNotifier *self, const char *id)
{
  Kind kind = get_shown (self, id);

  if (kind == KIND_WARNING || kind == KIND_END)
    withdraw (self, id);
}

/* Takes away a warning or the news of an end, and nothing else. */
void
amfa_notifier_withdraw_warning (AmfaNotifier *self, const char *profile)
{
  g_autofree char *id = id_for_profile (profile);
  g_autofree char *beside = id_beside_question (profile);

  withdraw_if_warning (self, id);
  withdraw_if_warning (self, beside);
}

/* Takes away the question for a code, and nothing else. */
void
amfa_notifier_withdraw_question (AmfaNotifier *self, const char *profile)
{
  g_autofree char *id = id_for_profile (profile);

  if (get_shown (self, id) == KIND_QUESTION)
    withdraw (self, id);
}
