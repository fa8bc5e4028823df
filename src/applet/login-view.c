#define G_LOG_DOMAIN "amfa-login-view"

#include "login-view.h"

#include "error-bar.h"
#include "login-driver.h"

#include "core/model/error.h"

#include <string.h>

/* Three pages share one bar for errors: the code, the choice of a device, and the form for an
 * access key. The code page is home; the others lead back to it.
 *
 * While the login looks around everything can be used, and a code that is sent meanwhile waits.
 * While a code is under way only cancelling is left. An error is said in the bar, and the page
 * comes up on which it can be mended; the code stays in its entry.
 *
 * Where the profile has a command that prints the code, it runs as soon as nothing else is missing;
 * what is typed meanwhile wins. */

struct _AmfaLoginView
{
  GtkBox parent_instance;

  AmfaLogin *login;
  AmfaLoginDriver *driver;
  gboolean input_was_refused; /* the bar says so */
  gboolean code_waits;        /* it was sent or would have been, and what the bar says came first */

  AmfaLoginPages *pages;
  AmfaErrorBar *bar;
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_QUESTION,
  SIGNAL_SWITCH_ROLE,
  SIGNAL_GRANTED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaLoginView, amfa_login_view, GTK_TYPE_BOX)

static AmfaCodePage *
get_code_page (AmfaLoginView *self)
{
  return amfa_login_pages_get_code_page (self->pages);
}

static void
update (AmfaLoginView *self)
{
  gboolean sending;

  /* The template's own signals come before there is a login. */
  if (!self->driver)
    return;

  sending = amfa_login_driver_is_sending (self->driver);
  amfa_code_page_set_locked (get_code_page (self), sending,
                             sending || amfa_login_driver_is_preparing (self->driver));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* Whether a code is all that is waited for. */
static gboolean
is_at_rest (AmfaLoginView *self)
{
  return !amfa_login_driver_is_sending (self->driver) &&
         !amfa_login_driver_is_preparing (self->driver) &&
         amfa_login_pages_get_page (self->pages) == AMFA_LOGIN_PAGE_CODE;
}

/* Where the code comes from a command, nothing else may be missing, and what is typed wins. */
static void
fetch (AmfaLoginView *self)
{
  if (is_at_rest (self))
    amfa_code_page_fetch (get_code_page (self));
}

static void
clear_bar (AmfaLoginView *self)
{
  self->input_was_refused = FALSE;
  amfa_error_bar_clear (self->bar);
}

/* Enter is a no, unless somebody is about to type a code: that is not cut off. */
static void
show_question (AmfaLoginView *self)
{
  if (!self->code_waits && *amfa_code_page_get_code (get_code_page (self)) != '\0')
    return;
  amfa_login_pages_show_code (self->pages);
  g_signal_emit (self, signals[SIGNAL_QUESTION], 0);
}

/* Says what is wrong and leads to where it can be mended. */
static AmfaAdvice
show_error (AmfaLoginView *self, const GError *error)
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
  return advice;
}

static void
on_driver_prepared (AmfaLoginView *self, const GError *error)
{
  /* Only now the login knows where to. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    amfa_login_preconnect (self->login);

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

static void
on_driver_granted (AmfaLoginView *self, gint64 expires, guint warnings, gint64 clock_offset)
{
  amfa_login_pages_remember (self->pages);
  g_signal_emit (self, signals[SIGNAL_GRANTED], 0, expires, warnings, clock_offset);
}

static void
on_driver_failed (AmfaLoginView *self, const GError *error)
{
  AmfaAdvice advice = AMFA_ADVICE_NONE;

  self->code_waits = TRUE;
  if (error)
    advice = show_error (self, error);
  else
    amfa_login_pages_show_code (self->pages);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, advice == AMFA_ADVICE_TRY_AGAIN);
}

/* The login looks around again: with the account settled there may be more to say. */
static void
accept_account (AmfaLoginView *self)
{
  g_autofree char *account = g_strdup (amfa_login_get_plan (self->login)->account);

  amfa_login_accept_account (self->login, account);
  amfa_login_pages_show_code (self->pages);
  amfa_login_driver_prepare (self->driver);
  if (self->code_waits && amfa_login_pages_is_complete (self->pages))
    amfa_login_driver_send (self->driver, amfa_code_page_get_code (get_code_page (self)));
}

static void
accept_code (AmfaLoginView *self)
{
  AmfaCodePage *page = get_code_page (self);

  amfa_code_page_stop_fetching (page);
  if (amfa_code_page_needs_no_code (page))
    g_signal_emit (self, signals[SIGNAL_SWITCH_ROLE], 0, amfa_code_page_get_role (page));
  else
    amfa_login_driver_send (self->driver, amfa_code_page_get_code (page));
}

/**
 * amfa_login_view_accept:
 *
 * One step forward, if the page has all it needs: the code is sent, what was chosen or typed is
 * taken.
 */
void
amfa_login_view_accept (AmfaLoginView *self)
{
  g_return_if_fail (AMFA_IS_LOGIN_VIEW (self));

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
      accept_code (self);
      break;
    }
}

