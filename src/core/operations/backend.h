#pragma once

#include "code-memory.h"
#include "core/io/keyring.h"
#include "core/io/profile-files.h"
#include "core/io/query-client.h"
#include "core/io/settings.h"
#include "core/io/state-file.h"
#include "core/model/environment.h"

/* The outside things that operations work with, put together by main(). */

G_BEGIN_DECLS

/**
 * AmfaBackend:
 *
 * Reference-counted, so that a worker thread can keep it. The client, the settings and the codes
 * belong to the main thread; the rest may be used from any.
 */
typedef struct
{
  gatomicrefcount references;
  AmfaEnvironment *environment;
  AmfaQueryClient *client;
  AmfaKeyring *keyring;
  AmfaProfileFiles *files;
  AmfaStateFile *state;
  AmfaSettings *settings;
  AmfaCodeMemory *codes;
} AmfaBackend;

AmfaBackend *amfa_backend_new (AmfaEnvironment *environment, const char *schema_dir);
AmfaBackend *amfa_backend_ref (AmfaBackend *self);
void amfa_backend_unref (AmfaBackend *self);

void amfa_backend_sweep (AmfaBackend *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaBackend, amfa_backend_unref)

G_END_DECLS
