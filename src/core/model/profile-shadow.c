#define G_LOG_DOMAIN "amfa-profile-shadow"

#include "profile-shadow.h"

#include "error.h"

/* botocore asks in this order, and the first that has keys wins: the environment, a role, a web
 * identity, SSO, the credentials file, credential_process, keys in the config file (credentials.py,
 * create_credential_resolver()). What comes before the credentials file beats the session that we
 * write there. */

static gboolean
find (const AmfaSettingScope *scope, AmfaShadowKind kind, const char *key, AmfaShadow *shadow)
{
  *shadow = (AmfaShadow){ .kind = kind, .key = key };
  return amfa_place_find (scope, key, &shadow->place);
}

/* There are no keys of its own that a role stands in the way of. */
static gboolean
is_for_role_alone (const AmfaSettingScope *scope)
{
  AmfaPlace place;

  return amfa_place_find (scope, "source_profile", &place) &&
         !amfa_place_find (scope, "aws_access_key_id", &place);
}

/* A profile may be the source of its own role: then the role is assumed with our session. */
static gboolean
is_own_source (const AmfaSettingScope *scope)
{
  g_autofree char *source = NULL;
  AmfaPlace place;

  if (!amfa_place_find (scope, "source_profile", &place))
    return FALSE;
  source = amfa_ini_document_dup_text (place.document, place.section, "source_profile");
  return g_strcmp0 (source, scope->profile) == 0;
}

/**
 * amfa_shadow_list:
 * @shadows: (out caller-allocates): what tools look at before the credentials file
 *
 * An incomplete SSO or web identity counts: it leads tools to an error, and not to the keys.
 *
 * Returns: how many there are, the one that wins first
 */
guint
amfa_shadow_list (const AmfaSettingScope *scope, AmfaShadow shadows[AMFA_SHADOWS_MAX])
{
  g_return_val_if_fail (scope != NULL && shadows != NULL, 0);

  guint n = 0;

  if (find (scope, AMFA_SHADOW_WEB_IDENTITY, "web_identity_token_file", &shadows[n]))
    n++;
  else if (find (scope, AMFA_SHADOW_ROLE, "role_arn", &shadows[n]))
    {
      if (is_own_source (scope))
        shadows[n].kind = AMFA_SHADOW_ROLE_OVER_SESSION;
      else if (is_for_role_alone (scope))
        shadows[n].kind = AMFA_SHADOW_ROLE_ALONE;
      n++;
    }

  if (find (scope, AMFA_SHADOW_SSO, "sso_account_id", &shadows[n]) ||
      find (scope, AMFA_SHADOW_SSO, "sso_role_name", &shadows[n]))
    n++;
  return n;
}

/**
 * amfa_shadow_check:
 * @error: %AMFA_ERROR_SHADOWED
 *
 * Returns: whether AWS tools would use keys in the profile's section of the credentials file
 */
gboolean
amfa_shadow_check (const AmfaSettingScope *scope, GError **error)
{
  AmfaShadow shadows[AMFA_SHADOWS_MAX];
  guint n = amfa_shadow_list (scope, shadows);
  guint i = 0;

  while (i < n && shadows[i].kind == AMFA_SHADOW_ROLE_OVER_SESSION)
    i++;
  if (i == n)
    return TRUE;
  amfa_set_error (error, AMFA_ERROR_SHADOWED,
                  &(AmfaErrorDetails){
                      .subject = scope->profile,
                      .other = shadows[i].key,
                      .quote = shadows[i].place.path,
                      .line = shadows[i].place.line,
                      .reason = shadows[i].kind == AMFA_SHADOW_ROLE_ALONE,
                  });
  return FALSE;
}
