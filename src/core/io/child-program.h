#pragma once

#include <gio/gio.h>

/* A program of the user's that we wait for. Private to code-command.c. */

G_BEGIN_DECLS

typedef struct _AmfaChildProgram AmfaChildProgram;

AmfaChildProgram *amfa_child_program_start (char **arguments,
                                            const char *const *withheld,
                                            GSubprocessFlags flags,
                                            gboolean in_front,
                                            GError **error);
void amfa_child_program_free (AmfaChildProgram *self);
GSubprocess *amfa_child_program_get_process (const AmfaChildProgram *self);
gboolean amfa_child_program_was_interrupted (const AmfaChildProgram *self);
void amfa_child_program_stop (AmfaChildProgram *self);
gboolean amfa_child_program_ended (AmfaChildProgram *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaChildProgram, amfa_child_program_free)

G_END_DECLS
