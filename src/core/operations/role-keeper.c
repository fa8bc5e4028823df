#define G_LOG_DOMAIN "amfa-role-keeper"

#include "role-keeper.h"

#include "core/model/error.h"
#include "role-change.h"

/* A role's keys last an hour, the session that they come from most of a day. They are renewed
 * before the first warning of their end, so that nobody is alarmed without need; what may pass by
 * itself (no network, AWS busy, the file being written by somebody else) is tried again, at growing
 * distances, also beyond the end: a computer that wakes up has its network a little later. Whatever
 * else goes wrong ends the efforts for these keys. The user hears of it when they end or when there
 * is no hope left, whichever is first. Where the session that they come from is known to be over by
 * then, nothing is tried, and the warnings come as for any other session. */

#define AHEAD 300 /* seconds before the end, at least */
#define LEAD 60   /* seconds before the first warning */
#define FIRST_DISTANCE 15
#define LAST_DISTANCE 600
#define LAST_HOPE (12 * 3600) /* seconds beyond the end */

struct _AmfaRoleKeeper
{
  GObject parent;

  AmfaBackend *backend;
  AmfaSessionMonitor *monitor;
  AmfaWallTimer *timer;
  GCancellable *cancellable;
  GHashTable *charges; /* profile → Charge */
  guint n_attempts;    /* under way, those for keys that are gone included */
  gboolean is_finished;
};

typedef struct
{
  GWeakRef keeper; /* which cancels the attempt when it goes */
  char *profile;
} Attempt;

/* The keys of one role. */
typedef struct
{
  char *role;          /* its ARN */
  gint64 expires;      /* Unix seconds */
  gint64 user_expires; /* of the session that they come from; 0 if unknown */
  gint64 next;         /* when to try; 0: never again */
  gint64 distance;
  Attempt *attempt; /* under way for these keys; NULL: none */
  gboolean is_told;
} Charge;

enum
{
  SIGNAL_FAILED,
  SIGNAL_AT_REST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaRoleKeeper, amfa_role_keeper, G_TYPE_OBJECT)

static void look (AmfaRoleKeeper *self);

static void
charge_free (gpointer data)
{
  Charge *self = data;

  g_free (self->role);
  g_free (self);
}

static gboolean
may_pass (const GError *error)
{
  static const AmfaError codes[] = { AMFA_ERROR_NETWORK,   AMFA_ERROR_SERVICE,
                                     AMFA_ERROR_TLS,       AMFA_ERROR_PROTOCOL,
                                     AMFA_ERROR_BUSY,      AMFA_ERROR_FILE_CHANGED,
                                     AMFA_ERROR_CLOCK_OFF, AMFA_ERROR_KEYRING_LOCKED };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, AMFA_ERROR, codes[i]))
      return TRUE;
  return FALSE;
}

static void
attempt_free (Attempt *self)
{
  g_weak_ref_clear (&self->keeper);
  g_free (self->profile);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

static void
count_down (AmfaRoleKeeper *self)
{
  self->n_attempts--;
  if (self->n_attempts == 0)
    g_signal_emit (self, signals[SIGNAL_AT_REST], 0);
}

static void
on_renewed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (AmfaRoleKeeper) self = g_weak_ref_get (&attempt->keeper);
  g_autoptr (GError) error = NULL;
  gboolean renewed = amfa_role_change_finish (result, NULL, NULL, &error);
  Charge *charge = self ? g_hash_table_lookup (self->charges, attempt->profile) : NULL;
  gint64 now;

  if (self)
    count_down (self);
  /* Of the success the new keys may have told already; they have a plan of their own. */
  if (!charge || charge->attempt != attempt || amfa_error_is_cancelled (error))
    return;

  now = amfa_wall_timer_get_now (self->timer);
  charge->attempt = NULL;
  charge->next = !renewed && may_pass (error) && now < charge->expires + LAST_HOPE
                     ? now + charge->distance
                     : 0;
  charge->distance = MIN (2 * charge->distance, LAST_DISTANCE);
  if (!renewed)
    g_info ("the role of profile %s was not renewed: %s", attempt->profile, error->message);
  if (!renewed && !charge->is_told && (charge->next == 0 || now >= charge->expires))
    {
      charge->is_told = TRUE;
      g_signal_emit (self, signals[SIGNAL_FAILED], 0, attempt->profile, error);
    }
  look (self);
}

static void
start (AmfaRoleKeeper *self, const char *profile, Charge *charge)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  g_weak_ref_init (&attempt->keeper, self);
  attempt->profile = g_strdup (profile);
  charge->attempt = attempt;
  self->n_attempts++;
  amfa_role_change_async (self->backend, profile, NULL, self->cancellable, on_renewed, attempt);
}

/* Returns: when to try first; 0 if the session that the keys come from will be over */
static gint64
plan_attempt (const AmfaSessionInfo *info, gint64 now)
{
  gint64 left = info->expires - now;
  gint64 ahead = MAX (AHEAD, info->expires - info->warns + LEAD);
  gint64 at = left > 0 ? info->expires - MIN (ahead, left / 2) : now;

  return info->user_expires == 0 || at < info->user_expires ? at : 0;
}

/* Returns: (transfer none): what is planned for these keys, anew if they or the session that they
 * come from are new; of an end that was past when they were first seen nobody is told */
