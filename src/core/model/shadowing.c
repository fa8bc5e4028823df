#define G_LOG_DOMAIN "amfa-shadowing"

#include "shadowing.h"

/* Keys in the environment come first with every SDK. A secret or a token without an id is looked at
 * by none. */
static const char *const ids[] = { "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY" };
static const char *const others[] = {
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SECRET_KEY", /* this and AWS_ACCESS_KEY: SDKs for Go and Java */
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
};

/* A web identity comes before the credentials file with every SDK; its role is useless without. */
#define WEB_IDENTITY "AWS_WEB_IDENTITY_TOKEN_FILE"
#define WEB_IDENTITY_ROLE "AWS_ROLE_ARN"

/* The AWS CLI looks at the first one first, boto3 at the second one. */
static const char *const profiles[] = { "AWS_PROFILE", "AWS_DEFAULT_PROFILE" };

static const char *
get (const char *const *envp, const char *name)
{
  const char *value = g_environ_getenv ((char **) envp, name);

  return value && *value ? value : NULL;
}

static gboolean
add_if_set (GStrvBuilder *names, const char *const *envp, const char *name)
{
  gboolean is_set = get (envp, name) != NULL;

  if (is_set)
    g_strv_builder_add (names, name);
  return is_set;
}

/**
 * amfa_shadowing_list_keys:
 * @envp: an environment
 *
 * Returns: (transfer full): the variables that give AWS tools other credentials than those of any
 *   profile; unset, they no longer do
 */
GStrv
amfa_shadowing_list_keys (const char *const *envp)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gboolean has_id = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    has_id |= add_if_set (names, envp, ids[i]);
  for (gsize i = 0; has_id && i < G_N_ELEMENTS (others); i++)
    add_if_set (names, envp, others[i]);
  if (add_if_set (names, envp, WEB_IDENTITY))
    add_if_set (names, envp, WEB_IDENTITY_ROLE);
  return g_strv_builder_end (names);
}

/**
 * amfa_shadowing_list_profiles:
 * @envp: an environment
 * @profile: the profile that tools are meant to use
 *
 * Returns: (transfer full): the variables that name another profile
 */
GStrv
amfa_shadowing_list_profiles (const char *const *envp, const char *profile)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      const char *value = get (envp, profiles[i]);

      if (value && !g_str_equal (value, profile))
        g_strv_builder_add (names, profiles[i]);
    }
  return g_strv_builder_end (names);
}
