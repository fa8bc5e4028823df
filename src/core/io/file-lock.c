#define G_LOG_DOMAIN "amfa-file-lock"

#include "file-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/model/error.h"

/* The lock is a flock() on the folder itself: it needs no file of its own, goes with the process
 * that holds it, and the tools that write the files inside never see it. A folder that is missing
 * is created, since it cannot be locked otherwise, and leaves with the lock if nothing was put into
 * it. So a waiter may get the lock of a folder that is no longer the one of that name, and has to
 * look again. Where the file system knows no flock(), a file in the runtime folder stands for the
 * folder, under the same rule. */

#define RETRY_INTERVAL 20 /* ms */

struct _AmfaFileLock
{
  char *folder;
  char *stand_in; /* the lock file's path; NULL if the folder itself is locked */
  int fd;
  GPtrArray *created;   /* folders that this lock made, outermost first */
  AmfaFileLock *second; /* held as long as this one; nullable */
};

typedef enum
{
  TRY_HELD,
  TRY_TAKEN,       /* by somebody else, or gone: try again */
  TRY_UNSUPPORTED, /* no flock() there */
  TRY_FAILED,      /* errno */
} TryResult;

static gboolean
flock_is_unsupported (int code)
{
  /* EBADF: NFS wants a descriptor for writing, flock(2), and a folder has none. */
  return code == ENOLCK || code == EOPNOTSUPP || code == ENOSYS || code == EINVAL || code == EBADF;
}

static TryResult
try_lock (AmfaFileLock *self, const char *path, int flags)
{
  struct stat held, named;
  int fd = TEMP_FAILURE_RETRY (open (path, flags | O_CLOEXEC, 0600));
  int code = 0;

  if (fd < 0)
    return errno == ENOENT ? TRY_TAKEN : TRY_FAILED;

  if (TEMP_FAILURE_RETRY (flock (fd, LOCK_EX | LOCK_NB)) != 0)
    {
      code = errno;
      g_close (fd, NULL);
      errno = code;
      if (code == EWOULDBLOCK)
        return TRY_TAKEN;
      return flock_is_unsupported (code) ? TRY_UNSUPPORTED : TRY_FAILED;
    }

  if (fstat (fd, &held) != 0 || lstat (path, &named) != 0 || held.st_dev != named.st_dev ||
      held.st_ino != named.st_ino)
    {
      g_close (fd, NULL);
      return TRY_TAKEN;
    }

  self->fd = fd;
  return TRY_HELD;
}

static void
sync_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  if (fsync (fd) != 0)
    g_debug ("%s: %s", folder, g_strerror (errno));
  g_close (fd, NULL);
}

/* Returns: 0, or an errno */
static int
make_folder (AmfaFileLock *self, const char *folder)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  int code = 0;

  if (mkdir (folder, 0700) == 0)
    {
      g_ptr_array_add (self->created, g_strdup (folder));
      sync_folder (parent);
      return 0;
    }

  code = errno;
  if (code == EEXIST)
    return 0;
  if (code != ENOENT)
    return g_file_test (folder, G_FILE_TEST_IS_DIR) ? 0 : code;
  if (g_str_equal (parent, folder))
    return code;

  code = make_folder (self, parent);
  if (code != 0)
    return code;
  if (mkdir (folder, 0700) == 0)
    {
      g_ptr_array_add (self->created, g_strdup (folder));
      sync_folder (parent);
    }
  return 0;
}

static char *
stand_in_path (const char *folder, const char *runtime_dir)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, folder, -1);
  g_autofree char *name = g_strdup_printf ("awsmfa-%s.lock", digest);

  return g_build_filename (runtime_dir, name, NULL);
}

static TryResult
try_once (AmfaFileLock *self, const char *runtime_dir)
{
  TryResult result = TRY_UNSUPPORTED;

  if (!self->stand_in)
    {
      int code = make_folder (self, self->folder);

      if (code != 0)
        {
          errno = code;
          return TRY_FAILED;
        }
      result = try_lock (self, self->folder, O_RDONLY | O_DIRECTORY);
      if (result != TRY_UNSUPPORTED || !runtime_dir)
        return result;

      g_debug ("no flock() on %s: %s", self->folder, g_strerror (errno));
      if (g_mkdir_with_parents (runtime_dir, 0700) != 0)
        return TRY_FAILED;
      self->stand_in = stand_in_path (self->folder, runtime_dir);
    }

  return try_lock (self, self->stand_in, O_RDWR | O_CREAT | O_NOFOLLOW);
}