static void
on_fetch_failed (AmfaLoginView *self, const GError *error)
{
  clear_bar (self);
  amfa_error_bar_say (self->bar, error, AMFA_ADVICE_NONE);
  amfa_code_page_ask_again (get_code_page (self));
}

static void
on_code_changed (AmfaLoginView *self)
{
  if (self->input_was_refused)
    clear_bar (self);
  if (strlen (amfa_code_page_get_code (get_code_page (self))) == 1)
    amfa_login_preconnect (self->login);
}

static void
on_code_refused (AmfaLoginView *self)
{
  g_autoptr (GError) error = amfa_error_new (AMFA_ERROR_BAD_CODE, NULL);

  amfa_error_bar_say (self->bar, error, AMFA_ADVICE_NONE);
  self->input_was_refused = TRUE;
}

static void
on_code_activated (AmfaLoginView *self)
{
  if (amfa_login_pages_is_complete (self->pages))
    amfa_login_view_accept (self);
  else
    on_code_refused (self);
}

static void
on_identity_changed (AmfaLoginView *self, const char *role)
{
  amfa_login_view_set_identity (self, role);
}

static void
on_bar_acted (AmfaLoginView *self, guint advice)
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
amfa_login_view_map (GtkWidget *widget)
{
  AmfaLoginView *self = AMFA_LOGIN_VIEW (widget);

  GTK_WIDGET_CLASS (amfa_login_view_parent_class)->map (widget);
  if (self->login)
    amfa_login_preconnect (self->login);
}

static void
amfa_login_view_dispose (GObject *object)
{
  AmfaLoginView *self = AMFA_LOGIN_VIEW (object);

  if (self->driver)
    amfa_login_driver_stop (self->driver);
  g_clear_object (&self->driver);
  g_clear_object (&self->login);
  G_OBJECT_CLASS (amfa_login_view_parent_class)->dispose (object);
}

static void
amfa_login_view_class_init (AmfaLoginViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = amfa_login_view_dispose;
  widget_class->map = amfa_login_view_map;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", AMFA_TYPE_LOGIN_VIEW, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_QUESTION] = g_signal_new ("question", AMFA_TYPE_LOGIN_VIEW, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_SWITCH_ROLE] =
      g_signal_new ("switch-role", AMFA_TYPE_LOGIN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_GRANTED] =
      g_signal_new ("granted", AMFA_TYPE_LOGIN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_INT64, G_TYPE_UINT, G_TYPE_INT64);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", AMFA_TYPE_LOGIN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  g_type_ensure (AMFA_TYPE_ERROR_BAR);
  g_type_ensure (AMFA_TYPE_LOGIN_PAGES);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/AwsMfa/login-view.ui");
  gtk_widget_class_bind_template_child (widget_class, AmfaLoginView, pages);
  gtk_widget_class_bind_template_child (widget_class, AmfaLoginView, bar);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, on_bar_acted);
}

