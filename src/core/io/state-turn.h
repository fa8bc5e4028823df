#pragma once

#include <glib.h>

/* The turn of one writer of the state file: read, change and replace as one. Private to
 * state-file.c. */

G_BEGIN_DECLS

typedef struct _AmfaStateTurn AmfaStateTurn;

AmfaStateTurn *amfa_state_turn_new (const char *path, GError **error);
gboolean amfa_state_turn_write (AmfaStateTurn *self,
                                const char *text,
                                gsize length,
                                GError **error);
void amfa_state_turn_free (AmfaStateTurn *self);

void amfa_state_turn_sweep (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaStateTurn, amfa_state_turn_free)

G_END_DECLS
