#define G_LOG_DOMAIN "amfa-state-turn"

#include "state-turn.h"

#include "core/model/error.h"
#include "leftover.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A writer takes the lock, then creates the temporary file, and only then reads. Some network file
 * systems have no locks; there the temporary file alone keeps other writers out, because only one
 * of them can create it. A temporary file that is already there was left by a killed run: always if
 * we hold the lock, otherwise if it has not changed for as long as we wait. If a slow writer was
 * taken for dead, it finds that the file of that name is no longer its own, and changes nothing.
 *
 * Version 0.1.0 gave its temporary files random names, "state.ini.Q1W2E3". */

/* Writing a small file is quick: if it takes longer, the other writer is stopped. */
#define TIMEOUT_US (5 * G_USEC_PER_SEC)
#define RETRY_US (20 * 1000)

#define OLD_SUFFIX_LENGTH 6

struct _AmfaStateTurn
{
  char *path;
  char *name;
  char *temporary;
  int folder;
  int lock;
  int fd; /* of the temporary file; -1 if it is not ours, or no more */
  gboolean is_locked;
};

/* @code: an errno */
static gboolean
fail (AmfaStateTurn *self, int code, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_FILE_WRITE,
                  &(AmfaErrorDetails){ .subject = self->path, .quote = g_strerror (code) });
  return FALSE;
}

static gboolean
fail_busy (AmfaStateTurn *self, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_BUSY, &(AmfaErrorDetails){ .subject = self->path });
  return FALSE;
}

static AmfaStateTurn *
turn_new (const char *path)
{
  AmfaStateTurn *self = g_new0 (AmfaStateTurn, 1);

  self->path = g_strdup (path);
  self->name = g_path_get_basename (path);
  self->temporary = amfa_leftover_name (path);
  self->folder = self->lock = self->fd = -1;
  return self;
}

