#define G_LOG_DOMAIN "amfa-deeds"

#include "deeds.h"

#include <glib/gi18n.h>

#include "core/model/error.h"
#include "core/operations/end-session.h"
#include "core/operations/restore.h"
#include "core/operations/role-change.h"
#include "messages/messages.h"
#include "session-text.h"

/* Of one kind. Nobody clicks that fast: whoever does more at once is a program. */
#define MAX_UNDER_WAY 20

struct _AmfaDeeds
{
  GObject parent_instance;

  AmfaBackend *backend;
  AmfaSessionMonitor *monitor;
  AmfaNotifier *notifier;
  GHashTable *restoring; /* profiles */
  GHashTable *ending;    /* profiles */
  GHashTable *switching; /* profile → GCancellable of the switch under way */
  guint n_under_way;     /* of all kinds, those that were called off included */
};

enum
{
  SIGNAL_CODE_NEEDED,
  SIGNAL_AT_REST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaDeeds, amfa_deeds, G_TYPE_OBJECT)

/* One deed under way. */
typedef struct
{
  AmfaDeeds *deeds;
  GHashTable *under_way; /* (unowned) (nullable): where the same deed of other profiles is */
  char *profile;
  char *role;                /* to switch to; nullable */
  GCancellable *cancellable; /* of a switch; nullable */
} Deed;

static void
deed_free (Deed *deed)
{
  deed->deeds->n_under_way--;
  if (deed->deeds->n_under_way == 0)
    g_signal_emit (deed->deeds, signals[SIGNAL_AT_REST], 0);
  g_object_unref (deed->deeds);
  g_free (deed->profile);
  g_free (deed->role);
  g_clear_object (&deed->cancellable);
  g_free (deed);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Deed, deed_free)

static Deed *
deed_new (AmfaDeeds *self, const char *profile)
{
  Deed *deed = g_new0 (Deed, 1);

  self->n_under_way++;
  deed->deeds = g_object_ref (self);
  deed->profile = g_strdup (profile);
  return deed;
}

static void
call_off_switch (AmfaDeeds *self, const char *profile)
{
  g_cancellable_cancel (g_hash_table_lookup (self->switching, profile));
}

static gboolean
is_crowded (GHashTable *under_way)
{
  if (g_hash_table_size (under_way) < MAX_UNDER_WAY)
    return FALSE;
  g_info ("too much is under way already");
  return TRUE;
}

/* A second click while the first is being carried out would only be told that nothing is left to
 * do, in place of what was done. Another deed is not held back: the operations wait for each other,
 * and the file shows what one did before its end is known here. Who takes the session away means a
 * role that is still to come, too. */
static Deed *
begin (AmfaDeeds *self, GHashTable *under_way, const char *profile)
{
  Deed *deed;

  if (is_crowded (under_way) || !g_hash_table_add (under_way, g_strdup (profile)))
    return NULL;

  call_off_switch (self, profile);
  deed = deed_new (self, profile);
  deed->under_way = under_way;
  return deed;
}

/* Who clicks another role means that one: a switch under way is called off, as long as it can be.
 */
static Deed *
begin_switch (AmfaDeeds *self, const char *profile, const char *role)
{
  Deed *deed;

  call_off_switch (self, profile);
  if (is_crowded (self->switching))
    return NULL;
  deed = deed_new (self, profile);
  deed->role = g_strdup (role);
  deed->cancellable = g_cancellable_new ();
  g_hash_table_insert (self->switching, g_strdup (profile), g_object_ref (deed->cancellable));
  return deed;
}

static void
end (const Deed *deed)
{
  if (deed->under_way)
    g_hash_table_remove (deed->under_way, deed->profile);
  amfa_session_monitor_refresh (deed->deeds->monitor);
}

/* Returns: (transfer none) (nullable): whose session the deed was to bring */
static const char *
get_identity (const Deed *deed)
{
  const AmfaSessionInfo *info = amfa_session_monitor_lookup (deed->deeds->monitor, deed->profile);

  if (!g_str_equal (deed->role, AMFA_ROLE_NONE))
    return deed->role;
  return info ? info->user : NULL;
}

