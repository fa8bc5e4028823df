#pragma once

#include <gio/gio.h>

/* The program that prints the MFA code of a profile: mfa_process in the config file. */

G_BEGIN_DECLS

/* For a key that wants to be touched, or a person who is asked for a password. */
#define AMFA_CODE_COMMAND_MILLISECONDS 60000

/* What the program has besides its standard output. */
typedef enum
{
  AMFA_CODE_COMMAND_FOREGROUND, /* our terminal and our stderr: somebody sits there */
  AMFA_CODE_COMMAND_DETACHED,   /* no terminal, but our stderr */
  AMFA_CODE_COMMAND_SILENT,     /* no terminal; its last word is kept for the error */
} AmfaCodeCommandManner;

void amfa_code_command_run_async (const char *command_line,
                                  AmfaCodeCommandManner manner,
                                  guint milliseconds,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
char *amfa_code_command_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
