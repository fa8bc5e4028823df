#define G_LOG_DOMAIN "amfa-login-driver"

#include "login-driver.h"

#include "core/model/error.h"
#include "core/model/secret.h"

typedef enum
{
  IDLE,
  PREPARING,
  SENDING,
  CANCELLING, /* sending, but nobody wants it any more */
  STOPPED,    /* for good: the window is gone */
} Activity;

struct _AmfaLoginDriver
{
  GObject parent_instance;

  AmfaLogin *login;
  GCancellable *cancellable; /* of what goes on */
  Activity activity;
  gboolean prepares_again; /* what goes on is out of date */
  char *waiting_code;      /* to be sent when prepared; nullable */
  char *sent_code;         /* the last one; nullable */
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_PREPARED,
  SIGNAL_GRANTED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AmfaLoginDriver, amfa_login_driver, G_TYPE_OBJECT)

static void
set_activity (AmfaLoginDriver *self, Activity activity)
{
  self->activity = activity;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static GCancellable *
renew_cancellable (AmfaLoginDriver *self)
{
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  return self->cancellable;
}

static void
on_login_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AmfaLoginDriver) self = AMFA_LOGIN_DRIVER (user_data);
  g_autoptr (GError) error = NULL;
  AmfaLoginResult outcome = { 0 };
  gboolean granted = amfa_login_start_finish (AMFA_LOGIN (source), result, &outcome, &error);

  if (self->activity == STOPPED)
    return;

  set_activity (self, IDLE);
  if (granted)
    g_signal_emit (self, signals[SIGNAL_GRANTED], 0, outcome.expires, (guint) outcome.warnings,
                   outcome.clock_offset);
  else
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, amfa_error_is_cancelled (error) ? NULL : error);
}

static void prepare (AmfaLoginDriver *self);

static void
on_prepare_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AmfaLoginDriver) self = AMFA_LOGIN_DRIVER (user_data);
  g_autoptr (GError) error = NULL;
  amfa_autowipe char *code = NULL;

  amfa_login_prepare_finish (AMFA_LOGIN (source), result, &error);
  if (self->activity == STOPPED)
    return;
  if (self->prepares_again)
    {
      prepare (self);
      return;
    }

  set_activity (self, IDLE);
  g_signal_emit (self, signals[SIGNAL_PREPARED], 0, error);

  code = g_steal_pointer (&self->waiting_code);
  if (code)
    amfa_login_driver_send (self, code);
}

static void
prepare (AmfaLoginDriver *self)
{
  self->prepares_again = FALSE;
  amfa_login_prepare_async (self->login, renew_cancellable (self), on_prepare_ready,
                            g_object_ref (self));
}

static void
amfa_login_driver_finalize (GObject *object)
{
  AmfaLoginDriver *self = AMFA_LOGIN_DRIVER (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->login);
  amfa_wipe_and_free (self->waiting_code);
  amfa_wipe_and_free (self->sent_code);
  G_OBJECT_CLASS (amfa_login_driver_parent_class)->finalize (object);
}

static void
amfa_login_driver_class_init (AmfaLoginDriverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_login_driver_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", AMFA_TYPE_LOGIN_DRIVER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PREPARED] = g_signal_new ("prepared", AMFA_TYPE_LOGIN_DRIVER, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SIGNAL_GRANTED] =
      g_signal_new ("granted", AMFA_TYPE_LOGIN_DRIVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_INT64, G_TYPE_UINT, G_TYPE_INT64);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", AMFA_TYPE_LOGIN_DRIVER, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
amfa_login_driver_init (AmfaLoginDriver *self)
{
}

AmfaLoginDriver *
amfa_login_driver_new (AmfaLogin *login)
{
  AmfaLoginDriver *self;

  g_return_val_if_fail (AMFA_IS_LOGIN (login), NULL);

  self = g_object_new (AMFA_TYPE_LOGIN_DRIVER, NULL);
  self->login = g_object_ref (login);
  return self;
}

/* Looks around; anew if it does already. */
void
amfa_login_driver_prepare (AmfaLoginDriver *self)
{
  g_return_if_fail (AMFA_IS_LOGIN_DRIVER (self));
  g_return_if_fail (self->activity == IDLE || self->activity == PREPARING);

  if (self->activity == PREPARING)
    {
      self->prepares_again = TRUE;
      g_cancellable_cancel (self->cancellable);
      return;
    }
  set_activity (self, PREPARING);
  prepare (self);
}

/* Repeats the local half of a login that AWS has granted. */
void
amfa_login_driver_retry (AmfaLoginDriver *self)
{
  g_return_if_fail (AMFA_IS_LOGIN_DRIVER (self) && self->activity == IDLE);

  set_activity (self, SENDING);
  amfa_login_retry_async (self->login, renew_cancellable (self), on_login_ready,
                          g_object_ref (self));
}

/**
 * amfa_login_driver_send:
 * @self: the driver, not sending
 * @code: a whole code
 *
 * Sends a code as soon as the login has looked around. AWS takes a code once: one that has its
 * session already, which could not be written, is not sent but the writing repeated.
 */
void
amfa_login_driver_send (AmfaLoginDriver *self, const char *code)
{
  g_return_if_fail (AMFA_IS_LOGIN_DRIVER (self) && code != NULL);
  g_return_if_fail (!amfa_login_driver_is_sending (self) && self->activity != STOPPED);

  if (self->activity == PREPARING)
    {
      self->waiting_code = g_strdup (code);
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
      return;
    }

  if (amfa_login_can_retry (self->login) && g_strcmp0 (code, self->sent_code) == 0)
    {
      amfa_login_driver_retry (self);
      return;
    }

  amfa_wipe_and_free (self->sent_code);
  self->sent_code = g_strdup (code);
  set_activity (self, SENDING);
  amfa_login_start_async (self->login, code, renew_cancellable (self), on_login_ready,
                          g_object_ref (self));
}

/**
 * amfa_login_driver_cancel:
 * @self: the driver
 *
 * Takes back what was sent or waits to be. It can come too late: then "granted" follows.
 *
 * Returns: %FALSE if there was nothing to take back, or it was already
 */
gboolean
amfa_login_driver_cancel (AmfaLoginDriver *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN_DRIVER (self), FALSE);

  if (self->waiting_code)
    {
      g_clear_pointer (&self->waiting_code, amfa_wipe_and_free);
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
      return TRUE;
    }
  if (self->activity != SENDING)
    return FALSE;

  set_activity (self, CANCELLING);
  g_cancellable_cancel (self->cancellable);
  return TRUE;
}

/* Cancels everything; no signal follows. */
void
amfa_login_driver_stop (AmfaLoginDriver *self)
{
  g_return_if_fail (AMFA_IS_LOGIN_DRIVER (self));

  self->activity = STOPPED;
  g_cancellable_cancel (self->cancellable);
}

gboolean
amfa_login_driver_is_preparing (AmfaLoginDriver *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN_DRIVER (self), FALSE);

  return self->activity == PREPARING;
}

/* Whether a code is under way or waits to be. */
gboolean
amfa_login_driver_is_sending (AmfaLoginDriver *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN_DRIVER (self), FALSE);

  return self->waiting_code || self->activity == SENDING || self->activity == CANCELLING;
}
