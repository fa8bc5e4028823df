#define G_LOG_DOMAIN "amfa-profile-files-change"

#include "profile-files-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/model/error.h"
#include "file-replace.h"
#include "snapshot.h"

/* The changing half of profile-files.h: the preflight, the lock, replacing and removing. */

/* What a login adds to the file at most: a session token has no fixed size, 1 to 2 KiB is usual. */
#define LOGIN_NEEDS (8 * 1024)

static const char *
get_path_of (AmfaProfileFiles *self, AmfaSnapshot *snapshot)
{
  gboolean is_credentials = g_str_equal (amfa_snapshot_get_path (snapshot), self->credentials_path);

  return amfa_profile_files_get_path (self,
                                      is_credentials ? AMFA_FILE_CREDENTIALS : AMFA_FILE_CONFIG);
}

static gboolean
fail_if_changed (AmfaProfileFiles *self, AmfaFileLock *lock, AmfaSnapshot *before, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (amfa_snapshot_get_target (before));

  /* A link that leads elsewhere since the lock was taken has led out of what is locked. */
  if (amfa_file_lock_covers (lock, folder))
    return amfa_snapshot_check_current (before, error);

  amfa_set_error (error, AMFA_ERROR_FILE_CHANGED,
                  &(AmfaErrorDetails){ .subject = get_path_of (self, before) });
  return FALSE;
}

static gboolean
is_there (const char *path)
{
  struct stat st;

  return g_lstat (path, &st) == 0;
}

/* Whether a killed run left anything, or one that is still at work. */
static gboolean
has_leftovers (const char *target, const char *folder)
{
  g_autofree char *temporary = amfa_file_replace_temporary_path (target);
  g_autofree char *lock = g_build_filename (folder, AMFA_FILE_LOCK_NAME, NULL);

  return is_there (temporary) || is_there (lock);
}

/* Only under the lock of the file's folder. If that is not @lock it is taken for the moment, unless
 * somebody else has it, who does the same. */
static void
sweep_beside (AmfaProfileFiles *self, AmfaFileLock *lock, const char *path)
{
  g_autoptr (AmfaLinkChain) chain = amfa_link_chain_new (path);
  g_autofree char *folder = g_path_get_dirname (chain->target);
  g_autoptr (AmfaFileLock) own = NULL;

  if (chain->problem != 0 || !has_leftovers (chain->target, folder))
    return;
  if (!lock || !amfa_file_lock_covers (lock, folder))
    lock = own = amfa_file_lock_new (folder, self->runtime_dir, 0, NULL, NULL);
  if (lock)
    amfa_file_sweep (chain->target);
}

/* @lock: (nullable): of one of the files, or of both */
static void
sweep (AmfaProfileFiles *self, AmfaFileLock *lock)
{
  sweep_beside (self, lock, self->credentials_path);
  sweep_beside (self, lock, self->config_path);
}

/**
 * amfa_profile_files_sweep:
 *
 * Removes what killed runs left beside the files. Does not wait: where somebody else holds the
 * lock, that one does it.
 */
void
amfa_profile_files_sweep (AmfaProfileFiles *self)
{
  g_return_if_fail (AMFA_IS_PROFILE_FILES (self));

  sweep (self, NULL);
}

static gboolean
try_folder_absent (AmfaLinkChain *chain, GError **error)
{
  AmfaLinkStep *gap = g_ptr_array_index (chain->steps, chain->steps->len - 1);

  if (euidaccess (gap->folder, W_OK | X_OK) == 0)
    return TRUE;
  amfa_set_error (error, AMFA_ERROR_FILE_WRITE, &(AmfaErrorDetails){ .quote = g_strerror (errno) });
  return FALSE;
}

