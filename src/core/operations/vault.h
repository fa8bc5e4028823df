#pragma once

#include "backend.h"
#include "core/model/credentials.h"
#include "core/model/section.h"

/* The keyring's items of one profile of one credentials file, as values. Blocks: call from a worker
 * thread. */

G_BEGIN_DECLS

/* Nothing may prompt while the credentials file is locked. */
typedef enum
{
  AMFA_VAULT_MAY_PROMPT,
  AMFA_VAULT_QUIETLY, /* what is locked is an error */
} AmfaVaultManner;

typedef struct
{
  AmfaKeyring *keyring;
  char *profile;
  char *file;
} AmfaVault;

AmfaVault *amfa_vault_new (AmfaBackend *backend, const char *profile);
void amfa_vault_free (AmfaVault *self);
gboolean amfa_vault_is_readable (AmfaItemKind kind, AmfaSecret *json);

AmfaLook amfa_vault_look (AmfaVault *self, AmfaItemKind kind, GCancellable *cancellable);
AmfaLook amfa_vault_look_session (AmfaVault *self, const char *role, GCancellable *cancellable);
AmfaLook amfa_vault_peek (AmfaVault *self, AmfaItemKind kind, GCancellable *cancellable);
AmfaLook amfa_vault_peek_session (AmfaVault *self, const char *role, GCancellable *cancellable);
gboolean amfa_vault_load_credentials (AmfaVault *self,
                                      AmfaItemKind kind,
                                      AmfaVaultManner manner,
                                      AmfaCredentials **credentials,
                                      GCancellable *cancellable,
                                      GError **error);
gboolean amfa_vault_load_records (AmfaVault *self,
                                  AmfaRecords *records,
                                  AmfaVaultManner manner,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean amfa_vault_load_session (AmfaVault *self,
                                  const char *role,
                                  AmfaVaultManner manner,
                                  AmfaCredentials **session,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean amfa_vault_load_original (AmfaVault *self,
                                   AmfaVaultManner manner,
                                   AmfaOriginal **original,
                                   GCancellable *cancellable,
                                   GError **error);
gboolean amfa_vault_store_base (AmfaVault *self,
                                AmfaCredentials *base,
                                gboolean is_from_file,
                                GCancellable *cancellable,
                                GError **error);
gboolean amfa_vault_note_from_file (AmfaVault *self,
                                    AmfaCredentials *base,
                                    GCancellable *cancellable,
                                    GError **error);
gboolean amfa_vault_store_session (AmfaVault *self,
                                   const char *role,
                                   AmfaCredentials *session,
                                   const char *const *marks,
                                   AmfaSecret *ended,
                                   GCancellable *cancellable,
                                   GError **error);
gboolean amfa_vault_store_original (AmfaVault *self,
                                    const AmfaOriginal *original,
                                    GCancellable *cancellable,
                                    GError **error);
gboolean amfa_vault_remove (AmfaVault *self,
                            AmfaItemKind kind,
                            GCancellable *cancellable,
                            GError **error);
gboolean amfa_vault_remove_sessions (AmfaVault *self, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaVault, amfa_vault_free)

G_END_DECLS
