#pragma once

#include "setting-place.h"

/* What in a profile's own settings makes AWS tools pass over the keys in the credentials file. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_SHADOW_ROLE,
  AMFA_SHADOW_ROLE_ALONE, /* assumed with another profile's keys: there are none of its own */
  AMFA_SHADOW_ROLE_OVER_SESSION, /* assumed with the profile's own keys: these are used */
  AMFA_SHADOW_WEB_IDENTITY,
  AMFA_SHADOW_SSO,
} AmfaShadowKind;

typedef struct
{
  AmfaShadowKind kind;
  const char *key;
  AmfaPlace place;
} AmfaShadow;

#define AMFA_SHADOWS_MAX 2

guint amfa_shadow_list (const AmfaSettingScope *scope, AmfaShadow shadows[AMFA_SHADOWS_MAX]);
gboolean amfa_shadow_check (const AmfaSettingScope *scope, GError **error);

G_END_DECLS
