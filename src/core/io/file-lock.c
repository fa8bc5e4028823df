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

/* The lock is a flock() on a separate file beside the files that it protects. That file is 0600, so
 * no other user can open it and lock us out. The holder removes it before releasing the lock. A
 * waiter can therefore get the lock of a file that no longer has the name, and must try again. A
 * killed run leaves the file behind; the next run locks the same file.
 *
 * Anything else of that name is neither used nor removed: the error names it.
 *
 * A missing folder is created, and removed with the lock if it is still empty. A waiter may take
 * the lock just before the folder is removed, so the file says how many folders were created, and
 * the waiter removes them instead. If nothing can be created in the folder, no file there can be
 * replaced either, and nothing is locked.
 *
 * If the file system has no flock(), a file in the runtime folder is locked instead.
 *
 * Version 0.1.0 locks the folder itself. That lock is taken too if it is free, and never waited
 * for, because another user can hold it. */

#define RETRY_INTERVAL 20 /* ms */

/* How often a lock file with wrong permissions is replaced in one attempt. */
#define MAX_REPAIRS 3

struct _AmfaFileLock
{
  char *folder;
  char *path;           /* the lock file's */
  char *stand_in;       /* the one in the runtime folder; NULL where flock() works */
  int fd;               /* -1 where nothing can be created */
  int folder_fd;        /* the lock of version 0.1.0; -1 if somebody else has it */
  guint n_created;      /* how many folders, from ours upwards, go with the lock if empty */
  AmfaFileLock *second; /* held as long as this one; nullable */
};

typedef enum
{
  TRY_HELD,
  TRY_TAKEN,       /* by somebody else, or gone: try again */
  TRY_REPAIRED,    /* the file was in a state that we do not leave it in: try again at once */
  TRY_UNSUPPORTED, /* no flock() there */
  TRY_NOT_OURS,    /* something else has the name */
  TRY_FAILED,      /* errno */
} TryResult;

static gboolean
flock_is_unsupported (int code)
{
  return code == ENOLCK || code == EOPNOTSUPP || code == ENOSYS || code == EINVAL || code == EBADF;
}

/* Root locks the files of the user whose folder it is. */
static uid_t
get_owner (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat st;

  return geteuid () == 0 && stat (folder, &st) == 0 ? st.st_uid : geteuid ();
}

static gboolean
is_ours (const struct stat *st, const char *path)
{
  return S_ISREG (st->st_mode) && (st->st_uid == geteuid () || st->st_uid == get_owner (path));
}

static TryResult
repair (const char *path)
{
  return unlink (path) == 0 || errno == ENOENT ? TRY_REPAIRED : TRY_FAILED;
}

/* Why the file could be neither opened nor created. @code: errno */
static TryResult
explain (const char *path, int code)
{
  struct stat st;
  gboolean exists = lstat (path, &st) == 0;

  if (code == EROFS || (!exists && (code == EACCES || code == EPERM)))
    return TRY_HELD;
  /* The folder went with its holder, and may be there again by now. */
  if (code == ENOENT)
    return TRY_TAKEN;
  if (exists && !is_ours (&st, path))
    return TRY_NOT_OURS;
  if (exists && code == EACCES)
    return repair (path);
  errno = code;
  return TRY_FAILED;
}

/* Whether nobody but us can have it open. */
static TryResult
check_open (int fd, const char *path)
{
  struct stat st;

  if (fstat (fd, &st) != 0)
    return TRY_FAILED;
  if (!is_ours (&st, path))
    return TRY_NOT_OURS;
  if (st.st_mode & (S_IRWXG | S_IRWXO))
    return repair (path);
  if (st.st_uid != get_owner (path) && fchown (fd, get_owner (path), (gid_t) -1) != 0)
    return TRY_FAILED;
  return fchmod (fd, 0600) == 0 ? TRY_HELD : TRY_FAILED;
}

static gboolean
still_has_name (int fd, const char *path)
{
  struct stat held, named;

  return fstat (fd, &held) == 0 && lstat (path, &named) == 0 && held.st_dev == named.st_dev &&
         held.st_ino == named.st_ino;
}

