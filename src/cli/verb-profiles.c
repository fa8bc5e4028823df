#define G_LOG_DOMAIN "amfa-verb-profiles"

#include "verb.h"

#include <stdio.h>

static AmfaIniDocument *
empty_document (void)
{
  g_autoptr (AmfaSecret) nothing = amfa_secret_new ("", 0);

  return amfa_ini_document_parse (nothing, NULL);
}

/* Nobody completes a name that would play tricks on the terminal. */
static gboolean
is_printable (const char *name)
{
  if (!g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (const char *p = name; *p; p = g_utf8_next_char (p))
    if (!g_unichar_isprint (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

/* `awsmfa __profiles`: the names of the profiles, a line each, for the shells' completions: they
 * shall not have to understand the files. No words on standard error and no failure, whatever the
 * files are like: somebody is in the middle of typing. */
static int
run_profiles (AmfaCommand *command, GStrv *arguments)
{
  g_auto (GStrv) operands = NULL;
  g_auto (GStrv) names = NULL;
  g_autoptr (AmfaSnapshot) snapshot = NULL;
  g_autoptr (AmfaIniDocument) credentials = NULL;
  g_autoptr (AmfaIniDocument) config = NULL;
  g_autoptr (GError) error = NULL;

  if (!amfa_command_parse (command, NULL, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_command_refuse_operands (operands, &error))
    return amfa_command_fail (error);

  snapshot = amfa_profile_files_read (command->backend->files, NULL);
  credentials =
      snapshot ? amfa_ini_document_ref (amfa_snapshot_get_document (snapshot)) : empty_document ();
  config = amfa_profile_files_read_config (command->backend->files, NULL);
  if (!config)
    config = empty_document ();

  names = amfa_profile_list_names (credentials, config);
  for (gsize i = 0; names[i]; i++)
    if (is_printable (names[i]))
      puts (names[i]);
  return amfa_command_done ();
}

const AmfaVerb amfa_verb_profiles = { "__profiles", NULL, NULL, run_profiles, AMFA_TAKES_NOTHING };
