#define G_LOG_DOMAIN "amfa-plain-file"

#include "plain-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "core/model/error.h"

#define MAX_SIZE (16 * 1024 * 1024)

/* How often a reading is begun anew because somebody wrote meanwhile. */
#define MAX_READINGS 5

static void
set_unusable (GError **error, const char *path, AmfaFileProblem reason, int code)
{
  amfa_set_error (error, AMFA_ERROR_FILE_UNUSABLE,
                  &(AmfaErrorDetails){ .subject = path,
                                       .reason = reason,
                                       .quote = code ? g_strerror (code) : NULL });
}

static AmfaFileStamp
stamp_of (const struct stat *st)
{
  return (AmfaFileStamp){
    .exists = TRUE,
    .device = st->st_dev,
    .inode = st->st_ino,
    .size = st->st_size,
    .modified = st->st_mtim,
    .changed = st->st_ctim,
  };
}

static gboolean
same_moment (struct timespec a, struct timespec b)
{
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

gboolean
amfa_file_stamp_equal (const AmfaFileStamp *a, const AmfaFileStamp *b)
{
  if (!a->exists || !b->exists)
    return a->exists == b->exists;
  return a->device == b->device && a->inode == b->inode && a->size == b->size &&
         same_moment (a->modified, b->modified) && same_moment (a->changed, b->changed);
}

/**
 * amfa_plain_file_read_fd:
 * @fd: an open regular file
 * @size: how many bytes to read from its beginning
 *
 * Returns: (transfer full) (nullable): the bytes; %NULL with errno set, 0 if the file is shorter
 */
AmfaSecret *
amfa_plain_file_read_fd (int fd, gsize size)
{
  char *bytes = NULL;
  g_autoptr (AmfaSecret) text = amfa_secret_new_sized (size, &bytes);
  gsize done = 0;

  while (done < size)
    {
      gssize n = TEMP_FAILURE_RETRY (pread (fd, bytes + done, size - done, (off_t) done));

      if (n < 0)
        return NULL;
      if (n == 0)
        {
          errno = 0;
          return NULL;
        }
      done += (gsize) n;
    }
  return g_steal_pointer (&text);
}

static gboolean
read_once (const char *path, int fd, AmfaSecret **text, AmfaFileStamp *stamp, GError **error)
{
  AmfaFileStamp after;
  struct stat st;

  if (fstat (fd, &st) != 0)
    {
      set_unusable (error, path, AMFA_FILE_PROBLEM_READ, errno);
      return FALSE;
    }
  if (!S_ISREG (st.st_mode))
    {
      set_unusable (error, path, AMFA_FILE_PROBLEM_NOT_REGULAR, 0);
      return FALSE;
    }
  if (st.st_size > MAX_SIZE)
    {
      set_unusable (error, path, AMFA_FILE_PROBLEM_TOO_BIG, 0);
      return FALSE;
    }

  *stamp = stamp_of (&st);
  *text = amfa_plain_file_read_fd (fd, (gsize) st.st_size);
  if (!*text && errno != 0)
    {
      set_unusable (error, path, AMFA_FILE_PROBLEM_READ, errno);
      return FALSE;
    }

  /* Others write in place: what they did half-way is not to be taken for the file. */
  if (fstat (fd, &st) == 0)
    after = stamp_of (&st);
  else
    after = (AmfaFileStamp){ 0 };
  if (*text && !amfa_file_stamp_equal (stamp, &after))
    g_clear_pointer (text, amfa_secret_unref);
  return TRUE;
}

/**
 * amfa_plain_file_read:
 * @path: a path that is not a link
 * @text: (out) (transfer full) (nullable): the bytes; %NULL if there is no file
 * @stamp: (out): the state of the file that they are of
 * @error: %AMFA_ERROR_FILE_UNUSABLE: not regular, too big, or cannot be read
 */
gboolean
amfa_plain_file_read (const char *path, AmfaSecret **text, AmfaFileStamp *stamp, GError **error)
{
  struct stat st;

  g_return_val_if_fail (path != NULL && text != NULL && stamp != NULL, FALSE);

  *text = NULL;
  *stamp = (AmfaFileStamp){ 0 };

  for (guint i = 0; i < MAX_READINGS; i++)
    {
      int fd = -1;
      gboolean ok = FALSE;

      /* Looked at before it is opened: to open a device or a pipe does something to it. */
      if (lstat (path, &st) == 0 && !S_ISREG (st.st_mode))
        {
          set_unusable (error, path, AMFA_FILE_PROBLEM_NOT_REGULAR, 0);
          return FALSE;
        }

      fd = TEMP_FAILURE_RETRY (
          open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC));
      if (fd < 0 && errno == ENOENT)
        return TRUE;
      if (fd < 0)
        {
          set_unusable (error, path, AMFA_FILE_PROBLEM_READ, errno);
          return FALSE;
        }

      ok = read_once (path, fd, text, stamp, error);
      g_close (fd, NULL);
      if (!ok || *text)
        return ok;
    }

  set_unusable (error, path, AMFA_FILE_PROBLEM_READ, EAGAIN);
  return FALSE;
}
