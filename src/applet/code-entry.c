#define G_LOG_DOMAIN "amfa-code-entry"

#include "code-entry.h"

#include "core/model/mfa.h"
#include "core/model/secret.h"

#include <string.h>

/* A code with every forgiven blank is far shorter; more is somebody's clipboard by mistake. */
#define LONGEST_INPUT 64

struct _AmfaCodeEntry
{
  GtkEntry parent_instance;

  gboolean complete;
};

enum
{
  PROP_0,
  PROP_COMPLETE,
};

enum
{
  SIGNAL_REFUSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void amfa_code_entry_editable_init (GtkEditableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AmfaCodeEntry,
                               amfa_code_entry,
                               GTK_TYPE_ENTRY,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_EDITABLE,
                                                      amfa_code_entry_editable_init))

/* The digits of @text, or NULL if it cannot be a part of a code. */
static char *
parse_input (const char *text, gsize length)
{
  amfa_autowipe char *input = NULL;
  amfa_autowipe char *digits = NULL;

  if (length > LONGEST_INPUT)
    return NULL;

  input = g_strndup (text, length);
  digits = amfa_code_normalize (input);
  if (!digits || digits[strspn (digits, "0123456789")] || strlen (digits) > AMFA_CODE_LENGTH)
    return NULL;

  return g_steal_pointer (&digits);
}

/* Every way in ends here: keys, input methods, the clipboard, drops, assistive technology. */
static void
amfa_code_entry_insert_text (GtkEditable *editable, const char *text, int length, int *position)
{
  GtkEditableInterface *parent =
      g_type_interface_peek (amfa_code_entry_parent_class, GTK_TYPE_EDITABLE);
  amfa_autowipe char *digits = parse_input (text, length < 0 ? strlen (text) : (gsize) length);
  guint held = gtk_entry_get_text_length (GTK_ENTRY (editable));

  /* A whole code takes the place of what is there: nobody wants half of the old one before it. */
  if (digits && held > 0 && strlen (digits) == AMFA_CODE_LENGTH)
    {
      gtk_editable_delete_text (editable, 0, -1);
      *position = 0;
      held = 0;
    }

  /* Cutting would make a wrong code that looks like one. */
  if (!digits || held + strlen (digits) > AMFA_CODE_LENGTH)
    {
      gtk_widget_error_bell (GTK_WIDGET (editable));
      g_signal_emit (editable, signals[SIGNAL_REFUSED], 0);
      return;
    }

  parent->insert_text (editable, digits, (int) strlen (digits), position);
}

static void
on_changed (AmfaCodeEntry *self)
{
  gboolean complete = gtk_entry_get_text_length (GTK_ENTRY (self)) == AMFA_CODE_LENGTH;

  if (complete == self->complete)
    return;

  self->complete = complete;
  g_object_notify (G_OBJECT (self), "complete");
}

static void
amfa_code_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AmfaCodeEntry *self = AMFA_CODE_ENTRY (object);

  if (id == PROP_COMPLETE)
    g_value_set_boolean (value, self->complete);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
amfa_code_entry_editable_init (GtkEditableInterface *iface)
{
  iface->insert_text = amfa_code_entry_insert_text;
}

static void
amfa_code_entry_class_init (AmfaCodeEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = amfa_code_entry_get_property;

  g_object_class_install_property (
      object_class, PROP_COMPLETE,
      g_param_spec_boolean ("complete", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));

  signals[SIGNAL_REFUSED] = g_signal_new ("refused", AMFA_TYPE_CODE_ENTRY, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/* Shows 123456 as 123 456 while the text stays plain. Pango puts half of a letter's spacing on
 * either side of it, so two neighbours' mean is the gap between them: with NEAR between the digits
 * of a group and FAR between the groups, the digits need FAR, 2 NEAR - FAR, FAR and its mirror. */
static PangoAttrList *
new_grouping (void)
{
  const int near = 3 * PANGO_SCALE;
  const int far = 12 * PANGO_SCALE;
  const int spacings[AMFA_CODE_LENGTH] = { far, 2 * near - far, far, far, 2 * near - far, far };
  PangoAttrList *list = pango_attr_list_new ();

  for (guint i = 0; i < AMFA_CODE_LENGTH; i++)
    {
      PangoAttribute *spacing = pango_attr_letter_spacing_new (spacings[i]);

      spacing->start_index = i;
      spacing->end_index = i + 1;
      pango_attr_list_insert (list, spacing);
    }

  return list;
}

static void
amfa_code_entry_init (AmfaCodeEntry *self)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  g_autoptr (PangoAttrList) grouping = new_grouping ();

  gtk_css_provider_load_from_resource (provider, "/com/example/AwsMfa/code-entry.css");
  gtk_style_context_add_provider (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                  GTK_STYLE_PROVIDER (provider),
                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);

  gtk_entry_set_attributes (GTK_ENTRY (self), grouping);
  gtk_entry_set_alignment (GTK_ENTRY (self), 0.5);
  gtk_entry_set_width_chars (GTK_ENTRY (self), AMFA_CODE_LENGTH + 4);
  gtk_entry_set_input_purpose (GTK_ENTRY (self), GTK_INPUT_PURPOSE_DIGITS);
  gtk_entry_set_input_hints (GTK_ENTRY (self),
                             GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_NO_EMOJI);

  g_signal_connect (self, "changed", G_CALLBACK (on_changed), NULL);
}

gboolean
amfa_code_entry_is_complete (AmfaCodeEntry *self)
{
  g_return_val_if_fail (AMFA_IS_CODE_ENTRY (self), FALSE);

  return self->complete;
}
