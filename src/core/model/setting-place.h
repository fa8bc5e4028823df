#pragma once

#include "environment.h"
#include "ini-document.h"

/* Where a setting of a profile stands. */

G_BEGIN_DECLS

/**
 * AmfaSettingScope:
 * @credentials: (nullable): the credentials file; %NULL if it cannot be read
 * @config: (nullable): the config file; %NULL if it cannot be read
 * @config_section: (nullable): the profile's section there
 */
typedef struct
{
  AmfaIniDocument *credentials;
  AmfaIniDocument *config;
  const char *profile;
  const char *config_section;
  const AmfaEnvironment *environment;
} AmfaSettingScope;

typedef struct
{
  AmfaIniDocument *document;
  const char *section;
  const char *path;
  guint line;
} AmfaPlace;

gboolean amfa_place_find (const AmfaSettingScope *scope, const char *key, AmfaPlace *place);

G_END_DECLS
