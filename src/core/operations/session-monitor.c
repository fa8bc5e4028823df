#define G_LOG_DOMAIN "amfa-session-monitor"

#include "session-monitor.h"

#include "core/io/file-watch.h"
#include "profile-roster.h"

/* The states that everybody sees come from one place: what the credentials file holds now, or the
 * keyring where AWS tools ask awsmfa for keys. The monitor reads it when one of the two files or
 * the state file changes and when a deadline is due; a worker thread does the reading, since the
 * keyring may be slow to say that it has something. The first reading asks the files alone.
 *
 *   none ──login──▶ active ──first warning──▶ expiring ──end──▶ expired
 *     ▲               ▲ └───────── login ◀───────┴───────────────┘
 *     └── restore, end session, or somebody else's edit, from anywhere
 *
 * Between two deadlines nothing runs: the timer is armed for the next moment at which anything
 * changes. A warning or an end is told once, when its moment lies between the last look and this
 * one, so that a computer that slept over several tells the last of them only. What was past before
 * the monitor started is not told, but for the warning of a session that still runs: what was told
 * of it went with the program that told it. */

struct _AmfaSessionMonitor
{
  GObject parent;

  AmfaBackend *backend;
  AmfaWallTimer *timer;
  AmfaFileWatch *credentials_watch;
  AmfaFileWatch *config_watch;
  AmfaFileWatch *state_watch;
  GCancellable *cancellable;

  GPtrArray *readings; /* of AmfaProfileStatus; NULL before the first */
  GPtrArray *sessions; /* of AmfaSessionInfo, one for each reading */
  guint *warnings;
  gsize n_warnings;
  gint64 last_look;         /* Unix seconds */
  GHashTable *void_offsets; /* profiles whose offset was measured before the clock was set */
  gboolean is_reading;
  gboolean is_set;   /* the clock, while reading */
  gboolean is_stale; /* something changed while reading */
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_WARNING,
  SIGNAL_ENDED,
  SIGNAL_RENEWED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaSessionMonitor, amfa_session_monitor, G_TYPE_OBJECT)

static void
session_info_free (AmfaSessionInfo *self)
{
  g_free (self->profile);
  g_free (self->account);
  g_free (self->identity);
  g_free (self->user);
  g_free (self->role);
  g_ptr_array_unref (self->roles);
  g_free (self);
}

/* Reading, in a worker thread */

typedef struct
{
  AmfaBackend *backend;
  GStrv chosen;
  AmfaReach reach;
} Request;

static void
request_free (Request *self)
{
  amfa_backend_unref (self->backend);
  g_strfreev (self->chosen);
  g_free (self);
}

static void
run_reading (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;

  g_task_return_pointer (task,
                         amfa_profile_roster_read (request->backend,
                                                   (const char *const *) request->chosen,
                                                   request->reach, cancellable),
                         (GDestroyNotify) g_ptr_array_unref);
}

/* Telling, in the main thread */

static gint64
get_offset (AmfaSessionMonitor *self, const AmfaProfileStatus *reading)
{
  return g_hash_table_contains (self->void_offsets, reading->profile) ? 0 : reading->clock_offset;
}

static AmfaSessionRules
get_rules (AmfaSessionMonitor *self, const AmfaProfileStatus *reading)
{
  return (AmfaSessionRules){
    .expires = reading->has_session ? reading->expires - get_offset (self, reading) : 0,
    .granted = reading->granted,
    .warnings = self->warnings,
    .n_warnings = self->n_warnings,
  };
}

static AmfaSessionInfo *
make_info (AmfaSessionMonitor *self, const AmfaProfileStatus *reading, gint64 now)
{
  AmfaSessionRules rules = get_rules (self, reading);
  AmfaSessionInfo *info = g_new0 (AmfaSessionInfo, 1);

  info->profile = g_strdup (reading->profile);
  info->state = amfa_session_rules_get_state (&rules, now);
  info->expires = rules.expires;
  info->warns = amfa_session_rules_get_next (&rules, 0);
  info->account = g_strdup (reading->account);
  info->identity = g_strdup (reading->identity);
  info->user = g_strdup (reading->user);
  info->role = g_strdup (reading->role);
  info->user_expires =
      reading->user_expires ? reading->user_expires - get_offset (self, reading) : 0;
  info->roles = g_ptr_array_ref (reading->roles);
  info->can_end = reading->has_session;
  info->can_restore = reading->can_restore;
  return info;
}