static gboolean
try_all (AmfaProfileFiles *self, const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaLinkChain) chain = amfa_snapshot_follow (path, error);
  g_autoptr (AmfaFileLock) lock = NULL;
  g_autofree char *folder = NULL;
  struct stat st;

  if (!chain)
    return FALSE;
  if (!chain->folder_exists)
    return try_folder_absent (chain, error);

  if (g_lstat (chain->target, &st) == 0 && !S_ISREG (st.st_mode))
    {
      amfa_set_error (error, AMFA_ERROR_FILE_UNUSABLE,
                      &(AmfaErrorDetails){ .reason = AMFA_FILE_PROBLEM_NOT_REGULAR });
      return FALSE;
    }
  folder = g_path_get_dirname (chain->target);
  lock = amfa_file_lock_new (folder, self->runtime_dir, AMFA_FILE_LOCK_TIMEOUT, cancellable, error);
  if (!lock)
    return FALSE;
  sweep (self, lock);
  return amfa_file_replace_try (chain->target, LOGIN_NEEDS, error);
}

/**
 * amfa_profile_files_preflight:
 * @which: the credentials file or the config file
 * @cancellable: (nullable): ends the wait for the lock
 * @error: %AMFA_ERROR_FILE_UNUSABLE or %AMFA_ERROR_CONFIG_UNUSABLE, %AMFA_ERROR_FILE_WRITE,
 *   %AMFA_ERROR_BUSY, %G_IO_ERROR_CANCELLED
 *
 * Finds out, before a code is spent, whether the file could be replaced. Leaves everything as it
 * is.
 */
gboolean
amfa_profile_files_preflight (AmfaProfileFiles *self,
                              AmfaWhichFile which,
                              GCancellable *cancellable,
                              GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), FALSE);

  g_autoptr (GError) problem = NULL;

  if (try_all (self, amfa_profile_files_get_path (self, which), cancellable, &problem))
    return TRUE;
  amfa_profile_files_name (&problem, self, amfa_profile_files_get_path (self, which));
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Links that lead in a circle are no file, and lie in a folder all the same. */
static char *
dup_folder (const char *path, GError **error)
{
  g_autoptr (AmfaLinkChain) chain = amfa_link_chain_new (path);

  if (chain->problem != ELOOP)
    {
      g_clear_pointer (&chain, amfa_link_chain_free);
      chain = amfa_snapshot_follow (path, error);
    }
  return chain ? g_path_get_dirname (chain->target) : NULL;
}

/**
 * amfa_profile_files_lock:
 * @timeout: how long to wait for another holder, microseconds
 * @cancellable: (nullable): ends the wait
 * @error: %AMFA_ERROR_BUSY, %AMFA_ERROR_FILE_WRITE, %AMFA_ERROR_FILE_UNUSABLE,
 *   %G_IO_ERROR_CANCELLED
 *
 * Locks the folder of the credentials file, and creates it (0700) if it is missing; if nothing is
 * put into it, it leaves with the lock. What killed runs left beside either file is gone then.
 *
 * Returns: (transfer full) (nullable): the lock
 */
AmfaFileLock *
amfa_profile_files_lock (AmfaProfileFiles *self,
                         gint64 timeout,
                         GCancellable *cancellable,
                         GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  g_autoptr (GError) problem = NULL;
  g_autofree char *folder = dup_folder (self->credentials_path, &problem);
  AmfaFileLock *lock = NULL;

  if (folder)
    lock = amfa_file_lock_new (folder, self->runtime_dir, timeout, cancellable, &problem);
  if (lock)
    sweep (self, lock);
  else
    {
      amfa_profile_files_name (&problem, self, self->credentials_path);
      g_propagate_error (error, g_steal_pointer (&problem));
    }
  return lock;
}

/**
 * amfa_profile_files_lock_both:
 * @cancellable: (nullable): ends the wait
 * @error: as for amfa_profile_files_lock(); %AMFA_ERROR_CONFIG_UNUSABLE
 *
 * Locks the folders of both files, which usually are one. What killed runs left is gone then.
 *
 * Returns: (transfer full) (nullable): one lock for both
 */
