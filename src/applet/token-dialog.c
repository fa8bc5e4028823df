#define G_LOG_DOMAIN "amfa-token-dialog"

#include "token-dialog.h"

#include "busy-button.h"
#include "code-page.h"
#include "device-chooser.h"
#include "error-bar.h"
#include "key-form.h"
#include "login-driver.h"

#include "core/model/error.h"

#include <glib/gi18n.h>
#include <string.h>

/* Three pages share one window, one bar for errors and two buttons: the code, the choice of a
 * device, and the form for an access key. The code page is home; the others lead back to it.
 *
 * While the login looks around everything can be used, and a code that is sent meanwhile waits.
 * While a code is under way only cancelling is left. An error is said in the bar, and the page
 * comes up on which it can be mended; the code stays in its entry. */

struct _AmfaTokenDialog
{
  GtkDialog parent_instance;

  AmfaLogin *login;
  AmfaLoginDriver *driver;
  gboolean code_is_granted;   /* the code in the entry has its session, which waits for a retry */
  gboolean input_was_refused; /* the bar says so */
  gboolean keys_are_typed;

  GtkStack *pages;
  AmfaCodePage *code_page;
  AmfaDeviceChooser *device_page;
  AmfaKeyForm *key_page;
  AmfaErrorBar *bar;
  GtkButton *cancel;
  AmfaBusyButton *start;
};

enum
{
  SIGNAL_GRANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaTokenDialog, amfa_token_dialog, GTK_TYPE_DIALOG)

static gboolean
is_on_page (AmfaTokenDialog *self, gpointer page)
{
  return (gpointer) gtk_stack_get_visible_child (self->pages) == page;
}

/* Every page has this property. */
static gboolean
is_page_complete (AmfaTokenDialog *self)
{
  gboolean complete;

  g_object_get (gtk_stack_get_visible_child (self->pages), "complete", &complete, NULL);
  return complete;
}

static gboolean
needs_keys (AmfaTokenDialog *self)
{
  return amfa_login_get_plan (self->login)->origin == AMFA_BASE_NONE && !self->keys_are_typed;
}

/* Without a key there is no way back to the code. */
static gboolean
can_go_back (AmfaTokenDialog *self)
{
  return is_on_page (self, self->device_page) ||
         (is_on_page (self, self->key_page) && !needs_keys (self));
}

static const char *
get_start_label (AmfaTokenDialog *self)
{
  if (is_on_page (self, self->device_page))
    return _ ("_Use device");
  if (is_on_page (self, self->key_page))
    return _ ("C_ontinue");

  return _ ("_Start session");
}

static void
update_buttons (AmfaTokenDialog *self)
{
  gboolean sending;

  /* The template's own signals come before there is a login. */
  if (!self->driver)
    return;

  sending = amfa_login_driver_is_sending (self->driver);
  gtk_button_set_label (self->cancel, can_go_back (self) ? _ ("_Back") : _ ("_Cancel"));
  amfa_busy_button_set_text (self->start, get_start_label (self));
  amfa_busy_button_set_busy (self->start, sending);
  gtk_widget_set_sensitive (GTK_WIDGET (self->start), is_page_complete (self) && !sending);
  amfa_code_page_set_locked (self->code_page, sending,
                             sending || amfa_login_driver_is_preparing (self->driver));
}

static void
show_page (AmfaTokenDialog *self, gpointer page)
{
  gtk_stack_set_visible_child (self->pages, GTK_WIDGET (page));
  update_buttons (self);
}

static void
show_plan (AmfaTokenDialog *self)
{
  amfa_code_page_set_plan (self->code_page, amfa_login_get_plan (self->login),
                           amfa_login_get_profile (self->login));
}

static void
show_code_page (AmfaTokenDialog *self)
{
  show_plan (self);
  show_page (self, self->code_page);
  amfa_code_page_ask_again (self->code_page);
}

static void
show_device_page (AmfaTokenDialog *self)
{
  show_page (self, self->device_page);
  amfa_device_chooser_begin (self->device_page, amfa_login_get_devices (self->login),
                             amfa_login_get_plan (self->login)->serial);
}

static void
show_key_page (AmfaTokenDialog *self, const char *key_id)
{
  show_page (self, self->key_page);
  amfa_key_form_begin (self->key_page, key_id);
}

