#define G_LOG_DOMAIN "amfa-profile-combo"

#include "profile-combo.h"

#define MOST_CHARS 32

struct _AmfaProfileCombo
{
  GtkComboBoxText parent_instance;

  GStrv offered; /* nullable */
};

G_DEFINE_FINAL_TYPE (AmfaProfileCombo, amfa_profile_combo, GTK_TYPE_COMBO_BOX_TEXT)

static void
amfa_profile_combo_constructed (GObject *object)
{
  G_OBJECT_CLASS (amfa_profile_combo_parent_class)->constructed (object);

  g_autoptr (GList) cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (object));

  for (GList *l = cells; l; l = l->next)
    g_object_set (l->data, "ellipsize", PANGO_ELLIPSIZE_MIDDLE, "max-width-chars", MOST_CHARS,
                  NULL);
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
  /* It is empty for a moment when the list is another, and must keep the focus. */
  gtk_combo_box_set_button_sensitivity (GTK_COMBO_BOX (self), GTK_SENSITIVITY_ON);
}

/* Returns: (transfer full): @profiles, and @chosen in front if it is none of them */
static GStrv
complete (const char *const *profiles, const char *chosen)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!g_strv_contains (profiles, chosen))
    g_strv_builder_add (builder, chosen);
  g_strv_builder_addv (builder, (const char **) profiles);
  return g_strv_builder_end (builder);
}

/**
 * amfa_profile_combo_set_profiles:
 * @profiles: in their order
 * @chosen: one of them, or another one that is offered, too
 *
 * Nobody who looks through the list is disturbed while it stays the same.
 *
 * Returns: whether there is anything to choose
 */
gboolean
amfa_profile_combo_set_profiles (AmfaProfileCombo *self,
                                 const char *const *profiles,
                                 const char *chosen)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_COMBO (self) && profiles != NULL && chosen != NULL, FALSE);

  GtkComboBoxText *combo = GTK_COMBO_BOX_TEXT (self);
  g_auto (GStrv) offered = complete (profiles, chosen);

  if (!self->offered ||
      !g_strv_equal ((const char *const *) self->offered, (const char *const *) offered))
    {
      gtk_combo_box_text_remove_all (combo);
      for (gsize i = 0; offered[i]; i++)
        gtk_combo_box_text_append (combo, offered[i], offered[i]);
      g_strfreev (self->offered);
      self->offered = g_steal_pointer (&offered);
    }
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (self), chosen);
  return g_strv_length (self->offered) > 1;
}

/* Returns: (transfer none) (nullable) */
const char *
amfa_profile_combo_get_profile (AmfaProfileCombo *self)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_COMBO (self), NULL);

  return gtk_combo_box_get_active_id (GTK_COMBO_BOX (self));
}
