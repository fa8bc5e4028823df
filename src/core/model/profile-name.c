#define G_LOG_DOMAIN "amfa-profile-name"

#include "profile-name.h"

#include <string.h>

#define DEFAULT_PROFILE "default"
#define PREFIX "profile"
#define SERVICES_PREFIX "services"

/* What needs no quotes behind "profile". */
#define PLAIN_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/._-+:@,"

/**
 * amfa_name_is_bounded:
 * @name: what somebody outside calls a profile or a role
 *
 * Returns: whether it is worth a look, for which it is not read to its end
 */
gboolean
amfa_name_is_bounded (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  return strnlen (name, AMFA_NAME_MAX + 1) <= AMFA_NAME_MAX;
}

/**
 * amfa_profile_name_is_possible:
 * @name: what somebody wants to call a profile
 *
 * Returns: whether a section can have that name and every AWS tool finds it: not [DEFAULT], from
 *   which the others inherit (botocore), and nothing that ends a header or is trimmed off it
 */
gboolean
amfa_profile_name_is_possible (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  if (!*name || !amfa_name_is_bounded (name) || g_str_equal (name, "DEFAULT") ||
      !g_utf8_validate (name, -1, NULL) || strpbrk (name, "[]"))
    return FALSE;
  for (const char *at = name; *at; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);
      GUnicodeType type = g_unichar_type (letter);
      gboolean at_edge = at == name || !*g_utf8_next_char (at);

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
          type == G_UNICODE_PARAGRAPH_SEPARATOR || (at_edge && g_unichar_isspace (letter)))
        return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer full): what the config file's section is called when it is new */
char *
amfa_profile_name_to_config (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  if (g_str_equal (name, DEFAULT_PROFILE))
    return g_strdup (name);
  if (name[strspn (name, PLAIN_CHARACTERS)] == '\0')
    return g_strconcat (PREFIX " ", name, NULL);

  g_autofree char *quoted = g_shell_quote (name);

  return g_strconcat (PREFIX " ", quoted, NULL);
}

/* The second of two words, the first of which need only begin like @prefix (botocore,
 * configloader.py, build_profile_map()): AWS tools take [profile-old x] for x, too. */
static char *
dup_second_word (const char *section, const char *prefix)
{
  g_auto (GStrv) words = NULL;

  if (!g_str_has_prefix (section, prefix) || !g_shell_parse_argv (section, NULL, &words, NULL) ||
      g_strv_length (words) != 2)
    return NULL;
  return g_steal_pointer (&words[1]);
}

/* Returns: (transfer full) (nullable): the profile that a section of the config file is about, or
 *   %NULL: "default", "profile x", "profile 'a b'" */
char *
amfa_profile_name_from_config (const char *section)
{
  g_return_val_if_fail (section != NULL, NULL);

  if (g_str_equal (section, DEFAULT_PROFILE))
    return g_strdup (section);
  return dup_second_word (section, PREFIX);
}

/* Returns: (transfer full) (nullable): what profiles call the services that a section of the config
 *   file is about, or %NULL: "services x" */
char *
amfa_services_name_from_config (const char *section)
{
  g_return_val_if_fail (section != NULL, NULL);

  return dup_second_word (section, SERVICES_PREFIX);
}
