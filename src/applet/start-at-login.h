#pragma once

#include "notifier.h"

G_BEGIN_DECLS

/**
 * AmfaStartAtLogin:
 *
 * The action "start-at-login": its state is whether the desktop starts the applet at log-in.
 */
#define AMFA_TYPE_START_AT_LOGIN (amfa_start_at_login_get_type ())
G_DECLARE_FINAL_TYPE (AmfaStartAtLogin, amfa_start_at_login, AMFA, START_AT_LOGIN, GObject)

AmfaStartAtLogin *amfa_start_at_login_new (const char *path,
                                           const char *program,
                                           AmfaNotifier *notifier);
GAction *amfa_start_at_login_get_action (AmfaStartAtLogin *self);

G_END_DECLS
