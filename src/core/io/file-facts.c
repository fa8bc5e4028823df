#define G_LOG_DOMAIN "amfa-file-facts"

#include "file-facts.h"

#include "file-replace.h"
#include "leftover.h"
#include "link-chain.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void
look_at_file (AmfaFileFacts *self)
{
  const guint64 frozen = STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND;
  struct statx st;

  if (statx (AT_FDCWD, self->target, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &st) != 0)
    return;

  self->exists = TRUE;
  self->is_regular = S_ISREG (st.stx_mode);
  self->can_read = euidaccess (self->target, R_OK) == 0;
  self->is_mount_point = (st.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  self->is_immutable = (st.stx_attributes & frozen) != 0;
  self->n_links = st.stx_nlink;
  self->mode = st.stx_mode & 07777;
  self->owner = st.stx_uid;
}

static void
look_at_folder (AmfaFileFacts *self)
{
  struct stat st;

  if (stat (self->folder, &st) != 0 || !S_ISDIR (st.st_mode))
    return;

  self->folder_exists = TRUE;
  self->folder_can_write = euidaccess (self->folder, W_OK | X_OK) == 0;
  self->folder_mode = st.st_mode & 07777;
}

static void
look_for_leftover (AmfaFileFacts *self)
{
  g_autofree char *path = amfa_file_replace_temporary_path (self->target);
  g_autofree char *name = amfa_leftover_name (self->target);
  struct stat st;
  int folder;

  if (lstat (path, &st) != 0)
    return;

  self->leftover = g_steal_pointer (&path);
  folder = open (self->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  self->leftover_stays = !self->folder_can_write || !amfa_leftover_is_ours (folder, name);
  if (folder >= 0)
    g_close (folder, NULL);
}

/**
 * amfa_file_facts_new:
 * @path: an absolute path
 *
 * Returns: (transfer full): what is there
 */
AmfaFileFacts *
amfa_file_facts_new (const char *path)
{
  g_return_val_if_fail (path != NULL && g_path_is_absolute (path), NULL);

  AmfaFileFacts *self = g_new0 (AmfaFileFacts, 1);
  g_autoptr (AmfaLinkChain) chain = amfa_link_chain_new (path);
  g_autofree char *straight = g_canonicalize_filename (path, "/");

  self->path = g_strdup (path);
  self->target = g_strdup (chain->target);
  self->folder = g_path_get_dirname (chain->target);
  self->user = geteuid ();
  self->is_link = !g_str_equal (straight, self->target);
  self->problem = chain->problem;
  if (chain->problem == 0)
    look_at_file (self);
  look_at_folder (self);
  look_for_leftover (self);
  return self;
}

void
amfa_file_facts_free (AmfaFileFacts *self)
{
  if (!self)
    return;

  g_free (self->path);
  g_free (self->target);
  g_free (self->folder);
  g_free (self->leftover);
  g_free (self);
}