/* Whose keys these are comes before what is said about them; some desktops make one line of it. */
static char *
compose (const Deed *deed, const char *sentence)
{
  const AmfaSessionInfo *info = amfa_session_monitor_lookup (deed->deeds->monitor, deed->profile);
  g_autofree char *who = amfa_session_text_who (deed->profile, info ? info->user : NULL);

  return g_strdup_printf ("%s:\n%s", who, sentence);
}

static void
say_done (const Deed *deed, const char *title, const char *sentence)
{
  g_autofree char *text = compose (deed, sentence);

  amfa_notifier_done (deed->deeds->notifier, deed->profile, title, text);
}

/* What the user called off needs no words. */
static void
say_failed (const Deed *deed, const char *title, const GError *error)
{
  g_autofree char *sentence = NULL;
  g_autofree char *text = NULL;

  if (amfa_error_is_cancelled (error))
    return;

  sentence = amfa_message_for_error (error);
  text = compose (deed, sentence);
  amfa_notifier_failed (deed->deeds->notifier, deed->profile, title, text);
}

static char *
describe_restore (AmfaRestoreOutcome outcome, const char *key_id)
{
  switch (outcome)
    {
    case AMFA_RESTORE_BY_LINE:
      return g_strdup (
          _ ("The original keys are back in the credentials file. Changes that others made to it "
             "were kept."));
    case AMFA_RESTORE_ROTATED:
      return g_strdup (_ ("The credentials file has the current access key, which has replaced the "
                          "original one since."));
    case AMFA_RESTORE_LEFTOVERS:
      return g_strdup (
          _ ("What was left of the last session was removed from the credentials file."));
    case AMFA_RESTORE_BASE:
      return g_strdup_printf (_ ("Access key %s, which came from the credentials file, is back in "
                                 "it."),
                              key_id);
    case AMFA_RESTORE_REMOVED:
      return g_strdup_printf (_ ("The session was removed. Access key %s is in the keyring; it is "
                                 "not known to have been in the file."),
                              key_id);
    case AMFA_RESTORE_VERBATIM:
    case AMFA_RESTORE_LINE_ONLY:
    default:
      return g_strdup (_ ("The credentials file is what it was."));
    }
}

static const char *
describe_end (const AmfaEndResult *done)
{
  if (done->left_behind)
    return _ ("Its keys could not be removed from the keyring; they go when it is next opened.");
  switch (done->outcome)
    {
    case AMFA_END_LEFTOVERS:
      return _ ("What was left of it beside the long-term key was removed from the credentials "
                "file.");
    case AMFA_END_KEYRING_ONLY:
      return _ ("Its keys were removed from the keyring.");
    case AMFA_END_KEYRING_PENDING:
      return _ (
          "Its keys were removed from the credentials file. The keyring is not open; its copy "
          "goes when it is next opened.");
    case AMFA_END_DONE:
    case AMFA_END_KEPT:
    default:
      return _ ("Its keys were removed from the credentials file and the keyring.");
    }
}

static void
on_restore_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Deed) deed = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (AmfaRestoreResult) restored = { 0 };
  gboolean done = amfa_restore_finish (result, &restored, &error);
  g_autofree char *what = done ? describe_restore (restored.outcome, restored.key_id) : NULL;
  gboolean is_back =
      restored.outcome != AMFA_RESTORE_LEFTOVERS && restored.outcome != AMFA_RESTORE_REMOVED;

  end (deed);
  if (done)
    say_done (deed, is_back ? _ ("Original credentials restored") : _ ("Session keys removed"),
              what);
  else
    say_failed (deed, _ ("Original credentials not restored"), error);
}

static void
on_end_session_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Deed) deed = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (AmfaEndResult) ended = { 0 };
  gboolean done = amfa_end_session_finish (result, &ended, &error);

  end (deed);
  if (done)
    say_done (deed, _ ("AWS session ended"), describe_end (&ended));
  else
    say_failed (deed, _ ("AWS session not ended"), error);
}

/* What a newer code may change: the role's policy can limit the age of the one before. */
static gboolean
wants_code (const GError *error, gboolean session_refused)
{
  return session_refused || g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NO_SESSION);
}

