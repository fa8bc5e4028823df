#pragma once

#include "backend.h"
#include "core/model/mfa.h"
#include "core/model/role-plan.h"
#include "login-knowledge.h"
#include "session-loan.h"
#include "transaction.h"

G_BEGIN_DECLS

#define AMFA_TYPE_LOGIN (amfa_login_get_type ())

/**
 * AmfaLogin:
 *
 * One login into one profile, from the first look to the session in the file. `prepare` finds out
 * what can be known without a prompt; `start` needs the code; `retry` repeats the local half of a
 * login that AWS has granted already. One of them at a time; `list_devices` may go on beside them.
 */
G_DECLARE_FINAL_TYPE (AmfaLogin, amfa_login, AMFA, LOGIN, GObject)

typedef struct
{
  gint64 expires;      /* by our clock, Unix seconds */
  gint64 clock_offset; /* server clock minus ours */
  AmfaLoginWarnings warnings;
} AmfaLoginResult;

AmfaLogin *amfa_login_new (AmfaBackend *backend,
                           const char *profile,
                           const AmfaProfileOptions *options);
const char *amfa_login_get_profile (AmfaLogin *self);

void amfa_login_prepare_async (AmfaLogin *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean amfa_login_prepare_finish (AmfaLogin *self, GAsyncResult *result, GError **error);
const AmfaLoginPlan *amfa_login_get_plan (AmfaLogin *self);

GPtrArray *amfa_login_get_devices (AmfaLogin *self);
GPtrArray *amfa_login_get_unusable_devices (AmfaLogin *self);
void amfa_login_list_devices_async (AmfaLogin *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean amfa_login_list_devices_finish (AmfaLogin *self, GAsyncResult *result, GError **error);

void amfa_login_set_serial (AmfaLogin *self, const char *serial);
void amfa_login_set_duration (AmfaLogin *self, guint seconds);
void amfa_login_set_base (AmfaLogin *self, AmfaCredentials *base);
void amfa_login_accept_account (AmfaLogin *self, const char *account);
void amfa_login_set_target (AmfaLogin *self, AmfaLoginTarget target);
void amfa_login_set_roles (AmfaLogin *self, AmfaRolePlan *roles);
void amfa_login_set_identity (AmfaLogin *self, const char *role);
void amfa_login_preconnect (AmfaLogin *self);

void amfa_login_start_async (AmfaLogin *self,
                             const char *code,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean amfa_login_start_finish (AmfaLogin *self,
                                  GAsyncResult *result,
                                  AmfaLoginResult *outcome,
                                  GError **error);

const AmfaLoan *amfa_login_get_loan (AmfaLogin *self);

gboolean amfa_login_can_retry (AmfaLogin *self);
gboolean amfa_login_was_role_refused (AmfaLogin *self);
void amfa_login_retry_async (AmfaLogin *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

G_END_DECLS
