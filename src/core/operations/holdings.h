#pragma once

#include "vault.h"

/* What there is of a profile: in the credentials file, in the keyring and in the state file. Login,
 * Restore, "End session" and their like read it in one go, decide by the table in
 * core/model/section.c, and write through the one door that lets no key get lost. Blocks. */

G_BEGIN_DECLS

typedef struct
{
  AmfaSnapshot *snapshot;
  AmfaIniDocument *document; /* the snapshot's */
  AmfaProfileState *state;
  AmfaRecords *records;
  AmfaSection *section;
} AmfaHoldings;

gboolean amfa_holdings_read (AmfaHoldings *self,
                             AmfaBackend *backend,
                             AmfaVault *vault,
                             AmfaVaultManner manner,
                             AmfaFileLock *lock,
                             GCancellable *cancellable,
                             GError **error);
gboolean amfa_holdings_read_settled (AmfaHoldings *self,
                                     AmfaBackend *backend,
                                     AmfaVault *vault,
                                     AmfaVaultManner manner,
                                     GCancellable *cancellable,
                                     GError **error);
gboolean amfa_holdings_read_offline (AmfaHoldings *self,
                                     AmfaBackend *backend,
                                     AmfaVault *vault,
                                     GError **error);
gboolean amfa_holdings_read_file_again (AmfaHoldings *self,
                                        AmfaBackend *backend,
                                        AmfaVault *vault,
                                        GError **error);
void amfa_holdings_clear (AmfaHoldings *self);
gboolean amfa_holdings_write (AmfaHoldings *self,
                              AmfaBackend *backend,
                              AmfaVault *vault,
                              AmfaFileLock *lock,
                              AmfaIniDocument *after,
                              gboolean *durable,
                              GError **error);
gboolean amfa_holdings_keep_marks (AmfaHoldings *self,
                                   AmfaBackend *backend,
                                   AmfaVault *vault,
                                   GCancellable *cancellable,
                                   GError **error);
gboolean amfa_holdings_drop_sessions (AmfaHoldings *self,
                                      AmfaBackend *backend,
                                      AmfaVault *vault,
                                      GCancellable *cancellable,
                                      GError **error);
AmfaRecords *amfa_state_dup_records (const AmfaProfileState *state);
void amfa_state_forget_unwritten (AmfaProfileState *state);
void amfa_state_forget_session (AmfaProfileState *state);
void amfa_state_merge_marks (AmfaProfileState *state, gpointer data);

/* How long an operation goes on reading a file again that others write meanwhile. */
typedef struct
{
  gint64 until; /* monotonic, µs; 0: for a while from the first time on */
  gulong pause; /* µs */
} AmfaPatience;

gboolean amfa_patience_go_on (AmfaPatience *self,
                              const char *path,
                              GError **failure,
                              GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AmfaHoldings, amfa_holdings_clear)

G_END_DECLS
