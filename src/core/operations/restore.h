#pragma once

#include "backend.h"
#include "core/model/section.h"
#include "vault.h"

G_BEGIN_DECLS

typedef struct
{
  AmfaRestoreOutcome outcome;
  char *key_id;         /* of the key that the keyring has; nullable */
  gboolean left_behind; /* the keyring still has the session, which could not be removed */
} AmfaRestoreResult;

void amfa_restore_result_clear (AmfaRestoreResult *self);
void amfa_restore_async (AmfaBackend *backend,
                         const char *profile,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
gboolean amfa_restore_under_lock (AmfaBackend *backend,
                                  AmfaVault *vault,
                                  AmfaFileLock *lock,
                                  GCancellable *budget,
                                  GError **error);
gboolean amfa_restore_finish (GAsyncResult *result, AmfaRestoreResult *done, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AmfaRestoreResult, amfa_restore_result_clear)

G_END_DECLS
