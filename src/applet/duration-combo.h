#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Chooses how long a session shall be valid. Signal "changed" comes from GtkComboBox. */
#define AMFA_TYPE_DURATION_COMBO (amfa_duration_combo_get_type ())
G_DECLARE_FINAL_TYPE (AmfaDurationCombo, amfa_duration_combo, AMFA, DURATION_COMBO, GtkComboBoxText)

void amfa_duration_combo_set_longest (AmfaDurationCombo *self, guint seconds);
void amfa_duration_combo_set_seconds (AmfaDurationCombo *self, guint seconds);
guint amfa_duration_combo_get_seconds (AmfaDurationCombo *self);

G_END_DECLS
