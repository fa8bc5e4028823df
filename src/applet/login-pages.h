#pragma once

#include "code-page.h"
#include "core/io/settings.h"

G_BEGIN_DECLS

/**
 * AmfaLoginPages:
 *
 * What a login asks a person for, a page each: the code, which is home; a device; an access key.
 * Property "complete" (gboolean, read only): the page that is seen has all it needs.
 */
#define AMFA_TYPE_LOGIN_PAGES (amfa_login_pages_get_type ())
G_DECLARE_FINAL_TYPE (AmfaLoginPages, amfa_login_pages, AMFA, LOGIN_PAGES, GtkStack)

typedef enum
{
  AMFA_LOGIN_PAGE_CODE,
  AMFA_LOGIN_PAGE_DEVICE,
  AMFA_LOGIN_PAGE_KEYS,
} AmfaLoginPage;

void amfa_login_pages_begin (AmfaLoginPages *self, AmfaLogin *login, AmfaSettings *settings);
AmfaCodePage *amfa_login_pages_get_code_page (AmfaLoginPages *self);
AmfaLoginPage amfa_login_pages_get_page (AmfaLoginPages *self);
gboolean amfa_login_pages_is_complete (AmfaLoginPages *self);
gboolean amfa_login_pages_can_go_back (AmfaLoginPages *self);

void amfa_login_pages_update (AmfaLoginPages *self);
void amfa_login_pages_show_code (AmfaLoginPages *self);
void amfa_login_pages_show_devices (AmfaLoginPages *self);
void amfa_login_pages_show_keys (AmfaLoginPages *self, const char *key_id);
gboolean amfa_login_pages_show_missing (AmfaLoginPages *self);

void amfa_login_pages_use_device (AmfaLoginPages *self);
void amfa_login_pages_use_keys (AmfaLoginPages *self);
void amfa_login_pages_remember (AmfaLoginPages *self);

G_END_DECLS
