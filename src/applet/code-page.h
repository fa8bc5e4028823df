#pragma once

#include <gtk/gtk.h>

#include "core/operations/login.h"

G_BEGIN_DECLS

/**
 * AmfaCodePage:
 *
 * The home page of the code dialog: whose session it is, with which key and device, the code, and
 * for how long. Property "complete" (gboolean, read only): a whole code is there, or none is
 * needed. Signals: "code-changed" (); "code-activated" (): Enter; "code-refused" (): something was
 * typed that is no part of a code; "fetch-failed" (GError *error): the profile's command gave none;
 * "duration-changed" (guint seconds), "identity-changed" (const char *role: an ARN or
 * %AMFA_ROLE_NONE): the user chose; "change-device" (): the user wants to.
 */
#define AMFA_TYPE_CODE_PAGE (amfa_code_page_get_type ())
G_DECLARE_FINAL_TYPE (AmfaCodePage, amfa_code_page, AMFA, CODE_PAGE, GtkBox)

void amfa_code_page_set_plan (AmfaCodePage *self, const AmfaLoginPlan *plan, const char *profile);
void amfa_code_page_set_refused (AmfaCodePage *self, gboolean refused);
void amfa_code_page_set_duration (AmfaCodePage *self, guint seconds);
void amfa_code_page_set_locked (AmfaCodePage *self, gboolean code, gboolean device);
void amfa_code_page_fetch (AmfaCodePage *self);
gboolean amfa_code_page_stop_fetching (AmfaCodePage *self);
const char *amfa_code_page_get_code (AmfaCodePage *self);
gboolean amfa_code_page_needs_no_code (AmfaCodePage *self);
const char *amfa_code_page_get_role (AmfaCodePage *self);
GtkSizeGroup *amfa_code_page_get_labels (AmfaCodePage *self);
GtkWidget *amfa_code_page_get_entry (AmfaCodePage *self);
void amfa_code_page_ask_again (AmfaCodePage *self);

G_END_DECLS
