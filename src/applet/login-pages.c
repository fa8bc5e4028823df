#define G_LOG_DOMAIN "amfa-login-pages"

#include "login-pages.h"

#include "device-chooser.h"
#include "key-form.h"

#include "core/model/error.h"

struct _AmfaLoginPages
{
  GtkStack parent_instance;

  AmfaLogin *login;
  AmfaSettings *settings;
  guint chosen_duration; /* by the user, 0: none */
  GCancellable *listing; /* while AWS is asked for the devices */
  AmfaCodePage *code;
  AmfaDeviceChooser *device;
  AmfaKeyForm *keys;
};

enum
{
  PROP_0,
  PROP_COMPLETE,
};

G_DEFINE_FINAL_TYPE (AmfaLoginPages, amfa_login_pages, GTK_TYPE_STACK)

static void
on_complete_changed (AmfaLoginPages *self)
{
  g_object_notify (G_OBJECT (self), "complete");
}

static gpointer
add_page (AmfaLoginPages *self, GType type)
{
  GtkWidget *page = g_object_new (type, "visible", TRUE, NULL);

  gtk_container_add (GTK_CONTAINER (self), page);
  g_signal_connect_object (page, "notify::complete", G_CALLBACK (on_complete_changed), self,
                           G_CONNECT_SWAPPED);
  return page;
}

static gboolean
needs_keys (AmfaLoginPages *self)
{
  return amfa_login_get_plan (self->login)->origin == AMFA_BASE_NONE;
}

static void
stop_listing (AmfaLoginPages *self)
{
  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
}

static void
show_list (AmfaLoginPages *self)
{
  GPtrArray *devices = amfa_login_get_devices (self->login);
  GPtrArray *unusable = amfa_login_get_unusable_devices (self->login);

  amfa_device_chooser_list (self->device, devices, unusable);
  if (devices->len == 0)
    {
      g_autoptr (GError) none =
          amfa_error_new (AMFA_ERROR_NO_DEVICE,
                          &(AmfaErrorDetails){ .reason = unusable ? (int) unusable->len : 0 });

      amfa_device_chooser_say (self->device, none);
    }
}

static void
on_devices_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AmfaLoginPages) self = AMFA_LOGIN_PAGES (user_data);
  g_autoptr (GError) error = NULL;
  gboolean listed = amfa_login_list_devices_finish (AMFA_LOGIN (source), result, &error);

  /* Of one that was stopped nobody wants to know any more. */
  if (amfa_error_is_cancelled (error) || g_task_get_cancellable (G_TASK (result)) != self->listing)
    return;

  g_clear_object (&self->listing);
  if (listed && amfa_login_get_devices (self->login))
    show_list (self);
  else if (error)
    amfa_device_chooser_say (self->device, error);
}

/* Somebody wants to choose: the keyring may ask for its password. */
static void
start_listing (AmfaLoginPages *self)
{
  self->listing = g_cancellable_new ();
  amfa_device_chooser_wait (self->device);
  amfa_login_list_devices_async (self->login, self->listing, on_devices_listed,
                                 g_object_ref (self));
}

static void
on_duration_changed (AmfaLoginPages *self, guint seconds)
{
  self->chosen_duration = seconds;
  amfa_login_set_duration (self->login, seconds);
}

static void
on_page_changed (AmfaLoginPages *self)
{
  if (amfa_login_pages_get_page (self) != AMFA_LOGIN_PAGE_DEVICE)
    stop_listing (self);
}

