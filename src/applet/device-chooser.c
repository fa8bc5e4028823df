#define G_LOG_DOMAIN "amfa-device-chooser"

#include "device-chooser.h"

#include "plan-text.h"

#include "core/model/error.h"
#include "core/model/mfa.h"
#include "messages/devices.h"
#include "messages/formats.h"
#include "messages/messages.h"

#include <glib/gi18n.h>
#include <string.h>

struct _AmfaDeviceChooser
{
  GtkBox parent_instance;

  GtkBox *listed;
  GtkWidget *news;
  GtkWidget *spinner;
  GtkLabel *sentence;
  GtkRadioButton *other;
  GtkEntry *serial;
  GtkLabel *hint;

  char *owner; /* ARN of the user; nullable */
  gboolean complete;
};

enum
{
  PROP_0,
  PROP_COMPLETE,
};

G_DEFINE_FINAL_TYPE (AmfaDeviceChooser, amfa_device_chooser, GTK_TYPE_BOX)

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

/* Nothing is said about what may still become a serial number. */
static char *
compose_hint (const char *typed, const GError *problem)
{
  gboolean is_half =
      problem && amfa_error_get_details (problem)->reason == AMFA_SERIAL_PROBLEM_MALFORMED;

  if (problem && *typed && !is_half)
    return amfa_message_for_error (problem);
  return g_strdup (
      _ ("An ARN such as arn:aws:iam::123456789012:mfa/alice, or the serial number of a "
         "hardware token. The security credentials page of the AWS console shows it."));
}

static void
update (AmfaDeviceChooser *self)
{
  g_autofree char *typed = dup_typed (self);
  g_autoptr (GError) problem = NULL;
  gboolean is_good = amfa_serial_check (typed, self->owner, &problem);
  gboolean complete = !is_other_chosen (self) || is_good;
  g_autofree char *hint = compose_hint (typed, problem);

  gtk_label_set_text (self->hint, hint);
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

static char *
compose_label (const AmfaDevice *device)
{
  AmfaDeviceKind kind = amfa_serial_get_kind (device->serial);
  const char *problem = amfa_describe_device_problem (kind);
  g_autofree char *name = amfa_serial_get_name (device->serial);
  g_autofree char *since = amfa_format_date (device->enable_date);

  if (problem)
    /* Translators: an MFA device's name, its kind, and why it cannot be used. */
    return g_strdup_printf (_ ("%s (%s): %s"), name, amfa_describe_device_kind (kind), problem);
  if (since)
    /* Translators: an MFA device's name, its kind, and a date. */
    return g_strdup_printf (_ ("%s (%s), since %s"), name, amfa_describe_device_kind (kind), since);
  return amfa_plan_text_device (device->serial);
}

static void
add_listed (AmfaDeviceChooser *self, const AmfaDevice *device, gboolean chosen)
{
  g_autofree char *label = compose_label (device);
  gboolean is_usable = !amfa_describe_device_problem (amfa_serial_get_kind (device->serial));
  GtkWidget *button = gtk_radio_button_new_with_label_from_widget (self->other, label);
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (button));

  gtk_label_set_line_wrap (GTK_LABEL (child), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (child), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (child), 42);
  gtk_label_set_xalign (GTK_LABEL (child), 0);
  gtk_widget_set_tooltip_text (button, device->serial);
  gtk_widget_set_sensitive (button, is_usable);
  g_object_set_data_full (G_OBJECT (button), "serial", g_strdup (device->serial), g_free);
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
amfa_device_chooser_finalize (GObject *object)
{
  g_free (AMFA_DEVICE_CHOOSER (object)->owner);
  G_OBJECT_CLASS (amfa_device_chooser_parent_class)->finalize (object);
}

static void
amfa_device_chooser_class_init (AmfaDeviceChooserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = amfa_device_chooser_get_property;
  object_class->finalize = amfa_device_chooser_finalize;

  g_object_class_install_property (
      object_class, PROP_COMPLETE,
      g_param_spec_boolean ("complete", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/AwsMfa/device-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, AmfaDeviceChooser, listed);
  gtk_widget_class_bind_template_child (widget_class, AmfaDeviceChooser, news);
  gtk_widget_class_bind_template_child (widget_class, AmfaDeviceChooser, spinner);
  gtk_widget_class_bind_template_child (widget_class, AmfaDeviceChooser, sentence);
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

/* Returns: (transfer none) (nullable): the device that is chosen in the list */
static GtkWidget *
get_chosen (AmfaDeviceChooser *self)
{
  for (GSList *l = gtk_radio_button_get_group (self->other); l; l = l->next)
    if (l->data != self->other && gtk_toggle_button_get_active (l->data))
      return l->data;
  return NULL;
}

static void
set_news (AmfaDeviceChooser *self, const char *sentence, gboolean is_waiting)
{
  gtk_label_set_text (self->sentence, sentence ? sentence : "");
  gtk_widget_set_visible (self->news, sentence != NULL);
  gtk_widget_set_visible (self->spinner, is_waiting);
  g_object_set (self->spinner, "active", is_waiting, NULL);
  if (sentence)
    g_signal_emit_by_name (gtk_widget_get_accessible (GTK_WIDGET (self->sentence)), "announcement",
                           sentence);
}

static void
clear_list (AmfaDeviceChooser *self)
{
  g_autoptr (GList) old = gtk_container_get_children (GTK_CONTAINER (self->listed));

  for (GList *l = old; l; l = l->next)
    gtk_widget_destroy (l->data);
}

/* Puts a list in the place of the old one. Returns: whether @serial is in it, and chosen now. */
static gboolean
fill_list (AmfaDeviceChooser *self, GPtrArray *devices, GPtrArray *unusable, const char *serial)
{
  gboolean is_listed = FALSE;

  clear_list (self);
  for (guint i = 0; i < devices->len; i++)
    {
      const AmfaDevice *device = g_ptr_array_index (devices, i);
      gboolean chosen = g_strcmp0 (device->serial, serial) == 0;

      add_listed (self, device, chosen);
      is_listed = is_listed || chosen;
    }
  for (guint i = 0; unusable && i < unusable->len; i++)
    add_listed (self, g_ptr_array_index (unusable, i), FALSE);

  gtk_widget_set_visible (GTK_WIDGET (self->listed),
                          devices->len > 0 || (unusable && unusable->len > 0));
  gtk_widget_set_visible (GTK_WIDGET (self->other), devices->len > 0);
  return is_listed;
}

static void
choose_first (AmfaDeviceChooser *self)
{
  g_autoptr (GList) buttons = gtk_container_get_children (GTK_CONTAINER (self->listed));

  if (buttons && gtk_widget_get_sensitive (buttons->data))
    gtk_toggle_button_set_active (buttons->data, TRUE);
}

/* Of a list that is still to come, that is what is known. */
static GPtrArray *
list_one (const char *serial, const char *owner)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_device_free);

  if (serial && amfa_serial_check (serial, owner, NULL))
    g_ptr_array_add (devices, amfa_device_new (serial, NULL, 0));
  return devices;
}

/**
 * amfa_device_chooser_begin:
 * @self: the chooser
 * @devices: (nullable) (element-type AmfaDevice): what AWS lists and takes codes of; %NULL: not
 *   known yet
 * @unusable: (nullable) (element-type AmfaDevice): what AWS lists beside them: shown with the
 *   reason, and not to be chosen
 * @serial: (nullable): the device in use
 * @owner: (nullable): the ARN of the user, whose account a typed device has to be of
 *
 * Starts afresh and takes the focus.
 */
void
amfa_device_chooser_begin (AmfaDeviceChooser *self,
                           GPtrArray *devices,
                           GPtrArray *unusable,
                           const char *serial,
                           const char *owner)
{
  g_return_if_fail (AMFA_IS_DEVICE_CHOOSER (self));

  g_autoptr (GPtrArray) known = devices ? g_ptr_array_ref (devices) : list_one (serial, owner);
  gboolean is_listed;

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->other), TRUE);
  g_free (self->owner);
  self->owner = g_strdup (owner);
  set_news (self, NULL, FALSE);
  is_listed = fill_list (self, known, unusable, serial);
  gtk_entry_set_text (self->serial, serial && !is_listed ? serial : "");
  if (!is_listed && !serial)
    choose_first (self);
  update (self);

  if (is_other_chosen (self))
    gtk_widget_grab_focus (GTK_WIDGET (self->serial));
  else
    gtk_widget_grab_focus (get_chosen (self));
}

