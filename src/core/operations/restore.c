#define G_LOG_DOMAIN "amfa-restore"

#include "restore.h"

#include "core/model/error.h"
#include "process-mode.h"

/* Restore and "End session" undo what transaction.c did, offline. The keyring is opened first (it
 * may prompt), then the lock is taken. The file is made durable before the keyring forgets: if
 * anything dies in between, the same deed can be done again. Once the file is written, neither a
 * cancellation nor a failing keyring undoes the deed. */

#define MAX_ROUNDS 5

/* What is known under the lock, once for each round. */
typedef struct
{
  AmfaSnapshot *snapshot;
  AmfaIniDocument *document;
  AmfaSection *section;
  AmfaOriginal *original;   /* nullable */
  AmfaCredentials *rotated; /* that have replaced those of the original since; nullable */
} Place;

static void
place_clear (Place *self)
{
  g_clear_pointer (&self->snapshot, amfa_snapshot_free);
  g_clear_pointer (&self->section, amfa_section_free);
  g_clear_pointer (&self->original, amfa_original_free);
  g_clear_pointer (&self->rotated, amfa_credentials_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

typedef struct
{
  AmfaBackend *backend;
  AmfaVault *vault;
  const struct _DeedKind *kind;
  AmfaRestoreOutcome outcome;
  gboolean is_process; /* AWS tools ask us for the keys */
  gboolean durable;    /* a power cut cannot undo what was written */
} Deed;

/* What Restore and "End session" differ in. */
typedef struct _DeedKind
{
  gboolean wants_rotated;
  gboolean (*write) (Deed *deed, AmfaFileLock *lock, Place *place, GError **error);
  void (*forget) (Deed *deed);
} DeedKind;

static void
deed_free (Deed *self)
{
  amfa_backend_unref (self->backend);
  amfa_vault_free (self->vault);
  g_free (self);
}

/* The key that the keyring has for the profile now, if the one in the original was replaced. */
static gboolean
find_rotated (Deed *deed,
              AmfaVaultManner manner,
              const AmfaOriginal *original,
              AmfaCredentials **rotated,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (AmfaCredentials) base = NULL;
  g_auto (GStrv) former_ids = NULL;

  if (!original || !original->text)
    return TRUE;
  if (!amfa_vault_load_credentials (deed->vault, AMFA_ITEM_BASE, manner, &base, cancellable,
                                    error) ||
      !amfa_vault_load_former_ids (deed->vault, manner, &former_ids, cancellable, error))
    return FALSE;
  if (base && amfa_original_is_superseded (original, deed->vault->profile, base,
                                           (const char *const *) former_ids))
    *rotated = g_steal_pointer (&base);
  return TRUE;
}

static gboolean
read_place (
    Deed *deed, AmfaVaultManner manner, Place *place, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaProfileState) state = NULL;
  g_auto (GStrv) marks = NULL;

  place->snapshot = amfa_profile_files_read (deed->backend->files, error);
  if (!place->snapshot ||
      !amfa_vault_load_original (deed->vault, manner, &place->original, cancellable, error))
    return FALSE;
  if (deed->kind->wants_rotated &&
      !find_rotated (deed, manner, place->original, &place->rotated, cancellable, error))
    return FALSE;

  state = amfa_state_file_read (deed->backend->state, deed->vault->profile, deed->vault->file);
  marks = amfa_marks_merge ((const char *const *) state->marks,
                            place->original ? (const char *const *) place->original->marks : NULL);
  place->document = amfa_snapshot_get_document (place->snapshot);
  place->section =
      amfa_section_classify (place->document, deed->vault->profile, (const char *const *) marks);
  return TRUE;
}

/* Writes what is left; a file that we made and that is empty again goes, and its folder. */
static gboolean
write_document (
    Deed *deed, AmfaFileLock *lock, Place *place, AmfaIniDocument *after, GError **error)
{
  AmfaProfileFiles *files = deed->backend->files;
  AmfaOriginalDegree degree = place->original ? place->original->degree : AMFA_ORIGINAL_SECTION;
  gboolean made_by_us = degree == AMFA_ORIGINAL_NO_FILE || degree == AMFA_ORIGINAL_NO_FOLDER;
  AmfaSecret *text = amfa_ini_document_get_text (after);

  if (amfa_secret_equal (text, amfa_ini_document_get_text (place->document)))
    return TRUE;
  if (made_by_us && amfa_secret_get_length (text) == 0)
    return amfa_profile_files_remove (files, lock, place->snapshot,
                                      degree == AMFA_ORIGINAL_NO_FOLDER, error);
  return amfa_profile_files_replace (files, lock, place->snapshot, after, &deed->durable, error);
}

/* In process mode our line is to be taken back even where the file is as it was. */
static gboolean
is_done_but_for_line (const Deed *deed, const Place *place, const GError *problem)
{
  return deed->is_process && place->section->kind != AMFA_SECTION_FOREIGN &&
         place->section->kind != AMFA_SECTION_OURS &&
         g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE);
}

