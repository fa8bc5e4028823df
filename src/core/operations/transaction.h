#pragma once

#include "backend.h"
#include "grant.h"

/* The local half of a login: what is written after AWS answered. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_LOGIN_WARNING_NONE = 0,
  AMFA_LOGIN_WARNING_SESSION_NOT_STORED = 1 << 0, /* the keyring did not take the session item */
  AMFA_LOGIN_WARNING_CLOCK = 1 << 1,              /* the request had to be signed again */
  AMFA_LOGIN_WARNING_NOT_DURABLE = 1 << 2,        /* the folder could not be synced */
  AMFA_LOGIN_WARNING_STATE = 1 << 3,              /* the state file could not be written */
  AMFA_LOGIN_WARNING_IMPORTED = 1 << 4,           /* the base key left the file for the keyring */
  AMFA_LOGIN_WARNING_PROCESS_ENDED = 1 << 5,      /* AWS tools used somebody's credential_process */
  AMFA_LOGIN_WARNING_ROOT = 1 << 6,               /* the key is the root user's */
  AMFA_LOGIN_WARNING_SAVE_KEYRING = 1 << 7,       /* the only copy may not be in a file yet */
} AmfaLoginWarnings;

/* Blocks: call from a worker thread. */
gboolean amfa_transaction_commit (AmfaBackend *backend,
                                  const char *name,
                                  const AmfaGrant *grant,
                                  AmfaLoginWarnings *warnings,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
