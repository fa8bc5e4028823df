#define G_LOG_DOMAIN "amfa-combo-choices"

#include "combo-choices.h"

/* Names may be longer than the dialog is wide. */
#define MOST_CHARS 32

/* Once, when @combo is constructed. */
void
amfa_combo_choices_set_up (GtkComboBox *combo)
{
  g_autoptr (GList) cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (combo));

  for (GList *l = cells; l; l = l->next)
    g_object_set (l->data, "ellipsize", PANGO_ELLIPSIZE_MIDDLE, "max-width-chars", MOST_CHARS,
                  NULL);
  /* It is empty for a moment when the list is another, and must keep the focus. */
  gtk_combo_box_set_button_sensitivity (combo, GTK_SENSITIVITY_ON);
}

/**
 * amfa_combo_choices_offer:
 * @offered: (inout): what @combo offers; %NULL before the first time
 * @choices: (transfer full): what it is to offer: ids and labels by turns
 *
 * Nobody who looks through the list is disturbed while it stays the same.
 */
void
amfa_combo_choices_offer (GtkComboBoxText *combo, GStrv *offered, GStrv choices)
{
  g_auto (GStrv) taken = choices;

  if (*offered && g_strv_equal ((const char *const *) *offered, (const char *const *) taken))
    return;
  gtk_combo_box_text_remove_all (combo);
  for (gsize i = 0; taken[i]; i += 2)
    gtk_combo_box_text_append (combo, taken[i], taken[i + 1]);
  g_strfreev (*offered);
  *offered = g_steal_pointer (&taken);
}
