#define G_LOG_DOMAIN "amfa-fake-login"

#include "fake-login.h"

struct _AmfaLogin
{
  GObject parent_instance;

  char *profile;
  AmfaLoginPlan plan;
  GPtrArray *devices;
  GPtrArray *unusable;
  char *serial;
  char *account;
  char *identity;
  char *code;
  guint duration;
  AmfaCredentials *base;
  gboolean can_retry;
  gboolean role_refused;
  gboolean is_deaf;
  guint n_starts;
  guint n_retries;
  guint n_preconnects;

  GTask *preparing;
  GTask *sending;
  GTask *listing; /* may go on beside them */
  gboolean has_list;
};

G_DEFINE_FINAL_TYPE (AmfaLogin, amfa_login, G_TYPE_OBJECT)

/* Weak: the test sees when it is gone. */
static AmfaLogin *newest;

static void
amfa_login_finalize (GObject *object)
{
  AmfaLogin *self = AMFA_LOGIN (object);

  g_free (self->profile);
  g_free (self->serial);
  g_free (self->account);
  g_free (self->identity);
  g_free (self->code);
  g_ptr_array_unref (self->devices);
  g_ptr_array_unref (self->unusable);
  g_clear_pointer (&self->base, amfa_credentials_unref);
  G_OBJECT_CLASS (amfa_login_parent_class)->finalize (object);
}

static void
amfa_login_class_init (AmfaLoginClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_login_finalize;
}

static void
amfa_login_init (AmfaLogin *self)
{
  self->devices = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_device_free);
  self->unusable = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_device_free);
}

AmfaLogin *
amfa_login_new (AmfaBackend *backend, const char *profile, const AmfaProfileOptions *options)
{
  AmfaLogin *self = g_object_new (AMFA_TYPE_LOGIN, NULL);

  self->profile = g_strdup (profile);
  g_set_weak_pointer (&newest, self);
  return self;
}

const char *
amfa_login_get_profile (AmfaLogin *self)
{
  return self->profile;
}

const AmfaLoginPlan *
amfa_login_get_plan (AmfaLogin *self)
{
  return &self->plan;
}

GPtrArray *
amfa_login_get_devices (AmfaLogin *self)
{
  return self->has_list ? self->devices : NULL;
}

GPtrArray *
amfa_login_get_unusable_devices (AmfaLogin *self)
{
  return self->has_list ? self->unusable : NULL;
}

void
amfa_login_set_serial (AmfaLogin *self, const char *serial)
{
  g_free (self->serial);
  self->serial = g_strdup (serial);
  self->plan.serial = self->serial;
}

void
amfa_login_set_duration (AmfaLogin *self, guint seconds)
{
  self->duration = seconds;
}

void
amfa_login_set_base (AmfaLogin *self, AmfaCredentials *base)
{
  g_clear_pointer (&self->base, amfa_credentials_unref);
  self->base = amfa_credentials_ref (base);
}

void
amfa_login_accept_account (AmfaLogin *self, const char *account)
{
  g_free (self->account);
  self->account = g_strdup (account);
}

void
amfa_login_set_identity (AmfaLogin *self, const char *role)
{
  g_free (self->identity);
  self->identity = g_strdup (role);
}

void
amfa_login_preconnect (AmfaLogin *self)
{
  self->n_preconnects++;
}

static void
end (GTask **place, GError *error, AmfaLoginResult *outcome)
{
  GTask *task = g_steal_pointer (place);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (cancellable)
    g_signal_handlers_disconnect_by_data (cancellable, place);
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, outcome, g_free);
  g_object_unref (task);
}

static void
on_cancelled (GCancellable *cancellable, GTask **place)
{
  GError *error = NULL;

  if (newest->is_deaf)
    return;
  g_cancellable_set_error_if_cancelled (cancellable, &error);
  end (place, error, NULL);
}

/* Not g_cancellable_connect(): its lock is held while the handler ends the task. */
static void
begin (AmfaLogin *self,
       GTask **place,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  g_assert_null (self->preparing);
  g_assert_null (self->sending);

  *place = g_task_new (self, cancellable, callback, user_data);
  g_task_set_check_cancellable (*place, FALSE);
  if (cancellable)
    g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), place);
}

