#define G_LOG_DOMAIN "amfa-shadow-warning"

#include "shadow-warning.h"

#include "core/model/shadowing.h"

#include <glib/gi18n.h>

/* Without the variables tools use "default"; for any other profile they have to be told. */
static char *
compose_remedy (char **keys, char **profiles, const char *profile)
{
  gboolean is_default = g_str_equal (profile, "default");
  g_autofree char *quoted = g_shell_quote (profile);
  g_autofree char *unset = g_strjoinv (" ", keys);
  GString *remedy = g_string_new (NULL);

  if (*keys || (is_default && *profiles))
    g_string_append_printf (remedy, "unset%s%s", *keys ? " " : "", unset);
  for (gsize i = 0; profiles[i] && is_default; i++)
    g_string_append_printf (remedy, " %s", profiles[i]);
  for (gsize i = 0; profiles[i] && !is_default; i++)
    g_string_append_printf (remedy, "%sexport %s=%s", remedy->len > 0 ? "; " : "", profiles[i],
                            quoted);
  return g_string_free (remedy, FALSE);
}

/**
 * amfa_shadow_warning_say:
 *
 * Names the variables that other tools in this environment look at before the credentials file, and
 * a line to copy that puts an end to it.
 */
void
amfa_shadow_warning_say (const AmfaCommand *command)
{
  g_autoptr (AmfaVariables) variables = amfa_variables_new (command->envp);
  g_auto (GStrv) keys = amfa_shadowing_list_credentials (variables);
  g_auto (GStrv) profiles = amfa_shadowing_list_profiles (variables, command->profile);
  g_autofree char *key_names = g_strjoinv (", ", keys);
  g_autofree char *profile_names = g_strjoinv (", ", profiles);
  g_autofree char *remedy = NULL;

  if (!keys[0] && !profiles[0])
    return;
  if (keys[0])
    amfa_command_tell (command,
                       _ ("Other tools in this shell will not use the session: they look at %s "
                          "first."),
                       key_names);
  if (profiles[0])
    amfa_command_tell (
        command, _ ("Other tools in this shell will use another profile than %s: %s says so."),
        command->profile, profile_names);
  remedy = compose_remedy (keys, profiles, command->profile);
  /* Translators: followed by a command for the shell. */
  amfa_command_tell (command, _ ("To change that: %s"), remedy);
}
