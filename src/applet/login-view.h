#pragma once

#include "login-pages.h"

G_BEGIN_DECLS

/**
 * AmfaLoginView:
 *
 * What the code dialog says and asks: the pages of one login, the errors, and what drives it.
 * Signals:
 * "changed" (): another page, or something else goes on;
 * "question" (): the bar asks something that is not to be answered by accident;
 * "switch-role" (const char *role: an ARN or %AMFA_ROLE_NONE): that identity is wanted, which takes
 * no code;
 * "granted" (gint64 expires, guint warnings, gint64 clock_offset), the fields of #AmfaLoginResult:
 * the session is there;
 * "failed" (gboolean is_granted): it is not, and the view has said why, or it was cancelled;
 * @is_granted: AWS did its part, and it can be tried again without a code.
 */
#define AMFA_TYPE_LOGIN_VIEW (amfa_login_view_get_type ())
G_DECLARE_FINAL_TYPE (AmfaLoginView, amfa_login_view, AMFA, LOGIN_VIEW, GtkBox)

void amfa_login_view_begin (AmfaLoginView *self, AmfaLogin *login, AmfaSettings *settings);
void amfa_login_view_look_again (AmfaLoginView *self);
void amfa_login_view_set_identity (AmfaLoginView *self, const char *role);
void amfa_login_view_explain (AmfaLoginView *self, const GError *refusal);

AmfaLoginPages *amfa_login_view_get_pages (AmfaLoginView *self);
gboolean amfa_login_view_is_sending (AmfaLoginView *self);

void amfa_login_view_accept (AmfaLoginView *self);
gboolean amfa_login_view_step_back (AmfaLoginView *self);
gboolean amfa_login_view_give_up (AmfaLoginView *self);

G_END_DECLS
