#define G_LOG_DOMAIN "amfa-notifier"

#include "notifier.h"

#include <glib/gi18n.h>

#include "core/model/error.h"
#include "messages/formats.h"
#include "messages/messages.h"
#include "notification-body.h"
#include "present.h"
#include "session-text.h"

struct _AmfaNotifier
{
  GObject parent_instance;

  GtkApplication *application; /* unowned: it owns the notifier */
  GHashTable *shown;           /* profile → Kind of the notification that it has, unless news */
  gboolean is_freedesktop;     /* the user's wish */
  gboolean is_markup;          /* what a body is; see knows_markup */
  gboolean knows_markup;
  gboolean is_finishing;
  GCancellable *cancellable;
};

/* What can become obsolete before somebody has read it. */
typedef enum
{
  KIND_NEWS,
  KIND_WARNING, /* or the end */
  KIND_QUESTION,
} Kind;

G_DEFINE_FINAL_TYPE (AmfaNotifier, amfa_notifier, G_TYPE_OBJECT)

/* A failure on its way to the user, by notification or by window. */
typedef struct
{
  AmfaNotifier *notifier; /* unowned: it cancels the call when it goes */
  char *profile;
  char *title;
  char *text;
} Failure;

static void
failure_free (Failure *failure)
{
  g_free (failure->profile);
  g_free (failure->title);
  g_free (failure->text);
  g_free (failure);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Failure, failure_free)

static char *
id_for_profile (const char *profile)
{
  return g_strconcat ("session-", profile, NULL);
}

static gboolean
is_markup (AmfaNotifier *self)
{
  GDBusConnection *connection =
      g_application_get_dbus_connection (G_APPLICATION (self->application));

  if (!self->knows_markup && connection)
    {
      self->is_markup = amfa_notification_body_is_markup (connection, self->is_freedesktop);
      self->knows_markup = TRUE;
    }
  return self->is_markup;
}

static GNotification *
notification_new (AmfaNotifier *self, const char *profile, const char *title, const char *text)
{
  GNotification *notification = g_notification_new (title);
  g_autofree char *body = is_markup (self) ? amfa_notification_body_escape (text) : g_strdup (text);

  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.enter-code-for", "s", profile);
  return notification;
}

static void
add_enter_code (GNotification *notification, const char *profile)
{
  g_notification_add_button_with_target (notification, _ ("Enter code"), "app.enter-code-for", "s",
                                         profile);
}

static void
add_later (GNotification *notification, const char *profile)
{
  g_notification_add_button_with_target (notification, _ ("Later"), "app.later", "s", profile);
}

static void
send (AmfaNotifier *self, const char *profile, GNotification *notification, Kind kind)
{
  GApplication *application = G_APPLICATION (self->application);
  g_autofree char *id = id_for_profile (profile);

  if (!g_application_get_dbus_connection (application))
    return;

  if (kind == KIND_NEWS)
    g_hash_table_remove (self->shown, profile);
  else
    g_hash_table_insert (self->shown, g_strdup (profile), GINT_TO_POINTER (kind));
  g_application_send_notification (application, id, notification);
}

static void
show_failure (const Failure *failure)
{
  GtkWidget *dialog;

  dialog =
      gtk_message_dialog_new (NULL, 0, GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, "%s", failure->title);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", failure->text);
  gtk_window_set_application (GTK_WINDOW (dialog), failure->notifier->application);
  gtk_window_set_title (GTK_WINDOW (dialog), g_get_application_name ());
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  amfa_present_window (GTK_WINDOW (dialog));
}

static void
send_failure (const Failure *failure)
{
  g_autoptr (GNotification) notification =
      notification_new (failure->notifier, failure->profile, failure->title, failure->text);

  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  send (failure->notifier, failure->profile, notification, KIND_NEWS);
}

static void
on_notification_service_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Failure) failure = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (reply)
    send_failure (failure);
  else
    show_failure (failure);
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
                            _ ("This is the key of the root user, who gets sessions of an hour at "
                               "most. AWS recommends to delete it and to use an IAM user's."));
  if (result->warnings & AMFA_LOGIN_WARNING_PROCESS_ENDED)
    g_string_append_printf (text, "\n%s",
                            _ ("AWS tools no longer ask this profile's credential_process: the "
                               "keys in the credentials file come first."));
  if (result->warnings & AMFA_LOGIN_WARNING_SESSION_NOT_STORED)
    g_string_append_printf (text, "\n%s",
                            _ ("The keyring did not take the session: it is in the credentials "
                               "file only."));
  if (result->warnings & AMFA_LOGIN_WARNING_NOT_DURABLE)
    g_string_append_printf (text, "\n%s",
                            _ ("The disk did not confirm the change of the credentials file: it "
                               "may be lost if the power fails now."));
  if (result->warnings & AMFA_LOGIN_WARNING_STATE)
    g_string_append_printf (text, "\n%s",
                            _ ("What was learnt about the MFA device could not be remembered."));
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
  self->cancellable = g_cancellable_new ();
}

