#pragma once

#include "transaction.h"
#include "vault.h"

/* A session for one process, out of the credentials file or the keyring, without writing a file. */

G_BEGIN_DECLS

typedef struct
{
  AmfaCredentials *session;
  gint64 expires; /* by our clock, Unix seconds */
  gint64 granted; /* for how long, seconds; 0 if it was not granted just now */
  char *account;  /* nullable */
  char *arn;      /* nullable */
  char *region;   /* nullable: said nowhere */
} AmfaLoan;

AmfaLoan *amfa_loan_new (const AmfaProfile *profile,
                         AmfaCredentials *session,
                         gint64 clock_offset,
                         const char *arn);
AmfaLoan *amfa_loan_copy (const AmfaLoan *self);
void amfa_loan_free (AmfaLoan *self);

/* Blocks: call from a worker thread. */
void amfa_loan_keep (AmfaBackend *backend,
                     const char *name,
                     const AmfaGrant *grant,
                     AmfaLoginWarnings *warnings);

/* Which session is meant. */
typedef struct
{
  const char *profile;
  const char *role;         /* nullable: the user's own */
  const char *session_name; /* what the config file calls the role's; nullable */
  const char *key_id;       /* long-term key that it was granted to; nullable: the profile's */
  const char *region;       /* nullable */
  const char *serial;       /* nullable */
  guint min_seconds;        /* how long it has to last from now */
  AmfaVaultManner manner;
} AmfaLoanSearch;

/* Blocks: call from a worker thread. */
AmfaLoan *amfa_loan_find (AmfaBackend *backend,
                          const AmfaLoanSearch *search,
                          GCancellable *cancellable,
                          GError **error);

void amfa_loan_find_async (AmfaBackend *backend,
                           const char *name,
                           const AmfaProfileOptions *options,
                           guint min_seconds,
                           AmfaVaultManner manner,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
AmfaLoan *amfa_loan_find_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaLoan, amfa_loan_free)

G_END_DECLS
