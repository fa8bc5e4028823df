#pragma once

#include <gtk/gtk.h>

#include "core/operations/login.h"

G_BEGIN_DECLS

/* Chooses whose session it shall be: the user's or that of one of the user's roles. Signal
 * "changed" comes from GtkComboBox. */
#define AMFA_TYPE_IDENTITY_COMBO (amfa_identity_combo_get_type ())
G_DECLARE_FINAL_TYPE (AmfaIdentityCombo, amfa_identity_combo, AMFA, IDENTITY_COMBO, GtkComboBoxText)

void amfa_identity_combo_set_plan (AmfaIdentityCombo *self, const AmfaLoginPlan *plan);
const char *amfa_identity_combo_get_role (AmfaIdentityCombo *self);

G_END_DECLS
