#pragma once

#include "backend.h"

G_BEGIN_DECLS

typedef enum
{
  AMFA_RESTORE_VERBATIM,  /* the file is what it was */
  AMFA_RESTORE_BY_LINE,   /* ours taken back, other people's edits kept */
  AMFA_RESTORE_ROTATED,   /* by line, with the key that replaced the original's since */
  AMFA_RESTORE_LEFTOVERS, /* only our leftovers were taken out */
} AmfaRestoreOutcome;

void amfa_restore_async (AmfaBackend *backend,
                         const char *profile,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
gboolean amfa_restore_finish (GAsyncResult *result, AmfaRestoreOutcome *outcome, GError **error);

/* End session: our keys leave the file and the keyring; base and original stay. */
void amfa_end_session_async (AmfaBackend *backend,
                             const char *profile,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean amfa_end_session_finish (GAsyncResult *result, GError **error);

G_END_DECLS