static gboolean
open_folder (AmfaStateTurn *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  self->folder = TEMP_FAILURE_RETRY (open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return self->folder >= 0;
}

static gboolean
open_lock (AmfaStateTurn *self)
{
  g_autofree char *name = g_strconcat (self->name, ".lock", NULL);

  self->lock = TEMP_FAILURE_RETRY (
      openat (self->folder, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  return self->lock >= 0;
}

/* Returns: %FALSE if another process holds it; without locks nobody can */
static gboolean
try_lock (AmfaStateTurn *self)
{
  int code = TEMP_FAILURE_RETRY (flock (self->lock, LOCK_EX | LOCK_NB)) == 0 ? 0 : errno;

  self->is_locked = code == 0;
  if (code != 0 && code != EWOULDBLOCK)
    g_debug ("no lock for %s: %s", self->path, g_strerror (code));
  return code != EWOULDBLOCK;
}

static gboolean
take_lock (AmfaStateTurn *self, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_US;

  if (!open_lock (self))
    return fail (self, errno, error);
  while (!try_lock (self))
    {
      if (g_get_monotonic_time () >= deadline)
        return fail_busy (self, error);
      g_usleep (RETRY_US);
    }
  return TRUE;
}

static gboolean
is_of_old_version (AmfaStateTurn *self, const char *name)
{
  gsize length = strlen (self->name);
  const char *suffix = name + length + 1;

  return g_str_has_prefix (name, self->name) && name[length] == '.' &&
         strlen (suffix) == OLD_SUFFIX_LENGTH &&
         strspn (suffix, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) == OLD_SUFFIX_LENGTH &&
         !g_str_equal (suffix, "backup");
}

static void
sweep_old (AmfaStateTurn *self)
{
  g_autofree char *path = g_path_get_dirname (self->path);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder && (name = g_dir_read_name (folder)) != NULL)
    if (is_of_old_version (self, name) && !amfa_leftover_sweep (self->folder, name))
      g_debug ("%s stays: %s", name, g_strerror (errno));
}

/* Whether nobody has touched the file in between. */
static gboolean
is_same_file (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static gboolean
make_temporary (AmfaStateTurn *self)
{
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

  self->fd = TEMP_FAILURE_RETRY (openat (self->folder, self->temporary, flags, 0600));
  return self->fd >= 0;
}

/* Without a lock: waits until the writer that made the temporary file is done, or must be dead. */
static gboolean
await_temporary (AmfaStateTurn *self, GError **error)
{
  gint64 began = g_get_monotonic_time ();
  gint64 unchanged_since = began;
  struct stat seen = { 0 };

  while (!make_temporary (self))
    {
      int code = errno;
      gint64 now = g_get_monotonic_time ();
      struct stat st = { 0 };

      if (code != EEXIST)
        return fail (self, code, error);
      if (now >= began + 2 * TIMEOUT_US)
        return fail_busy (self, error);
      if (fstatat (self->folder, self->temporary, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
          !is_same_file (&seen, &st))
        {
          seen = st;
          unchanged_since = now;
        }
      else if (now >= unchanged_since + TIMEOUT_US &&
               !amfa_leftover_clear (self->folder, self->temporary))
        return fail (self, errno, error);
      g_usleep (RETRY_US);
    }
  return TRUE;
}

static gboolean
claim_temporary (AmfaStateTurn *self, GError **error)
{
  if (!self->is_locked)
    return await_temporary (self, error);
  if (!amfa_leftover_clear (self->folder, self->temporary) || !make_temporary (self))
    return fail (self, errno, error);
  return TRUE;
}

/**
 * amfa_state_turn_new:
 * @path: the state file; its folder is made if it is missing
 * @error: %AMFA_ERROR_FILE_WRITE, %AMFA_ERROR_BUSY
 *
 * Waits for other writers, and removes what killed ones left behind.
 *
 * Returns: (transfer full) (nullable): the turn, which lasts until it is freed
 */
AmfaStateTurn *
amfa_state_turn_new (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_autoptr (AmfaStateTurn) self = turn_new (path);
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0 || !open_folder (self))
    {
      fail (self, errno, error);
      return NULL;
    }
  if (!take_lock (self, error))
    return NULL;
  if (!claim_temporary (self, error))
    return NULL;
  sweep_old (self);
  return g_steal_pointer (&self);
}

/* It is not if another writer took us for dead. */
static gboolean
is_still_ours (AmfaStateTurn *self)
{
  struct stat held, named;

  return self->fd >= 0 && fstat (self->fd, &held) == 0 &&
         fstatat (self->folder, self->temporary, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/* Returns: 0, or an errno */
static int
write_all (int fd, const char *bytes, gsize left)
{
  while (left > 0)
    {
      gssize n = TEMP_FAILURE_RETRY (write (fd, bytes, left));

      if (n < 0)
        return errno;
      bytes += n;
      left -= (gsize) n;
    }
  /* The umask may have taken bits away. */
  return fchmod (fd, 0600) == 0 && fsync (fd) == 0 ? 0 : errno;
}

/**
 * amfa_state_turn_write:
 * @text: what the file shall hold
 * @error: %AMFA_ERROR_FILE_WRITE, %AMFA_ERROR_BUSY
 *
 * To be called once at most. What has the file's name and is no file, such as a link, is replaced.
 *
 * Returns: %FALSE if the file is what it was
 */
gboolean
amfa_state_turn_write (AmfaStateTurn *self, const char *text, gsize length, GError **error)
{
  g_return_val_if_fail (self != NULL && self->fd >= 0, FALSE);

  int code = write_all (self->fd, text, length);

  if (code != 0)
    return fail (self, code, error);
  if (!is_still_ours (self))
    return fail_busy (self, error);
  if (renameat (self->folder, self->temporary, self->folder, self->name) != 0)
    return fail (self, errno, error);

  g_close (self->fd, NULL);
  self->fd = -1;
  if (fsync (self->folder) != 0)
    g_debug ("the folder of %s: %s", self->path, g_strerror (errno));
  return TRUE;
}

void
amfa_state_turn_free (AmfaStateTurn *self)
{
  g_return_if_fail (self != NULL);

  if (is_still_ours (self) && unlinkat (self->folder, self->temporary, 0) != 0)
    g_info ("%s is left behind in the folder of %s: %s", self->temporary, self->path,
            g_strerror (errno));
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  if (self->lock >= 0)
    g_close (self->lock, NULL);
  if (self->folder >= 0)
    g_close (self->folder, NULL);
  g_free (self->temporary);
  g_free (self->name);
  g_free (self->path);
  g_free (self);
}

/**
 * amfa_state_turn_sweep:
 * @path: the state file
 *
 * Removes what killed runs left. Does nothing while another process is writing: it does the same.
 */
void
amfa_state_turn_sweep (const char *path)
{
  g_return_if_fail (path != NULL);

  g_autoptr (AmfaStateTurn) self = turn_new (path);

  if (open_folder (self) && open_lock (self) && try_lock (self) && self->is_locked)
    {
      amfa_leftover_sweep (self->folder, self->temporary);
      sweep_old (self);
    }
}