static void
on_switch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Deed) deed = user_data;
  AmfaDeeds *self = deed->deeds;
  g_autoptr (GError) error = NULL;
  AmfaLoginResult outcome = { 0 };
  gboolean session_refused = FALSE;
  gboolean done = amfa_role_change_finish (result, &outcome, &session_refused, &error);

  if (g_hash_table_lookup (self->switching, deed->profile) == deed->cancellable)
    g_hash_table_remove (self->switching, deed->profile);
  end (deed);
  if (done)
    amfa_notifier_started (self->notifier, deed->profile, get_identity (deed), &outcome,
                           g_get_real_time () / G_USEC_PER_SEC);
  else if (wants_code (error, session_refused))
    g_signal_emit (self, signals[SIGNAL_CODE_NEEDED], 0, deed->profile, deed->role,
                   session_refused ? error : NULL);
  else
    say_failed (deed, _ ("Role not switched"), error);
}

static void
amfa_deeds_dispose (GObject *object)
{
  AmfaDeeds *self = AMFA_DEEDS (object);

  g_clear_pointer (&self->backend, amfa_backend_unref);
  g_clear_object (&self->monitor);
  g_clear_object (&self->notifier);
  g_clear_pointer (&self->restoring, g_hash_table_unref);
  g_clear_pointer (&self->ending, g_hash_table_unref);
  g_clear_pointer (&self->switching, g_hash_table_unref);

  G_OBJECT_CLASS (amfa_deeds_parent_class)->dispose (object);
}

static void
amfa_deeds_class_init (AmfaDeedsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_deeds_dispose;

  signals[SIGNAL_CODE_NEEDED] =
      g_signal_new ("code-needed", AMFA_TYPE_DEEDS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_ERROR);
  signals[SIGNAL_AT_REST] = g_signal_new ("at-rest", AMFA_TYPE_DEEDS, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
amfa_deeds_init (AmfaDeeds *self)
{
  self->restoring = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->ending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->switching = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

AmfaDeeds *
amfa_deeds_new (AmfaBackend *backend, AmfaSessionMonitor *monitor, AmfaNotifier *notifier)
{
  AmfaDeeds *self = g_object_new (AMFA_TYPE_DEEDS, NULL);

  self->backend = amfa_backend_ref (backend);
  self->monitor = g_object_ref (monitor);
  self->notifier = g_object_ref (notifier);
  return self;
}

/* Puts the original credentials of @profile back. */
void
amfa_deeds_restore (AmfaDeeds *self, const char *profile)
{
  Deed *deed = begin (self, self->restoring, profile);

  if (deed)
    amfa_restore_async (self->backend, profile, NULL, on_restore_ready, deed);
}

/* Takes the session of @profile out of the file and the keyring. */
void
amfa_deeds_end_session (AmfaDeeds *self, const char *profile)
{
  Deed *deed = begin (self, self->ending, profile);

  if (deed)
    amfa_end_session_async (self->backend, profile, NULL, on_end_session_ready, deed);
}

/**
 * amfa_deeds_switch_role:
 * @role: the ARN of a role of the user of @profile, or %AMFA_ROLE_NONE for the user
 *
 * Puts that identity into the section of @profile. The user has asked for it, so that the keyring
 * may ask for its password.
 */
void
amfa_deeds_switch_role (AmfaDeeds *self, const char *profile, const char *role)
{
  Deed *deed = begin_switch (self, profile, role);

  if (deed)
    amfa_role_change_async (self->backend, profile, role, deed->cancellable, on_switch_ready, deed);
}

/* The program is about to end: calls off what can be. The rest is awaited: "at-rest" tells. */
void
amfa_deeds_finish (AmfaDeeds *self)
{
  GHashTableIter iter;
  gpointer cancellable;

  g_hash_table_iter_init (&iter, self->switching);
  while (g_hash_table_iter_next (&iter, NULL, &cancellable))
    g_cancellable_cancel (cancellable);
}

gboolean
amfa_deeds_are_at_rest (AmfaDeeds *self)
{
  return self->n_under_way == 0;
}
