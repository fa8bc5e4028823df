#define G_LOG_DOMAIN "amfa-duration-combo"

#include "duration-combo.h"

#include "core/model/profile.h"
#include "messages/formats.h"

#include <stdlib.h>

struct _AmfaDurationCombo
{
  GtkComboBoxText parent_instance;

  guint longest;
  guint offered_longest; /* when the list was made */
};

G_DEFINE_FINAL_TYPE (AmfaDurationCombo, amfa_duration_combo, GTK_TYPE_COMBO_BOX_TEXT)

/* Within what GetSessionToken grants an IAM user. */
static const guint offered[] = {
  AMFA_DURATION_MIN, 3600, 4 * 3600, 8 * 3600, 12 * 3600, 24 * 3600, AMFA_DURATION_MAX,
};

static void
append (AmfaDurationCombo *self, guint seconds)
{
  g_autofree char *id = g_strdup_printf ("%u", seconds);
  g_autofree char *text = amfa_format_duration (seconds);

  gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (self), id, text);
}

static void
amfa_duration_combo_class_init (AmfaDurationComboClass *klass)
{
}

static void
amfa_duration_combo_init (AmfaDurationCombo *self)
{
  self->longest = AMFA_DURATION_MAX;
  /* It is empty for a moment when the list is another, and must keep the focus. */
  gtk_combo_box_set_button_sensitivity (GTK_COMBO_BOX (self), GTK_SENSITIVITY_ON);
}

/**
 * amfa_duration_combo_set_longest:
 * @seconds: what is offered at most from now on
 */
void
amfa_duration_combo_set_longest (AmfaDurationCombo *self, guint seconds)
{
  g_return_if_fail (AMFA_IS_DURATION_COMBO (self));

  if (self->longest == seconds)
    return;
  self->longest = seconds;
  amfa_duration_combo_set_seconds (self, amfa_duration_combo_get_seconds (self));
}

/**
 * amfa_duration_combo_set_seconds:
 * @self: the combo
 * @seconds: what to choose; offered among the round ones even if it is none of them
 */
void
amfa_duration_combo_set_seconds (AmfaDurationCombo *self, guint seconds)
{
  g_autofree char *id = NULL;
  gboolean placed = FALSE;

  g_return_if_fail (AMFA_IS_DURATION_COMBO (self));

  seconds = MIN (seconds, self->longest);
  if (seconds == amfa_duration_combo_get_seconds (self) && self->longest == self->offered_longest)
    return;
  self->offered_longest = self->longest;
  id = g_strdup_printf ("%u", seconds);
  gtk_combo_box_text_remove_all (GTK_COMBO_BOX_TEXT (self));
  for (guint i = 0; i < G_N_ELEMENTS (offered) && offered[i] <= self->longest; i++)
    {
      if (!placed && seconds < offered[i])
        append (self, seconds);
      placed = placed || seconds <= offered[i];
      append (self, offered[i]);
    }
  if (!placed)
    append (self, seconds);

  gtk_combo_box_set_active_id (GTK_COMBO_BOX (self), id);
}

guint
amfa_duration_combo_get_seconds (AmfaDurationCombo *self)
{
  const char *id;

  g_return_val_if_fail (AMFA_IS_DURATION_COMBO (self), 0);

  id = gtk_combo_box_get_active_id (GTK_COMBO_BOX (self));
  return id ? (guint) strtoul (id, NULL, 10) : 0;
}
