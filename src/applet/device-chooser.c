#define G_LOG_DOMAIN "amfa-device-chooser"

#include "device-chooser.h"

#include "plan-text.h"

#include "core/model/mfa.h"

#include <glib/gi18n.h>
#include <string.h>

struct _AmfaDeviceChooser
{
  GtkBox parent_instance;

  GtkBox *listed;
  GtkRadioButton *other;
  GtkEntry *serial;
  GtkLabel *hint;

  gboolean complete;
};

enum
{
  PROP_0,
  PROP_COMPLETE,
};

G_DEFINE_FINAL_TYPE (AmfaDeviceChooser, amfa_device_chooser, GTK_TYPE_BOX)

static gboolean
is_usable (const char *serial)
{
  AmfaDeviceKind kind = amfa_serial_get_kind (serial);

  return kind == AMFA_DEVICE_VIRTUAL || kind == AMFA_DEVICE_HARDWARE;
}

static gboolean
is_other_chosen (AmfaDeviceChooser *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->other));
}

static char *
dup_typed (AmfaDeviceChooser *self)
{
  return g_strstrip (g_strdup (gtk_entry_get_text (self->serial)));
}

static void
update (AmfaDeviceChooser *self)
{
  g_autofree char *typed = dup_typed (self);
  gboolean complete = !is_other_chosen (self) || is_usable (typed);

  if (amfa_serial_get_kind (typed) == AMFA_DEVICE_FIDO)
    gtk_label_set_text (self->hint,
                        _ ("This is a passkey or security key. AWS accepts those in its console "
                           "only; choose an authenticator app or a hardware token."));
  else
    gtk_label_set_text (self->hint,
                        _ ("An ARN such as arn:aws:iam::123456789012:mfa/alice, or the serial "
                           "number of a hardware token. The security credentials page of the AWS "
                           "console shows it."));

  if (complete == self->complete)
    return;

  self->complete = complete;
  g_object_notify (G_OBJECT (self), "complete");
}

static void
on_serial_changed (AmfaDeviceChooser *self)
{
  if (gtk_entry_get_text_length (self->serial) > 0)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->other), TRUE);
  update (self);
}

static void
on_other_toggled (AmfaDeviceChooser *self)
{
  update (self);
}

static void
add_listed (AmfaDeviceChooser *self, const char *serial, gboolean chosen)
{
  g_autofree char *label = amfa_plan_text_device (serial);
  GtkWidget *button = gtk_radio_button_new_with_label_from_widget (self->other, label);
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (button));

  gtk_label_set_ellipsize (GTK_LABEL (child), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (child), 36);
  gtk_widget_set_tooltip_text (button, serial);
  g_object_set_data_full (G_OBJECT (button), "serial", g_strdup (serial), g_free);
  gtk_box_pack_start (self->listed, button, FALSE, FALSE, 0);
  gtk_widget_show (button);
  if (chosen)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
}

static void
amfa_device_chooser_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AmfaDeviceChooser *self = AMFA_DEVICE_CHOOSER (object);

  if (id == PROP_COMPLETE)
    g_value_set_boolean (value, self->complete);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
amfa_device_chooser_class_init (AmfaDeviceChooserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = amfa_device_chooser_get_property;

  g_object_class_install_property (
      object_class, PROP_COMPLETE,
      g_param_spec_boolean ("complete", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/AwsMfa/device-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, AmfaDeviceChooser, listed);
  gtk_widget_class_bind_template_child (widget_class, AmfaDeviceChooser, other);
  gtk_widget_class_bind_template_child (widget_class, AmfaDeviceChooser, serial);
  gtk_widget_class_bind_template_child (widget_class, AmfaDeviceChooser, hint);
  gtk_widget_class_bind_template_callback (widget_class, on_serial_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_other_toggled);
}

static void
amfa_device_chooser_init (AmfaDeviceChooser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

/**
 * amfa_device_chooser_begin:
 * @self: the chooser
 * @devices: (nullable) (element-type AmfaDevice): what AWS lists
 * @serial: (nullable): the device in use
 *
 * Starts afresh and takes the focus. Devices that AWS does not accept a code of are left out.
 */
void
amfa_device_chooser_begin (AmfaDeviceChooser *self, GPtrArray *devices, const char *serial)
{
  gboolean is_listed = FALSE;
  guint n_listed = 0;

  g_return_if_fail (AMFA_IS_DEVICE_CHOOSER (self));

  g_autoptr (GList) old = gtk_container_get_children (GTK_CONTAINER (self->listed));

  for (GList *l = old; l; l = l->next)
    gtk_widget_destroy (l->data);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->other), TRUE);

  for (guint i = 0; devices && i < devices->len; i++)
    {
      const AmfaDevice *device = g_ptr_array_index (devices, i);
      gboolean chosen = g_strcmp0 (device->serial, serial) == 0;

      if (!is_usable (device->serial))
        continue;
      add_listed (self, device->serial, chosen || n_listed == 0);
      is_listed = is_listed || chosen;
      n_listed++;
    }

  gtk_widget_set_visible (GTK_WIDGET (self->listed), n_listed > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->other), n_listed > 0);
  gtk_entry_set_text (self->serial, serial && !is_listed ? serial : "");
  update (self);

  if (is_other_chosen (self))
    gtk_widget_grab_focus (GTK_WIDGET (self->serial));
  else
    gtk_widget_child_focus (GTK_WIDGET (self->listed), GTK_DIR_TAB_FORWARD);
}

/* Returns: (transfer full) (nullable): the serial number chosen. */
char *
amfa_device_chooser_dup_serial (AmfaDeviceChooser *self)
{
  g_return_val_if_fail (AMFA_IS_DEVICE_CHOOSER (self), NULL);

  for (GSList *l = gtk_radio_button_get_group (self->other); l; l = l->next)
    if (l->data != self->other && gtk_toggle_button_get_active (l->data))
      return g_strdup (g_object_get_data (l->data, "serial"));

  return self->complete ? dup_typed (self) : NULL;
}
