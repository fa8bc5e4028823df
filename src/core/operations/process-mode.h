#pragma once

#include "vault.h"

/* Process mode: AWS tools ask awsmfa for a profile's keys, by a credential_process of ours in the
 * config file, and the session is in the keyring alone. Blocks: call from a worker thread. */

G_BEGIN_DECLS

gboolean amfa_process_mode_find (AmfaBackend *backend,
                                 AmfaIniDocument *credentials,
                                 const char *profile,
                                 gboolean *is_on,
                                 GError **error);
gboolean amfa_process_mode_is_on (AmfaBackend *backend,
                                  AmfaIniDocument *credentials,
                                  const char *profile);
gboolean amfa_process_mode_enter (AmfaBackend *backend,
                                  AmfaVault *vault,
                                  AmfaFileLock *lock,
                                  AmfaFilePresence before_lock,
                                  const char *line,
                                  GError **error);
gboolean amfa_process_mode_leave (AmfaBackend *backend,
                                  AmfaVault *vault,
                                  AmfaFileLock *lock,
                                  gboolean folder_too,
                                  GError **error);

G_END_DECLS
