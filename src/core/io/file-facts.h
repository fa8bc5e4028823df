#pragma once

#include <glib.h>
#include <sys/types.h>

/* What can be seen of a file without reading it: for who explains what is wrong with it. */

G_BEGIN_DECLS

/**
 * AmfaFileFacts:
 * @path: as it was asked for
 * @target: where that leads, without links
 * @leftover: (nullable): path of the temporary file that an interrupted replacement left
 * @leftover_stays: no run of ours can remove that
 *
 * The facts of a file that does not exist are all zero.
 */
typedef struct
{
  char *path;
  char *target;
  char *folder;
  char *leftover;
  gboolean leftover_stays;
  gboolean is_link;
  int problem; /* an errno: its path leads to nowhere; 0 */
  gboolean exists;
  gboolean is_regular;
  gboolean can_read;
  gboolean folder_exists;
  gboolean folder_can_write;
  gboolean is_mount_point;
  gboolean is_immutable;
  guint n_links;
  guint mode; /* the permission bits */
  guint folder_mode;
  uid_t owner;
  uid_t user; /* who we are */
} AmfaFileFacts;

AmfaFileFacts *amfa_file_facts_new (const char *path);
void amfa_file_facts_free (AmfaFileFacts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaFileFacts, amfa_file_facts_free)

G_END_DECLS