AmfaFileLock *
amfa_profile_files_lock_both (AmfaProfileFiles *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  const char *path = self->credentials_path;
  g_autoptr (GError) problem = NULL;
  g_autofree char *credentials_folder = dup_folder (path, &problem);
  g_autofree char *config_folder = NULL;
  AmfaFileLock *lock = NULL;

  if (credentials_folder)
    config_folder = dup_folder (path = self->config_path, &problem);
  if (config_folder)
    {
      const char *const folders[] = { credentials_folder, config_folder };

      lock = amfa_file_lock_new_pair (folders, self->runtime_dir, AMFA_FILE_LOCK_TIMEOUT,
                                      cancellable, &problem);
      if (!lock && problem->domain == AMFA_ERROR &&
          g_strcmp0 (amfa_error_get_details (problem)->subject, credentials_folder) == 0)
        path = self->credentials_path;
    }
  if (lock)
    sweep (self, lock);
  else
    {
      amfa_profile_files_name (&problem, self, path);
      g_propagate_error (error, g_steal_pointer (&problem));
    }
  return lock;
}

typedef struct
{
  AmfaProfileFiles *self;
  AmfaFileLock *lock;
  AmfaSnapshot *before;
} LastLook;

static gboolean
last_look (AmfaSecret *written, gpointer data, GError **error)
{
  LastLook *look = data;
  g_autoptr (AmfaIniDocument) document = amfa_ini_document_parse (written, error);

  return document && fail_if_changed (look->self, look->lock, look->before, error);
}

/**
 * amfa_profile_files_replace:
 * @lock: a lock of the file's folder
 * @before: what was read under the lock, and what @after was made from
 * @after: what the file shall hold
 * @durable: (out) (optional): %FALSE if that succeeded, but a power cut could still undo it
 * @error: %AMFA_ERROR_FILE_CHANGED: somebody wrote since @before, read again;
 *   %AMFA_ERROR_FILE_UNUSABLE, %AMFA_ERROR_CONFIG_UNUSABLE, %AMFA_ERROR_FILE_WRITE
 *
 * Replaces the file that @before was read from.
 *
 * Returns: %FALSE if the file is what it was
 */
gboolean
amfa_profile_files_replace (AmfaProfileFiles *self,
                            AmfaFileLock *lock,
                            AmfaSnapshot *before,
                            AmfaIniDocument *after,
                            gboolean *durable,
                            GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self) && lock && before && after, FALSE);

  g_autoptr (GError) problem = NULL;
  LastLook look = { self, lock, before };
  AmfaFileReaders readers =
      get_path_of (self, before) == self->config_path ? AMFA_FILE_AS_OLD_FILE : AMFA_FILE_PRIVATE;
  gboolean synced = FALSE;

  /* Before as well: what has become a link or a folder since has changed, and is not unusable. */
  if (!fail_if_changed (self, lock, before, &problem) ||
      !amfa_file_replace (amfa_snapshot_get_target (before), amfa_ini_document_get_text (after),
                          readers, last_look, &look, &synced, &problem))
    {
      amfa_profile_files_name (&problem, self, get_path_of (self, before));
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (durable)
    *durable = synced;
  return TRUE;
}

/**
 * amfa_profile_files_remove:
 * @lock: a lock of the file's folder
 * @before: what was read under the lock
 * @folder_too: the folder goes with @lock, if nothing else is in it
 * @error: %AMFA_ERROR_FILE_CHANGED, %AMFA_ERROR_FILE_UNUSABLE, %AMFA_ERROR_FILE_WRITE
 *
 * Removes the file that @before was read from; links to it stay.
 */
gboolean
amfa_profile_files_remove (AmfaProfileFiles *self,
                           AmfaFileLock *lock,
                           AmfaSnapshot *before,
                           gboolean folder_too,
                           GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self) && lock && before, FALSE);

  const char *target = amfa_snapshot_get_target (before);
  g_autoptr (GError) problem = NULL;
  g_autofree char *folder = g_path_get_dirname (target);

  if (fail_if_changed (self, lock, before, &problem) && amfa_file_remove (target, &problem))
    {
      if (folder_too)
        amfa_file_lock_remove_folder (lock, folder);
      return TRUE;
    }
  amfa_profile_files_name (&problem, self, get_path_of (self, before));
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}
