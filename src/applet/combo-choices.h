#pragma once

#include <gtk/gtk.h>

/* What the combos whose list changes while the dialog is open have in common. */

G_BEGIN_DECLS

void amfa_combo_choices_set_up (GtkComboBox *combo);
void amfa_combo_choices_offer (GtkComboBoxText *combo, GStrv *offered, GStrv choices);

G_END_DECLS
