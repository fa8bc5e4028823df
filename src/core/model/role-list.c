#define G_LOG_DOMAIN "amfa-role-list"

#include "role-list.h"

#include "profile.h"

static const AmfaRole *
get_last (const AmfaRoleChain *chain)
{
  return g_ptr_array_index (chain->roles, chain->roles->len - 1);
}

static gboolean
leads_to (const AmfaRoleChain *chain, const char *source, const char *arn)
{
  return g_strcmp0 (chain->source, source) == 0 && g_str_equal (get_last (chain)->arn, arn);
}

/* Returns: (transfer full) (nullable): the way to the role that @profile stands for */
static AmfaRoleChain *
resolve (const char *profile, AmfaIniDocument *credentials, AmfaIniDocument *config)
{
  g_autoptr (AmfaRoleChain) chain = amfa_role_chain_resolve (profile, credentials, config, NULL);

  return chain && chain->roles->len > 0 ? g_steal_pointer (&chain) : NULL;
}

/**
 * amfa_role_list_read:
 * @credentials: the credentials file
 * @config: the config file
 *
 * Returns: (transfer full) (element-type AmfaRoleChain): the ways to roles, in the files' order;
 *   profiles that describe their role wrongly are left out
 */
GPtrArray *
amfa_role_list_read (AmfaIniDocument *credentials, AmfaIniDocument *config)
{
  g_return_val_if_fail (credentials != NULL && config != NULL, NULL);

  g_auto (GStrv) names = amfa_profile_list_names (credentials, config);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_role_chain_free);

  for (gsize i = 0; names[i]; i++)
    {
      AmfaRoleChain *chain = resolve (names[i], credentials, config);

      if (chain)
        g_ptr_array_add (list, chain);
    }
  return list;
}

/**
 * amfa_role_list_find:
 * @list: from amfa_role_list_read()
 * @source: (nullable): the profile whose user begins the way; %NULL for the environment's
 * @arn: a role
 *
 * Returns: (transfer none) (nullable): the shortest way to it, of equal ones the first
 */
AmfaRoleChain *
amfa_role_list_find (GPtrArray *list, const char *source, const char *arn)
{
  g_return_val_if_fail (list != NULL && arn != NULL, NULL);

  AmfaRoleChain *best = NULL;

  for (guint i = 0; i < list->len; i++)
    {
      AmfaRoleChain *chain = g_ptr_array_index (list, i);

      if (leads_to (chain, source, arn) && (!best || chain->roles->len < best->roles->len))
        best = chain;
    }
  return best;
}

static gboolean
is_role (gconstpointer role, gconstpointer arn)
{
  return g_str_equal (((const AmfaRole *) role)->arn, arn);
}

/**
 * amfa_role_list_add_role:
 * @roles: (element-type AmfaRole): gets @arn, unless it has it
 * @profile: (nullable): the profile that describes it
 */
void
amfa_role_list_add_role (GPtrArray *roles, const char *arn, const char *profile)
{
  g_return_if_fail (roles != NULL && arn != NULL);

  AmfaRole *role;

  if (g_ptr_array_find_with_equal_func (roles, arn, is_role, NULL))
    return;
  role = amfa_role_new (arn);
  role->profile = g_strdup (profile);
  g_ptr_array_add (roles, role);
}

/**
 * amfa_role_list_get_roles:
 * @list: from amfa_role_list_read()
 * @source: a profile
 * @held: (nullable): the role whose session the profile has, described or not
 *
 * Returns: (transfer full) (element-type AmfaRole): the roles that the profile's user can be asked
 *   to assume, each once, with its ARN and the profile that describes it
 */
GPtrArray *
amfa_role_list_get_roles (GPtrArray *list, const char *source, const char *held)
{
  g_return_val_if_fail (list != NULL && source != NULL, NULL);

  GPtrArray *roles = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_role_free);

  for (guint i = 0; i < list->len; i++)
    {
      const AmfaRoleChain *chain = g_ptr_array_index (list, i);

      if (g_strcmp0 (chain->source, source) == 0)
        amfa_role_list_add_role (roles, get_last (chain)->arn, get_last (chain)->profile);
    }
  if (held)
    amfa_role_list_add_role (roles, held, NULL);
  return roles;
}
