#define G_LOG_DOMAIN "amfa-token-dialog"

#include "token-dialog.h"

#include "busy-button.h"
#include "login-view.h"
#include "present.h"
#include "profile-combo.h"

#include <glib/gi18n.h>

/* Whoever closes the window while a code is under way takes it back, if it is not too late. Only
 * what comes of that ends the dialog, which cannot be seen meanwhile: a session that AWS has
 * granted is written and told as ever; where it cannot be written, the window comes back.
 *
 * Escape takes the code back, too, and leaves the window for another attempt; where that takes
 * longer than anybody wants to look at it, the window goes as if it were closed. */

#define PATIENCE_MS 1000

struct _AmfaTokenDialog
{
  GtkDialog parent_instance;

  AmfaLogin *login;
  gboolean is_leaving;    /* closed, and what is under way awaited */
  gboolean is_ending;     /* the program, too */
  guint patience;         /* with a code that was taken back */
  GtkWidget *profile_row; /* where there is more than one */
  GtkWidget *profile_label;
  AmfaProfileCombo *profile;
  AmfaLoginView *view;
  GtkButton *cancel;
  AmfaBusyButton *start;
};

enum
{
  SIGNAL_GRANTED,
  SIGNAL_SWITCH_ROLE,
  SIGNAL_OTHER_PROFILE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaTokenDialog, amfa_token_dialog, GTK_TYPE_DIALOG)

static const char *
get_start_label (AmfaLoginPages *pages)
{
  switch (amfa_login_pages_get_page (pages))
    {
    case AMFA_LOGIN_PAGE_DEVICE:
      return _ ("_Use device");
    case AMFA_LOGIN_PAGE_KEYS:
      return _ ("C_ontinue");
    case AMFA_LOGIN_PAGE_CODE:
    default:
      if (amfa_code_page_needs_no_code (amfa_login_pages_get_code_page (pages)))
        return _ ("_Switch role");
      return _ ("_Start session");
    }
}

static void
update_buttons (AmfaTokenDialog *self)
{
  AmfaLoginPages *pages = amfa_login_view_get_pages (self->view);
  gboolean complete = amfa_login_pages_is_complete (pages);
  gboolean sending = amfa_login_view_is_sending (self->view);

  gtk_button_set_label (self->cancel,
                        amfa_login_pages_can_go_back (pages) ? _ ("_Back") : _ ("_Cancel"));
  amfa_busy_button_set_text (self->start, get_start_label (pages));
  amfa_busy_button_set_busy (self->start, sending);
  gtk_widget_set_sensitive (GTK_WIDGET (self->start), complete && !sending);
  gtk_widget_set_sensitive (GTK_WIDGET (self->profile), !sending);
}

/* Enter is a no. */
static void
on_question (AmfaTokenDialog *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->cancel));
}

static void
on_granted (AmfaTokenDialog *self, gint64 expires, guint warnings, gint64 clock_offset)
{
  g_signal_emit (self, signals[SIGNAL_GRANTED], 0, expires, warnings, clock_offset);
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
on_failed (AmfaTokenDialog *self, gboolean is_granted)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  if (!self->is_leaving)
    return;
  if (is_granted && !self->is_ending)
    amfa_present_window (GTK_WINDOW (self));
  else
    gtk_widget_destroy (GTK_WIDGET (self));
}

static void
on_switch_role (AmfaTokenDialog *self, const char *role)
{
  g_signal_emit (self, signals[SIGNAL_SWITCH_ROLE], 0, role);
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
leave (AmfaTokenDialog *self)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  if (!amfa_login_view_give_up (self->view))
    {
      gtk_widget_destroy (GTK_WIDGET (self));
      return;
    }
  self->is_leaving = TRUE;
  gtk_widget_hide (GTK_WIDGET (self));
}

/* Returns: (transfer none) (nullable): the profile that was chosen instead, if the window is there
 */
static const char *
get_other_profile (AmfaTokenDialog *self)
{
  const char *profile = self->profile ? amfa_profile_combo_get_profile (self->profile) : NULL;

  return g_strcmp0 (profile, amfa_login_get_profile (self->login)) == 0 ? NULL : profile;
}