/* Of two moments, 0 being none. */
static gint64
earlier (gint64 a, gint64 b)
{
  return a != 0 && (b == 0 || a < b) ? a : b;
}

/* Shows the readings as of now, tells what fell due since @since, and arms the timer. What was due
 * before a session was first seen is not told here: @renewed (nullable) are new. */
static void
tell (AmfaSessionMonitor *self, gint64 since, GPtrArray *renewed)
{
  g_autoptr (GPtrArray) readings = g_ptr_array_ref (self->readings);
  gint64 now = amfa_wall_timer_get_now (self->timer);
  gint64 next = 0;

  g_ptr_array_set_size (self->sessions, 0);
  for (guint i = 0; i < readings->len; i++)
    {
      const AmfaProfileStatus *reading = g_ptr_array_index (readings, i);
      AmfaSessionRules rules = get_rules (self, reading);

      g_ptr_array_add (self->sessions, make_info (self, reading, now));
      next = earlier (next, amfa_session_rules_get_next (&rules, now));
      next = earlier (next, amfa_session_rules_get_fade (&rules, now));
    }
  self->last_look = now;
  amfa_wall_timer_arm (self->timer, next);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);

  for (guint i = 0; i < readings->len; i++)
    {
      const AmfaProfileStatus *reading = g_ptr_array_index (readings, i);
      AmfaSessionRules rules = get_rules (self, reading);

      if (renewed && g_ptr_array_find (renewed, reading->profile, NULL))
        continue;
      if (amfa_session_rules_ends_between (&rules, since, now))
        g_signal_emit (self, signals[SIGNAL_ENDED], 0, reading->profile);
      else if (amfa_session_rules_warns_between (&rules, since, now))
        g_signal_emit (self, signals[SIGNAL_WARNING], 0, reading->profile);
    }
}

static void
warn_anew (AmfaSessionMonitor *self, GPtrArray *readings)
{
  gint64 now = amfa_wall_timer_get_now (self->timer);

  for (guint i = 0; i < readings->len; i++)
    {
      const AmfaProfileStatus *reading = g_ptr_array_index (readings, i);
      AmfaSessionRules rules = get_rules (self, reading);

      if (amfa_session_rules_get_state (&rules, now) == AMFA_SESSION_EXPIRING)
        g_signal_emit (self, signals[SIGNAL_WARNING], 0, reading->profile);
    }
}

static const AmfaProfileStatus *
find_reading (GPtrArray *readings, const char *profile)
{
  for (guint i = 0; readings && i < readings->len; i++)
    {
      const AmfaProfileStatus *reading = g_ptr_array_index (readings, i);

      if (g_str_equal (reading->profile, profile))
        return reading;
    }
  return NULL;
}

static gboolean
is_any_unsure (GPtrArray *readings)
{
  gboolean found = FALSE;

  for (guint i = 0; i < readings->len && !found; i++)
    found = ((const AmfaProfileStatus *) g_ptr_array_index (readings, i))->is_unsure;
  return found;
}

static void
void_offsets (AmfaSessionMonitor *self)
{
  for (guint i = 0; self->readings && i < self->readings->len; i++)
    {
      const AmfaProfileStatus *reading = g_ptr_array_index (self->readings, i);

      g_hash_table_add (self->void_offsets, g_strdup (reading->profile));
    }
}

static void
on_reading_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) readings = g_task_propagate_pointer (G_TASK (result), NULL);

  if (!readings) /* cancelled: the monitor is gone */
    return;

  AmfaSessionMonitor *self = AMFA_SESSION_MONITOR (source);
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->readings);
  g_autoptr (GPtrArray) renewed = g_ptr_array_new ();

  self->is_reading = FALSE;
  self->readings = g_ptr_array_ref (readings);
  for (guint i = 0; before && i < readings->len; i++)
    {
      const AmfaProfileStatus *reading = g_ptr_array_index (readings, i);
      const AmfaProfileStatus *old = find_reading (before, reading->profile);

      if (old && amfa_profile_status_same_session (old, reading))
        continue;
      g_ptr_array_add (renewed, (gpointer) reading->profile);
      /* Measured with the clock as it is now. */
      g_hash_table_remove (self->void_offsets, reading->profile);
    }

  /* Or nobody knows. */
  if (self->is_set)
    void_offsets (self);
  self->is_set = FALSE;
  tell (self, before ? self->last_look : amfa_wall_timer_get_now (self->timer), renewed);
  for (guint i = 0; i < renewed->len; i++)
    g_signal_emit (self, signals[SIGNAL_RENEWED], 0, g_ptr_array_index (renewed, i));
  if (!before)
    warn_anew (self, readings);

  if (self->is_stale || (!before && is_any_unsure (readings)))
    amfa_session_monitor_refresh (self);
}

