#define G_LOG_DOMAIN "amfa-shadowing"

#include "shadowing.h"

/* Keys in the environment come first with every SDK. A secret or a token without an id is looked at
 * by none. */
const char *const amfa_key_variables[8] = {
  "AWS_ACCESS_KEY_ID",         "AWS_ACCESS_KEY", /* this and AWS_SECRET_KEY: SDKs for Go and Java */
  "AWS_SECRET_ACCESS_KEY",     "AWS_SECRET_KEY",
  "AWS_SESSION_TOKEN",         "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION", NULL,
};
#define N_IDS 2

/* A web identity comes before the credentials file with every SDK; its role is useless without. */
#define WEB_IDENTITY_ROLE "AWS_ROLE_ARN"

/* The AWS CLI looks at the first one first, boto3 at the second one. */
const char *const amfa_profile_variables[3] = { "AWS_PROFILE", "AWS_DEFAULT_PROFILE", NULL };

static gboolean
add_if_set (GStrvBuilder *names, const AmfaVariables *variables, const char *name)
{
  gboolean is_set = amfa_variables_is_set (variables, name);

  if (is_set)
    g_strv_builder_add (names, name);
  return is_set;
}

static gboolean
has_id (const AmfaVariables *variables)
{
  for (gsize i = 0; i < N_IDS; i++)
    if (amfa_variables_is_set (variables, amfa_key_variables[i]))
      return TRUE;
  return FALSE;
}

static void
add_keys (GStrvBuilder *names, const AmfaVariables *variables)
{
  for (gsize i = 0; amfa_key_variables[i]; i++)
    add_if_set (names, variables, amfa_key_variables[i]);
}

/**
 * amfa_shadowing_list_keys:
 * @variables: an environment's
 *
 * Returns: (transfer full): those that belong to keys, whether tools look at them or not
 */
GStrv
amfa_shadowing_list_keys (const AmfaVariables *variables)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  add_keys (names, variables);
  return g_strv_builder_end (names);
}

/**
 * amfa_shadowing_list_credentials:
 * @variables: an environment's
 *
 * Returns: (transfer full): those that give AWS tools other credentials than those of any profile;
 *   unset, they no longer do
 */
GStrv
amfa_shadowing_list_credentials (const AmfaVariables *variables)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (has_id (variables))
    add_keys (names, variables);
  if (add_if_set (names, variables, AMFA_WEB_IDENTITY_VARIABLE))
    add_if_set (names, variables, WEB_IDENTITY_ROLE);
  return g_strv_builder_end (names);
}

/**
 * amfa_shadowing_list_profiles:
 * @variables: an environment's
 * @profile: the profile that tools are meant to use
 *
 * Returns: (transfer full): those that name another profile
 */
GStrv
amfa_shadowing_list_profiles (const AmfaVariables *variables, const char *profile)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (gsize i = 0; amfa_profile_variables[i]; i++)
    {
      const char *value = amfa_variables_get (variables, amfa_profile_variables[i]);

      if (value && !g_str_equal (value, profile))
        g_strv_builder_add (names, amfa_profile_variables[i]);
    }
  return g_strv_builder_end (names);
}