static void
amfa_login_pages_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_COMPLETE)
    g_value_set_boolean (value, amfa_login_pages_is_complete (AMFA_LOGIN_PAGES (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
amfa_login_pages_dispose (GObject *object)
{
  AmfaLoginPages *self = AMFA_LOGIN_PAGES (object);

  stop_listing (self);
  g_clear_object (&self->login);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (amfa_login_pages_parent_class)->dispose (object);
}

static void
amfa_login_pages_class_init (AmfaLoginPagesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = amfa_login_pages_get_property;
  object_class->dispose = amfa_login_pages_dispose;

  g_object_class_install_property (
      object_class, PROP_COMPLETE,
      g_param_spec_boolean ("complete", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));
}

static void
amfa_login_pages_init (AmfaLoginPages *self)
{
  gtk_stack_set_vhomogeneous (GTK_STACK (self), FALSE);
  self->code = add_page (self, AMFA_TYPE_CODE_PAGE);
  self->device = add_page (self, AMFA_TYPE_DEVICE_CHOOSER);
  self->keys = add_page (self, AMFA_TYPE_KEY_FORM);
  g_signal_connect_object (self->code, "duration-changed", G_CALLBACK (on_duration_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->code, "change-device", G_CALLBACK (amfa_login_pages_show_devices),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::visible-child", G_CALLBACK (on_page_changed), NULL);
}

/**
 * amfa_login_pages_begin:
 * @login: (transfer none): what the pages show and change
 * @settings: (transfer none): know how long its session shall last
 *
 * Once, before anything else.
 */
void
amfa_login_pages_begin (AmfaLoginPages *self, AmfaLogin *login, AmfaSettings *settings)
{
  g_return_if_fail (AMFA_IS_LOGIN_PAGES (self) && AMFA_IS_LOGIN (login));
  g_return_if_fail (!self->login);

  self->login = g_object_ref (login);
  self->settings = g_object_ref (settings);
  amfa_code_page_set_duration (
      self->code, amfa_settings_get_duration (settings, amfa_login_get_profile (login)));
}

AmfaCodePage *
amfa_login_pages_get_code_page (AmfaLoginPages *self)
{
  g_return_val_if_fail (AMFA_IS_LOGIN_PAGES (self), NULL);

  return self->code;
}

AmfaLoginPage
amfa_login_pages_get_page (AmfaLoginPages *self)
{
  gpointer page;

  g_return_val_if_fail (AMFA_IS_LOGIN_PAGES (self), AMFA_LOGIN_PAGE_CODE);

  page = gtk_stack_get_visible_child (GTK_STACK (self));
  if (page == self->device)
    return AMFA_LOGIN_PAGE_DEVICE;

  return page == self->keys ? AMFA_LOGIN_PAGE_KEYS : AMFA_LOGIN_PAGE_CODE;
}

gboolean
amfa_login_pages_is_complete (AmfaLoginPages *self)
{
  gboolean complete;

  g_return_val_if_fail (AMFA_IS_LOGIN_PAGES (self), FALSE);

  /* Every page has this property. */
  g_object_get (gtk_stack_get_visible_child (GTK_STACK (self)), "complete", &complete, NULL);
  return complete;
}

/* Whether the page leads back to the code. Without a key it does not. */
gboolean
amfa_login_pages_can_go_back (AmfaLoginPages *self)
{
  AmfaLoginPage page = amfa_login_pages_get_page (self);

  return page == AMFA_LOGIN_PAGE_DEVICE || (page == AMFA_LOGIN_PAGE_KEYS && !needs_keys (self));
}

/* Shows what the login knows by now. */
void
amfa_login_pages_update (AmfaLoginPages *self)
{
  g_return_if_fail (AMFA_IS_LOGIN_PAGES (self));

  const AmfaLoginPlan *plan = amfa_login_get_plan (self->login);

  amfa_code_page_set_plan (self->code, plan, amfa_login_get_profile (self->login));
  if (plan->duration > 0)
    amfa_code_page_set_duration (self->code, plan->duration);
}

void
amfa_login_pages_show_code (AmfaLoginPages *self)
{
  g_return_if_fail (AMFA_IS_LOGIN_PAGES (self));

  amfa_login_pages_update (self);
  gtk_stack_set_visible_child (GTK_STACK (self), GTK_WIDGET (self->code));
  amfa_code_page_ask_again (self->code);
}

/* What is known at once, and the rest when AWS has told. */
void
amfa_login_pages_show_devices (AmfaLoginPages *self)
{
  const AmfaLoginPlan *plan;

  g_return_if_fail (AMFA_IS_LOGIN_PAGES (self));

  plan = amfa_login_get_plan (self->login);
  gtk_stack_set_visible_child (GTK_STACK (self), GTK_WIDGET (self->device));
  amfa_device_chooser_begin (self->device, amfa_login_get_devices (self->login),
                             amfa_login_get_unusable_devices (self->login), plan->serial,
                             plan->arn);
  stop_listing (self);
  if (!amfa_login_get_devices (self->login))
    start_listing (self);
}

/**
 * amfa_login_pages_show_keys:
 * @self: the pages
 * @key_id: (nullable): a key whose secret is wanted
 */
void
amfa_login_pages_show_keys (AmfaLoginPages *self, const char *key_id)
{
  g_return_if_fail (AMFA_IS_LOGIN_PAGES (self));

  gtk_stack_set_visible_child (GTK_STACK (self), GTK_WIDGET (self->keys));
  amfa_key_form_begin (self->keys, key_id);
}

/**
 * amfa_login_pages_show_missing:
 * @self: the pages
 *
 * Returns: %TRUE if the login is known to need more than a code; its page is seen now
 */
gboolean
amfa_login_pages_show_missing (AmfaLoginPages *self)
{
  GPtrArray *devices;

  g_return_val_if_fail (AMFA_IS_LOGIN_PAGES (self), FALSE);

  devices = amfa_login_get_devices (self->login);
  if (needs_keys (self))
    amfa_login_pages_show_keys (self, NULL);
  else if (!amfa_login_get_plan (self->login)->serial && devices && devices->len > 1)
    amfa_login_pages_show_devices (self);
  else
    return FALSE;

  return TRUE;
}

/* Takes the device chosen, and goes back to the code. */
void
amfa_login_pages_use_device (AmfaLoginPages *self)
{
  g_autofree char *serial = NULL;

  g_return_if_fail (AMFA_IS_LOGIN_PAGES (self));

  serial = amfa_device_chooser_dup_serial (self->device);
  amfa_login_set_serial (self->login, serial);
  amfa_login_pages_show_code (self);
}

/* Takes the key typed, and goes back to the code; the login has to look around anew. */
void
amfa_login_pages_use_keys (AmfaLoginPages *self)
{
  g_autoptr (AmfaCredentials) base = NULL;

  g_return_if_fail (AMFA_IS_LOGIN_PAGES (self));

  base = amfa_key_form_take (self->keys);
  amfa_login_set_base (self->login, base);
  amfa_login_pages_show_code (self);
}

/**
 * amfa_login_pages_remember:
 *
 * The session is granted: the next one of the profile shall last as long as was chosen, unless the
 * configuration has a say in it, or the choice was not about what was granted.
 */
void
amfa_login_pages_remember (AmfaLoginPages *self)
{
  g_return_if_fail (AMFA_IS_LOGIN_PAGES (self));

  const AmfaLoginPlan *plan = amfa_login_get_plan (self->login);

  if (self->chosen_duration > 0 && plan->config_duration == 0 && plan->role_duration == 0)
    amfa_settings_set_duration (self->settings, amfa_login_get_profile (self->login),
                                self->chosen_duration);
}