static gboolean
go_to_profile (AmfaTokenDialog *self)
{
  const char *profile = get_other_profile (self);

  if (profile)
    {
      g_signal_emit (self, signals[SIGNAL_OTHER_PROFILE], 0, profile);
      leave (self);
    }
  return G_SOURCE_REMOVE;
}

/* A combo must not go while it says that it has changed. */
static void
on_profile_changed (AmfaTokenDialog *self)
{
  if (get_other_profile (self))
    g_idle_add_full (G_PRIORITY_DEFAULT, G_SOURCE_FUNC (go_to_profile), g_object_ref (self),
                     g_object_unref);
}

static gboolean
on_patience_over (gpointer user_data)
{
  AmfaTokenDialog *self = user_data;

  self->patience = 0;
  leave (self);
  return G_SOURCE_REMOVE;
}

static void
step_back (AmfaTokenDialog *self)
{
  if (!amfa_login_view_step_back (self->view))
    leave (self);
  else if (amfa_login_view_is_sending (self->view) && self->patience == 0)
    self->patience = g_timeout_add (PATIENCE_MS, on_patience_over, self);
}

static void
on_response (AmfaTokenDialog *self, int response)
{
  if (response == GTK_RESPONSE_OK)
    amfa_login_view_accept (self->view);
  else if (response == GTK_RESPONSE_CANCEL)
    step_back (self);
}

/* Asked for again, or back with an error. */
static void
amfa_token_dialog_show (GtkWidget *widget)
{
  AMFA_TOKEN_DIALOG (widget)->is_leaving = FALSE;
  GTK_WIDGET_CLASS (amfa_token_dialog_parent_class)->show (widget);
}

/* The window manager's button. */
static gboolean
amfa_token_dialog_delete_event (GtkWidget *widget, GdkEventAny *event)
{
  leave (AMFA_TOKEN_DIALOG (widget));
  return GDK_EVENT_STOP;
}

/* Escape. */
static void
amfa_token_dialog_close (GtkDialog *dialog)
{
  step_back (AMFA_TOKEN_DIALOG (dialog));
}

static void
amfa_token_dialog_dispose (GObject *object)
{
  g_clear_handle_id (&AMFA_TOKEN_DIALOG (object)->patience, g_source_remove);
  G_OBJECT_CLASS (amfa_token_dialog_parent_class)->dispose (object);
}

/* Whoever hears "destroy" may still ask whose dialog it was. */
static void
amfa_token_dialog_finalize (GObject *object)
{
  g_clear_object (&AMFA_TOKEN_DIALOG (object)->login);
  G_OBJECT_CLASS (amfa_token_dialog_parent_class)->finalize (object);
}

static void
amfa_token_dialog_class_init (AmfaTokenDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = amfa_token_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = amfa_token_dialog_finalize;
  widget_class->show = amfa_token_dialog_show;
  widget_class->delete_event = amfa_token_dialog_delete_event;
  GTK_DIALOG_CLASS (klass)->close = amfa_token_dialog_close;

  signals[SIGNAL_GRANTED] =
      g_signal_new ("granted", AMFA_TYPE_TOKEN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_INT64, G_TYPE_UINT, G_TYPE_INT64);
  signals[SIGNAL_SWITCH_ROLE] =
      g_signal_new ("switch-role", AMFA_TYPE_TOKEN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_OTHER_PROFILE] =
      g_signal_new ("other-profile", AMFA_TYPE_TOKEN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (AMFA_TYPE_BUSY_BUTTON);
  g_type_ensure (AMFA_TYPE_LOGIN_VIEW);
  g_type_ensure (AMFA_TYPE_PROFILE_COMBO);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/AwsMfa/token-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, profile_row);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, profile_label);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, profile);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, view);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, start);
  gtk_widget_class_bind_template_callback (widget_class, update_buttons);
  gtk_widget_class_bind_template_callback (widget_class, on_question);
  gtk_widget_class_bind_template_callback (widget_class, on_granted);
  gtk_widget_class_bind_template_callback (widget_class, on_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_response);
  gtk_widget_class_bind_template_callback (widget_class, on_switch_role);
  gtk_widget_class_bind_template_callback (widget_class, on_profile_changed);
}

static void
amfa_token_dialog_init (AmfaTokenDialog *self)
{
  AmfaCodePage *page;

  gtk_widget_init_template (GTK_WIDGET (self));
  page = amfa_login_pages_get_code_page (amfa_login_view_get_pages (self->view));
  gtk_size_group_add_widget (amfa_code_page_get_labels (page), self->profile_label);
  amfa_keep_on_screen (GTK_WINDOW (self));
}

