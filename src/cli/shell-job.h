#pragma once

#include "core/io/process.h"

/* An interactive shell as a child: it has the terminal while it runs, and we have it back after. */

G_BEGIN_DECLS

typedef struct _AmfaShellJob AmfaShellJob;

AmfaShellJob *amfa_shell_job_new (const AmfaInheritance *inheritance,
                                  char **argv,
                                  char **envp,
                                  int *number);
void amfa_shell_job_say (AmfaShellJob *self, const char *text);
void amfa_shell_job_close (AmfaShellJob *self);
int amfa_shell_job_wait (AmfaShellJob *self);
void amfa_shell_job_free (AmfaShellJob *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaShellJob, amfa_shell_job_free)

G_END_DECLS