static gboolean
write_original (Deed *deed, AmfaFileLock *lock, Place *place, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (AmfaIniDocument) after =
      amfa_section_restore (place->document, deed->vault->profile, place->section, place->original,
                            place->rotated, &deed->outcome, &problem);

  if (after && !write_document (deed, lock, place, after, error))
    return FALSE;
  if (is_done_but_for_line (deed, place, problem))
    deed->outcome = AMFA_RESTORE_LINE_ONLY;
  else if (!after)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return !deed->is_process ||
         amfa_process_mode_leave (
             deed->backend, deed->vault, lock,
             place->original && place->original->degree == AMFA_ORIGINAL_NO_FOLDER, error);
}

static gboolean
keyring_has_session (Deed *deed)
{
  g_autoptr (AmfaProfileState) state =
      amfa_state_file_read (deed->backend->state, deed->vault->profile, deed->vault->file);

  return amfa_vault_look_session (deed->vault, state->role, NULL) == AMFA_LOOK_STORED;
}

static gboolean
write_ended (Deed *deed, AmfaFileLock *lock, Place *place, GError **error)
{
  g_autoptr (AmfaIniDocument) after = NULL;

  if (deed->is_process && place->section->kind == AMFA_SECTION_NO_KEYS &&
      keyring_has_session (deed))
    return TRUE;
  if (place->section->kind != AMFA_SECTION_OURS)
    {
      amfa_set_error (error, AMFA_ERROR_NO_SESSION,
                      &(AmfaErrorDetails){ .subject = deed->vault->profile });
      return FALSE;
    }
  after = amfa_section_end_session (place->document, deed->vault->profile, place->section,
                                    place->original, error);
  if (!after)
    return FALSE;
  if (place->original && !amfa_vault_store_original (deed->vault, place->original, NULL, error))
    return FALSE;
  return amfa_profile_files_replace (deed->backend->files, lock, place->snapshot, after,
                                     &deed->durable, error);
}

static void
forget_original_item (Deed *deed)
{
  g_autoptr (GError) error = NULL;

  if (!amfa_vault_remove (deed->vault, AMFA_ITEM_ORIGINAL, NULL, &error))
    g_info ("the original stays in the keyring: %s", error->message);
}

static void
forget_session_items (Deed *deed)
{
  g_autoptr (GError) error = NULL;

  if (!amfa_vault_remove_sessions (deed->vault, NULL, &error))
    g_info ("a session stays in the keyring: %s", error->message);
}

static void
update_state (Deed *deed, gboolean has_original)
{
  g_autoptr (AmfaProfileState) state =
      amfa_state_file_read (deed->backend->state, deed->vault->profile, deed->vault->file);
  g_autoptr (GError) error = NULL;

  state->expiration = 0;
  state->granted = 0;
  state->user_expiration = 0;
  g_clear_pointer (&state->role, g_free);
  state->has_original = has_original;
  if (!amfa_state_file_write (deed->backend->state, deed->vault->profile, deed->vault->file, state,
                              &error))
    g_info ("the state file could not be written: %s", error->message);
}

static void
forget_original (Deed *deed)
{
  /* If a power cut may bring the session back, so may the user want the original again. */
  if (deed->durable)
    forget_original_item (deed);
  forget_session_items (deed);
  update_state (deed, !deed->durable);
}