static void
amfa_login_view_init (AmfaLoginView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  amfa_error_bar_describe (self->bar, amfa_code_page_get_entry (get_code_page (self)));
  g_object_connect (get_code_page (self), "swapped-signal::code-changed", on_code_changed, self,
                    "swapped-signal::code-activated", on_code_activated, self,
                    "swapped-signal::code-refused", on_code_refused, self,
                    "swapped-signal::fetch-failed", on_fetch_failed, self,
                    "swapped-signal::identity-changed", on_identity_changed, self, NULL);
}

/**
 * amfa_login_view_begin:
 * @login: (transfer none): a new login
 * @settings: (transfer none): know how long its session shall last
 *
 * Once. The login begins to look around.
 */
void
amfa_login_view_begin (AmfaLoginView *self, AmfaLogin *login, AmfaSettings *settings)
{
  g_return_if_fail (AMFA_IS_LOGIN_VIEW (self) && !self->login);

  self->login = g_object_ref (login);
  amfa_login_pages_begin (self->pages, login, settings);
  self->driver = amfa_login_driver_new (login);
  g_object_connect (self->driver, "swapped-object-signal::changed", update, self,
                    "swapped-object-signal::prepared", on_driver_prepared, self,
                    "swapped-object-signal::granted", on_driver_granted, self,
                    "swapped-object-signal::failed", on_driver_failed, self, NULL);

  amfa_login_pages_show_code (self->pages);
  amfa_login_driver_prepare (self->driver);
}

/* The files may tell something else by now. What is under way sees for itself, and who fills in
 * another page is not disturbed. */
void
amfa_login_view_look_again (AmfaLoginView *self)
{
  g_return_if_fail (AMFA_IS_LOGIN_VIEW (self));

  if (is_at_rest (self))
    amfa_login_driver_prepare (self->driver);
}

/**
 * amfa_login_view_set_identity:
 * @role: the ARN of a role, or %AMFA_ROLE_NONE
 *
 * Whose session it shall be; not while a code is under way.
 */
void
amfa_login_view_set_identity (AmfaLoginView *self, const char *role)
{
  g_return_if_fail (AMFA_IS_LOGIN_VIEW (self) && role != NULL);

  if (amfa_login_driver_is_sending (self->driver))
    return;
  clear_bar (self);
  amfa_code_page_set_refused (get_code_page (self), FALSE);
  amfa_login_set_identity (self->login, role);
  amfa_login_driver_prepare (self->driver);
}

/* Says why a code is asked for where none should have been needed. */
void
amfa_login_view_explain (AmfaLoginView *self, const GError *refusal)
{
  g_return_if_fail (AMFA_IS_LOGIN_VIEW (self) && refusal != NULL);

  amfa_error_bar_say (self->bar, refusal, AMFA_ADVICE_NEWER_CODE);
  amfa_code_page_set_refused (get_code_page (self), TRUE);
  amfa_login_pages_update (self->pages);
}

/* What the buttons go by. */
AmfaLoginPages *
amfa_login_view_get_pages (AmfaLoginView *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN_VIEW (self), NULL);

  return self->pages;
}

/* Whether a code is under way, or waits to be. */
gboolean
amfa_login_view_is_sending (AmfaLoginView *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN_VIEW (self), FALSE);

  return self->driver && amfa_login_driver_is_sending (self->driver);
}

/**
 * amfa_login_view_step_back:
 *
 * One step back: from sending or fetching to the code, from the other pages to the code.
 *
 * Returns: %FALSE if there is none
 */
gboolean
amfa_login_view_step_back (AmfaLoginView *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN_VIEW (self), FALSE);

  if (amfa_login_driver_cancel (self->driver) ||
      amfa_code_page_stop_fetching (get_code_page (self)))
    return TRUE;
  if (!amfa_login_pages_can_go_back (self->pages))
    return FALSE;
  clear_bar (self);
  amfa_login_pages_show_code (self->pages);
  return TRUE;
}

/**
 * amfa_login_view_give_up:
 *
 * Takes back the code that is under way.
 *
 * Returns: whether that takes a while, or may be too late: "failed" or "granted" comes
 */
gboolean
amfa_login_view_give_up (AmfaLoginView *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN_VIEW (self), FALSE);

  if (!self->driver)
    return FALSE;
  amfa_login_driver_cancel (self->driver);
  return amfa_login_driver_is_sending (self->driver);
}
