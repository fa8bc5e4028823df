#define G_LOG_DOMAIN "amfa-file-replace"

#include "file-replace.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/model/error.h"
#include "leftover.h"
#include "plain-file.h"

/* How a file is replaced, so that whoever dies when, it is whole, old or new:
 *
 *   1. the temporary file: one fixed name beside the target (what a killed run left there is
 * removed first; under the lock it is nobody's), 0600 from its first instant, the owner of the old
 * one
 *   2. its bytes: written, synced, read back and compared
 *   3. the caller's last look: are they what is meant, and is the old file still what was read
 *   4. rename, sync of the folder
 *
 * Up to the rename every failure removes the temporary file and leaves the old one alone; after it
 * there is no failure any more, only a change that a power cut could still undo. There is no way
 * that writes into the old file, so what a rename would tear apart or cannot replace is refused:
 * hard links, mount points, an owner that cannot be kept.
 *
 * A new file with keys is 0600 whatever the old one was: nobody else is to read them. No ACL
 * follows the old file. Its SELinux label is the old one's, as far as the system allows; other
 * attributes do not follow. */

typedef struct
{
  const char *target;
  char *name;
  char *temporary; /* beside @name; NULL if it is not there, or there no more */
  int folder;
  int fd;
  off_t old_size;
  AmfaFileReaders readers;
} Replacement;

static void
replacement_clear (Replacement *self)
{
  if (self->temporary && unlinkat (self->folder, self->temporary, 0) != 0)
    g_info ("%s is left behind in the folder of %s: %s", self->temporary, self->target,
            g_strerror (errno));
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  if (self->folder >= 0)
    g_close (self->folder, NULL);
  g_free (self->temporary);
  g_free (self->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Replacement, replacement_clear)

static gboolean
fail_write (Replacement *self, int code, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_FILE_WRITE,
                  &(AmfaErrorDetails){ .subject = self->target, .quote = g_strerror (code) });
  return FALSE;
}

static gboolean
refuse (Replacement *self, AmfaFileProblem reason, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_FILE_UNUSABLE,
                  &(AmfaErrorDetails){ .subject = self->target, .reason = reason });
  return FALSE;
}

