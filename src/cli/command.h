#pragma once

#include "core/operations/backend.h"

/* What every verb gets, and how it speaks: results on stdout, words on stderr. */

G_BEGIN_DECLS

typedef struct
{
  AmfaBackend *backend;
  const char *profile;
  GCancellable *cancellable; /* SIGINT */
} AmfaCommand;

/* Each runs to its end and returns an exit status. */
int amfa_command_login (const AmfaCommand *command, const char *code);
int amfa_command_restore (const AmfaCommand *command);

int amfa_command_fail (const GError *error);
void amfa_command_say (const char *format, ...) G_GNUC_PRINTF (1, 2);
int amfa_command_done (void);

G_END_DECLS