static Charge *
get_charge (AmfaRoleKeeper *self, const AmfaSessionInfo *info, gint64 now)
{
  Charge *charge = g_hash_table_lookup (self->charges, info->profile);

  if (!charge)
    {
      charge = g_new0 (Charge, 1);
      g_hash_table_insert (self->charges, g_strdup (info->profile), charge);
    }
  if (charge->expires != info->expires || charge->user_expires != info->user_expires ||
      g_strcmp0 (charge->role, info->role) != 0)
    {
      charge->attempt = NULL;
      g_free (charge->role);
      charge->role = g_strdup (info->role);
      charge->expires = info->expires;
      charge->user_expires = info->user_expires;
      charge->next = plan_attempt (info, now);
      charge->distance = FIRST_DISTANCE;
      charge->is_told = info->expires <= now;
    }
  return charge;
}

static void
look (AmfaRoleKeeper *self)
{
  GPtrArray *sessions = amfa_session_monitor_get_sessions (self->monitor);
  gint64 now = amfa_wall_timer_get_now (self->timer);
  gint64 next = 0;

  for (guint i = 0; i < sessions->len && !self->is_finished; i++)
    {
      const AmfaSessionInfo *info = g_ptr_array_index (sessions, i);
      Charge *charge;

      if (!info->role || info->expires == 0)
        {
          g_hash_table_remove (self->charges, info->profile);
          continue;
        }
      charge = get_charge (self, info, now);
      if (charge->attempt || charge->next == 0)
        continue;
      if (charge->next <= now)
        start (self, info->profile, charge);
      else if (next == 0 || charge->next < next)
        next = charge->next;
    }
  amfa_wall_timer_arm (self->timer, next);
}

static void
amfa_role_keeper_dispose (GObject *object)
{
  AmfaRoleKeeper *self = AMFA_ROLE_KEEPER (object);

  g_cancellable_cancel (self->cancellable);
  if (self->timer)
    amfa_wall_timer_arm (self->timer, 0);
  g_clear_object (&self->timer);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->backend, amfa_backend_unref);

  G_OBJECT_CLASS (amfa_role_keeper_parent_class)->dispose (object);
}

static void
amfa_role_keeper_finalize (GObject *object)
{
  AmfaRoleKeeper *self = AMFA_ROLE_KEEPER (object);

  g_clear_object (&self->cancellable);
  g_hash_table_unref (self->charges);

  G_OBJECT_CLASS (amfa_role_keeper_parent_class)->finalize (object);
}

static void
amfa_role_keeper_class_init (AmfaRoleKeeperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = amfa_role_keeper_dispose;
  object_class->finalize = amfa_role_keeper_finalize;

  signals[SIGNAL_FAILED] =
      g_signal_new ("failed", AMFA_TYPE_ROLE_KEEPER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);
  signals[SIGNAL_AT_REST] = g_signal_new ("at-rest", AMFA_TYPE_ROLE_KEEPER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
amfa_role_keeper_init (AmfaRoleKeeper *self)
{
  self->cancellable = g_cancellable_new ();
  self->charges = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, charge_free);
}

/**
 * amfa_role_keeper_new:
 * @backend: the outside things
 * @monitor: knows the sessions
 * @timer: the wall clock, for this object alone
 *
 * Returns: (transfer full): at work from the monitor's first "changed" on
 */
AmfaRoleKeeper *
amfa_role_keeper_new (AmfaBackend *backend, AmfaSessionMonitor *monitor, AmfaWallTimer *timer)
{
  g_return_val_if_fail (backend != NULL && AMFA_IS_SESSION_MONITOR (monitor), NULL);
  g_return_val_if_fail (AMFA_IS_WALL_TIMER (timer), NULL);

  AmfaRoleKeeper *self = g_object_new (AMFA_TYPE_ROLE_KEEPER, NULL);

  self->backend = amfa_backend_ref (backend);
  self->monitor = g_object_ref (monitor);
  self->timer = g_object_ref (timer);
  g_signal_connect_object (monitor, "changed", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (timer, "due", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (timer, "jumped", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * amfa_role_keeper_is_at_work:
 *
 * Returns: whether the keys of @profile are going to be renewed: nobody need be warned of their end
 */
gboolean
amfa_role_keeper_is_at_work (AmfaRoleKeeper *self, const char *profile)
{
  g_return_val_if_fail (AMFA_IS_ROLE_KEEPER (self) && profile != NULL, FALSE);

  const Charge *charge = g_hash_table_lookup (self->charges, profile);

  return charge && !charge->is_told && (charge->attempt || charge->next != 0);
}

/* Nothing is begun any more, and what is under way is called off, unless AWS has answered. That is
 * awaited: "at-rest" tells. */
void
amfa_role_keeper_finish (AmfaRoleKeeper *self)
{
  g_return_if_fail (AMFA_IS_ROLE_KEEPER (self));

  self->is_finished = TRUE;
  amfa_wall_timer_arm (self->timer, 0);
  g_cancellable_cancel (self->cancellable);
}

gboolean
amfa_role_keeper_is_at_rest (AmfaRoleKeeper *self)
{
  g_return_val_if_fail (AMFA_IS_ROLE_KEEPER (self), TRUE);

  return self->n_attempts == 0;
}
