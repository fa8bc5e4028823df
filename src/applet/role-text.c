#define G_LOG_DOMAIN "amfa-role-text"

#include "role-text.h"

#include "core/model/mfa.h"
#include "messages/formats.h"

#include <glib/gi18n.h>

/**
 * amfa_role_text_user:
 * @arn: (nullable): of a profile's user
 *
 * Returns: (transfer full): "alice"
 */
char *
amfa_role_text_user (const char *arn)
{
  g_autofree char *name = arn ? amfa_arn_get_name (arn) : NULL;

  if (name && *name)
    return g_steal_pointer (&name);
  /* Translators: the identity of a profile, where it is none of the roles. */
  return g_strdup (_ ("The user, without a role"));
}

/**
 * amfa_role_text_role:
 * @role: a role
 *
 * Returns: (transfer full): "Admin · prod" after the profile that describes it, else with its
 *   account
 */
char *
amfa_role_text_role (const AmfaRole *role)
{
  g_autofree char *name = amfa_role_arn_get_name (role->arn);
  g_autofree char *account = amfa_arn_get_account (role->arn);
  g_autofree char *place = role->profile ? amfa_format_name (role->profile) : g_strdup (account);

  return g_strdup_printf ("%s · %s", name, place);
}
