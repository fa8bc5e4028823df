#define G_LOG_DOMAIN "amfa-disk-sync"

#include "disk-sync.h"

#include <errno.h>
#include <fcntl.h>
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

/**
 * amfa_disk_sync:
 * @folder: a folder, which need not be there yet
 *
 * Writes the file system where it lies, or would lie, to the disk.
 *
 * Returns: 0, or an errno
 */
int
amfa_disk_sync (const char *folder)
{
  int fd = open_nearest_folder (folder);
  int saved_errno = fd < 0 || syncfs (fd) != 0 ? errno : 0;

  if (fd >= 0)
    close (fd);
  return saved_errno;
}
