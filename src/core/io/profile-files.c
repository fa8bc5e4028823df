#define G_LOG_DOMAIN "amfa-profile-files"

#include "profile-files.h"

#include <errno.h>
#include <unistd.h>

#include "core/model/error.h"
#include "file-replace.h"
#include "snapshot.h"

/* What a login adds to the file at most: a session token has no fixed size, 1 to 2 KiB is usual. */
#define LOGIN_NEEDS (8 * 1024)

struct _AmfaProfileFiles
{
  GObject parent_instance;

  char *credentials_path; /* as the user knows it */
  char *default_path;     /* ~/.aws/credentials */
  char *config_path;
  char *runtime_dir;
};

G_DEFINE_FINAL_TYPE (AmfaProfileFiles, amfa_profile_files, G_TYPE_OBJECT)

static void
amfa_profile_files_finalize (GObject *object)
{
  AmfaProfileFiles *self = AMFA_PROFILE_FILES (object);

  g_free (self->credentials_path);
  g_free (self->default_path);
  g_free (self->config_path);
  g_free (self->runtime_dir);

  G_OBJECT_CLASS (amfa_profile_files_parent_class)->finalize (object);
}

static void
amfa_profile_files_class_init (AmfaProfileFilesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_profile_files_finalize;
}

static void
amfa_profile_files_init (AmfaProfileFiles *self)
{
}

/* The floors below know the resolved path, the user another one. */
static void
name_path (GError **error, const char *path)
{
  AmfaErrorDetails details;
  GError *named = NULL;

  if (!error || !*error || (*error)->domain != AMFA_ERROR)
    return;

  details = *amfa_error_get_details (*error);
  details.subject = path;
  named = amfa_error_new ((*error)->code, &details);
  g_clear_error (error);
  *error = named;
}

static gboolean
fail_if_changed (AmfaProfileFiles *self, AmfaFileLock *lock, AmfaSnapshot *before, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (amfa_snapshot_get_target (before));

  /* A link that leads elsewhere since the lock was taken has led out of what is locked. */
  if (g_str_equal (folder, amfa_file_lock_get_folder (lock)) &&
      amfa_snapshot_is_current (before, self->credentials_path))
    return TRUE;

  amfa_set_error (error, AMFA_ERROR_FILE_CHANGED,
                  &(AmfaErrorDetails){ .subject = self->credentials_path });
  return FALSE;
}

/**
 * amfa_profile_files_new:
 * @environment: where the files are; copied
 */
AmfaProfileFiles *
amfa_profile_files_new (const AmfaEnvironment *environment)
{
  g_return_val_if_fail (environment != NULL, NULL);

  AmfaProfileFiles *self = g_object_new (AMFA_TYPE_PROFILE_FILES, NULL);

  self->credentials_path = g_strdup (environment->credentials_path);
  self->default_path = g_build_filename (environment->home, ".aws", "credentials", NULL);
  self->config_path = g_strdup (environment->config_path);
  self->runtime_dir = g_strdup (environment->runtime_dir);
  return self;
}

const char *
amfa_profile_files_get_credentials_path (AmfaProfileFiles *self)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  return self->credentials_path;
}

const char *
amfa_profile_files_get_config_path (AmfaProfileFiles *self)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  return self->config_path;
}

/**
 * amfa_profile_files_dup_digest:
 *
 * Returns: (transfer full): what tells the keyring's items for this credentials file from those for
 *   others: "-" for the file that ~/.aws/credentials is, by whatever path, else the SHA-256 of the
 *   resolved path
 */
char *
amfa_profile_files_dup_digest (AmfaProfileFiles *self)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  g_autoptr (AmfaLinkChain) chain = amfa_link_chain_new (self->credentials_path);
  g_autoptr (AmfaLinkChain) usual = amfa_link_chain_new (self->default_path);

  if (g_str_equal (chain->target, usual->target))
    return g_strdup ("-");
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, chain->target, -1);
}

/**
 * amfa_profile_files_read:
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * Returns: (transfer full) (nullable): the credentials file as it is now
 */
AmfaSnapshot *
amfa_profile_files_read (AmfaProfileFiles *self, GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  g_autoptr (GError) problem = NULL;
  AmfaSnapshot *snapshot = amfa_snapshot_new (self->credentials_path, &problem);

  if (!snapshot)
    {
      name_path (&problem, self->credentials_path);
      g_propagate_error (error, g_steal_pointer (&problem));
    }
  return snapshot;
}

/**
 * amfa_profile_files_read_config:
 * @error: %AMFA_ERROR_CONFIG_UNUSABLE
 *
 * Returns: (transfer full) (nullable): the config file; an absent one is an empty document
 */
AmfaIniDocument *
amfa_profile_files_read_config (AmfaProfileFiles *self, GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  g_autoptr (GError) problem = NULL;
  g_autoptr (AmfaSnapshot) snapshot = amfa_snapshot_new (self->config_path, &problem);

  if (snapshot)
    return amfa_ini_document_ref (amfa_snapshot_get_document (snapshot));

  AmfaErrorDetails details = *amfa_error_get_details (problem);

  details.subject = self->config_path;
  amfa_set_error (error, AMFA_ERROR_CONFIG_UNUSABLE, &details);
  return NULL;
}