static void
wait_a_little (GCancellable *cancellable)
{
  GPollFD poll;

  if (g_cancellable_make_pollfd (cancellable, &poll))
    {
      g_poll (&poll, 1, RETRY_INTERVAL);
      g_cancellable_release_fd (cancellable);
    }
  else
    g_usleep (RETRY_INTERVAL * 1000);
}

/**
 * amfa_file_lock_new:
 * @folder: an absolute path without links; created (0700) if it is missing, and removed again with
 *   the lock if it is still empty then
 * @runtime_dir: (nullable): where a lock file may lie if the file system of @folder has no locks
 * @timeout: how long to wait for another holder, microseconds
 * @cancellable: (nullable): ends the wait
 * @error: %AMFA_ERROR_BUSY after @timeout; %AMFA_ERROR_FILE_WRITE; %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the lock, which other processes and other locks of this one
 *   respect until it is freed
 */
AmfaFileLock *
amfa_file_lock_new (const char *folder,
                    const char *runtime_dir,
                    gint64 timeout,
                    GCancellable *cancellable,
                    GError **error)
{
  g_return_val_if_fail (folder != NULL && g_path_is_absolute (folder), NULL);

  g_autoptr (AmfaFileLock) self = g_new0 (AmfaFileLock, 1);
  gint64 deadline = g_get_monotonic_time () + timeout;

  self->folder = g_strdup (folder);
  self->created = g_ptr_array_new_with_free_func (g_free);
  self->fd = -1;

  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      switch (try_once (self, runtime_dir))
        {
        case TRY_HELD:
          return g_steal_pointer (&self);

        case TRY_TAKEN:
          if (g_get_monotonic_time () >= deadline)
            {
              amfa_set_error (error, AMFA_ERROR_BUSY, &(AmfaErrorDetails){ .subject = folder });
              return NULL;
            }
          wait_a_little (cancellable);
          break;

        case TRY_UNSUPPORTED:
        case TRY_FAILED:
        default:
          amfa_set_error (error, AMFA_ERROR_FILE_WRITE,
                          &(AmfaErrorDetails){ .subject = folder, .quote = g_strerror (errno) });
          return NULL;
        }
    }
  return NULL;
}

/**
 * amfa_file_lock_new_pair:
 * @folders: two folders, which may be the same
 * @timeout: how long to wait for each
 * @error: as for amfa_file_lock_new(); its subject is the folder
 *
 * Everybody takes two in the same order, so that nobody waits for one who waits for him.
 *
 * Returns: (transfer full) (nullable): one lock for both
 */
AmfaFileLock *
amfa_file_lock_new_pair (const char *const folders[2],
                         const char *runtime_dir,
                         gint64 timeout,
                         GCancellable *cancellable,
                         GError **error)
{
  int order = strcmp (folders[0], folders[1]);
  g_autoptr (AmfaFileLock) self = amfa_file_lock_new (order <= 0 ? folders[0] : folders[1],
                                                      runtime_dir, timeout, cancellable, error);

  if (!self || order == 0)
    return g_steal_pointer (&self);
  self->second = amfa_file_lock_new (order < 0 ? folders[1] : folders[0], runtime_dir, timeout,
                                     cancellable, error);
  return self->second ? g_steal_pointer (&self) : NULL;
}

/* Returns: whether @folder is locked by it */
gboolean
amfa_file_lock_covers (AmfaFileLock *self, const char *folder)
{
  g_return_val_if_fail (self != NULL && folder != NULL, FALSE);

  return g_str_equal (self->folder, folder) ||
         (self->second && amfa_file_lock_covers (self->second, folder));
}

void
amfa_file_lock_free (AmfaFileLock *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->second, amfa_file_lock_free);
  if (self->fd >= 0)
    {
      /* Before the lock goes, so that nobody else is in there. */
      for (guint i = self->created->len; i > 0; i--)
        if (rmdir (g_ptr_array_index (self->created, i - 1)) != 0)
          break;
      if (self->stand_in && unlink (self->stand_in) != 0)
        g_debug ("%s: %s", self->stand_in, g_strerror (errno));
      g_close (self->fd, NULL);
    }

  g_ptr_array_unref (self->created);
  g_free (self->stand_in);
  g_free (self->folder);
  g_free (self);
}