/* Says that the list is being asked for. */
void
amfa_device_chooser_wait (AmfaDeviceChooser *self)
{
  g_return_if_fail (AMFA_IS_DEVICE_CHOOSER (self));

  set_news (self, _ ("Asking AWS for your devices…"), TRUE);
}

/**
 * amfa_device_chooser_list:
 * @devices: (element-type AmfaDevice): as for amfa_device_chooser_begin()
 * @unusable: (nullable) (element-type AmfaDevice): the same
 *
 * The list has come. What was chosen stays, and what was typed; the focus is not taken from the
 * entry.
 */
void
amfa_device_chooser_list (AmfaDeviceChooser *self, GPtrArray *devices, GPtrArray *unusable)
{
  g_return_if_fail (AMFA_IS_DEVICE_CHOOSER (self) && devices != NULL);

  GtkWidget *old = get_chosen (self);
  GtkWidget *top = gtk_widget_get_toplevel (GTK_WIDGET (self));
  GtkWidget *focus = GTK_IS_WINDOW (top) ? gtk_window_get_focus (GTK_WINDOW (top)) : NULL;
  gboolean had_focus = focus && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->listed));
  gboolean has_typed = gtk_entry_get_text_length (self->serial) > 0;
  g_autofree char *serial = old ? g_strdup (g_object_get_data (G_OBJECT (old), "serial")) : NULL;

  set_news (self, NULL, FALSE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->other), TRUE);
  if (!fill_list (self, devices, unusable, serial) && (serial || !has_typed))
    choose_first (self);
  update (self);
  if (!had_focus)
    return;
  if (is_other_chosen (self))
    gtk_widget_grab_focus (GTK_WIDGET (self->serial));
  else
    gtk_widget_grab_focus (get_chosen (self));
}

/**
 * amfa_device_chooser_say:
 * @error: why there is no list, or none with a device that works
 */
void
amfa_device_chooser_say (AmfaDeviceChooser *self, const GError *error)
{
  g_return_if_fail (AMFA_IS_DEVICE_CHOOSER (self) && error != NULL);

  g_autofree char *sentence =
      g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NOT_ALLOWED)
          ? g_strdup (_ ("AWS does not allow this user to list MFA devices."))
          : amfa_message_for_error (error);

  set_news (self, sentence, FALSE);
}

/* Returns: (transfer full) (nullable): the serial number chosen. */
char *
amfa_device_chooser_dup_serial (AmfaDeviceChooser *self)
{
  g_return_val_if_fail (AMFA_IS_DEVICE_CHOOSER (self), NULL);

  GtkWidget *chosen = get_chosen (self);

  if (chosen)
    return g_strdup (g_object_get_data (G_OBJECT (chosen), "serial"));
  return self->complete ? dup_typed (self) : NULL;
}
