#pragma once

#include "link-chain.h"
#include "profile-files.h"

/* How a snapshot is made and compared. Private to the files of this folder. */

G_BEGIN_DECLS

AmfaLinkChain *amfa_snapshot_follow (const char *path, GError **error);
AmfaSnapshot *amfa_snapshot_new (const char *path, GError **error);
gboolean amfa_snapshot_check_current (AmfaSnapshot *self, GError **error);
const char *amfa_snapshot_get_path (AmfaSnapshot *self);
const char *amfa_snapshot_get_target (AmfaSnapshot *self);

G_END_DECLS