/* How many folders its holder, or a killed one, created. */
static void
take_over (AmfaFileLock *self, int fd)
{
  char text[16] = "";

  if (pread (fd, text, sizeof text - 1, 0) > 0)
    self->n_created = MAX (self->n_created, (guint) g_ascii_strtoull (text, NULL, 10));
}

static void
note_created (AmfaFileLock *self)
{
  g_autofree char *text = g_strdup_printf ("%u\n", self->n_created);

  if (self->n_created > 0 && pwrite (self->fd, text, strlen (text), 0) < 0)
    g_debug ("%s: %s", self->path, g_strerror (errno));
}

static TryResult
lock_open (AmfaFileLock *self, int fd, const char *path)
{
  TryResult result = check_open (fd, path);
  int code;

  if (result != TRY_HELD)
    return result;
  code = TEMP_FAILURE_RETRY (flock (fd, LOCK_EX | LOCK_NB)) == 0 ? 0 : errno;
  take_over (self, fd);
  errno = code;
  if (code != 0)
    return errno == EWOULDBLOCK           ? TRY_TAKEN
           : flock_is_unsupported (errno) ? TRY_UNSUPPORTED
                                          : TRY_FAILED;
  return still_has_name (fd, path) ? TRY_HELD : TRY_TAKEN;
}

static void
close_quietly (int fd)
{
  int code = errno;

  g_close (fd, NULL);
  errno = code;
}

