#pragma once

#include <glib.h>
#include <signal.h>

#include "core/model/environment.h"

/* What a program settles about its own process before anything else. */

G_BEGIN_DECLS

/* What the process was given, so that another program can be given the same. */
typedef struct
{
  gboolean is_closed[3]; /* the standard descriptors */
  sigset_t ignored;
  sigset_t blocked;
} AmfaInheritance;

char **amfa_process_begin (gboolean is_dumpable);
void amfa_process_prepare (AmfaInheritance *inheritance);
void amfa_process_hand_over (const AmfaInheritance *inheritance);
AmfaEnvironment *amfa_process_read_environment (const char *const *envp,
                                                const char *application_id);
char *amfa_process_dup_program (void);

G_END_DECLS