static void
clear_bar (AmfaTokenDialog *self)
{
  self->input_was_refused = FALSE;
  amfa_error_bar_clear (self->bar);
}

/* Says what is wrong and leads to where it can be mended. */
static void
show_error (AmfaTokenDialog *self, const GError *error)
{
  AmfaAdvice advice = amfa_login_advice (error, amfa_login_can_retry (self->login));

  self->input_was_refused = FALSE;
  amfa_error_bar_say (self->bar, error, advice);

  if (advice == AMFA_ADVICE_CHOOSE_DEVICE)
    show_device_page (self);
  else if (advice == AMFA_ADVICE_ENTER_KEYS)
    show_key_page (self, NULL);
  else
    show_code_page (self);
  if (advice == AMFA_ADVICE_TRY_AGAIN)
    amfa_error_bar_focus_action (self->bar);
}

static void
on_driver_prepared (AmfaTokenDialog *self, const GError *error)
{
  const AmfaLoginPlan *plan = amfa_login_get_plan (self->login);
  GPtrArray *devices = amfa_login_get_devices (self->login);

  /* Only now the login knows where to. */
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    amfa_login_preconnect (self->login);

  show_plan (self);
  if (error)
    show_error (self, error);
  else if (needs_keys (self))
    show_key_page (self, NULL);
  else if (!plan->serial && devices && devices->len > 1)
    show_device_page (self);
  else
    return;

  /* Something is missing: a code that waits must not go without it. */
  amfa_login_driver_cancel (self->driver);
}

