#define G_LOG_DOMAIN "amfa-menu-text"

#include "menu-text.h"

/**
 * amfa_menu_text_set:
 * @item: an item with mnemonics
 * @text: what it shall say, without any
 *
 * On the bus a label always has mnemonics, and a changed one is not escaped by the library.
 */
void
amfa_menu_text_set (GtkMenuItem *item, const char *text)
{
  g_autoptr (GString) label = g_string_new (text);

  g_string_replace (label, "_", "__", 0);
  if (g_strcmp0 (gtk_menu_item_get_label (item), label->str) != 0)
    gtk_menu_item_set_label (item, label->str);
}
