#define G_LOG_DOMAIN "amfa-code-page"

#include "code-page.h"

#include "code-entry.h"
#include "duration-combo.h"
#include "plan-text.h"

struct _AmfaCodePage
{
  GtkBox parent_instance;

  GtkLabel *who;
  GtkLabel *account;
  GtkLabel *origin;
  GtkLabel *session;
  GtkLabel *device;
  GtkWidget *change;
  AmfaCodeEntry *code;
  AmfaDurationCombo *duration;
};

enum
{
  PROP_0,
  PROP_COMPLETE,
};

enum
{
  SIGNAL_CODE_CHANGED,
  SIGNAL_CODE_ACTIVATED,
  SIGNAL_CODE_REFUSED,
  SIGNAL_DURATION_CHANGED,
  SIGNAL_CHANGE_DEVICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaCodePage, amfa_code_page, GTK_TYPE_BOX)

static void
on_code_changed (AmfaCodePage *self)
{
  g_signal_emit (self, signals[SIGNAL_CODE_CHANGED], 0);
}

/* Not "activates-default": GTK holds a button down for a quarter of a second before it acts. */
static void
on_code_activated (AmfaCodePage *self)
{
  g_signal_emit (self, signals[SIGNAL_CODE_ACTIVATED], 0);
}

static void
on_code_complete_changed (AmfaCodePage *self)
{
  g_object_notify (G_OBJECT (self), "complete");
}

static void
on_code_refused (AmfaCodePage *self)
{
  g_signal_emit (self, signals[SIGNAL_CODE_REFUSED], 0);
}

static void
on_duration_changed (AmfaCodePage *self)
{
  g_signal_emit (self, signals[SIGNAL_DURATION_CHANGED], 0,
                 amfa_duration_combo_get_seconds (self->duration));
}

static void
on_change_clicked (AmfaCodePage *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGE_DEVICE], 0);
}

static void
set_line (GtkLabel *label, const char *text, const char *tooltip)
{
  gtk_label_set_text (label, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (label), tooltip);
}

static void
amfa_code_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AmfaCodePage *self = AMFA_CODE_PAGE (object);

  if (id == PROP_COMPLETE)
    g_value_set_boolean (value, amfa_code_entry_is_complete (self->code));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
amfa_code_page_class_init (AmfaCodePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = amfa_code_page_get_property;

  g_object_class_install_property (
      object_class, PROP_COMPLETE,
      g_param_spec_boolean ("complete", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));

  signals[SIGNAL_CODE_CHANGED] = g_signal_new (
      "code-changed", AMFA_TYPE_CODE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CODE_ACTIVATED] =
      g_signal_new ("code-activated", AMFA_TYPE_CODE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 0);
  signals[SIGNAL_CODE_REFUSED] = g_signal_new (
      "code-refused", AMFA_TYPE_CODE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_DURATION_CHANGED] =
      g_signal_new ("duration-changed", AMFA_TYPE_CODE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_CHANGE_DEVICE] = g_signal_new (
      "change-device", AMFA_TYPE_CODE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (AMFA_TYPE_CODE_ENTRY);
  g_type_ensure (AMFA_TYPE_DURATION_COMBO);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/AwsMfa/code-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, who);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, account);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, origin);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, session);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, device);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, change);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, code);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, duration);
  gtk_widget_class_bind_template_callback (widget_class, on_code_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_code_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_code_complete_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_code_refused);
  gtk_widget_class_bind_template_callback (widget_class, on_duration_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_change_clicked);
}

static void
amfa_code_page_init (AmfaCodePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
amfa_code_page_set_plan (AmfaCodePage *self, const AmfaLoginPlan *plan, const char *profile)
{
  g_return_if_fail (AMFA_IS_CODE_PAGE (self) && plan != NULL && profile != NULL);

  g_autofree char *who = amfa_plan_text_who (plan);
  g_autofree char *account = amfa_plan_text_account (plan, profile);
  g_autofree char *origin = amfa_plan_text_origin (plan);
  g_autofree char *session = amfa_plan_text_session (plan, g_get_real_time () / G_USEC_PER_SEC);
  g_autofree char *device = amfa_plan_text_device (plan->serial);

  g_signal_handlers_block_by_func (self->duration, on_duration_changed, self);
  amfa_duration_combo_set_longest (self->duration,
                                   plan->is_root ? AMFA_DURATION_ROOT_MAX : AMFA_DURATION_MAX);
  g_signal_handlers_unblock_by_func (self->duration, on_duration_changed, self);
  set_line (self->who, who, plan->arn);
  set_line (self->account, account, plan->arn);
  set_line (self->origin, origin, NULL);
  set_line (self->session, session, NULL);
  set_line (self->device, device, plan->serial);
}

/* Shows a duration that the user did not choose. */
void
amfa_code_page_set_duration (AmfaCodePage *self, guint seconds)
{
  g_return_if_fail (AMFA_IS_CODE_PAGE (self));

  g_signal_handlers_block_by_func (self->duration, on_duration_changed, self);
  amfa_duration_combo_set_seconds (self->duration, seconds);
  g_signal_handlers_unblock_by_func (self->duration, on_duration_changed, self);
}

/**
 * amfa_code_page_set_locked:
 * @self: the page
 * @code: the code and its duration are being sent
 * @device: the device cannot be changed now
 */
void
amfa_code_page_set_locked (AmfaCodePage *self, gboolean code, gboolean device)
{
  g_return_if_fail (AMFA_IS_CODE_PAGE (self));

  /* Read-only rather than insensitive: the focus stays where it is. */
  gtk_editable_set_editable (GTK_EDITABLE (self->code), !code);
  gtk_widget_set_sensitive (GTK_WIDGET (self->duration), !code);
  gtk_widget_set_sensitive (self->change, !device);
}

const char *
amfa_code_page_get_code (AmfaCodePage *self)
{
  g_return_val_if_fail (AMFA_IS_CODE_PAGE (self), NULL);

  return gtk_entry_get_text (GTK_ENTRY (self->code));
}

GtkWidget *
amfa_code_page_get_entry (AmfaCodePage *self)
{
  g_return_val_if_fail (AMFA_IS_CODE_PAGE (self), NULL);

  return GTK_WIDGET (self->code);
}

/* The code gets the focus, selected: the next digit begins another one. */
void
amfa_code_page_ask_again (AmfaCodePage *self)
{
  g_return_if_fail (AMFA_IS_CODE_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->code));
  gtk_editable_select_region (GTK_EDITABLE (self->code), 0, -1);
}
