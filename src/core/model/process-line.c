#define G_LOG_DOMAIN "amfa-process-line"

#include "process-line.h"

#include <string.h>

#define PROGRAM "awsmfa"
#define VERB "credential-process"
#define DEFAULT_PROFILE "default"

/* What a POSIX shell and botocore's splitting (compat.py, compat_shell_split) take as it is. */
#define PLAIN_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/._-+:@,"

static const char *
get_profile (char **words)
{
  for (gsize i = 0; words[i]; i++)
    {
      if (g_str_equal (words[i], "-p") || g_str_equal (words[i], "--profile"))
        return words[i + 1];
      if (g_str_has_prefix (words[i], "--profile="))
        return words[i] + strlen ("--profile=");
      if (g_str_has_prefix (words[i], "-p"))
        return words[i] + strlen ("-p");
    }
  return DEFAULT_PROFILE;
}

/**
 * amfa_process_line_is_ours:
 * @line: (nullable): the value of a credential_process
 * @profile: the profile that it stands for
 *
 * Returns: whether it runs this program, wherever that lies, for that same profile
 */
gboolean
amfa_process_line_is_ours (const char *line, const char *profile)
{
  g_return_val_if_fail (profile != NULL, FALSE);

  g_auto (GStrv) words = NULL;
  int n_words = 0;

  if (!line || !g_shell_parse_argv (line, &n_words, &words, NULL) || n_words < 2)
    return FALSE;

  g_autofree char *program = g_path_get_basename (words[0]);

  return g_str_equal (program, PROGRAM) && g_str_equal (words[1], VERB) &&
         g_strcmp0 (get_profile (words + 2), profile) == 0;
}

/* SDKs split the line as a POSIX shell does, or hand it to one. */
static char *
quote (const char *word)
{
  return *word && word[strspn (word, PLAIN_CHARACTERS)] == '\0' ? g_strdup (word)
                                                                : g_shell_quote (word);
}

/**
 * amfa_process_line_new:
 * @program: the absolute path of this program
 * @profile: a profile
 *
 * Returns: (transfer full) (nullable): the line that asks for @profile's keys; %NULL if it could
 *   not be written on a line of a config file, or not be read there as it is meant
 */
char *
amfa_process_line_new (const char *program, const char *profile)
{
  g_return_val_if_fail (program != NULL && profile != NULL, NULL);

  g_autofree char *quoted_program = quote (program);
  g_autofree char *quoted_profile = quote (profile);
  g_autofree char *line = g_strconcat (quoted_program, " " VERB " -p ", quoted_profile, NULL);

  if (!g_utf8_validate (line, -1, NULL) || !amfa_process_line_is_ours (line, profile))
    return NULL;
  for (const char *at = line; *at; at = g_utf8_next_char (at))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (at));

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
          type == G_UNICODE_PARAGRAPH_SEPARATOR)
        return NULL;
    }
  /* Some SDKs take the rest of a line for a comment even inside quotes. */
  if (strstr (line, " #") || strstr (line, " ;"))
    return NULL;
  return g_steal_pointer (&line);
}
