#pragma once

#include <gtk/gtk.h>

#include "login-advice.h"

G_BEGIN_DECLS

/**
 * AmfaErrorBar:
 *
 * One sentence about what went wrong, with at most one deed beside it. The sentence can be selected
 * and reached by keyboard; it is announced to assistive technology when the bar appears. Signal
 * "acted" (guint advice): the user follows this #AmfaAdvice.
 */
#define AMFA_TYPE_ERROR_BAR (amfa_error_bar_get_type ())
G_DECLARE_FINAL_TYPE (AmfaErrorBar, amfa_error_bar, AMFA, ERROR_BAR, GtkInfoBar)

void amfa_error_bar_say (AmfaErrorBar *self, const GError *error, AmfaAdvice advice);
void amfa_error_bar_clear (AmfaErrorBar *self);
void amfa_error_bar_focus_action (AmfaErrorBar *self);
void amfa_error_bar_describe (AmfaErrorBar *self, GtkWidget *widget);

G_END_DECLS