static void
on_driver_granted (AmfaTokenDialog *self, gint64 expires, guint warnings, gint64 clock_offset)
{
  g_signal_emit (self, signals[SIGNAL_GRANTED], 0, expires, warnings, clock_offset);
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
on_driver_failed (AmfaTokenDialog *self, const GError *error)
{
  self->code_is_granted = amfa_login_can_retry (self->login);
  if (error)
    show_error (self, error);
  else
    show_code_page (self);
}

static void
use_device (AmfaTokenDialog *self)
{
  g_autofree char *serial = amfa_device_chooser_dup_serial (self->device_page);

  amfa_login_set_serial (self->login, serial);
  show_code_page (self);
}

static void
use_keys (AmfaTokenDialog *self)
{
  g_autoptr (AmfaCredentials) base = amfa_key_form_take (self->key_page);

  amfa_login_set_base (self->login, base);
  self->keys_are_typed = TRUE;
  show_code_page (self);
  amfa_login_driver_prepare (self->driver);
}

static void
accept (AmfaTokenDialog *self)
{
  if (amfa_login_driver_is_sending (self->driver) || !is_page_complete (self))
    return;

  clear_bar (self);
  if (is_on_page (self, self->device_page))
    use_device (self);
  else if (is_on_page (self, self->key_page))
    use_keys (self);
  else if (self->code_is_granted)
    amfa_login_driver_retry (self->driver);
  else
    amfa_login_driver_send (self->driver, amfa_code_page_get_code (self->code_page));
}

/* One step back: from sending to the code, from the other pages to the code, from there out. */
static void
step_back (AmfaTokenDialog *self)
{
  if (amfa_login_driver_cancel (self->driver))
    return;

  if (can_go_back (self))
    {
      clear_bar (self);
      show_code_page (self);
      return;
    }

  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
on_response (AmfaTokenDialog *self, int response)
{
  if (response == GTK_RESPONSE_OK)
    accept (self);
  else if (response == GTK_RESPONSE_CANCEL)
    step_back (self);
}

static void
on_code_changed (AmfaTokenDialog *self)
{
  self->code_is_granted = FALSE;
  if (self->input_was_refused)
    clear_bar (self);
  if (strlen (amfa_code_page_get_code (self->code_page)) == 1)
    amfa_login_preconnect (self->login);
}

static void
on_code_refused (AmfaTokenDialog *self)
{
  g_autoptr (GError) error = amfa_error_new (AMFA_ERROR_BAD_CODE, NULL);

  amfa_error_bar_say (self->bar, error, AMFA_ADVICE_NONE);
  self->input_was_refused = TRUE;
}

static void
on_code_activated (AmfaTokenDialog *self)
{
  if (is_page_complete (self))
    accept (self);
  else
    on_code_refused (self);
}

static void
on_duration_changed (AmfaTokenDialog *self, guint seconds)
{
  amfa_login_set_duration (self->login, seconds);
}

static void
on_bar_acted (AmfaTokenDialog *self, guint advice)
{
  clear_bar (self);
  if (advice == AMFA_ADVICE_TRY_AGAIN)
    amfa_login_driver_retry (self->driver);
  else if (advice == AMFA_ADVICE_OFFER_KEYS)
    show_key_page (self, amfa_login_get_plan (self->login)->key_id);
}

static void
amfa_token_dialog_show (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (amfa_token_dialog_parent_class)->show (widget);
  amfa_login_preconnect (AMFA_TOKEN_DIALOG (widget)->login);
}

/* Escape. The window manager's button closes the window at once. */
static void
amfa_token_dialog_close (GtkDialog *dialog)
{
  step_back (AMFA_TOKEN_DIALOG (dialog));
}

static void
amfa_token_dialog_dispose (GObject *object)
{
  AmfaTokenDialog *self = AMFA_TOKEN_DIALOG (object);

  if (self->driver)
    amfa_login_driver_stop (self->driver);
  g_clear_object (&self->driver);
  g_clear_object (&self->login);
  G_OBJECT_CLASS (amfa_token_dialog_parent_class)->dispose (object);
}

static void
amfa_token_dialog_class_init (AmfaTokenDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = amfa_token_dialog_dispose;
  widget_class->show = amfa_token_dialog_show;
  GTK_DIALOG_CLASS (klass)->close = amfa_token_dialog_close;

  signals[SIGNAL_GRANTED] =
      g_signal_new ("granted", AMFA_TYPE_TOKEN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_INT64, G_TYPE_UINT, G_TYPE_INT64);

  g_type_ensure (AMFA_TYPE_BUSY_BUTTON);
  g_type_ensure (AMFA_TYPE_CODE_PAGE);
  g_type_ensure (AMFA_TYPE_DEVICE_CHOOSER);
  g_type_ensure (AMFA_TYPE_ERROR_BAR);
  g_type_ensure (AMFA_TYPE_KEY_FORM);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/AwsMfa/token-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, pages);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, code_page);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, device_page);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, key_page);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, bar);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, start);
  gtk_widget_class_bind_template_callback (widget_class, update_buttons);
  gtk_widget_class_bind_template_callback (widget_class, show_device_page);
  gtk_widget_class_bind_template_callback (widget_class, on_response);
  gtk_widget_class_bind_template_callback (widget_class, on_code_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_code_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_code_refused);
  gtk_widget_class_bind_template_callback (widget_class, on_duration_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_bar_acted);
}

static void
amfa_token_dialog_init (AmfaTokenDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  amfa_error_bar_describe (self->bar, amfa_code_page_get_entry (self->code_page));
}

/**
 * amfa_token_dialog_new:
 * @application: (nullable): the application
 * @backend: what the login works with
 * @profile: the profile to log into
 *
 * The dialog begins to look around at once. The caller presents it.
 *
 * Returns: (transfer none): the dialog; as every toplevel it belongs to GTK until it is destroyed
 */
AmfaTokenDialog *
amfa_token_dialog_new (GtkApplication *application, AmfaBackend *backend, const char *profile)
{
  AmfaTokenDialog *self;

  g_return_val_if_fail (!application || GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (backend != NULL && profile != NULL, NULL);

  self =
      g_object_new (AMFA_TYPE_TOKEN_DIALOG, "application", application, "use-header-bar", 0, NULL);
  self->login = amfa_login_new (backend, profile, NULL);
  self->driver = amfa_login_driver_new (self->login);
  g_signal_connect_object (self->driver, "changed", G_CALLBACK (update_buttons), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->driver, "prepared", G_CALLBACK (on_driver_prepared), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->driver, "granted", G_CALLBACK (on_driver_granted), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->driver, "failed", G_CALLBACK (on_driver_failed), self,
                           G_CONNECT_SWAPPED);

  amfa_code_page_set_duration (self->code_page, amfa_settings_get_duration (backend->settings));
  show_code_page (self);
  amfa_login_driver_prepare (self->driver);

  return self;
}
