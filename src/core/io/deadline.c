#define G_LOG_DOMAIN "amfa-deadline"

#include "deadline.h"

/* Libraries take a cancellable and promise to end. Not all of them do, so whoever waits is told
 * first and ends the wait itself; what comes after that is late and nobody's business. Only then is
 * the work asked to stop. */

struct _AmfaDeadline
{
  GCancellable *cancellable;
  GSource *outer_cancelled;
  GSource *timeout;
  AmfaDeadlineFunc ended;
  gpointer user_data;
  gboolean is_over;
};

/* What is told may free this. */
static gboolean
end (AmfaDeadline *self)
{
  g_autoptr (GCancellable) cancellable = g_object_ref (self->cancellable);

  if (self->ended)
    self->ended (self->user_data);
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_outer_cancelled (GCancellable *outer, gpointer user_data)
{
  return end (user_data);
}

static gboolean
on_timeout (gpointer user_data)
{
  AmfaDeadline *self = user_data;

  self->is_over = TRUE;
  return end (self);
}

/* Before anything that others have put into the loop. */
static GSource *
attach (AmfaDeadline *self, GSource *source, GSourceFunc callback)
{
  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static void
detach (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

/**
 * amfa_deadline_new:
 * @milliseconds: from now; 0: no end but by @outer
 * @outer: (nullable): ends it, too
 * @ended: (nullable): called when time is up or @outer cancelled, before the work is asked to stop;
 *   it may free the deadline
 *
 * Belongs to the thread's default main context. Once freed it calls nobody.
 *
 * Returns: (transfer full): a new deadline
 */
AmfaDeadline *
amfa_deadline_new (guint milliseconds,
                   GCancellable *outer,
                   AmfaDeadlineFunc ended,
                   gpointer user_data)
{
  AmfaDeadline *self = g_new0 (AmfaDeadline, 1);

  self->cancellable = g_cancellable_new ();
  self->ended = ended;
  self->user_data = user_data;
  if (milliseconds > 0)
    self->timeout = attach (self, g_timeout_source_new (milliseconds), on_timeout);
  /* A source and not g_cancellable_connect(): what is cancelled may end, and free this, on the
   * spot, and disconnecting from within the signal locks up. */
  if (outer)
    self->outer_cancelled =
        attach (self, g_cancellable_source_new (outer), G_SOURCE_FUNC (on_outer_cancelled));
  return self;
}

void
amfa_deadline_free (AmfaDeadline *self)
{
  g_clear_pointer (&self->timeout, detach);
  g_clear_pointer (&self->outer_cancelled, detach);
  g_clear_object (&self->cancellable);
  g_free (self);
}

/**
 * amfa_deadline_get_cancellable:
 *
 * Returns: (transfer none): what is to be given to the work
 */
GCancellable *
amfa_deadline_get_cancellable (AmfaDeadline *self)
{
  return self->cancellable;
}

/**
 * amfa_deadline_is_over:
 *
 * Returns: whether it was time that ended it
 */
gboolean
amfa_deadline_is_over (AmfaDeadline *self)
{
  return self->is_over;
}
