#define G_LOG_DOMAIN "amfa-token-dialog"

#include "token-dialog.h"

#include "busy-button.h"
#include "code-fetcher.h"
#include "error-bar.h"
#include "login-driver.h"
#include "login-pages.h"
#include "present.h"

#include "core/model/error.h"

#include <glib/gi18n.h>
#include <string.h>

/* Three pages share one window, one bar for errors and two buttons: the code, the choice of a
 * device, and the form for an access key. The code page is home; the others lead back to it.
 *
 * While the login looks around everything can be used, and a code that is sent meanwhile waits.
 * While a code is under way only cancelling is left. An error is said in the bar, and the page
 * comes up on which it can be mended; the code stays in its entry.
 *
 * Where the profile has a command that prints the code, it runs as soon as nothing else is missing;
 * what is typed meanwhile wins. */

struct _AmfaTokenDialog
{
  GtkDialog parent_instance;

  AmfaLogin *login;
  AmfaLoginDriver *driver;
  AmfaSettings *settings;
  guint chosen_duration;      /* by the user, 0: none */
  gboolean input_was_refused; /* the bar says so */
  gboolean code_waits;        /* it was sent or would have been, and what the bar says came first */
  gboolean has_fetched;       /* a code was asked of the command without being told to */

  AmfaLoginPages *pages;
  AmfaCodeFetcher *fetcher;
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

static AmfaCodePage *
get_code_page (AmfaTokenDialog *self)
{
  return amfa_login_pages_get_code_page (self->pages);
}

static const char *
get_start_label (AmfaLoginPage page)
{
  switch (page)
    {
    case AMFA_LOGIN_PAGE_DEVICE:
      return _ ("_Use device");
    case AMFA_LOGIN_PAGE_KEYS:
      return _ ("C_ontinue");
    case AMFA_LOGIN_PAGE_CODE:
    default:
      return _ ("_Start session");
    }
}

static void
update_fetcher (AmfaTokenDialog *self, gboolean sending)
{
  gboolean at_code = amfa_login_pages_get_page (self->pages) == AMFA_LOGIN_PAGE_CODE;

  amfa_code_fetcher_set_command (self->fetcher,
                                 at_code ? amfa_login_get_plan (self->login)->code_command : NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->fetcher), !sending);
}

static void
update_buttons (AmfaTokenDialog *self)
{
  gboolean complete, sending;

  /* The template's own signals come before there is a login. */
  if (!self->driver)
    return;

  complete = amfa_login_pages_is_complete (self->pages);
  sending = amfa_login_driver_is_sending (self->driver);
  gtk_button_set_label (self->cancel,
                        amfa_login_pages_can_go_back (self->pages) ? _ ("_Back") : _ ("_Cancel"));
  amfa_busy_button_set_text (self->start,
                             get_start_label (amfa_login_pages_get_page (self->pages)));
  amfa_busy_button_set_busy (self->start, sending);
  gtk_widget_set_sensitive (GTK_WIDGET (self->start), complete && !sending);
  amfa_code_page_set_locked (get_code_page (self), sending,
                             sending || amfa_login_driver_is_preparing (self->driver));
  update_fetcher (self, sending);
}

/* Once: whoever stops it, or gets a wrong code of it, has a button for another one. */
static void
fetch (AmfaTokenDialog *self)
{
  if (self->has_fetched || amfa_login_driver_is_sending (self->driver) ||
      amfa_login_driver_is_preparing (self->driver) ||
      amfa_login_pages_get_page (self->pages) != AMFA_LOGIN_PAGE_CODE ||
      *amfa_code_page_get_code (get_code_page (self)))
    return;
  self->has_fetched = TRUE;
  update_fetcher (self, FALSE);
  amfa_code_fetcher_start (self->fetcher);
}

static void
clear_bar (AmfaTokenDialog *self)
{
  self->input_was_refused = FALSE;
  amfa_error_bar_clear (self->bar);
}

/* Enter is a no, unless somebody is about to type a code: that is not cut off. */
static void
show_question (AmfaTokenDialog *self)
{
  if (!self->code_waits && *amfa_code_page_get_code (get_code_page (self)) != '\0')
    return;
  amfa_login_pages_show_code (self->pages);
  gtk_widget_grab_focus (GTK_WIDGET (self->cancel));
}

