#pragma once

#include "core/operations/login.h"

G_BEGIN_DECLS

/* Takes the place of src/core/operations/login.c when linked into a test: every step waits until
 * the test says how it ends. The functions are about the login made last. */

AmfaLogin *fake_login_get (void);
AmfaLoginPlan *fake_login_get_plan (void);
void fake_login_add_device (const char *serial);
void fake_login_set_can_retry (gboolean can_retry);
void fake_login_set_role_refused (gboolean role_refused);
void fake_login_set_deaf (gboolean is_deaf);

gboolean fake_login_is_preparing (void);
gboolean fake_login_is_sending (void);
gboolean fake_login_is_listing (void);
void fake_login_end_list (GError *error);
void fake_login_end_prepare (GError *error);
void fake_login_end_start (GError *error, const AmfaLoginResult *outcome);

guint fake_login_count_starts (void);
guint fake_login_count_retries (void);
guint fake_login_count_preconnects (void);
const char *fake_login_get_code (void);
const char *fake_login_get_serial (void);
const char *fake_login_get_account (void);
const char *fake_login_get_identity (void);
guint fake_login_get_duration (void);
AmfaCredentials *fake_login_get_base (void);

G_END_DECLS
