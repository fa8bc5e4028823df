#pragma once

#include <sys/stat.h>

#include "core/model/secret.h"

/* The whole content of a regular file. Private to the files of this folder. */

G_BEGIN_DECLS

/* What tells one state of a file from another without reading it. */
typedef struct
{
  gboolean exists;
  dev_t device;
  ino_t inode;
  off_t size;
  struct timespec modified;
  struct timespec changed;
} AmfaFileStamp;

gboolean amfa_file_stamp_equal (const AmfaFileStamp *a, const AmfaFileStamp *b);

AmfaSecret *amfa_plain_file_read_fd (int fd, gsize size);
gboolean amfa_plain_file_read (const char *path,
                               AmfaSecret **text,
                               AmfaFileStamp *stamp,
                               GError **error);

G_END_DECLS