/**
 * amfa_token_dialog_new:
 * @application: (nullable): the application
 * @backend: what the login works with
 * @profile: the profile to log into
 * @role: (nullable): the ARN of a role that the session shall be of, or %AMFA_ROLE_NONE for the
 *   user's own; %NULL: what the profile has now
 *
 * The dialog begins to look around at once. The caller presents it.
 *
 * Returns: (transfer none): the dialog; as every toplevel it belongs to GTK until it is destroyed
 */
AmfaTokenDialog *
amfa_token_dialog_new (GtkApplication *application,
                       AmfaBackend *backend,
                       const char *profile,
                       const char *role)
{
  AmfaTokenDialog *self;

  g_return_val_if_fail (!application || GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (backend != NULL && profile != NULL, NULL);

  self =
      g_object_new (AMFA_TYPE_TOKEN_DIALOG, "application", application, "use-header-bar", 0, NULL);
  self->login = amfa_login_new (backend, profile, NULL);
  amfa_login_set_identity (self->login, role);
  amfa_login_view_begin (self->view, self->login, backend->settings);

  return self;
}

/**
 * amfa_token_dialog_set_profiles:
 * @profiles: those that can be chosen instead
 */
void
amfa_token_dialog_set_profiles (AmfaTokenDialog *self, const char *const *profiles)
{
  g_return_if_fail (AMFA_IS_TOKEN_DIALOG (self) && profiles != NULL);

  gtk_widget_set_visible (self->profile_row,
                          amfa_profile_combo_set_profiles (self->profile, profiles,
                                                           amfa_login_get_profile (self->login)));
}

/* The files, or the profile's session, are not what they were: the dialog tells how it is now. */
void
amfa_token_dialog_look_again (AmfaTokenDialog *self)
{
  g_return_if_fail (AMFA_IS_TOKEN_DIALOG (self));

  amfa_login_view_look_again (self->view);
}

/**
 * amfa_token_dialog_set_role:
 * @role: the ARN of a role, or %AMFA_ROLE_NONE
 *
 * Chooses another identity, as the user does; not while a code is under way.
 */
void
amfa_token_dialog_set_role (AmfaTokenDialog *self, const char *role)
{
  g_return_if_fail (AMFA_IS_TOKEN_DIALOG (self) && role != NULL);

  amfa_login_view_set_identity (self->view, role);
}

/**
 * amfa_token_dialog_explain:
 * @refusal: what AWS said when the running session asked for the role
 *
 * Says why there is a dialog where no code should have been needed.
 */
void
amfa_token_dialog_explain (AmfaTokenDialog *self, const GError *refusal)
{
  g_return_if_fail (AMFA_IS_TOKEN_DIALOG (self) && refusal != NULL);

  amfa_login_view_explain (self->view, refusal);
}

/**
 * amfa_token_dialog_finish:
 *
 * The program is about to end: takes back what can be. What cannot is awaited: "granted" may come,
 * and "destroy" in any case.
 */
void
amfa_token_dialog_finish (AmfaTokenDialog *self)
{
  g_return_if_fail (AMFA_IS_TOKEN_DIALOG (self));

  self->is_ending = TRUE;
  leave (self);
}

/* Whether AWS has accepted a code, of which nothing is written yet. */
gboolean
amfa_token_dialog_is_granted (AmfaTokenDialog *self)
{
  g_return_val_if_fail (AMFA_IS_TOKEN_DIALOG (self), FALSE);

  return amfa_login_can_retry (self->login);
}

const char *
amfa_token_dialog_get_profile (AmfaTokenDialog *self)
{
  g_return_val_if_fail (AMFA_IS_TOKEN_DIALOG (self), NULL);

  return amfa_login_get_profile (self->login);
}

/**
 * amfa_token_dialog_get_plan:
 *
 * Returns: (transfer none): what its login knows
 */
const AmfaLoginPlan *
amfa_token_dialog_get_plan (AmfaTokenDialog *self)
{
  g_return_val_if_fail (AMFA_IS_TOKEN_DIALOG (self), NULL);

  return amfa_login_get_plan (self->login);
}
