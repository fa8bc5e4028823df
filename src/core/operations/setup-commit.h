#pragma once

#include "setup.h"

/* The local half of a setup, on either side of the question to AWS. Blocks: call from a worker
 * thread. */

G_BEGIN_DECLS

typedef struct
{
  AmfaBackend *backend;
  char *name;
  char *region; /* option; nullable */
  char *serial; /* option: the device to remember; nullable */
  gboolean accepts_account;
  char *process_line;     /* nullable: no process mode */
  AmfaCredentials *typed; /* nullable */

  AmfaPreflight *found;
  char *account; /* nullable */
  char *arn;     /* nullable */
  gboolean taken_out;
} AmfaSetup;

gboolean amfa_setup_preflight (AmfaSetup *self, GCancellable *cancellable, GError **error);
gboolean amfa_setup_commit (AmfaSetup *self, GCancellable *cancellable, GError **error);

G_END_DECLS
