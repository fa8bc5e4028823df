#define G_LOG_DOMAIN "amfa-setup-import"

#include "setup-import.h"

#include "confirm.h"
#include "core/model/error.h"
#include "core/operations/import-survey.h"
#include "core/operations/setup.h"
#include "exit-status.h"
#include "terminal.h"

#include <glib/gi18n.h>

/* The sections and files of other tools stay as they are: they may be in use, and are none of ours.
 * Afterwards it is said where the secrets still lie. Without -p only those profiles are meant that
 * the keyring knows nothing of: a forgotten copy must not replace a key that works. */

static GPtrArray *
survey (const AmfaCommand *command, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_import_survey_async (command->backend, command->cancellable, amfa_command_on_result,
                            &result);
  amfa_command_await (&result);
  return amfa_import_survey_finish (result, error);
}

static const char *
get_path (const AmfaCommand *command, const AmfaForeignLayout *layout)
{
  return layout->path ? layout->path : command->backend->environment->credentials_path;
}

static gboolean
is_asked_for (const AmfaCommand *command, const AmfaForeignLayout *layout)
{
  const char *profile = command->options.profile;

  return !profile || g_str_equal (layout->profile, profile);
}

static void
list (const AmfaCommand *command, const AmfaImportable *found)
{
  const AmfaForeignLayout *layout = found->layout;
  const char *tool = amfa_foreign_tool_get_name (layout->tool);

  if (!layout->keys)
    /* Translators: a profile, the name of a program, a file and a line there. */
    g_print (_ ("%s: a session of %s (%s, line %u): nothing to import\n"), layout->profile, tool,
             get_path (command, layout), layout->line);
  else if (found->is_kept)
    /* Translators: a profile, an access key's ID, the name of a program, a file, a line. */
    g_print (_ ("%s: access key %s, left by %s (%s, line %u); the keyring has a key already\n"),
             layout->profile, amfa_credentials_get_key_id (layout->keys), tool,
             get_path (command, layout), layout->line);
  else
    g_print (_ ("%s: access key %s, left by %s (%s, line %u)\n"), layout->profile,
             amfa_credentials_get_key_id (layout->keys), tool, get_path (command, layout),
             layout->line);
}

/* Returns: (transfer full) (element-type AmfaForeignLayout): those to import, one a profile */
static GPtrArray *
choose (const AmfaCommand *command, GPtrArray *found)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *chosen = g_ptr_array_new ();

  for (guint i = 0; i < found->len; i++)
    {
      const AmfaImportable *importable = g_ptr_array_index (found, i);
      AmfaForeignLayout *layout = importable->layout;
      gboolean is_meant =
          is_asked_for (command, layout) && (command->options.profile || !importable->is_kept);

      if (layout->keys && is_meant && g_hash_table_add (taken, layout->profile))
        g_ptr_array_add (chosen, layout);
    }
  return chosen;
}

static gboolean
confirm (const AmfaCommand *command, GPtrArray *chosen, GError **error)
{
  g_autofree char *prompt = NULL;
  AmfaAnswer answer;

  if (!amfa_terminal_is_there ())
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("There is no terminal to ask which of them are meant. Use: awsmfa setup "
                      "--import --yes"));
      return FALSE;
    }
  prompt = g_strdup_printf (ngettext ("Bring %u key into the keyring? [y/N] ",
                                      "Bring %u keys into the keyring? [y/N] ", chosen->len),
                            chosen->len);
  answer = amfa_confirm (prompt, command->cancellable, error);
  if (answer != AMFA_ANSWER_NO)
    return answer == AMFA_ANSWER_YES;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Nothing was imported."));
  return FALSE;
}

static AmfaSetupResult *
import (const AmfaCommand *command, const AmfaForeignLayout *layout, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  AmfaProfileOptions said;

  amfa_command_get_profile_options (command, &said);
  if (!said.serial)
    said.serial = layout->serial;
  amfa_setup_async (command->backend, layout->profile, &said, NULL, layout->keys,
                    command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_setup_finish (result, error);
}

/* A file with other people's keys in it is not to be removed as a whole. */
static void
say_what_remains (const AmfaCommand *command, const AmfaForeignLayout *layout)
{
  const char *path = get_path (command, layout);
  g_autofree char *quoted = g_shell_quote (path);

  if (layout->path && layout->is_alone)
    amfa_command_say (_ ("%s still has the secret in plain text. To remove it: rm %s"), path,
                      quoted);
  else
    /* Translators: a section, a file, a line number and the file, quoted for a shell. */
    amfa_command_say (_ ("The section [%s] of %s still has the secret in plain text. To remove it: "
                         "${EDITOR:-vi} +%u %s"),
                      layout->section, path, layout->line, quoted);
}

static void
report (const AmfaCommand *command, const AmfaForeignLayout *layout, const AmfaSetupResult *done)
{
  if (!command->options.quiet)
    {
      g_print (_ ("Access key %s of profile %s is in the keyring.\n"), done->key_id,
               layout->profile);
      if (done->arn)
        g_print (_ ("It belongs to %s.\n"), done->arn);
    }
  say_what_remains (command, layout);
}

/* One that fails does not keep the others from it, unless the user has had enough. */
static int
import_all (AmfaCommand *command, GPtrArray *chosen)
{
  int status = AMFA_EXIT_DONE;

  for (guint i = 0; i < chosen->len; i++)
    {
      const AmfaForeignLayout *layout = g_ptr_array_index (chosen, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaSetupResult) done = import (command, layout, &error);

      if (done)
        {
          report (command, layout, done);
          continue;
        }
      if (!amfa_error_is_cancelled (error) && chosen->len > 1)
        amfa_command_say (_ ("Profile %s was not imported:"), layout->profile);
      status = amfa_command_fail (error);
      if (amfa_error_is_cancelled (error))
        break;
    }
  return status == AMFA_EXIT_DONE ? amfa_command_done () : status;
}

static int
nothing (const AmfaCommand *command, gboolean found_some)
{
  if (command->options.profile)
    amfa_command_say (_ ("No other tool has left keys for profile %s."), command->profile);
  else if (found_some)
    amfa_command_say (_ ("Nothing of that has to be imported. To have it all the same, name a "
                         "profile with -p."));
  else
    amfa_command_say (_ ("No other tool has left keys."));
  return AMFA_EXIT_NOTHING;
}

/**
 * amfa_setup_import_run:
 * @yes: nobody is to be asked whether all of them are meant
 *
 * Lists what other tools have left, and imports it: for the profile of -p, or all of it.
 *
 * Returns: the exit status
 */
int
amfa_setup_import_run (AmfaCommand *command, gboolean yes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = survey (command, &error);
  g_autoptr (GPtrArray) chosen = NULL;

  if (!found)
    return amfa_command_fail (error);
  for (guint i = 0; i < found->len && !command->options.quiet; i++)
    {
      const AmfaImportable *importable = g_ptr_array_index (found, i);

      if (is_asked_for (command, importable->layout))
        list (command, importable);
    }

  chosen = choose (command, found);
  if (chosen->len == 0)
    return nothing (command, found->len > 0);
  if (!yes && !command->options.profile && !confirm (command, chosen, &error))
    return amfa_command_fail (error);
  return import_all (command, chosen);
}
