#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void amfa_menu_text_set (GtkMenuItem *item, const char *text);

G_END_DECLS
