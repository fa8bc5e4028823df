#pragma once

#include <glib.h>

/* Where a path leads. Private to the files of this folder. */

G_BEGIN_DECLS

/* A name that was looked up in a folder: a change there can lead the path elsewhere. */
typedef struct
{
  char *folder; /* exists; without links */
  char *name;
} AmfaLinkStep;

typedef struct
{
  char *target;           /* absolute, without links; perhaps nothing is there */
  GPtrArray *steps;       /* of AmfaLinkStep: every link, then the end or the first gap */
  gboolean folder_exists; /* the folder that holds, or would hold, @target */
  int problem;            /* errno of what stopped the walk, ELOOP for a loop; 0 if nothing did */
} AmfaLinkChain;

AmfaLinkChain *amfa_link_chain_new (const char *path);
void amfa_link_chain_free (AmfaLinkChain *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaLinkChain, amfa_link_chain_free)

G_END_DECLS
