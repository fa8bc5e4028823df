#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A button that shows a spinner in place of its label while what it began goes on. */
#define AMFA_TYPE_BUSY_BUTTON (amfa_busy_button_get_type ())
G_DECLARE_FINAL_TYPE (AmfaBusyButton, amfa_busy_button, AMFA, BUSY_BUTTON, GtkButton)

void amfa_busy_button_set_text (AmfaBusyButton *self, const char *mnemonic);
void amfa_busy_button_set_busy (AmfaBusyButton *self, gboolean busy);

G_END_DECLS
