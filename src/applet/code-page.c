#define G_LOG_DOMAIN "amfa-code-page"

#include "code-page.h"

#include "code-entry.h"
#include "code-fetcher.h"
#include "duration-combo.h"
#include "identity-combo.h"
#include "plan-text.h"

struct _AmfaCodePage
{
  GtkBox parent_instance;

  GtkLabel *who;
  GtkLabel *account;
  GtkLabel *origin;
  GtkLabel *session;
  GtkSizeGroup *labels;
  GtkWidget *identity_label;
  AmfaIdentityCombo *identity;
  GtkLabel *device;
  GtkWidget *change;
  AmfaCodeEntry *code;
  AmfaDurationCombo *duration;
  AmfaCodeFetcher *fetcher;

  guint longest;       /* that can be chosen */
  guint seconds;       /* how long the user's session shall last */
  guint fixed_seconds; /* a role's own length instead, 0: none */
  const char *hint;    /* what that means; nullable */
  gboolean is_refused; /* AWS has not given the identity to the user's session */
  gboolean is_at_hand; /* the identity comes from there, without a code */
  gboolean is_locked;  /* all but the device */
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
  SIGNAL_FETCH_FAILED,
  SIGNAL_DURATION_CHANGED,
  SIGNAL_IDENTITY_CHANGED,
  SIGNAL_CHANGE_DEVICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaCodePage, amfa_code_page, GTK_TYPE_BOX)

static void
on_complete_changed (AmfaCodePage *self)
{
  g_object_notify (G_OBJECT (self), "complete");
}

/* What is typed wins over the command. */
static void
on_code_changed (AmfaCodePage *self)
{
  amfa_code_fetcher_stop (self->fetcher);
  on_complete_changed (self);
  g_signal_emit (self, signals[SIGNAL_CODE_CHANGED], 0);
}

/* Not "activates-default": GTK holds a button down for a quarter of a second before it acts. */
static void
on_code_activated (AmfaCodePage *self)
{
  g_signal_emit (self, signals[SIGNAL_CODE_ACTIVATED], 0);
}

static void
on_code_refused (AmfaCodePage *self)
{
  g_signal_emit (self, signals[SIGNAL_CODE_REFUSED], 0);
}

static void
on_fetched (AmfaCodePage *self, const char *code)
{
  gtk_entry_set_text (GTK_ENTRY (self->code), code);
  on_code_activated (self);
}

static void
on_fetch_failed (AmfaCodePage *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_FETCH_FAILED], 0, error);
}

static void
on_duration_changed (AmfaCodePage *self)
{
  self->seconds = amfa_duration_combo_get_seconds (self->duration);
  g_signal_emit (self, signals[SIGNAL_DURATION_CHANGED], 0, self->seconds);
}

static void
on_identity_changed (AmfaCodePage *self)
{
  g_signal_emit (self, signals[SIGNAL_IDENTITY_CHANGED], 0,
                 amfa_identity_combo_get_role (self->identity));
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
update_locks (AmfaCodePage *self)
{
  /* Read-only rather than insensitive: the focus stays where it is. */
  gtk_editable_set_editable (GTK_EDITABLE (self->code), !self->is_locked);
  gtk_widget_set_sensitive (GTK_WIDGET (self->identity), !self->is_locked);
  gtk_widget_set_sensitive (GTK_WIDGET (self->fetcher), !self->is_locked);
  gtk_widget_set_sensitive (GTK_WIDGET (self->duration),
                            !self->is_locked && self->fixed_seconds == 0);
}

static void
show_duration (AmfaCodePage *self)
{
  g_signal_handlers_block_by_func (self->duration, on_duration_changed, self);
  amfa_duration_combo_set_longest (self->duration, self->longest);
  amfa_duration_combo_set_seconds (self->duration,
                                   self->fixed_seconds > 0 ? self->fixed_seconds : self->seconds);
  g_signal_handlers_unblock_by_func (self->duration, on_duration_changed, self);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->duration), self->hint);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self->duration)),
                              self->hint ? self->hint : "");
  update_locks (self);
}

/* Without roles there is no choice. */
static void
show_identity (AmfaCodePage *self, const AmfaLoginPlan *plan)
{
  gboolean has_roles = plan->roles && plan->roles->len > 0;

  g_signal_handlers_block_by_func (self->identity, on_identity_changed, self);
  amfa_identity_combo_set_plan (self->identity, plan);
  g_signal_handlers_unblock_by_func (self->identity, on_identity_changed, self);
  gtk_widget_set_visible (self->identity_label, has_roles);
  gtk_widget_set_visible (GTK_WIDGET (self->identity), has_roles);
}

