#define G_LOG_DOMAIN "amfa-leftover"

#include "leftover.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * amfa_leftover_name:
 * @target: the file to replace
 *
 * One fixed name for each file, so that the next run finds what a killed one left.
 *
 * Returns: (transfer full): the name of the temporary file, which is made beside @target
 */
char *
amfa_leftover_name (const char *target)
{
  g_autofree char *name = g_path_get_basename (target);

  return g_strdup_printf (".%s.awsmfa-new", name);
}

/* Root's files in a user's folder belong to that user: see file-replace.c, keep_owner(). */
static gboolean
is_ours (int folder, uid_t owner)
{
  struct stat st;

  return owner == geteuid () || (geteuid () == 0 && fstat (folder, &st) == 0 && owner == st.st_uid);
}

static gboolean
remove_if (int folder, const char *name, gboolean regular_only)
{
  struct stat st;

  if (fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT;
  if (!is_ours (folder, st.st_uid) || S_ISDIR (st.st_mode) ||
      (regular_only && !S_ISREG (st.st_mode)))
    {
      errno = EEXIST;
      return FALSE;
    }
  return unlinkat (folder, name, 0) == 0 || errno == ENOENT;
}

/* Returns: whether amfa_leftover_sweep() would remove what has that name */
gboolean
amfa_leftover_is_ours (int folder, const char *name)
{
  struct stat st;

  return fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (st.st_mode) &&
         is_ours (folder, st.st_uid);
}

/**
 * amfa_leftover_sweep:
 * @folder: a descriptor of the folder, whose lock the caller holds
 * @name: of a temporary file
 *
 * Removes a left-over: a regular file of this user. What else has that name is not of our making.
 *
 * Returns: whether nothing has that name now; errno says why not
 */
gboolean
amfa_leftover_sweep (int folder, const char *name)
{
  return remove_if (folder, name, TRUE);
}

/**
 * amfa_leftover_clear:
 * @folder: a descriptor of the folder, whose lock the caller holds
 * @name: of the temporary file that is about to be made
 *
 * Makes way: a link or a pipe of this user goes, too, but no folder, and nothing of another user.
 *
 * Returns: whether nothing has that name now; errno says why not
 */
gboolean
amfa_leftover_clear (int folder, const char *name)
{
  return remove_if (folder, name, FALSE);
}
