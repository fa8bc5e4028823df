#define G_LOG_DOMAIN "amfa-key-form"

#include "key-form.h"

#include <glib/gi18n.h>
#include <string.h>

struct _AmfaKeyForm
{
  GtkGrid parent_instance;

  GtkEntry *key_id;
  GtkEntry *secret;
  GtkLabel *hint;

  gboolean complete;
};

enum
{
  PROP_0,
  PROP_COMPLETE,
};

G_DEFINE_FINAL_TYPE (AmfaKeyForm, amfa_key_form, GTK_TYPE_GRID)

/* What was copied from a web page or a file brings blanks along. The result points into the entry:
 * no copy of a secret is made to look at it. */
static const char *
peek_stripped (GtkEntry *entry, gsize *length)
{
  const char *text = gtk_entry_get_text (entry);

  while (g_ascii_isspace (*text))
    text++;
  *length = strlen (text);
  while (*length > 0 && g_ascii_isspace (text[*length - 1]))
    (*length)--;

  return text;
}

static gboolean
is_one_word (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (text[i]))
      return FALSE;

  return length > 0;
}

static char *
dup_key_id (AmfaKeyForm *self)
{
  gsize length;
  const char *text = peek_stripped (self->key_id, &length);

  return g_strndup (text, length);
}

static void
on_changed (AmfaKeyForm *self)
{
  g_autofree char *key_id = dup_key_id (self);
  gboolean temporary = amfa_key_id_is_temporary (key_id);
  gboolean complete;
  gsize length;
  const char *secret = peek_stripped (self->secret, &length);

  gtk_label_set_text (
      self->hint, temporary
                      ? _ ("This key is a temporary one. AWS asks for the long-term key of your "
                           "IAM user, whose ID usually begins with AKIA.")
                      : _ ("They are kept in your keyring and never written to a file."));

  complete =
      !temporary && amfa_key_pair_is_possible (key_id, length) && is_one_word (secret, length);
  if (complete == self->complete)
    return;

  self->complete = complete;
  g_object_notify (G_OBJECT (self), "complete");
}

/* GtkEntryBuffer overwrites what it lets go of; this makes it let go. */
static void
forget_secret (AmfaKeyForm *self)
{
  if (self->secret)
    gtk_entry_set_text (self->secret, "");
}

static void
amfa_key_form_unmap (GtkWidget *widget)
{
  forget_secret (AMFA_KEY_FORM (widget));
  GTK_WIDGET_CLASS (amfa_key_form_parent_class)->unmap (widget);
}

static void
amfa_key_form_dispose (GObject *object)
{
  forget_secret (AMFA_KEY_FORM (object));
  G_OBJECT_CLASS (amfa_key_form_parent_class)->dispose (object);
}

static void
amfa_key_form_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AmfaKeyForm *self = AMFA_KEY_FORM (object);

  if (id == PROP_COMPLETE)
    g_value_set_boolean (value, self->complete);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
amfa_key_form_class_init (AmfaKeyFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = amfa_key_form_dispose;
  object_class->get_property = amfa_key_form_get_property;
  widget_class->unmap = amfa_key_form_unmap;

  g_object_class_install_property (
      object_class, PROP_COMPLETE,
      g_param_spec_boolean ("complete", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/AwsMfa/key-form.ui");
  gtk_widget_class_bind_template_child (widget_class, AmfaKeyForm, key_id);
  gtk_widget_class_bind_template_child (widget_class, AmfaKeyForm, secret);
  gtk_widget_class_bind_template_child (widget_class, AmfaKeyForm, hint);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
}

static void
amfa_key_form_init (AmfaKeyForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  on_changed (self);
}

/**
 * amfa_key_form_begin:
 * @self: the form
 * @key_id: (nullable): a key whose secret is wanted
 *
 * Starts afresh and takes the focus.
 */
void
amfa_key_form_begin (AmfaKeyForm *self, const char *key_id)
{
  g_return_if_fail (AMFA_IS_KEY_FORM (self));

  forget_secret (self);
  gtk_entry_set_text (self->key_id, key_id ? key_id : "");
  gtk_widget_grab_focus (GTK_WIDGET (key_id ? self->secret : self->key_id));
}

/**
 * amfa_key_form_take:
 * @self: the form, complete
 *
 * The secret is gone from the form afterwards.
 *
 * Returns: (transfer full): the key
 */
AmfaCredentials *
amfa_key_form_take (AmfaKeyForm *self)
{
  g_autofree char *key_id = NULL;
  g_autoptr (AmfaSecret) secret = NULL;
  const char *text;
  gsize length;

  g_return_val_if_fail (AMFA_IS_KEY_FORM (self) && self->complete, NULL);

  key_id = dup_key_id (self);
  text = peek_stripped (self->secret, &length);
  secret = amfa_secret_new (text, (gssize) length);
  forget_secret (self);

  return amfa_credentials_new (key_id, secret, NULL, 0);
}
