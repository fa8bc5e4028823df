#define G_LOG_DOMAIN "amfa-session-requests"

#include "session-requests.h"

#include "core/model/profile-name.h"
#include "question.h"

/* Anybody on the bus can call, as often as they like and with any name. So nothing is shown for a
 * name that no profile has, more than a few windows become notifications, and more than a screen
 * full of questions is refused. */

#define MAX_WINDOWS 3
#define MAX_QUESTIONS 20

static const char introspection[] = "<node><interface name='" AMFA_REQUEST_INTERFACE "'>"
                                    "<method name='RequestSession'>"
                                    "<arg name='profile' type='s' direction='in'/>"
                                    "<arg name='min_seconds' type='u' direction='in'/>"
                                    "<arg name='dialog' type='b' direction='in'/>"
                                    "<arg name='expires' type='x' direction='out'/>"
                                    "</method></interface></node>";

struct _AmfaSessionRequests
{
  GObject parent_instance;

  AmfaKnownProfiles *known;
  AmfaSessionMonitor *monitor;
  AmfaWallTimer *timer;
  GDBusConnection *connection; /* while exported */
  guint registration;
  GHashTable *questions;  /* profile → AmfaQuestion */
  gboolean sessions_read; /* before, nobody knows whether to ask */
};

enum
{
  SIGNAL_ASK_IN_WINDOW,
  SIGNAL_ASK,
  SIGNAL_ASKED_ENOUGH,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaSessionRequests, amfa_session_requests, G_TYPE_OBJECT)

static guint
count_questions (AmfaSessionRequests *self, gboolean (*is_so) (AmfaQuestion *question))
{
  GHashTableIter iter;
  gpointer question;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->questions);
  while (g_hash_table_iter_next (&iter, NULL, &question))
    n += is_so (question) ? 1 : 0;
  return n;
}

/* One that is put already takes no more room when it takes another form. */
static gboolean
has_room (AmfaSessionRequests *self, const char *profile, AmfaQuestionForm form)
{
  AmfaQuestion *question = g_hash_table_lookup (self->questions, profile);

  if (form == AMFA_QUESTION_OVER)
    return TRUE;
  if (!amfa_question_is_put (question) &&
      count_questions (self, amfa_question_is_put) >= MAX_QUESTIONS)
    return FALSE;
  return form != AMFA_QUESTION_IN_WINDOW || amfa_question_has_window (question) ||
         count_questions (self, amfa_question_has_window) < MAX_WINDOWS;
}

static gboolean
put (const char *profile, AmfaQuestionForm form, gpointer user_data)
{
  static const guint signal_of[] = {
    [AMFA_QUESTION_IN_WINDOW] = SIGNAL_ASK_IN_WINDOW,
    [AMFA_QUESTION_BY_NOTIFICATION] = SIGNAL_ASK,
    [AMFA_QUESTION_OVER] = SIGNAL_ASKED_ENOUGH,
  };

  if (!has_room (user_data, profile, form))
    return FALSE;
  g_signal_emit (user_data, signals[signal_of[form]], 0, profile);
  return TRUE;
}

static AmfaQuestion *
get_question (AmfaSessionRequests *self, const char *profile)
{
  AmfaQuestion *question = g_hash_table_lookup (self->questions, profile);

  if (!question)
    {
      question = amfa_question_new (profile, self->monitor, self->timer, put, self);
      g_hash_table_insert (self->questions, g_strdup (profile), question);
    }
  return question;
}

/* What a question puts may lead to a call back into here: no iterator is kept meanwhile. */
static void
for_each_question (AmfaSessionRequests *self, void (*deed) (AmfaQuestion *question))
{
  g_autoptr (GList) questions = g_hash_table_get_values (self->questions);

  for (GList *l = questions; l; l = l->next)
    deed (l->data);
}

static void
on_sessions_changed (AmfaSessionRequests *self)
{
  self->sessions_read = TRUE;
  for_each_question (self, amfa_question_settle);
}

static void
on_session_renewed (AmfaSessionRequests *self, const char *profile)
{
  AmfaQuestion *question = g_hash_table_lookup (self->questions, profile);

  if (question)
    amfa_question_renewed (question);
}

/* @invocation: (transfer full): the call of somebody who wants a session of a known profile */
static void
take_caller (AmfaSessionRequests *self, GDBusMethodInvocation *invocation)
{
  const char *profile;
  guint min_seconds;
  gboolean wants_window;
  AmfaQuestion *question;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&sub)", &profile,
                 &min_seconds, &wants_window);
  question = get_question (self, profile);
  amfa_question_add (question, invocation, min_seconds, wants_window);
  if (self->sessions_read)
    amfa_question_settle (question);
}

