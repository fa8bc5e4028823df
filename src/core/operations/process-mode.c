#define G_LOG_DOMAIN "amfa-process-mode"

#include "process-mode.h"

#include "core/model/error.h"
#include "core/model/process-section.h"
#include "core/model/profile.h"
#include "holdings.h"

/* While both are there, keys in the credentials file beat a credential_process (botocore,
 * credentials.py): so the line comes before the keys leave the file, and goes after they are back.
 * What had to be made for the line is written into the state file first: without that memory an
 * empty section stays, nothing else. */

/**
 * amfa_process_mode_find:
 * @credentials: the credentials file
 * @is_on: (out): whether AWS tools ask us for the keys of @profile; not if the config file is
 * broken: they cannot read it either
 * @error: %AMFA_ERROR_CONFIG_UNUSABLE: it cannot be read just now, so that nobody knows
 */
gboolean
amfa_process_mode_find (AmfaBackend *backend,
                        AmfaIniDocument *credentials,
                        const char *profile,
                        gboolean *is_on,
                        GError **error)
{
  g_return_val_if_fail (backend != NULL && credentials != NULL && profile != NULL, FALSE);

  g_autoptr (GError) problem = NULL;
  g_autoptr (AmfaIniDocument) config = amfa_profile_files_read_config (backend->files, &problem);

  *is_on = config && amfa_profile_is_process (credentials, config, profile);
  if (config || amfa_error_get_details (problem)->reason != AMFA_FILE_PROBLEM_READ)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* The same where it is not worth an error. */
gboolean
amfa_process_mode_is_on (AmfaBackend *backend, AmfaIniDocument *credentials, const char *profile)
{
  gboolean is_on = FALSE;

  return amfa_process_mode_find (backend, credentials, profile, &is_on, NULL) && is_on;
}

typedef struct
{
  AmfaOriginalDegree degree;
  const char *separator;
} MadePlace;

static void
note_made_place (AmfaProfileState *state, gpointer data)
{
  const MadePlace *made = data;

  state->took_keys = FALSE;
  state->config_degree = made->degree;
  g_free (state->config_separator);
  state->config_separator = g_strdup (made->separator);
}

static void
remember (AmfaBackend *backend, AmfaVault *vault, AmfaOriginalDegree degree, const char *separator)
{
  MadePlace made = { degree, separator };
  g_autoptr (GError) error = NULL;

  if (!amfa_state_file_update (backend->state, vault->profile, vault->file, note_made_place, &made,
                               &error))
    g_info ("the state file could not be written: %s", error->message);
}

static gboolean
is_same (AmfaIniDocument *a, AmfaIniDocument *b)
{
  return amfa_secret_equal (amfa_ini_document_get_text (a), amfa_ini_document_get_text (b));
}

static AmfaOriginalDegree
get_degree (AmfaSnapshot *snapshot, AmfaFilePresence before_lock, const char *separator)
{
  if (!separator)
    return AMFA_ORIGINAL_SECTION;
  if (amfa_snapshot_get_presence (snapshot) == AMFA_FILE_PRESENT)
    return AMFA_ORIGINAL_NO_SECTION;
  /* The lock has made the folder. */
  return before_lock == AMFA_FILE_FOLDER_ABSENT ? AMFA_ORIGINAL_NO_FOLDER : AMFA_ORIGINAL_NO_FILE;
}

static gboolean
enter_once (AmfaBackend *backend,
            AmfaVault *vault,
            AmfaFileLock *lock,
            AmfaFilePresence before_lock,
            const char *line,
            GError **error)
{
  g_autoptr (AmfaSnapshot) snapshot =
      amfa_profile_files_read_one (backend->files, AMFA_FILE_CONFIG, error);
  g_autoptr (AmfaIniDocument) nothing = NULL;
  g_autoptr (AmfaIniDocument) after = NULL;
  g_autoptr (AmfaSecret) empty = amfa_secret_new ("", 0);
  g_autofree char *separator = NULL;

  if (!snapshot)
    return FALSE;

  AmfaIniDocument *before = amfa_snapshot_get_document (snapshot);

  nothing = amfa_ini_document_parse (empty, NULL);
  after = amfa_process_section_add (before, vault->profile, line, &separator, error);
  if (!after)
    return FALSE;
  if (is_same (before, after))
    return TRUE;
  /* A line of ours that was there before is of another place of this program. */
  if (!amfa_profile_is_process (nothing, before, vault->profile))
    remember (backend, vault, get_degree (snapshot, before_lock, separator), separator);
  return amfa_profile_files_replace (backend->files, lock, snapshot, after, NULL, error);
}

/**
 * amfa_process_mode_enter:
 * @vault: of the profile
 * @lock: covers the config file
 * @before_lock: whether there was a config file, or a folder for it, before the lock was taken
 * @line: the credential_process
 * @error: %AMFA_ERROR_CONFIG_UNUSABLE, %AMFA_ERROR_FILE_WRITE
 */
gboolean
amfa_process_mode_enter (AmfaBackend *backend,
                         AmfaVault *vault,
                         AmfaFileLock *lock,
                         AmfaFilePresence before_lock,
                         const char *line,
                         GError **error)
{
  AmfaPatience patience = { 0 };

  for (;;)
    {
      g_autoptr (GError) problem = NULL;

      if (enter_once (backend, vault, lock, before_lock, line, &problem))
        return TRUE;
      if (!amfa_patience_go_on (&patience, amfa_profile_files_get_config_path (backend->files),
                                &problem, error))
        return FALSE;
    }
}

static gboolean
leave_once (
    AmfaBackend *backend, AmfaVault *vault, AmfaFileLock *lock, gboolean folder_too, GError **error)
{
  g_autoptr (AmfaSnapshot) snapshot =
      amfa_profile_files_read_one (backend->files, AMFA_FILE_CONFIG, error);
  g_autoptr (AmfaProfileState) state =
      amfa_state_file_read (backend->state, vault->profile, vault->file);
  g_autoptr (AmfaIniDocument) after = NULL;

  if (!snapshot)
    return FALSE;

  AmfaIniDocument *before = amfa_snapshot_get_document (snapshot);
  AmfaOriginalDegree degree = state->config_degree;
  gboolean made_by_us = degree == AMFA_ORIGINAL_NO_FILE || degree == AMFA_ORIGINAL_NO_FOLDER;

  after =
      amfa_process_section_remove (before, vault->profile, degree, state->config_separator, error);
  if (!after)
    return FALSE;
  if (is_same (before, after))
    return TRUE;
  if (made_by_us && amfa_secret_get_length (amfa_ini_document_get_text (after)) == 0)
    return amfa_profile_files_remove (backend->files, lock, snapshot,
                                      folder_too || degree == AMFA_ORIGINAL_NO_FOLDER, error);
  return amfa_profile_files_replace (backend->files, lock, snapshot, after, NULL, error);
}

/**
 * amfa_process_mode_leave:
 * @vault: of the profile
 * @lock: covers the config file
 * @folder_too: the folder of a config file that we made was ours as well
 * @error: %AMFA_ERROR_CONFIG_UNUSABLE, %AMFA_ERROR_FILE_WRITE
 *
 * Takes our line out, and what was made for it.
 */
gboolean
amfa_process_mode_leave (
    AmfaBackend *backend, AmfaVault *vault, AmfaFileLock *lock, gboolean folder_too, GError **error)
{
  AmfaPatience patience = { 0 };

  for (;;)
    {
      g_autoptr (GError) problem = NULL;

      if (leave_once (backend, vault, lock, folder_too, &problem))
        break;
      if (!amfa_patience_go_on (&patience, amfa_profile_files_get_config_path (backend->files),
                                &problem, error))
        return FALSE;
    }
  remember (backend, vault, AMFA_ORIGINAL_SECTION, NULL);
  return TRUE;
}
