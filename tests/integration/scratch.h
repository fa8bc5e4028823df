#pragma once

#include "core/io/profile-files.h"

/* A folder of a test's own, and what tests do in it. Names are relative to it. */

G_BEGIN_DECLS

typedef struct
{
  char *root; /* without links */
} Scratch;

Scratch *scratch_new (void);
void scratch_free (Scratch *self);

char *scratch_path (Scratch *self, const char *name);
void scratch_make_folder (Scratch *self, const char *name);
void scratch_put (Scratch *self, const char *name, const char *text);
void scratch_link (Scratch *self, const char *name, const char *to);
void scratch_move (Scratch *self, const char *from, const char *to);
void scratch_remove (Scratch *self, const char *name);
char *scratch_get (Scratch *self, const char *name);
char *scratch_list (Scratch *self);
void scratch_give (Scratch *self, const char *name, guint owner);

AmfaProfileFiles *scratch_open_files (Scratch *self);
AmfaIniDocument *scratch_edit (AmfaIniDocument *document, const char *key, const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scratch, scratch_free)

/* Runs @deed in a process of its own. */
#define SCRATCH_SKIP 77
typedef int (*ScratchDeed) (Scratch *self);
void scratch_fork (Scratch *self, ScratchDeed deed);
gboolean scratch_become_nobody (void);
gboolean scratch_enter_mounts (void);

G_END_DECLS