static void
on_due (AmfaSessionMonitor *self)
{
  if (self->readings)
    tell (self, self->last_look, NULL);
}

/* A clock that was set was set right: what we measured of it is void. */
static void
on_jumped (AmfaSessionMonitor *self, gint64 seconds)
{
  if (seconds != 0)
    {
      void_offsets (self);
      self->is_set = self->is_reading;
    }
  on_due (self);
}

static void
on_settings_changed (AmfaSessionMonitor *self)
{
  g_free (self->warnings);
  self->warnings = amfa_settings_dup_warnings (self->backend->settings, &self->n_warnings);
  if (self->readings)
    tell (self, amfa_wall_timer_get_now (self->timer), NULL);
  amfa_session_monitor_refresh (self);
}

static void
amfa_session_monitor_dispose (GObject *object)
{
  AmfaSessionMonitor *self = AMFA_SESSION_MONITOR (object);

  g_cancellable_cancel (self->cancellable);
  if (self->timer)
    amfa_wall_timer_arm (self->timer, 0);
  g_clear_object (&self->timer);
  g_clear_object (&self->credentials_watch);
  g_clear_object (&self->config_watch);
  g_clear_object (&self->state_watch);
  g_clear_pointer (&self->backend, amfa_backend_unref);

  G_OBJECT_CLASS (amfa_session_monitor_parent_class)->dispose (object);
}

static void
amfa_session_monitor_finalize (GObject *object)
{
  AmfaSessionMonitor *self = AMFA_SESSION_MONITOR (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->readings, g_ptr_array_unref);
  g_clear_pointer (&self->sessions, g_ptr_array_unref);
  g_hash_table_unref (self->void_offsets);
  g_free (self->warnings);

  G_OBJECT_CLASS (amfa_session_monitor_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n_parameters)
{
  return g_signal_new (name, AMFA_TYPE_SESSION_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n_parameters, G_TYPE_STRING);
}

static void
amfa_session_monitor_class_init (AmfaSessionMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = amfa_session_monitor_dispose;
  object_class->finalize = amfa_session_monitor_finalize;

  signals[SIGNAL_CHANGED] = add_signal ("changed", 0);
  signals[SIGNAL_WARNING] = add_signal ("warning", 1);
  signals[SIGNAL_ENDED] = add_signal ("ended", 1);
  signals[SIGNAL_RENEWED] = add_signal ("renewed", 1);
}

static void
amfa_session_monitor_init (AmfaSessionMonitor *self)
{
  self->cancellable = g_cancellable_new ();
  self->void_offsets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) session_info_free);
}

/**
 * amfa_session_monitor_new:
 * @backend: the outside things
 * @timer: the clock
 *
 * Returns: (transfer full): a monitor that does nothing before amfa_session_monitor_start()
 */
AmfaSessionMonitor *
amfa_session_monitor_new (AmfaBackend *backend, AmfaWallTimer *timer)
{
  g_return_val_if_fail (backend != NULL && AMFA_IS_WALL_TIMER (timer), NULL);

  AmfaSessionMonitor *self = g_object_new (AMFA_TYPE_SESSION_MONITOR, NULL);

  self->backend = amfa_backend_ref (backend);
  self->timer = g_object_ref (timer);
  return self;
}

static AmfaFileWatch *
watch (AmfaSessionMonitor *self, const char *path)
{
  AmfaFileWatch *file_watch = amfa_file_watch_new (path);

  g_signal_connect_object (file_watch, "changed", G_CALLBACK (amfa_session_monitor_refresh), self,
                           G_CONNECT_SWAPPED);
  return file_watch;
}

