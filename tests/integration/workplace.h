#pragma once

#include "core/operations/transaction.h"
#include "scratch.h"

/* A whole backend on a scratch folder: real files, and a keyring in a file. */

G_BEGIN_DECLS

typedef struct
{
  Scratch *scratch;
  AmfaBackend *backend;
} Workplace;

Workplace *workplace_new (void);
void workplace_free (Workplace *self);

AmfaCredentials *workplace_base (const char *key_id);
AmfaGrant *workplace_grant (AmfaCredentials *base,
                            AmfaBaseOrigin origin,
                            guint number,
                            gint64 expiration);
void workplace_login (Workplace *self, guint number, gint64 expiration);
void workplace_assert_file (Workplace *self, const char *expected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Workplace, workplace_free)

G_END_DECLS