/**
 * amfa_notifier_new:
 * @application: (unowned): sends the notifications; outlives the notifier
 * @is_freedesktop: whether they go to a daemon even where there is GNOME Shell
 */
AmfaNotifier *
amfa_notifier_new (GtkApplication *application, gboolean is_freedesktop)
{
  AmfaNotifier *self = g_object_new (AMFA_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->is_freedesktop = is_freedesktop;
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
  g_autoptr (GNotification) notification = NULL;

  if (result->warnings != 0)
    g_string_append_c (text, ':');
  append_warnings (text, result);
  notification = notification_new (self, profile, title, text->str);
  send (self, profile, notification, KIND_NEWS);
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
  g_autoptr (GNotification) notification = notification_new (self, info->profile, title, text);

  add_enter_code (notification, info->profile);
  add_later (notification, info->profile);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  send (self, info->profile, notification, KIND_WARNING);
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
  g_autoptr (GNotification) notification =
      notification_new (self, profile, _ ("AWS session ended"), text);

  add_enter_code (notification, profile);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  send (self, profile, notification, KIND_WARNING);
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
  g_autoptr (GNotification) notification =
      notification_new (self, profile, _ ("A program is waiting for an AWS session"), who);

  add_enter_code (notification, profile);
  add_later (notification, profile);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  send (self, profile, notification, KIND_QUESTION);
}

/**
 * amfa_notifier_done:
 *
 * Says that something the user asked for is done.
 */
void
amfa_notifier_done (AmfaNotifier *self, const char *profile, const char *title, const char *text)
{
  g_autoptr (GNotification) notification = notification_new (self, profile, title, text);

  send (self, profile, notification, KIND_NEWS);
}

/**
 * amfa_notifier_failed:
 *
 * Says that something the user asked for could not be done, and why: in a window if this desktop
 * has no notifications. Asking the service what it is is how one knows; as a notification does,
 * that starts it where the bus can. GNOME Shell has both services, and nobody can start it. At the
 * end of the program there is no time to ask, and no window.
 */
void
amfa_notifier_failed (AmfaNotifier *self, const char *profile, const char *title, const char *text)
{
  g_autoptr (Failure) failure = g_new0 (Failure, 1);
  GDBusConnection *connection =
      g_application_get_dbus_connection (G_APPLICATION (self->application));

  failure->notifier = self;
  failure->profile = g_strdup (profile);
  failure->title = g_strdup (title);
  failure->text = g_strdup (text);

  if (self->is_finishing)
    {
      send_failure (failure);
      return;
    }
  if (!connection)
    {
      show_failure (failure);
      return;
    }
  g_dbus_connection_call (
      connection, "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
      "org.freedesktop.Notifications", "GetServerInformation", NULL, NULL, G_DBUS_CALL_FLAGS_NONE,
      -1, self->cancellable, on_notification_service_ready, g_steal_pointer (&failure));
}

/* The program is about to end. */
void
amfa_notifier_finish (AmfaNotifier *self)
{
  self->is_finishing = TRUE;
}

/* Takes away what is said about @profile. */
void
amfa_notifier_withdraw (AmfaNotifier *self, const char *profile)
{
  g_autofree char *id = id_for_profile (profile);

  g_hash_table_remove (self->shown, profile);
  if (g_application_get_dbus_connection (G_APPLICATION (self->application)))
    g_application_withdraw_notification (G_APPLICATION (self->application), id);
}

static void
withdraw_kind (AmfaNotifier *self, const char *profile, Kind kind)
{
  if (GPOINTER_TO_INT (g_hash_table_lookup (self->shown, profile)) == (int) kind)
    amfa_notifier_withdraw (self, profile);
}

/* Takes away a warning or the news of an end, and nothing else. */
void
amfa_notifier_withdraw_warning (AmfaNotifier *self, const char *profile)
{
  withdraw_kind (self, profile, KIND_WARNING);
}

/* Takes away the question for a code, and nothing else. */
void
amfa_notifier_withdraw_question (AmfaNotifier *self, const char *profile)
{
  withdraw_kind (self, profile, KIND_QUESTION);
}
