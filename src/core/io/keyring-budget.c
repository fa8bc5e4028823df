#define G_LOG_DOMAIN "amfa-keyring-budget"

#include "keyring-budget.h"

/* A keyring that is stopped, or a bus that is, never answers; and a time limit for each call would
 * be paid again by each of them. So the time belongs to the operation and ends whatever call is
 * under way: it is a cancellable, which every call takes, libsecret's too. While the user looks at
 * a prompt the clock stands still, unless others wait for a lock meanwhile.
 *
 * A thread minds the clock, since an operation blocks and runs no main loop. It alone cancels: in
 * the thread that cancels @outer the budget could be freed by its own handler, which would wait for
 * itself. It does not keep the budget alive. */

typedef struct
{
  GMutex mutex;
  GCond cond;
  GWeakRef budget;
  gint64 end; /* monotonic */
  gboolean is_under_lock;
  gint64 paused_at;
  guint n_pauses;
  gboolean is_over;
  gboolean is_called_off; /* by @outer */
  gboolean is_gone;       /* the budget is */
} Clock;

#define AMFA_TYPE_KEYRING_BUDGET (amfa_keyring_budget_get_type ())
G_DECLARE_FINAL_TYPE (AmfaKeyringBudget, amfa_keyring_budget, AMFA, KEYRING_BUDGET, GCancellable)

struct _AmfaKeyringBudget
{
  GCancellable parent_instance;

  Clock *clock;
  GCancellable *outer; /* nullable */
  gulong outer_handler;
};

G_DEFINE_FINAL_TYPE (AmfaKeyringBudget, amfa_keyring_budget, G_TYPE_CANCELLABLE)

static void
clock_clear (gpointer data)
{
  Clock *clock = data;

  g_weak_ref_clear (&clock->budget);
  g_mutex_clear (&clock->mutex);
  g_cond_clear (&clock->cond);
}

static void
clock_unref (gpointer clock)
{
  g_atomic_rc_box_release_full (clock, clock_clear);
}

static void
clock_wait (Clock *clock)
{
  if (clock->n_pauses > 0)
    g_cond_wait (&clock->cond, &clock->mutex);
  else if (!g_cond_wait_until (&clock->cond, &clock->mutex, clock->end))
    clock->is_over = clock->n_pauses == 0 && g_get_monotonic_time () >= clock->end;
}

static gpointer
run_clock (gpointer data)
{
  Clock *clock = data;
  g_autoptr (GCancellable) budget = NULL;

  g_mutex_lock (&clock->mutex);
  while (!clock->is_over && !clock->is_called_off && !clock->is_gone)
    clock_wait (clock);
  g_mutex_unlock (&clock->mutex);

  budget = g_weak_ref_get (&clock->budget);
  if (budget)
    g_cancellable_cancel (budget);
  g_clear_object (&budget);
  clock_unref (clock);
  return NULL;
}

static void
set (Clock *clock, gboolean *flag)
{
  g_mutex_lock (&clock->mutex);
  *flag = TRUE;
  g_cond_signal (&clock->cond);
  g_mutex_unlock (&clock->mutex);
}

static void
on_outer_cancelled (GCancellable *outer, gpointer user_data)
{
  Clock *clock = user_data;

  set (clock, &clock->is_called_off);
}

static void
amfa_keyring_budget_finalize (GObject *object)
{
  AmfaKeyringBudget *self = AMFA_KEYRING_BUDGET (object);

  g_cancellable_disconnect (self->outer, self->outer_handler);
  g_clear_object (&self->outer);
  set (self->clock, &self->clock->is_gone);
  clock_unref (self->clock);

  G_OBJECT_CLASS (amfa_keyring_budget_parent_class)->finalize (object);
}

static void
amfa_keyring_budget_class_init (AmfaKeyringBudgetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_keyring_budget_finalize;
}

static void
amfa_keyring_budget_init (AmfaKeyringBudget *self)
{
  self->clock = g_atomic_rc_box_new0 (Clock);
  g_mutex_init (&self->clock->mutex);
  g_cond_init (&self->clock->cond);
  g_weak_ref_init (&self->clock->budget, self);
}

