#define G_LOG_DOMAIN "amfa-disk-sync"

#include "disk-sync.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int
open_nearest_folder (const char *path)
{
  g_autofree char *folder = g_strdup (path);
  int fd;

  while ((fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 &&
         (errno == ENOENT || errno == ENOTDIR || errno == EACCES) && !g_str_equal (folder, "/"))
    {
      char *parent = g_path_get_dirname (folder);

      g_free (folder);
      folder = parent;
    }
  return fd;
}

/* @done: devices that need no second time */
static int
sync_folder (const char *folder, GArray *done)
{
  int fd = open_nearest_folder (folder);
  struct stat facts = { 0 };
  int saved_errno = fd < 0 || fstat (fd, &facts) != 0 ? errno : 0;
  gboolean is_done = FALSE;

  for (guint i = 0; saved_errno == 0 && i < done->len; i++)
    is_done |= g_array_index (done, dev_t, i) == facts.st_dev;
  if (saved_errno == 0 && !is_done)
    {
      saved_errno = syncfs (fd) != 0 ? errno : 0;
      g_array_append_val (done, facts.st_dev);
    }
  if (fd >= 0)
    close (fd);
  return saved_errno;
}

/**
 * amfa_disk_sync:
 * @folders: folders, which need not be there yet
 *
 * Writes the file systems where they lie, or would lie, to the disk.
 *
 * Returns: 0, or an errno
 */
int
amfa_disk_sync (const char *const *folders)
{
  g_autoptr (GArray) done = g_array_new (FALSE, FALSE, sizeof (dev_t));
  int saved_errno = 0;

  for (; *folders && saved_errno == 0; folders++)
    saved_errno = sync_folder (*folders, done);
  return saved_errno;
}