static void
on_profile_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  AmfaSessionRequests *self = g_dbus_method_invocation_get_user_data (invocation);
  g_autoptr (AmfaSessionRequests) alive = self;
  gboolean known = amfa_known_profiles_check_finish (AMFA_KNOWN_PROFILES (source), result);

  if (!known)
    g_dbus_method_invocation_return_dbus_error (invocation, AMFA_REQUEST_UNKNOWN_PROFILE,
                                                "There is no such profile");
  else if (!self->connection)
    g_dbus_method_invocation_return_dbus_error (invocation, AMFA_REQUEST_CANCELLED,
                                                "Nobody will be asked");
  else
    take_caller (self, invocation);
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  AmfaSessionRequests *self = user_data;
  const char *profile;

  g_variant_get_child (parameters, 0, "&s", &profile);
  if (!amfa_profile_name_is_possible (profile))
    g_dbus_method_invocation_return_dbus_error (invocation, AMFA_REQUEST_FAILED,
                                                "Not the name of a profile");
  else if (amfa_known_profiles_has (self->known, profile))
    take_caller (self, invocation);
  else
    {
      g_object_ref (self);
      amfa_known_profiles_check_async (self->known, profile, on_profile_checked, invocation);
    }
}

static void
amfa_session_requests_dispose (GObject *object)
{
  AmfaSessionRequests *self = AMFA_SESSION_REQUESTS (object);

  amfa_session_requests_unexport (self);
  g_clear_pointer (&self->questions, g_hash_table_unref);
  g_clear_object (&self->known);
  g_clear_object (&self->monitor);
  g_clear_object (&self->timer);

  G_OBJECT_CLASS (amfa_session_requests_parent_class)->dispose (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, AMFA_TYPE_SESSION_REQUESTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
amfa_session_requests_class_init (AmfaSessionRequestsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_session_requests_dispose;

  signals[SIGNAL_ASK_IN_WINDOW] = add_signal ("ask-in-window");
  signals[SIGNAL_ASK] = add_signal ("ask");
  signals[SIGNAL_ASKED_ENOUGH] = add_signal ("asked-enough");
}

static void
amfa_session_requests_init (AmfaSessionRequests *self)
{
  self->questions =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) amfa_question_free);
}

/**
 * amfa_session_requests_new:
 * @known: knows which profiles there are
 * @monitor: knows the sessions; not started yet
 * @timer: the clock of @monitor; is not armed
 */
AmfaSessionRequests *
amfa_session_requests_new (AmfaKnownProfiles *known,
                           AmfaSessionMonitor *monitor,
                           AmfaWallTimer *timer)
{
  AmfaSessionRequests *self = g_object_new (AMFA_TYPE_SESSION_REQUESTS, NULL);

  self->known = g_object_ref (known);
  self->monitor = g_object_ref (monitor);
  self->timer = g_object_ref (timer);
  g_signal_connect_object (monitor, "changed", G_CALLBACK (on_sessions_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "renewed", G_CALLBACK (on_session_renewed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * amfa_session_requests_export:
 * @connection: a connection to a message bus
 * @path: the object path
 * @error: if something else has this interface there
 */
gboolean
amfa_session_requests_export (AmfaSessionRequests *self,
                              GDBusConnection *connection,
                              const char *path,
                              GError **error)
{
  static const GDBusInterfaceVTable vtable = { on_method_call, NULL, NULL };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);

  g_return_val_if_fail (AMFA_IS_SESSION_REQUESTS (self) && self->registration == 0, FALSE);

  self->registration = g_dbus_connection_register_object (connection, path, node->interfaces[0],
                                                          &vtable, self, NULL, error);
  if (self->registration == 0)
    return FALSE;
  self->connection = g_object_ref (connection);
  return TRUE;
}

/* Whoever still waits is told that nobody will be asked. */
void
amfa_session_requests_unexport (AmfaSessionRequests *self)
{
  if (self->registration == 0)
    return;

  for_each_question (self, amfa_question_refuse);
  g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->connection);
}

/* The code dialog of @profile has come up, for whatever reason. */
void
amfa_session_requests_presented (AmfaSessionRequests *self, const char *profile)
{
  AmfaQuestion *question = g_hash_table_lookup (self->questions, profile);

  if (question)
    amfa_question_presented (question);
}

/* It has gone, with a session or without. */
void
amfa_session_requests_closed (AmfaSessionRequests *self, const char *profile)
{
  AmfaQuestion *question = g_hash_table_lookup (self->questions, profile);

  if (question)
    amfa_question_closed (question);
}

/**
 * amfa_session_requests_granted:
 * @expires: by our clock, Unix seconds
 *
 * The code dialog has got a session, and will close.
 */
void
amfa_session_requests_granted (AmfaSessionRequests *self, const char *profile, gint64 expires)
{
  amfa_question_granted (get_question (self, profile), expires);
}

/* The user has answered a notification about @profile with "Later". */
void
amfa_session_requests_later (AmfaSessionRequests *self, const char *profile)
{
  AmfaQuestion *question = g_hash_table_lookup (self->questions, profile);

  if (question)
    amfa_question_later (question);
}