static void
forget_session (Deed *deed)
{
  gboolean has_original =
      amfa_vault_look (deed->vault, AMFA_ITEM_ORIGINAL, NULL) == AMFA_LOOK_STORED;

  forget_session_items (deed);
  update_state (deed, has_original);
}

static gboolean
write_until_unchanged (Deed *deed, AmfaFileLock *lock, GCancellable *cancellable, GError **error)
{
  for (guint round = 1;; round++)
    {
      g_auto (Place) place = { NULL };
      g_autoptr (GError) failure = NULL;

      if (read_place (deed, AMFA_VAULT_QUIETLY, &place, cancellable, &failure) &&
          deed->kind->write (deed, lock, &place, &failure))
        return TRUE;
      if (round == MAX_ROUNDS || !g_error_matches (failure, AMFA_ERROR, AMFA_ERROR_FILE_CHANGED))
        {
          amfa_error_set_path (failure,
                               amfa_profile_files_get_credentials_path (deed->backend->files));
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
}

static void
run_deed (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Deed *deed = task_data;
  AmfaProfileFiles *files = deed->backend->files;
  g_auto (Place) ahead = { NULL };
  g_autoptr (AmfaFileLock) lock = NULL;
  GError *error = NULL;

  if (!amfa_keyring_unlock (deed->backend->keyring, cancellable, &error) ||
      !read_place (deed, AMFA_VAULT_MAY_PROMPT, &ahead, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  deed->is_process = amfa_process_mode_is_on (deed->backend, ahead.document, deed->vault->profile);
  lock = deed->is_process ? amfa_profile_files_lock_both (files, cancellable, &error)
                          : amfa_profile_files_lock (files, cancellable, &error);
  if (!lock || !write_until_unchanged (deed, lock, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  deed->kind->forget (deed);
  g_task_return_boolean (task, TRUE);
}

static void
start_deed (AmfaBackend *backend,
            const char *profile,
            const DeedKind *kind,
            gpointer tag,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Deed *deed = g_new0 (Deed, 1);

  deed->backend = amfa_backend_ref (backend);
  deed->vault = amfa_vault_new (backend, profile);
  deed->kind = kind;
  deed->durable = TRUE;
  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE); /* what is written is not undone by a late cancel */
  g_task_set_task_data (task, deed, (GDestroyNotify) deed_free);
  g_task_run_in_thread (task, run_deed);
}

/**
 * amfa_restore_async:
 * @backend: the outside things
 * @profile: the profile
 *
 * Puts the original credentials back: byte for byte if nobody else touched the section, else only
 * our lines are taken back. In process mode the credential_process goes as well.
 */
void
amfa_restore_async (AmfaBackend *backend,
                    const char *profile,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  static const DeedKind kind = { TRUE, write_original, forget_original };

  start_deed (backend, profile, &kind, amfa_restore_async, cancellable, callback, user_data);
}

/**
 * amfa_restore_finish:
 * @outcome: (out) (optional): what was done
 * @error: %AMFA_ERROR_NOTHING_TO_RESTORE, %AMFA_ERROR_BUSY, a file's or the keyring's
 */
gboolean
amfa_restore_finish (GAsyncResult *result, AmfaRestoreOutcome *outcome, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_restore_async), FALSE);

  const Deed *deed = g_task_get_task_data (G_TASK (result));

  if (outcome)
    *outcome = deed->outcome;
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * amfa_end_session_async:
 * @backend: the outside things
 * @profile: the profile
 *
 * Takes the session's keys out of the file and the keyring. The base credentials and the original
 * stay where they are; nothing long-term is written.
 */
void
amfa_end_session_async (AmfaBackend *backend,
                        const char *profile,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (backend != NULL && profile != NULL);

  static const DeedKind kind = { FALSE, write_ended, forget_session };

  start_deed (backend, profile, &kind, amfa_end_session_async, cancellable, callback, user_data);
}

/**
 * amfa_end_session_finish:
 * @error: %AMFA_ERROR_NO_SESSION, %AMFA_ERROR_BUSY, a file's or the keyring's
 */
gboolean
amfa_end_session_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_end_session_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
