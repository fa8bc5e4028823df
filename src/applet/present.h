#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void amfa_present_window (GtkWindow *window);
void amfa_keep_on_screen (GtkWindow *window);

G_END_DECLS