/* Says what is wrong and leads to where it can be mended. */
static void
show_error (AmfaTokenDialog *self, const GError *error)
{
  AmfaAdvice advice = amfa_login_advice (error, amfa_login_can_retry (self->login),
                                         amfa_login_was_role_refused (self->login));

  self->input_was_refused = FALSE;
  amfa_error_bar_say (self->bar, error, advice);

  if (advice == AMFA_ADVICE_CHOOSE_DEVICE)
    amfa_login_pages_show_devices (self->pages);
  else if (advice == AMFA_ADVICE_ENTER_KEYS)
    amfa_login_pages_show_keys (self->pages, NULL);
  else if (advice == AMFA_ADVICE_ACCEPT_ACCOUNT)
    show_question (self);
  else if (self->code_waits || amfa_login_pages_get_page (self->pages) != AMFA_LOGIN_PAGE_CODE)
    amfa_login_pages_show_code (self->pages);
  if (advice == AMFA_ADVICE_TRY_AGAIN || advice == AMFA_ADVICE_TRY_ROLE_AGAIN)
    amfa_error_bar_focus_action (self->bar);
}

static void
on_driver_prepared (AmfaTokenDialog *self, const GError *error)
{
  /* Only now the login knows where to. */
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    amfa_login_preconnect (self->login);

  if (amfa_login_get_plan (self->login)->duration > 0)
    amfa_code_page_set_duration (get_code_page (self), amfa_login_get_plan (self->login)->duration);
  amfa_login_pages_update (self->pages);
  if (!error && !amfa_login_pages_show_missing (self->pages))
    {
      fetch (self);
      return;
    }

  /* A code that waits must not go without what is missing. */
  self->code_waits = amfa_login_driver_cancel (self->driver);
  if (error)
    show_error (self, error);
}

/* The next session of the profile shall last as long; unless the configuration has a say in it, or
 * the choice was not about what was granted. */
static void
remember_duration (AmfaTokenDialog *self)
{
  const AmfaLoginPlan *plan = amfa_login_get_plan (self->login);

  if (self->chosen_duration > 0 && plan->config_duration == 0 && plan->role_duration == 0)
    amfa_settings_set_duration (self->settings, amfa_login_get_profile (self->login),
                                self->chosen_duration);
}

