#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An exclusive lock on the files of a folder, held until it is freed. Blocks: call from a worker
 * thread. */
typedef struct _AmfaFileLock AmfaFileLock;

#define AMFA_FILE_LOCK_TIMEOUT (10 * G_USEC_PER_SEC)

#define AMFA_FILE_LOCK_NAME ".awsmfa.lock"

AmfaFileLock *amfa_file_lock_new (const char *folder,
                                  const char *runtime_dir,
                                  gint64 timeout,
                                  GCancellable *cancellable,
                                  GError **error);
AmfaFileLock *amfa_file_lock_new_pair (const char *const folders[2],
                                       const char *runtime_dir,
                                       gint64 timeout,
                                       GCancellable *cancellable,
                                       GError **error);
gboolean amfa_file_lock_covers (AmfaFileLock *self, const char *folder);
void amfa_file_lock_remove_folder (AmfaFileLock *self, const char *folder);
void amfa_file_lock_free (AmfaFileLock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaFileLock, amfa_file_lock_free)

G_END_DECLS
