#define G_LOG_DOMAIN "amfa-profile-combo"

#include "profile-combo.h"

#include "combo-choices.h"
#include "messages/formats.h"

struct _AmfaProfileCombo
{
  GtkComboBoxText parent_instance;

  GStrv offered; /* ids and labels by turns; nullable */
};

G_DEFINE_FINAL_TYPE (AmfaProfileCombo, amfa_profile_combo, GTK_TYPE_COMBO_BOX_TEXT)

static void
amfa_profile_combo_constructed (GObject *object)
{
  G_OBJECT_CLASS (amfa_profile_combo_parent_class)->constructed (object);
  amfa_combo_choices_set_up (GTK_COMBO_BOX (object));
}

static void
amfa_profile_combo_finalize (GObject *object)
{
  g_strfreev (AMFA_PROFILE_COMBO (object)->offered);
  G_OBJECT_CLASS (amfa_profile_combo_parent_class)->finalize (object);
}

static void
amfa_profile_combo_class_init (AmfaProfileComboClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = amfa_profile_combo_constructed;
  G_OBJECT_CLASS (klass)->finalize = amfa_profile_combo_finalize;
}

static void
amfa_profile_combo_init (AmfaProfileCombo *self)
{
}

static void
add (GStrvBuilder *builder, const char *profile)
{
  g_autofree char *shown = amfa_format_name (profile);

  g_strv_builder_add_many (builder, profile, shown, NULL);
}

/* Returns: (transfer full): ids and labels by turns: @profiles, and @chosen in front if it is none
 * of them */
static GStrv
list_profiles (const char *const *profiles, const char *chosen)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!g_strv_contains (profiles, chosen))
    add (builder, chosen);
  for (gsize i = 0; profiles[i]; i++)
    add (builder, profiles[i]);
  return g_strv_builder_end (builder);
}

/**
 * amfa_profile_combo_set_profiles:
 * @profiles: in their order
 * @chosen: one of them, or another one that is offered, too
 *
 * Returns: whether there is anything to choose
 */
gboolean
amfa_profile_combo_set_profiles (AmfaProfileCombo *self,
                                 const char *const *profiles,
                                 const char *chosen)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_COMBO (self) && profiles != NULL && chosen != NULL, FALSE);

  amfa_combo_choices_offer (GTK_COMBO_BOX_TEXT (self), &self->offered,
                            list_profiles (profiles, chosen));
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (self), chosen);
  return g_strv_length (self->offered) > 2;
}

/* Returns: (transfer none) (nullable) */
const char *
amfa_profile_combo_get_profile (AmfaProfileCombo *self)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_COMBO (self), NULL);

  return gtk_combo_box_get_active_id (GTK_COMBO_BOX (self));
}