static gpointer
propagate (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
amfa_login_prepare_async (AmfaLogin *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  begin (self, &self->preparing, cancellable, callback, user_data);
}

gboolean
amfa_login_prepare_finish (AmfaLogin *self, GAsyncResult *result, GError **error)
{
  g_autofree AmfaLoginResult *done = propagate (result, error);

  return done != NULL;
}

void
amfa_login_start_async (AmfaLogin *self,
                        const char *code,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_free (self->code);
  self->code = g_strdup (code);
  self->n_starts++;
  begin (self, &self->sending, cancellable, callback, user_data);
}

gboolean
amfa_login_start_finish (AmfaLogin *self,
                         GAsyncResult *result,
                         AmfaLoginResult *outcome,
                         GError **error)
{
  g_autofree AmfaLoginResult *granted = propagate (result, error);

  if (granted)
    *outcome = *granted;
  return granted != NULL;
}

gboolean
amfa_login_can_retry (AmfaLogin *self)
{
  return self->can_retry;
}

gboolean
amfa_login_was_role_refused (AmfaLogin *self)
{
  return self->role_refused;
}

void
amfa_login_retry_async (AmfaLogin *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  self->n_retries++;
  begin (self, &self->sending, cancellable, callback, user_data);
}

void
amfa_login_list_devices_async (AmfaLogin *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_assert_null (self->listing);
  self->listing = g_task_new (self, cancellable, callback, user_data);
  g_task_set_check_cancellable (self->listing, FALSE);
  g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), &self->listing);
}

gboolean
amfa_login_list_devices_finish (AmfaLogin *self, GAsyncResult *result, GError **error)
{
  return amfa_login_prepare_finish (self, result, error);
}

AmfaLogin *
fake_login_get (void)
{
  return newest;
}

AmfaLoginPlan *
fake_login_get_plan (void)
{
  return &newest->plan;
}

void
fake_login_add_device (const char *serial)
{
  gboolean is_fido = amfa_serial_get_kind (serial) == AMFA_DEVICE_FIDO;

  newest->has_list = TRUE;
  g_ptr_array_add (is_fido ? newest->unusable : newest->devices,
                   amfa_device_new (serial, NULL, 1767268800));
}

void
fake_login_set_can_retry (gboolean can_retry)
{
  newest->can_retry = can_retry;
}

void
fake_login_set_role_refused (gboolean role_refused)
{
  newest->role_refused = role_refused;
}

/* AWS has answered: cancelling comes too late. */
void
fake_login_set_deaf (gboolean is_deaf)
{
  newest->is_deaf = is_deaf;
}

gboolean
fake_login_is_preparing (void)
{
  return newest->preparing != NULL;
}

gboolean
fake_login_is_sending (void)
{
  return newest->sending != NULL;
}

/* Lets what was returned arrive. */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/**
 * fake_login_end_prepare:
 * @error: (transfer full) (nullable): how it failed
 */
void
fake_login_end_prepare (GError *error)
{
  end (&newest->preparing, error, error ? NULL : g_new0 (AmfaLoginResult, 1));
  settle ();
}

/**
 * fake_login_end_start:
 * @error: (transfer full) (nullable): how the start or the retry failed
 * @outcome: (nullable): or what was granted
 */
void
fake_login_end_start (GError *error, const AmfaLoginResult *outcome)
{
  end (&newest->sending, error, error ? NULL : g_memdup2 (outcome, sizeof *outcome));
  settle ();
}

gboolean
fake_login_is_listing (void)
{
  return newest->listing != NULL;
}

/**
 * fake_login_end_list:
 * @error: (transfer full) (nullable): how it failed; else the devices are those that were added
 */
void
fake_login_end_list (GError *error)
{
  newest->has_list = !error;
  end (&newest->listing, error, error ? NULL : g_new0 (AmfaLoginResult, 1));
  settle ();
}

guint
fake_login_count_starts (void)
{
  return newest->n_starts;
}

guint
fake_login_count_retries (void)
{
  return newest->n_retries;
}

guint
fake_login_count_preconnects (void)
{
  return newest->n_preconnects;
}

const char *
fake_login_get_code (void)
{
  return newest->code;
}

const char *
fake_login_get_serial (void)
{
  return newest->serial;
}

const char *
fake_login_get_account (void)
{
  return newest->account;
}

const char *
fake_login_get_identity (void)
{
  return newest->identity;
}

guint
fake_login_get_duration (void)
{
  return newest->duration;
}

AmfaCredentials *
fake_login_get_base (void)
{
  return newest->base;
}
