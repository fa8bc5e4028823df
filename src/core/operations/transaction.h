#pragma once

#include "backend.h"
#include "preflight.h"

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
} AmfaLoginWarnings;

/* What AWS granted, and what is to be remembered of it. Reference-counted; nobody changes it. */
typedef struct
{
  gatomicrefcount references;
  AmfaCredentials *base; /* nullable if it is in no need of being kept */
  AmfaBaseOrigin origin;
  AmfaLoginTarget target;
  AmfaCredentials *seen; /* what the section held at the preflight; nullable */
  AmfaCredentials *session;
  char *serial;
  char *account; /* nullable */
  char *arn;     /* nullable */
  gint64 clock_offset;
  gint64 granted;     /* when, by the server's clock; 0: now */
  gboolean into_file; /* even where AWS tools ask us for the keys */
} AmfaGrant;

/* Blocks: call from a worker thread. */
gboolean amfa_transaction_commit (AmfaBackend *backend,
                                  const char *name,
                                  const AmfaGrant *grant,
                                  AmfaLoginWarnings *warnings,
                                  GCancellable *cancellable,
                                  GError **error);

AmfaGrant *amfa_grant_new (void);
void amfa_grant_learn (const AmfaGrant *self, AmfaProfileState *state);
void amfa_grant_date (const AmfaGrant *self, AmfaProfileState *state);
AmfaGrant *amfa_grant_ref (AmfaGrant *self);
void amfa_grant_unref (AmfaGrant *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaGrant, amfa_grant_unref)

G_END_DECLS
