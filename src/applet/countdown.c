#define G_LOG_DOMAIN "amfa-countdown"

#include "countdown.h"

#include "core/model/mfa.h"

#include <glib/gi18n.h>

struct _AmfaCountdown
{
  GtkLabel parent_instance;

  gint64 until; /* Unix seconds; 0: nothing to count to */
  guint tick;
};

G_DEFINE_FINAL_TYPE (AmfaCountdown, amfa_countdown, GTK_TYPE_LABEL)

static gboolean on_tick (gpointer user_data);

/* Says how long it is, and comes back when the wall clock shows the next second. */
static void
update (AmfaCountdown *self)
{
  gint64 now = g_get_real_time ();
  gint64 left = self->until - now / G_USEC_PER_SEC;

  if (left > AMFA_CODE_STEP_SECONDS || left <= 0)
    {
      /* Over, or the clock was set back. */
      self->until = 0;
      gtk_label_set_text (GTK_LABEL (self), _ ("Your device shows the next code now."));
      return;
    }

  {
    /* Translators: the seconds until an MFA device shows another code; "s" is the unit. */
    g_autofree char *text = g_strdup_printf (_ ("Next code in %d s."), (int) left);

    gtk_label_set_text (GTK_LABEL (self), text);
  }
  self->tick = g_timeout_add (1000 - (guint) (now % G_USEC_PER_SEC / 1000), on_tick, self);
}

static gboolean
on_tick (gpointer user_data)
{
  AmfaCountdown *self = AMFA_COUNTDOWN (user_data);

  self->tick = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
amfa_countdown_map (GtkWidget *widget)
{
  AmfaCountdown *self = AMFA_COUNTDOWN (widget);

  GTK_WIDGET_CLASS (amfa_countdown_parent_class)->map (widget);
  if (self->until && !self->tick)
    update (self);
}

static void
amfa_countdown_unmap (GtkWidget *widget)
{
  AmfaCountdown *self = AMFA_COUNTDOWN (widget);

  g_clear_handle_id (&self->tick, g_source_remove);
  GTK_WIDGET_CLASS (amfa_countdown_parent_class)->unmap (widget);
}

static void
amfa_countdown_dispose (GObject *object)
{
  AmfaCountdown *self = AMFA_COUNTDOWN (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  G_OBJECT_CLASS (amfa_countdown_parent_class)->dispose (object);
}

static void
amfa_countdown_class_init (AmfaCountdownClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_countdown_dispose;
  GTK_WIDGET_CLASS (klass)->map = amfa_countdown_map;
  GTK_WIDGET_CLASS (klass)->unmap = amfa_countdown_unmap;
}

static void
amfa_countdown_init (AmfaCountdown *self)
{
}

/**
 * amfa_countdown_start:
 * @self: the line
 *
 * Counts to the next step of the clock that time-based codes go by.
 */
void
amfa_countdown_start (AmfaCountdown *self)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_return_if_fail (AMFA_IS_COUNTDOWN (self));

  g_clear_handle_id (&self->tick, g_source_remove);
  self->until = now + amfa_code_seconds_to_next (now);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}
