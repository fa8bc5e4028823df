#pragma once

#include <gtk/gtk.h>

#include "core/operations/login.h"

G_BEGIN_DECLS

/**
 * AmfaTokenDialog:
 *
 * Asks for an MFA code and drives one login with it; on the way it asks for whatever else is
 * missing (the access key, the device). The dialog goes right after each of its signals:
 * "granted" (gint64 expires, guint warnings, gint64 clock_offset), the fields of #AmfaLoginResult:
 * the session is there;
 * "switch-role" (const char *role: an ARN or %AMFA_ROLE_NONE): that identity is wanted, which takes
 * no code;
 * "other-profile" (const char *profile): its dialog is wanted instead.
 */
#define AMFA_TYPE_TOKEN_DIALOG (amfa_token_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AmfaTokenDialog, amfa_token_dialog, AMFA, TOKEN_DIALOG, GtkDialog)

AmfaTokenDialog *amfa_token_dialog_new (GtkApplication *application,
                                        AmfaBackend *backend,
                                        const char *profile,
                                        const char *role);
void amfa_token_dialog_set_profiles (AmfaTokenDialog *self, const char *const *profiles);
void amfa_token_dialog_look_again (AmfaTokenDialog *self);
void amfa_token_dialog_set_role (AmfaTokenDialog *self, const char *role);
void amfa_token_dialog_explain (AmfaTokenDialog *self, const GError *refusal);
void amfa_token_dialog_finish (AmfaTokenDialog *self);
gboolean amfa_token_dialog_is_granted (AmfaTokenDialog *self);
const char *amfa_token_dialog_get_profile (AmfaTokenDialog *self);
const AmfaLoginPlan *amfa_token_dialog_get_plan (AmfaTokenDialog *self);

G_END_DECLS
