#pragma once

#include "core/operations/login.h"

G_BEGIN_DECLS

/**
 * AmfaLoginDriver:
 *
 * Runs the steps of one #AmfaLogin for a window: one at a time, each can be cancelled, and a code
 * that comes while the login still looks around waits for it. Signals:
 * "changed" (): what goes on is another;
 * "prepared" (GError *error): looked around, %NULL if well; a waiting code is sent next unless a
 * handler calls amfa_login_driver_cancel();
 * "granted" (gint64 expires, guint warnings, gint64 clock_offset): the session is there;
 * "failed" (GError *error): it is not; %NULL if cancelled.
 */
#define AMFA_TYPE_LOGIN_DRIVER (amfa_login_driver_get_type ())
G_DECLARE_FINAL_TYPE (AmfaLoginDriver, amfa_login_driver, AMFA, LOGIN_DRIVER, GObject)

AmfaLoginDriver *amfa_login_driver_new (AmfaLogin *login);
void amfa_login_driver_prepare (AmfaLoginDriver *self);
void amfa_login_driver_send (AmfaLoginDriver *self, const char *code);
void amfa_login_driver_retry (AmfaLoginDriver *self);
gboolean amfa_login_driver_cancel (AmfaLoginDriver *self);
void amfa_login_driver_stop (AmfaLoginDriver *self);
gboolean amfa_login_driver_is_preparing (AmfaLoginDriver *self);
gboolean amfa_login_driver_is_sending (AmfaLoginDriver *self);

G_END_DECLS