static void
on_driver_granted (AmfaTokenDialog *self, gint64 expires, guint warnings, gint64 clock_offset)
{
  remember_duration (self);
  g_signal_emit (self, signals[SIGNAL_GRANTED], 0, expires, warnings, clock_offset);
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
on_driver_failed (AmfaTokenDialog *self, const GError *error)
{
  self->code_waits = TRUE;
  if (error)
    show_error (self, error);
  else
    amfa_login_pages_show_code (self->pages);
}

/* The login looks around again: with the account settled there may be more to say. */
static void
accept_account (AmfaTokenDialog *self)
{
  g_autofree char *account = g_strdup (amfa_login_get_plan (self->login)->account);

  amfa_login_accept_account (self->login, account);
  amfa_login_pages_show_code (self->pages);
  amfa_login_driver_prepare (self->driver);
  if (self->code_waits && amfa_login_pages_is_complete (self->pages))
    amfa_login_driver_send (self->driver, amfa_code_page_get_code (get_code_page (self)));
}

static void
accept (AmfaTokenDialog *self)
{
  if (amfa_login_driver_is_sending (self->driver) || !amfa_login_pages_is_complete (self->pages))
    return;

  clear_bar (self);
  switch (amfa_login_pages_get_page (self->pages))
    {
    case AMFA_LOGIN_PAGE_DEVICE:
      amfa_login_pages_use_device (self->pages);
      fetch (self);
      break;
    case AMFA_LOGIN_PAGE_KEYS:
      amfa_login_pages_use_keys (self->pages);
      amfa_login_driver_prepare (self->driver);
      break;
    case AMFA_LOGIN_PAGE_CODE:
    default:
      amfa_code_fetcher_stop (self->fetcher);
      amfa_login_driver_send (self->driver, amfa_code_page_get_code (get_code_page (self)));
      break;
    }
}

static void
on_fetched (AmfaTokenDialog *self, const char *code)
{
  gtk_entry_set_text (GTK_ENTRY (amfa_code_page_get_entry (get_code_page (self))), code);
  accept (self);
}

static void
on_fetch_failed (AmfaTokenDialog *self, const GError *error)
{
  clear_bar (self);
  amfa_error_bar_say (self->bar, error, AMFA_ADVICE_NONE);
  amfa_code_page_ask_again (get_code_page (self));
}

/* One step back: from sending or fetching to the code, from the other pages to the code, from there
 * out. */
static void
step_back (AmfaTokenDialog *self)
{
  if (amfa_login_driver_cancel (self->driver) || amfa_code_fetcher_stop (self->fetcher))
    return;

  if (amfa_login_pages_can_go_back (self->pages))
    {
      clear_bar (self);
      amfa_login_pages_show_code (self->pages);
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
  if (self->input_was_refused)
    clear_bar (self);
  amfa_code_fetcher_stop (self->fetcher);
  if (strlen (amfa_code_page_get_code (get_code_page (self))) == 1)
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
  if (amfa_login_pages_is_complete (self->pages))
    accept (self);
  else
    on_code_refused (self);
}

static void
on_duration_changed (AmfaTokenDialog *self, guint seconds)
{
  self->chosen_duration = seconds;
  amfa_login_set_duration (self->login, seconds);
}

static void
on_identity_changed (AmfaTokenDialog *self, const char *role)
{
  amfa_token_dialog_set_role (self, role);
}

static void
on_change_device (AmfaTokenDialog *self)
{
  amfa_login_pages_show_devices (self->pages);
}

static void
on_bar_acted (AmfaTokenDialog *self, guint advice)
{
  clear_bar (self);
  if (advice == AMFA_ADVICE_TRY_AGAIN || advice == AMFA_ADVICE_TRY_ROLE_AGAIN)
    amfa_login_driver_retry (self->driver);
  else if (advice == AMFA_ADVICE_ACCEPT_ACCOUNT)
    accept_account (self);
  else if (advice == AMFA_ADVICE_OFFER_KEYS)
    amfa_login_pages_show_keys (self->pages, amfa_login_get_plan (self->login)->key_id);
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
  G_OBJECT_CLASS (amfa_token_dialog_parent_class)->dispose (object);
}

/* Whoever hears "destroy" may still ask whose dialog it was. */
static void
amfa_token_dialog_finalize (GObject *object)
{
  g_clear_object (&AMFA_TOKEN_DIALOG (object)->login);
  g_clear_object (&AMFA_TOKEN_DIALOG (object)->settings);
  G_OBJECT_CLASS (amfa_token_dialog_parent_class)->finalize (object);
}

static void
amfa_token_dialog_class_init (AmfaTokenDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = amfa_token_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = amfa_token_dialog_finalize;
  widget_class->show = amfa_token_dialog_show;
  GTK_DIALOG_CLASS (klass)->close = amfa_token_dialog_close;

  signals[SIGNAL_GRANTED] =
      g_signal_new ("granted", AMFA_TYPE_TOKEN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_INT64, G_TYPE_UINT, G_TYPE_INT64);

  g_type_ensure (AMFA_TYPE_BUSY_BUTTON);
  g_type_ensure (AMFA_TYPE_CODE_FETCHER);
  g_type_ensure (AMFA_TYPE_ERROR_BAR);
  g_type_ensure (AMFA_TYPE_LOGIN_PAGES);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/AwsMfa/token-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, pages);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, fetcher);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, bar);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, AmfaTokenDialog, start);
  gtk_widget_class_bind_template_callback (widget_class, update_buttons);
  gtk_widget_class_bind_template_callback (widget_class, on_response);
  gtk_widget_class_bind_template_callback (widget_class, on_fetched);
  gtk_widget_class_bind_template_callback (widget_class, on_fetch_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_bar_acted);
}

static void
amfa_token_dialog_init (AmfaTokenDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  amfa_keep_on_screen (GTK_WINDOW (self));
  amfa_error_bar_describe (self->bar, amfa_code_page_get_entry (get_code_page (self)));
  g_object_connect (get_code_page (self), "swapped-signal::code-changed", on_code_changed, self,
                    "swapped-signal::code-activated", on_code_activated, self,
                    "swapped-signal::code-refused", on_code_refused, self,
                    "swapped-signal::duration-changed", on_duration_changed, self,
                    "swapped-signal::identity-changed", on_identity_changed, self,
                    "swapped-signal::change-device", on_change_device, self, NULL);
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
  self->settings = g_object_ref (backend->settings);
  self->login = amfa_login_new (backend, profile, NULL);
  amfa_login_set_identity (self->login, role);
  amfa_login_pages_set_login (self->pages, self->login);
  self->driver = amfa_login_driver_new (self->login);
  g_object_connect (self->driver, "swapped-object-signal::changed", update_buttons, self,
                    "swapped-object-signal::prepared", on_driver_prepared, self,
                    "swapped-object-signal::granted", on_driver_granted, self,
                    "swapped-object-signal::failed", on_driver_failed, self, NULL);

  amfa_code_page_set_duration (get_code_page (self),
                               amfa_settings_get_duration (backend->settings, profile));
  amfa_login_pages_show_code (self->pages);
  amfa_login_driver_prepare (self->driver);

  return self;
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

  if (amfa_login_driver_is_sending (self->driver))
    return;
  clear_bar (self);
  amfa_login_set_identity (self->login, role);
  amfa_login_driver_prepare (self->driver);
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

  amfa_error_bar_say (self->bar, refusal, AMFA_ADVICE_NEWER_CODE);
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