static TryResult
try_file (AmfaFileLock *self, const char *path)
{
  const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  TryResult result = TRY_REPAIRED;

  for (guint i = 0; result == TRY_REPAIRED && i < MAX_REPAIRS; i++)
    {
      int fd = TEMP_FAILURE_RETRY (open (path, flags, 0600));

      if (fd < 0)
        {
          result = explain (path, errno);
          continue;
        }
      result = lock_open (self, fd, path);
      if (result == TRY_HELD)
        self->fd = fd;
      else
        close_quietly (fd);
    }
  return result == TRY_REPAIRED ? TRY_TAKEN : result;
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

/* @level: of @folder, 1 for that of the lock; may be made again, by the same or another one
 *
 * Returns: 0, or an errno */
static int
make_folder (AmfaFileLock *self, const char *folder, guint level)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  int code = 0;

  if (mkdir (folder, 0700) == 0)
    {
      self->n_created = MAX (self->n_created, level);
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

  code = make_folder (self, parent, level + 1);
  if (code != 0)
    return code;
  if (mkdir (folder, 0700) == 0)
    {
      self->n_created = MAX (self->n_created, level);
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
try_stand_in (AmfaFileLock *self, const char *runtime_dir)
{
  if (g_mkdir_with_parents (runtime_dir, 0700) != 0)
    return TRY_FAILED;
  if (!self->stand_in)
    {
      g_debug ("no flock() in %s", self->folder);
      self->stand_in = stand_in_path (self->folder, runtime_dir);
    }
  return try_file (self, self->stand_in);
}

static TryResult
try_once (AmfaFileLock *self, const char *runtime_dir)
{
  int code = make_folder (self, self->folder, 1);
  TryResult result;

  if (code != 0)
    {
      errno = code;
      return TRY_FAILED;
    }
  result = self->stand_in ? TRY_UNSUPPORTED : try_file (self, self->path);
  return result == TRY_UNSUPPORTED && runtime_dir ? try_stand_in (self, runtime_dir) : result;
}

static void
try_old_lock (AmfaFileLock *self)
{
  int fd = TEMP_FAILURE_RETRY (open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));

  if (fd >= 0 && TEMP_FAILURE_RETRY (flock (fd, LOCK_EX | LOCK_NB)) == 0)
    self->folder_fd = fd;
  else if (fd >= 0)
    g_close (fd, NULL);
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

static AmfaFileLock *
lock_new (const char *folder)
{
  AmfaFileLock *self = g_new0 (AmfaFileLock, 1);

  self->folder = g_strdup (folder);
  self->path = g_build_filename (folder, AMFA_FILE_LOCK_NAME, NULL);
  self->fd = self->folder_fd = -1;
  return self;
}

static void
set_error (AmfaFileLock *self, TryResult result, GError **error)
{
  const char *quote = g_strerror (errno);

  if (result == TRY_TAKEN)
    amfa_set_error (error, AMFA_ERROR_BUSY, &(AmfaErrorDetails){ .subject = self->folder });
  else if (result == TRY_NOT_OURS)
    amfa_set_error (error, AMFA_ERROR_FILE_UNUSABLE,
                    &(AmfaErrorDetails){ .subject = self->folder,
                                         .reason = AMFA_FILE_PROBLEM_LOCK,
                                         .other = self->stand_in ? self->stand_in : self->path });
  else
    amfa_set_error (error, AMFA_ERROR_FILE_WRITE,
                    &(AmfaErrorDetails){ .subject = self->folder, .quote = quote });
}

/* @deadline: monotonic time */
static AmfaFileLock *
lock_until (const char *folder,
            const char *runtime_dir,
            gint64 deadline,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (AmfaFileLock) self = lock_new (folder);

  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      TryResult result = try_once (self, runtime_dir);

      if (result == TRY_HELD)
        {
          note_created (self);
          try_old_lock (self);
          return g_steal_pointer (&self);
        }
      if (result != TRY_TAKEN || g_get_monotonic_time () >= deadline)
        {
          set_error (self, result, error);
          return NULL;
        }
      wait_a_little (cancellable);
    }
  return NULL;
}

/**
 * amfa_file_lock_new:
 * @folder: an absolute path without links; created (0700) if it is missing, and removed again with
 *   the lock if it is still empty then
 * @runtime_dir: (nullable): where a lock file may lie if the file system of @folder has no locks
 * @timeout: how long to wait for another holder, microseconds
 * @cancellable: (nullable): ends the wait
 * @error: %AMFA_ERROR_BUSY after @timeout; %AMFA_ERROR_FILE_WRITE; %AMFA_ERROR_FILE_UNUSABLE if
 *   something else has the lock file's name; %G_IO_ERROR_CANCELLED
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

  return lock_until (folder, runtime_dir, g_get_monotonic_time () + timeout, cancellable, error);
}

/**
 * amfa_file_lock_new_pair:
 * @folders: two folders, which may be the same
 * @timeout: how long to wait for both
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
  g_return_val_if_fail (folders != NULL && folders[0] != NULL && folders[1] != NULL, NULL);

  gint64 deadline = g_get_monotonic_time () + timeout;
  int order = strcmp (folders[0], folders[1]);
  g_autoptr (AmfaFileLock) self =
      lock_until (order <= 0 ? folders[0] : folders[1], runtime_dir, deadline, cancellable, error);

  if (!self || order == 0)
    return g_steal_pointer (&self);
  self->second =
      lock_until (order < 0 ? folders[1] : folders[0], runtime_dir, deadline, cancellable, error);
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

/**
 * amfa_file_lock_remove_folder:
 * @folder: one that is locked by it
 *
 * Removes the folder when the lock is released, if it is empty then. It cannot be removed earlier:
 * it contains the lock file.
 */
void
amfa_file_lock_remove_folder (AmfaFileLock *self, const char *folder)
{
  g_return_if_fail (self != NULL && folder != NULL);

  if (self->second && !g_str_equal (self->folder, folder))
    amfa_file_lock_remove_folder (self->second, folder);
  else
    self->n_created = MAX (self->n_created, 1);
}

static void
remove_file (int fd, const char *path)
{
  if (still_has_name (fd, path) && unlink (path) != 0)
    g_info ("%s is left behind: %s", path, g_strerror (errno));
}

static void
remove_files (AmfaFileLock *self)
{
  remove_file (self->fd, self->stand_in ? self->stand_in : self->path);
  /* It was created before it turned out that it cannot be locked. */
  if (self->stand_in)
    unlink (self->path);
}

static void
remove_folders (AmfaFileLock *self)
{
  g_autofree char *folder = g_strdup (self->folder);

  for (guint i = 0; i < self->n_created && rmdir (folder) == 0; i++)
    {
      char *parent = g_path_get_dirname (folder);

      g_free (folder);
      folder = parent;
    }
}

void
amfa_file_lock_free (AmfaFileLock *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->second, amfa_file_lock_free);
  /* Before the lock is released: nobody else is in there. */
  if (self->fd >= 0)
    remove_files (self);
  remove_folders (self);
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  if (self->folder_fd >= 0)
    g_close (self->folder_fd, NULL);

  g_free (self->stand_in);
  g_free (self->path);
  g_free (self->folder);
  g_free (self);
}
