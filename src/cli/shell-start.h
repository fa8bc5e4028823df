#pragma once

#include "core/model/assignments.h"

/* How the user's shell is started so that its prompt tells of the session. */

G_BEGIN_DECLS

typedef struct
{
  char **argv;
  char *folder; /* temporary, of start-up files; nullable */
} AmfaShellStart;

void amfa_shell_start_init (AmfaShellStart *self,
                            const char *program,
                            const char *const *envp,
                            const char *folder_parent,
                            const char *hint,
                            GPtrArray *variables);
void amfa_shell_start_clear (AmfaShellStart *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AmfaShellStart, amfa_shell_start_clear)

G_END_DECLS