static GCancellable *
budget_new (guint milliseconds, GCancellable *outer, gboolean is_under_lock)
{
  g_autoptr (AmfaKeyringBudget) self = g_object_new (AMFA_TYPE_KEYRING_BUDGET, NULL);
  GThread *thread;

  self->clock->end = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;
  self->clock->is_under_lock = is_under_lock;
  if (outer)
    {
      self->outer = g_object_ref (outer);
      self->outer_handler =
          g_cancellable_connect (outer, G_CALLBACK (on_outer_cancelled),
                                 g_atomic_rc_box_acquire (self->clock), clock_unref);
    }
  if (g_cancellable_is_cancelled (outer))
    g_cancellable_cancel (G_CANCELLABLE (self));
  thread =
      g_thread_try_new ("awsmfa-budget", run_clock, g_atomic_rc_box_acquire (self->clock), NULL);
  if (thread)
    {
      g_thread_unref (thread);
      return G_CANCELLABLE (g_steal_pointer (&self));
    }
  clock_unref (self->clock); /* the thread's */
  return outer ? g_object_ref (outer) : g_cancellable_new ();
}

/**
 * amfa_keyring_budget_new:
 * @milliseconds: that the calls which get it have together, from now on; prompts are not counted
 * @outer: (nullable): cancels too; may be a budget
 *
 * Where there can be no further thread nobody minds the time: @outer is all there is.
 *
 * Returns: (transfer full): for one operation, in one thread; to be given to the keyring only
 */
GCancellable *
amfa_keyring_budget_new (guint milliseconds, GCancellable *outer)
{
  g_return_val_if_fail (outer == NULL || G_IS_CANCELLABLE (outer), NULL);

  return budget_new (milliseconds, outer, FALSE);
}

/**
 * amfa_keyring_budget_new_under_lock:
 *
 * As amfa_keyring_budget_new(), for while a file is locked: prompts are counted, too. Some services
 * show one for a store (KeePassXC), and nobody is to wait for whoever went for a coffee.
 */
GCancellable *
amfa_keyring_budget_new_under_lock (guint milliseconds, GCancellable *outer)
{
  g_return_val_if_fail (outer == NULL || G_IS_CANCELLABLE (outer), NULL);

  return budget_new (milliseconds, outer, TRUE);
}

/**
 * amfa_keyring_budget_ensure:
 * @cancellable: (nullable): a budget, or not
 * @milliseconds: for a new one
 *
 * Returns: (transfer full): @cancellable if it is a budget, else a new one around it
 */
GCancellable *
amfa_keyring_budget_ensure (GCancellable *cancellable, guint milliseconds)
{
  if (AMFA_IS_KEYRING_BUDGET (cancellable))
    return g_object_ref (cancellable);
  return amfa_keyring_budget_new (milliseconds, cancellable);
}

/**
 * amfa_keyring_budget_is_over:
 * @self: (nullable): a cancellable
 *
 * Returns: whether it was the time of a budget, its own or that of one around it, that cancelled it
 */
gboolean
amfa_keyring_budget_is_over (GCancellable *self)
{
  for (; AMFA_IS_KEYRING_BUDGET (self); self = AMFA_KEYRING_BUDGET (self)->outer)
    {
      Clock *clock = AMFA_KEYRING_BUDGET (self)->clock;
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&clock->mutex);

      if (clock->is_over)
        return TRUE;
    }
  return FALSE;
}

static gboolean
stands_still (const Clock *clock, AmfaPause reason)
{
  return reason != AMFA_PAUSE_PROMPT || !clock->is_under_lock;
}

/**
 * amfa_keyring_budget_pause:
 * @self: (nullable): a cancellable
 *
 * Until amfa_keyring_budget_resume() with the same @reason no time is counted, nor in the budgets
 * around it; of a prompt's, but for those under a lock.
 */
void
amfa_keyring_budget_pause (GCancellable *self, AmfaPause reason)
{
  for (; AMFA_IS_KEYRING_BUDGET (self); self = AMFA_KEYRING_BUDGET (self)->outer)
    {
      Clock *clock = AMFA_KEYRING_BUDGET (self)->clock;
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&clock->mutex);

      if (stands_still (clock, reason) && clock->n_pauses++ == 0)
        clock->paused_at = g_get_monotonic_time ();
    }
}

void
amfa_keyring_budget_resume (GCancellable *self, AmfaPause reason)
{
  for (; AMFA_IS_KEYRING_BUDGET (self); self = AMFA_KEYRING_BUDGET (self)->outer)
    {
      Clock *clock = AMFA_KEYRING_BUDGET (self)->clock;
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&clock->mutex);

      if (!stands_still (clock, reason))
        continue;
      if (--clock->n_pauses == 0)
        clock->end += g_get_monotonic_time () - clock->paused_at;
      g_cond_signal (&clock->cond);
    }
}