static void
amfa_code_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AmfaCodePage *self = AMFA_CODE_PAGE (object);

  if (id == PROP_COMPLETE)
    g_value_set_boolean (value, amfa_code_entry_is_complete (self->code) ||
                                    amfa_code_page_needs_no_code (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
amfa_code_page_unmap (GtkWidget *widget)
{
  amfa_code_fetcher_stop (AMFA_CODE_PAGE (widget)->fetcher);
  GTK_WIDGET_CLASS (amfa_code_page_parent_class)->unmap (widget);
}

static void
amfa_code_page_class_init (AmfaCodePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = amfa_code_page_get_property;
  widget_class->unmap = amfa_code_page_unmap;

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
  signals[SIGNAL_FETCH_FAILED] =
      g_signal_new ("fetch-failed", AMFA_TYPE_CODE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SIGNAL_DURATION_CHANGED] =
      g_signal_new ("duration-changed", AMFA_TYPE_CODE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_IDENTITY_CHANGED] =
      g_signal_new ("identity-changed", AMFA_TYPE_CODE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_CHANGE_DEVICE] = g_signal_new (
      "change-device", AMFA_TYPE_CODE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (AMFA_TYPE_CODE_ENTRY);
  g_type_ensure (AMFA_TYPE_CODE_FETCHER);
  g_type_ensure (AMFA_TYPE_DURATION_COMBO);
  g_type_ensure (AMFA_TYPE_IDENTITY_COMBO);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/AwsMfa/code-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, who);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, account);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, origin);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, session);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, labels);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, identity_label);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, identity);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, device);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, change);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, code);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, duration);
  gtk_widget_class_bind_template_child (widget_class, AmfaCodePage, fetcher);
  gtk_widget_class_bind_template_callback (widget_class, on_code_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_code_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_complete_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_code_refused);
  gtk_widget_class_bind_template_callback (widget_class, on_fetched);
  gtk_widget_class_bind_template_callback (widget_class, on_fetch_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_duration_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_identity_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_change_clicked);
}

static void
amfa_code_page_init (AmfaCodePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->longest = AMFA_DURATION_MAX;
}

void
amfa_code_page_set_plan (AmfaCodePage *self, const AmfaLoginPlan *plan, const char *profile)
{
  g_return_if_fail (AMFA_IS_CODE_PAGE (self) && plan != NULL && profile != NULL);

  g_autofree char *who = amfa_plan_text_who (plan);
  g_autofree char *account = amfa_plan_text_account (plan, profile);
  g_autofree char *origin = amfa_plan_text_origin (plan);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gboolean is_at_hand = !self->is_refused && plan->at_hand_until > now;
  g_autofree char *session = amfa_plan_text_session (plan, !is_at_hand, now);
  g_autofree char *device = amfa_plan_text_device (plan->serial);

  set_line (self->who, who, plan->arn);
  set_line (self->account, account, plan->arn);
  set_line (self->origin, origin, NULL);
  set_line (self->session, session, NULL);
  set_line (self->device, device, plan->serial);
  amfa_code_fetcher_set_command (self->fetcher, plan->code_command);
  show_identity (self, plan);
  self->longest = plan->is_root ? AMFA_DURATION_ROOT_MAX : AMFA_DURATION_MAX;
  self->fixed_seconds = plan->role_duration;
  self->hint = amfa_plan_text_duration (plan);
  self->is_at_hand = is_at_hand;
  show_duration (self);
  on_complete_changed (self);
}

/* Whether AWS has refused the identity to the user's session: then it takes a code. It shows with
 * the next plan. */
void
amfa_code_page_set_refused (AmfaCodePage *self, gboolean refused)
{
  g_return_if_fail (AMFA_IS_CODE_PAGE (self));

  self->is_refused = refused;
}

/* Shows a duration that the user did not choose. */
void
amfa_code_page_set_duration (AmfaCodePage *self, guint seconds)
{
  g_return_if_fail (AMFA_IS_CODE_PAGE (self));

  self->seconds = seconds;
  show_duration (self);
}

/**
 * amfa_code_page_set_locked:
 * @self: the page
 * @code: the code is being sent, with all that belongs to it
 * @device: the device cannot be changed now
 */
void
amfa_code_page_set_locked (AmfaCodePage *self, gboolean code, gboolean device)
{
  g_return_if_fail (AMFA_IS_CODE_PAGE (self));

  self->is_locked = code;
  gtk_widget_set_sensitive (self->change, !device);
  update_locks (self);
}

/* Asks the profile's command for the code: once, if there is one, and none is being typed. */
void
amfa_code_page_fetch (AmfaCodePage *self)
{
  g_return_if_fail (AMFA_IS_CODE_PAGE (self));

  if (gtk_entry_get_text_length (GTK_ENTRY (self->code)) == 0)
    amfa_code_fetcher_start_once (self->fetcher);
}

/* Returns: %FALSE if there was nothing to stop. */
gboolean
amfa_code_page_stop_fetching (AmfaCodePage *self)
{
  g_return_val_if_fail (AMFA_IS_CODE_PAGE (self), FALSE);

  return amfa_code_fetcher_stop (self->fetcher);
}

const char *
amfa_code_page_get_code (AmfaCodePage *self)
{
  g_return_val_if_fail (AMFA_IS_CODE_PAGE (self), NULL);

  return gtk_entry_get_text (GTK_ENTRY (self->code));
}

/* Whether the identity is to be had as it is: nothing has been typed, and nothing need be. */
gboolean
amfa_code_page_needs_no_code (AmfaCodePage *self)
{
  g_return_val_if_fail (AMFA_IS_CODE_PAGE (self), FALSE);

  return self->is_at_hand && gtk_entry_get_text_length (GTK_ENTRY (self->code)) == 0;
}

/* Returns: (transfer none): the ARN of the role chosen, %AMFA_ROLE_NONE for the user. */
const char *
amfa_code_page_get_role (AmfaCodePage *self)
{
  g_return_val_if_fail (AMFA_IS_CODE_PAGE (self), NULL);

  return amfa_identity_combo_get_role (self->identity);
}

/* Returns: (transfer none): the labels of the page; those above or below it line up in it. */
GtkSizeGroup *
amfa_code_page_get_labels (AmfaCodePage *self)
{
  g_return_val_if_fail (AMFA_IS_CODE_PAGE (self), NULL);

  return self->labels;
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