void
amfa_session_monitor_start (AmfaSessionMonitor *self)
{
  g_return_if_fail (AMFA_IS_SESSION_MONITOR (self) && !self->credentials_watch);

  self->credentials_watch =
      watch (self, amfa_profile_files_get_credentials_path (self->backend->files));
  self->config_watch = watch (self, amfa_profile_files_get_config_path (self->backend->files));
  self->state_watch = watch (self, amfa_state_file_get_path (self->backend->state));
  g_signal_connect_object (self->timer, "due", G_CALLBACK (on_due), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->timer, "jumped", G_CALLBACK (on_jumped), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->backend->settings, "changed", G_CALLBACK (on_settings_changed),
                           self, G_CONNECT_SWAPPED);
  on_settings_changed (self);
}

/**
 * amfa_session_monitor_refresh:
 *
 * Reads everything again, now or as soon as the reading under way has ended.
 */
void
amfa_session_monitor_refresh (AmfaSessionMonitor *self)
{
  g_return_if_fail (AMFA_IS_SESSION_MONITOR (self));

  self->is_stale = self->is_reading;
  if (self->is_reading || !self->backend)
    return;

  g_autoptr (GTask) task = g_task_new (self, self->cancellable, on_reading_ready, NULL);
  Request *request = g_new0 (Request, 1);

  request->backend = amfa_backend_ref (self->backend);
  request->chosen = amfa_settings_dup_profiles (self->backend->settings);
  request->reach = self->readings ? AMFA_REACH_KEYRING : AMFA_REACH_FILES;
  self->is_reading = TRUE;
  g_task_set_source_tag (task, amfa_session_monitor_refresh);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  g_task_run_in_thread (task, run_reading);
}

/**
 * amfa_session_monitor_get_sessions:
 *
 * Returns: (transfer none) (element-type AmfaSessionInfo): one for each profile; empty before the
 *   first "changed"
 */
GPtrArray *
amfa_session_monitor_get_sessions (AmfaSessionMonitor *self)
{
  g_return_val_if_fail (AMFA_IS_SESSION_MONITOR (self), NULL);

  return self->sessions;
}

/**
 * amfa_session_monitor_lookup:
 * @profile: a profile
 *
 * Returns: (transfer none) (nullable): what its section holds; valid until the next "changed"
 */
const AmfaSessionInfo *
amfa_session_monitor_lookup (AmfaSessionMonitor *self, const char *profile)
{
  g_return_val_if_fail (AMFA_IS_SESSION_MONITOR (self) && profile != NULL, NULL);

  for (guint i = 0; i < self->sessions->len; i++)
    {
      const AmfaSessionInfo *info = g_ptr_array_index (self->sessions, i);

      if (g_str_equal (info->profile, profile))
        return info;
    }
  return NULL;
}

static gboolean
is_running (const AmfaSessionInfo *info)
{
  return info->state == AMFA_SESSION_ACTIVE || info->state == AMFA_SESSION_EXPIRING;
}

static gboolean
is_more_urgent (const AmfaSessionInfo *info, const AmfaSessionInfo *other)
{
  if (is_running (info) != is_running (other))
    return is_running (info);
  if (!is_running (info))
    return info->expires > other->expires;
  if (info->state != other->state)
    return info->state == AMFA_SESSION_EXPIRING;
  return info->expires < other->expires;
}

/**
 * amfa_session_info_find_most_urgent:
 * @sessions: (element-type AmfaSessionInfo): some
 * @now: Unix seconds
 *
 * Among running sessions that of which a warning was due, then that which ends first: what somebody
 * no longer uses says nothing about what works. Without one, the last of the recent ends.
 *
 * Returns: (transfer none) (nullable): %NULL if there is none
 */
const AmfaSessionInfo *
amfa_session_info_find_most_urgent (GPtrArray *sessions, gint64 now)
{
  g_return_val_if_fail (sessions != NULL, NULL);

  const AmfaSessionInfo *found = NULL;

  for (guint i = 0; i < sessions->len; i++)
    {
      const AmfaSessionInfo *info = g_ptr_array_index (sessions, i);
      gboolean counts = is_running (info) || (info->state == AMFA_SESSION_EXPIRED &&
                                              amfa_session_end_is_recent (info->expires, now));

      if (counts && (!found || is_more_urgent (info, found)))
        found = info;
    }
  return found;
}
