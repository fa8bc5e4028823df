#define G_LOG_DOMAIN "amfa-error-bar"

#include "error-bar.h"

#include "countdown.h"

#include "messages/messages.h"

#include <glib/gi18n.h>

struct _AmfaErrorBar
{
  GtkInfoBar parent_instance;

  GtkWidget *alert;
  GtkLabel *sentence;
  AmfaCountdown *countdown;
  GtkButton *action;

  AmfaAdvice advice; /* what the button does */
};

enum
{
  SIGNAL_ACTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaErrorBar, amfa_error_bar, GTK_TYPE_INFO_BAR)

static void
on_action_clicked (AmfaErrorBar *self)
{
  g_signal_emit (self, signals[SIGNAL_ACTED], 0, (guint) self->advice);
}

/* GtkInfoBar closes itself on Escape, which belongs to the dialog here. */
static void
amfa_error_bar_close (GtkInfoBar *bar)
{
  GtkWidget *toplevel = gtk_widget_get_toplevel (GTK_WIDGET (bar));

  if (GTK_IS_DIALOG (toplevel))
    g_signal_emit_by_name (toplevel, "close");
}

static void
amfa_error_bar_class_init (AmfaErrorBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GTK_INFO_BAR_CLASS (klass)->close = amfa_error_bar_close;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/AwsMfa/error-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, AmfaErrorBar, alert);
  gtk_widget_class_bind_template_child (widget_class, AmfaErrorBar, sentence);
  gtk_widget_class_bind_template_child (widget_class, AmfaErrorBar, countdown);
  gtk_widget_class_bind_template_child (widget_class, AmfaErrorBar, action);
  gtk_widget_class_bind_template_callback (widget_class, on_action_clicked);

  signals[SIGNAL_ACTED] = g_signal_new ("acted", AMFA_TYPE_ERROR_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
amfa_error_bar_init (AmfaErrorBar *self)
{
  g_type_ensure (AMFA_TYPE_COUNTDOWN);
  gtk_widget_init_template (GTK_WIDGET (self));

  /* GtkInfoBar sees to its own role. */
  atk_object_set_role (gtk_widget_get_accessible (self->alert), ATK_ROLE_ALERT);
}

static const char *
get_action_label (AmfaAdvice advice)
{
  switch (advice)
    {
    case AMFA_ADVICE_TRY_AGAIN:
    case AMFA_ADVICE_TRY_ROLE_AGAIN:
      return _ ("Try _again");
    case AMFA_ADVICE_OFFER_KEYS:
      return _ ("_Enter keys…");
    case AMFA_ADVICE_ACCEPT_ACCOUNT:
      return _ ("_Use the new account");
    case AMFA_ADVICE_NONE:
    case AMFA_ADVICE_NEWER_CODE:
    case AMFA_ADVICE_NEXT_CODE:
    case AMFA_ADVICE_CHOOSE_DEVICE:
    case AMFA_ADVICE_ENTER_KEYS:
    default:
      return NULL;
    }
}

static char *
compose_sentence (const GError *error, AmfaAdvice advice)
{
  g_autofree char *sentence = amfa_message_for_error (error);
  const char *more = NULL;

  if (advice == AMFA_ADVICE_NEWER_CODE)
    more = _ ("The role may want a newer MFA code than that of the running session.");
  else if (advice == AMFA_ADVICE_TRY_ROLE_AGAIN)
    more = _ ("Your code was accepted. You can try again without a new one.");
  return more ? g_strconcat (sentence, "\n", more, NULL) : g_steal_pointer (&sentence);
}

/**
 * amfa_error_bar_say:
 * @self: the bar
 * @error: what is wrong
 * @advice: what helps: a button comes with it, or the seconds until the next code
 *
 * Shows the bar. What it said before is gone.
 */
void
amfa_error_bar_say (AmfaErrorBar *self, const GError *error, AmfaAdvice advice)
{
  g_return_if_fail (AMFA_IS_ERROR_BAR (self) && error != NULL);

  g_autofree char *sentence = compose_sentence (error, advice);
  const char *label = get_action_label (advice);
  AtkObject *alert = gtk_widget_get_accessible (self->alert);

  /* Assistive technology speaks of an alert that appears, not of one whose text changes. */
  amfa_error_bar_clear (self);

  self->advice = advice;
  gtk_label_set_text (self->sentence, sentence);
  gtk_button_set_label (self->action, label ? label : "");
  gtk_widget_set_visible (GTK_WIDGET (self->action), label != NULL);
  if (advice == AMFA_ADVICE_NEXT_CODE)
    {
      amfa_countdown_start (self->countdown);
      gtk_widget_show (GTK_WIDGET (self->countdown));
    }

  atk_object_set_name (alert, sentence);
  gtk_widget_show (GTK_WIDGET (self));
  g_signal_emit_by_name (alert, "announcement", sentence);
}

void
amfa_error_bar_clear (AmfaErrorBar *self)
{
  g_return_if_fail (AMFA_IS_ERROR_BAR (self));

  gtk_widget_hide (GTK_WIDGET (self));
  gtk_widget_hide (GTK_WIDGET (self->countdown));
  gtk_label_set_text (self->sentence, "");
  self->advice = AMFA_ADVICE_NONE;
}

void
amfa_error_bar_focus_action (AmfaErrorBar *self)
{
  g_return_if_fail (AMFA_IS_ERROR_BAR (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->action));
}

/**
 * amfa_error_bar_describe:
 * @self: the bar
 * @widget: what the sentences are about
 *
 * Lets assistive technology find the sentence from @widget.
 */
void
amfa_error_bar_describe (AmfaErrorBar *self, GtkWidget *widget)
{
  g_return_if_fail (AMFA_IS_ERROR_BAR (self));

  atk_object_add_relationship (gtk_widget_get_accessible (widget), ATK_RELATION_DESCRIBED_BY,
                               gtk_widget_get_accessible (GTK_WIDGET (self->sentence)));
}
