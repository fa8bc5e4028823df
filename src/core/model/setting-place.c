#define G_LOG_DOMAIN "amfa-setting-place"

#include "setting-place.h"

/**
 * amfa_place_find:
 * @key: a setting of the profile
 * @place: (out): where it stands; all empty if it is not set
 *
 * The profile's section of the credentials file beats that of the config file (botocore,
 * session.py: full_config).
 *
 * Returns: whether it is set
 */
gboolean
amfa_place_find (const AmfaSettingScope *scope, const char *key, AmfaPlace *place)
{
  const AmfaEnvironment *environment = scope->environment;

  *place = (AmfaPlace){ scope->credentials, scope->profile, environment->credentials_path };
  if (scope->credentials)
    place->line = amfa_ini_document_get_line (scope->credentials, scope->profile, key);
  if (place->line > 0)
    return TRUE;

  *place = (AmfaPlace){ scope->config, scope->config_section, environment->config_path };
  if (scope->config && scope->config_section)
    place->line = amfa_ini_document_get_line (scope->config, scope->config_section, key);
  if (place->line > 0)
    return TRUE;

  *place = (AmfaPlace){ NULL };
  return FALSE;
}