static gboolean
try_folder_absent (AmfaProfileFiles *self, AmfaLinkChain *chain, GError **error)
{
  AmfaLinkStep *gap = g_ptr_array_index (chain->steps, chain->steps->len - 1);

  if (euidaccess (gap->folder, W_OK | X_OK) == 0)
    return TRUE;
  amfa_set_error (error, AMFA_ERROR_FILE_WRITE, &(AmfaErrorDetails){ .quote = g_strerror (errno) });
  return FALSE;
}

static gboolean
try_all (AmfaProfileFiles *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaLinkChain) chain = amfa_snapshot_follow (self->credentials_path, error);
  g_autoptr (AmfaFileLock) lock = NULL;
  g_autofree char *folder = NULL;

  if (!chain)
    return FALSE;
  if (!chain->folder_exists)
    return try_folder_absent (self, chain, error);

  folder = g_path_get_dirname (chain->target);
  lock = amfa_file_lock_new (folder, self->runtime_dir, AMFA_FILE_LOCK_TIMEOUT, cancellable, error);
  return lock && amfa_file_replace_try (chain->target, LOGIN_NEEDS, error);
}

/**
 * amfa_profile_files_preflight:
 * @cancellable: (nullable): ends the wait for the lock
 * @error: %AMFA_ERROR_FILE_UNUSABLE, %AMFA_ERROR_FILE_WRITE, %AMFA_ERROR_BUSY,
 *   %G_IO_ERROR_CANCELLED
 *
 * Finds out, before a code is spent, whether the credentials file could be replaced. Leaves
 * everything as it is.
 */
gboolean
amfa_profile_files_preflight (AmfaProfileFiles *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), FALSE);

  g_autoptr (GError) problem = NULL;

  if (try_all (self, cancellable, &problem))
    return TRUE;
  name_path (&problem, self->credentials_path);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * amfa_profile_files_lock:
 * @cancellable: (nullable): ends the wait
 * @error: %AMFA_ERROR_BUSY, %AMFA_ERROR_FILE_WRITE, %AMFA_ERROR_FILE_UNUSABLE,
 *   %G_IO_ERROR_CANCELLED
 *
 * Locks the folder of the credentials file, and creates it (0700) if it is missing; if nothing is
 * put into it, it leaves with the lock.
 *
 * Returns: (transfer full) (nullable): the lock
 */
AmfaFileLock *
amfa_profile_files_lock (AmfaProfileFiles *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self), NULL);

  g_autoptr (GError) problem = NULL;
  g_autoptr (AmfaLinkChain) chain = amfa_snapshot_follow (self->credentials_path, &problem);
  g_autofree char *folder = chain ? g_path_get_dirname (chain->target) : NULL;
  AmfaFileLock *lock = NULL;

  if (folder)
    lock = amfa_file_lock_new (folder, self->runtime_dir, AMFA_FILE_LOCK_TIMEOUT, cancellable,
                               &problem);
  if (!lock)
    {
      name_path (&problem, self->credentials_path);
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
 * @lock: the lock of amfa_profile_files_lock()
 * @before: what was read under the lock, and what @after was made from
 * @after: what the credentials file shall hold
 * @durable: (out) (optional): %FALSE if that succeeded, but a power cut could still undo it
 * @error: %AMFA_ERROR_FILE_CHANGED: somebody wrote since @before, read again;
 *   %AMFA_ERROR_FILE_UNUSABLE; %AMFA_ERROR_FILE_WRITE
 *
 * Returns: %FALSE if the credentials file is what it was
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
  gboolean synced = FALSE;

  /* Before as well: what has become a link or a folder since has changed, and is not unusable. */
  if (!fail_if_changed (self, lock, before, &problem) ||
      !amfa_file_replace (amfa_snapshot_get_target (before), amfa_ini_document_get_text (after),
                          last_look, &look, &synced, &problem))
    {
      name_path (&problem, self->credentials_path);
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (durable)
    *durable = synced;
  return TRUE;
}

/**
 * amfa_profile_files_remove:
 * @lock: the lock of amfa_profile_files_lock()
 * @before: what was read under the lock
 * @folder_too: remove the folder as well if nothing else is in it
 * @error: %AMFA_ERROR_FILE_CHANGED, %AMFA_ERROR_FILE_UNUSABLE, %AMFA_ERROR_FILE_WRITE
 *
 * Removes the credentials file; links to it stay.
 */
gboolean
amfa_profile_files_remove (AmfaProfileFiles *self,
                           AmfaFileLock *lock,
                           AmfaSnapshot *before,
                           gboolean folder_too,
                           GError **error)
{
  g_return_val_if_fail (AMFA_IS_PROFILE_FILES (self) && lock && before, FALSE);

  g_autoptr (GError) problem = NULL;

  if (fail_if_changed (self, lock, before, &problem) &&
      amfa_file_remove (amfa_snapshot_get_target (before), folder_too, &problem))
    return TRUE;
  name_path (&problem, self->credentials_path);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}