static gboolean
open_folder (Replacement *self, const char *target, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (target);

  self->target = target;
  self->name = g_path_get_basename (target);
  self->fd = -1;
  self->folder = TEMP_FAILURE_RETRY (open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return self->folder >= 0 || fail_write (self, errno, error);
}

/* Looks at the old file. @exists: (out) */
static gboolean
inspect (Replacement *self, struct statx *old, gboolean *exists, GError **error)
{
  const guint64 frozen = STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND;

  *exists = FALSE;
  if (statx (self->folder, self->name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, old) != 0)
    return errno == ENOENT || fail_write (self, errno, error);

  *exists = TRUE;
  if (!S_ISREG (old->stx_mode))
    return refuse (self, AMFA_FILE_PROBLEM_NOT_REGULAR, error);
  if (old->stx_nlink > 1)
    return refuse (self, AMFA_FILE_PROBLEM_HARD_LINK, error);
  if (old->stx_attributes & STATX_ATTR_MOUNT_ROOT)
    return refuse (self, AMFA_FILE_PROBLEM_MOUNT_POINT, error);
  if (old->stx_attributes & frozen)
    return fail_write (self, EPERM, error);
  return TRUE;
}

static void
keep_label (Replacement *self)
{
  static const char attribute[] = "security.selinux";
  char label[512];
  gssize length = lgetxattr (self->target, attribute, label, sizeof label);

  if (length > 0 && fsetxattr (self->fd, attribute, label, (gsize) length, 0) != 0)
    g_debug ("the label of %s could not be kept: %s", self->target, g_strerror (errno));
}

static gboolean
keep_owner (Replacement *self, const struct statx *old, GError **error)
{
  struct stat st;

  if (fstat (self->fd, &st) != 0)
    return fail_write (self, errno, error);
  if (st.st_uid != old->stx_uid && fchown (self->fd, old->stx_uid, (gid_t) -1) != 0)
    return refuse (self, AMFA_FILE_PROBLEM_OWNER, error);
  if (st.st_gid != old->stx_gid && fchown (self->fd, (uid_t) -1, old->stx_gid) != 0)
    g_debug ("the group of %s could not be kept: %s", self->target, g_strerror (errno));
  return TRUE;
}

/* Not for another group than that of the old file. */
static gboolean
keep_readers (Replacement *self, const struct statx *old, GError **error)
{
  struct stat st;
  mode_t mode = old->stx_mode & 0777;

  if (self->readers == AMFA_FILE_PRIVATE)
    return TRUE;
  if (fstat (self->fd, &st) != 0)
    return fail_write (self, errno, error);
  if (st.st_gid != old->stx_gid)
    mode &= (mode_t) ~0070;
  return fchmod (self->fd, mode) == 0 || fail_write (self, errno, error);
}

/**
 * amfa_file_replace_temporary_path:
 * @target: the file to replace
 *
 * Returns: (transfer full): where the new file is made
 */
char *
amfa_file_replace_temporary_path (const char *target)
{
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *name = amfa_leftover_name (target);

  return g_build_filename (folder, name, NULL);
}

static gboolean
create_temporary (Replacement *self, GError **error)
{
  const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  g_autofree char *name = amfa_leftover_name (self->target);
  gboolean exists = FALSE;
  struct statx old;

  if (!inspect (self, &old, &exists, error))
    return FALSE;

  if (!amfa_leftover_clear (self->folder, name))
    return fail_write (self, errno, error);
  self->fd = TEMP_FAILURE_RETRY (openat (self->folder, name, flags, 0600));
  if (self->fd < 0)
    return fail_write (self, errno, error);
  self->temporary = g_steal_pointer (&name);

  /* The umask may have taken bits away. */
  if (fchmod (self->fd, 0600) != 0)
    return fail_write (self, errno, error);
  if (!exists)
    return TRUE;
  self->old_size = (off_t) old.stx_size;
  keep_label (self);
  return keep_owner (self, &old, error) && keep_readers (self, &old, error);
}

static gboolean
write_all (Replacement *self, AmfaSecret *text, GError **error)
{
  const char *bytes = amfa_secret_peek (text);
  gsize left = amfa_secret_get_length (text);

  while (left > 0)
    {
      gssize n = TEMP_FAILURE_RETRY (write (self->fd, bytes, left));

      if (n < 0)
        return fail_write (self, errno, error);
      bytes += n;
      left -= (gsize) n;
    }
  return fsync (self->fd) == 0 || fail_write (self, errno, error);
}

static AmfaSecret *
read_back (Replacement *self, AmfaSecret *text, GError **error)
{
  g_autoptr (AmfaSecret) written = NULL;
  struct stat st;

  if (fstat (self->fd, &st) == 0 && (gsize) st.st_size == amfa_secret_get_length (text))
    written = amfa_plain_file_read_fd (self->fd, amfa_secret_get_length (text));
  if (written && amfa_secret_equal (written, text))
    return g_steal_pointer (&written);

  fail_write (self, EIO, error);
  return NULL;
}

/**
 * amfa_file_replace_try:
 * @target: the file to replace, which may be absent; its folder is not
 * @growth: how many bytes longer than the old file the new one will be at most
 * @error: as of amfa_file_replace()
 *
 * Finds out whether amfa_file_replace() would succeed, and leaves nothing behind.
 */
gboolean
amfa_file_replace_try (const char *target, gsize growth, GError **error)
{
  g_auto (Replacement) self = { .folder = -1, .fd = -1 };
  int code = 0;

  g_return_val_if_fail (target != NULL, FALSE);

  if (!open_folder (&self, target, error) || !create_temporary (&self, error))
    return FALSE;

  do
    code = posix_fallocate (self.fd, 0, self.old_size + (off_t) growth);
  while (code == EINTR);
  if (code == 0 || code == EINVAL || code == EOPNOTSUPP)
    return TRUE;
  return fail_write (&self, code, error);
}

/**
 * amfa_file_replace:
 * @target: the file to replace or to create; its folder exists
 * @text: its new content
 * @readers: who may read it
 * @check: the caller's last look
 * @data: for @check
 * @durable: (out): %FALSE if the new file is in place but a power cut could bring back the old one
 * @error: %AMFA_ERROR_FILE_UNUSABLE (not regular, hard link, mount point, owner),
 *   %AMFA_ERROR_FILE_WRITE, or what @check says
 *
 * Returns: %TRUE if @target now holds @text; else it is what it was
 */
gboolean
amfa_file_replace (const char *target,
                   AmfaSecret *text,
                   AmfaFileReaders readers,
                   AmfaFileReplaceCheck check,
                   gpointer data,
                   gboolean *durable,
                   GError **error)
{
  g_auto (Replacement) self = { .folder = -1, .fd = -1, .readers = readers };
  g_autoptr (AmfaSecret) written = NULL;

  g_return_val_if_fail (target != NULL && text != NULL && check != NULL, FALSE);
  g_return_val_if_fail (durable != NULL, FALSE);

  if (!open_folder (&self, target, error) || !create_temporary (&self, error) ||
      !write_all (&self, text, error))
    return FALSE;

  written = read_back (&self, text, error);
  if (!written || !check (written, data, error))
    return FALSE;

  if (renameat (self.folder, self.temporary, self.folder, self.name) != 0)
    return errno == EBUSY ? refuse (&self, AMFA_FILE_PROBLEM_MOUNT_POINT, error)
                          : fail_write (&self, errno, error);

  g_clear_pointer (&self.temporary, g_free);
  *durable = fsync (self.folder) == 0;
  return TRUE;
}

/**
 * amfa_file_remove:
 * @target: the file; it may be gone already
 * @error: %AMFA_ERROR_FILE_UNUSABLE, %AMFA_ERROR_FILE_WRITE
 */
gboolean
amfa_file_remove (const char *target, GError **error)
{
  g_auto (Replacement) self = { .folder = -1, .fd = -1 };

  g_return_val_if_fail (target != NULL, FALSE);

  if (!open_folder (&self, target, error))
    return FALSE;
  if (unlinkat (self.folder, self.name, 0) != 0 && errno != ENOENT)
    return errno == EBUSY ? refuse (&self, AMFA_FILE_PROBLEM_MOUNT_POINT, error)
                          : fail_write (&self, errno, error);

  if (fsync (self.folder) != 0)
    g_info ("the folder of %s: %s", target, g_strerror (errno));
  return TRUE;
}

/**
 * amfa_file_sweep:
 * @target: a file, which may be absent
 *
 * Removes the temporary file that a killed run left beside it.
 */
void
amfa_file_sweep (const char *target)
{
  g_auto (Replacement) self = { .folder = -1, .fd = -1 };
  g_autofree char *name = NULL;

  g_return_if_fail (target != NULL);

  if (!open_folder (&self, target, NULL))
    return;
  name = amfa_leftover_name (target);
  if (!amfa_leftover_sweep (self.folder, name))
    g_info ("%s stays in the folder of %s: %s", name, target, g_strerror (errno));
}
