#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * AmfaProfileCombo:
 *
 * The profiles that there are, one of them chosen.
 */
#define AMFA_TYPE_PROFILE_COMBO (amfa_profile_combo_get_type ())
G_DECLARE_FINAL_TYPE (AmfaProfileCombo, amfa_profile_combo, AMFA, PROFILE_COMBO, GtkComboBoxText)

gboolean amfa_profile_combo_set_profiles (AmfaProfileCombo *self,
                                          const char *const *profiles,
                                          const char *chosen);
const char *amfa_profile_combo_get_profile (AmfaProfileCombo *self);

G_END_DECLS
