#define G_LOG_DOMAIN "amfa-own-command"

#include "own-command.h"

#include "formats.h"

/**
 * amfa_own_command:
 * @words: what follows "awsmfa": a verb, an option, a code
 * @profile: (nullable): the profile that it is about
 *
 * Whoever copies it means this profile: without the option it would be done to the default one.
 *
 * Returns: (transfer full): the command line
 */
char *
amfa_own_command (const char *words, const char *profile)
{
  g_return_val_if_fail (words != NULL, NULL);

  g_autofree char *quoted = NULL;

  if (!profile || g_str_equal (profile, "default"))
    return g_strconcat ("awsmfa ", words, NULL);
  quoted = amfa_quote_word (profile);
  return g_strconcat ("awsmfa ", words, " -p ", quoted, NULL);
}
