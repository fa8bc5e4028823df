#pragma once

#include "backend.h"
#include "core/model/section.h"

G_BEGIN_DECLS

typedef enum
{
  AMFA_END_DONE,      /* our keys left the file and the keyring */
  AMFA_END_LEFTOVERS, /* the file has somebody's long-term keys: what was left beside them went */
  AMFA_END_KEYRING_ONLY,    /* the file has nothing of ours; the keyring had */
  AMFA_END_KEYRING_PENDING, /* our keys left the file; the keyring, which is not open, has a copy */
  AMFA_END_KEPT,            /* nothing could be proven without the keyring: the keys stay */
} AmfaEndOutcome;

typedef struct
{
  AmfaEndOutcome outcome;
  char *whose; /* id of the keys of another program that the file has, and keeps; nullable */
  gboolean left_behind; /* the keyring still has the session, which could not be removed */
} AmfaEndResult;

void amfa_end_result_clear (AmfaEndResult *self);

/* "End session": our keys leave the file and the keyring; base and original stay. */
void amfa_end_session_async (AmfaBackend *backend,
                             const char *profile,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean amfa_end_session_finish (GAsyncResult *result, AmfaEndResult *done, GError **error);

/* An end that nobody clicked. Blocks. */
gboolean amfa_end_session_offline (AmfaBackend *backend,
                                   const char *profile,
                                   AmfaEndOutcome *outcome,
                                   GCancellable *cancellable,
                                   GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AmfaEndResult, amfa_end_result_clear)

G_END_DECLS
