#pragma once

#include "backend.h"
#include "core/model/profile.h"
#include "preflight.h"

/* Base credentials into the keyring without a session, process mode, and back. */

G_BEGIN_DECLS

typedef struct
{
  AmfaBaseOrigin origin; /* where the base credentials came from */
  char *key_id;
  char *account;       /* nullable: AWS was not asked */
  char *arn;           /* nullable */
  gboolean taken_out;  /* keys have left the credentials file */
  gboolean is_process; /* AWS tools ask us for the keys now */
} AmfaSetupResult;

void amfa_setup_async (AmfaBackend *backend,
                       const char *profile,
                       const AmfaProfileOptions *options,
                       const char *process_line,
                       AmfaCredentials *typed,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
AmfaSetupResult *amfa_setup_finish (GAsyncResult *result, GError **error);
void amfa_setup_result_free (AmfaSetupResult *self);

/* What is in the credentials file once process mode has ended. */
typedef enum
{
  AMFA_UNDO_ORIGINAL, /* the long-term keys that process mode had taken out */
  AMFA_UNDO_SESSION,  /* the session that was in the keyring */
  AMFA_UNDO_AS_IT_IS, /* what was there, perhaps nothing */
} AmfaUndoOutcome;

void amfa_setup_undo_async (AmfaBackend *backend,
                            const char *profile,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean amfa_setup_undo_finish (GAsyncResult *result,
                                 AmfaUndoOutcome *outcome,
                                 gboolean *left_behind,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaSetupResult, amfa_setup_result_free)

G_END_DECLS
