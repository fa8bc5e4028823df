#pragma once

#include <gio/gio.h>

#include "file-lock.h"
#include "core/model/environment.h"
#include "core/model/ini-document.h"

/* The shared credentials and config files: locate, read, replace. Every call blocks: call from a
 * worker thread. Errors name the path as the user knows it. */

G_BEGIN_DECLS

#define AMFA_TYPE_PROFILE_FILES (amfa_profile_files_get_type ())
G_DECLARE_FINAL_TYPE (AmfaProfileFiles, amfa_profile_files, AMFA, PROFILE_FILES, GObject)

typedef enum
{
  AMFA_FILE_PRESENT,
  AMFA_FILE_ABSENT,
  AMFA_FILE_FOLDER_ABSENT,
} AmfaFilePresence;

/* Which of the two files. */
typedef enum
{
  AMFA_FILE_CREDENTIALS,
  AMFA_FILE_CONFIG,
} AmfaWhichFile;

/* One reading of a file; an absent one reads as an empty document. */
typedef struct _AmfaSnapshot AmfaSnapshot;

AmfaIniDocument *amfa_snapshot_get_document (AmfaSnapshot *self);
AmfaFilePresence amfa_snapshot_get_presence (AmfaSnapshot *self);
void amfa_snapshot_free (AmfaSnapshot *self);

AmfaProfileFiles *amfa_profile_files_new (const AmfaEnvironment *environment);
const char *amfa_profile_files_get_credentials_path (AmfaProfileFiles *self);
const char *amfa_profile_files_get_config_path (AmfaProfileFiles *self);
char *amfa_profile_files_dup_digest (AmfaProfileFiles *self);

AmfaSnapshot *amfa_profile_files_read (AmfaProfileFiles *self, GError **error);
AmfaSnapshot *amfa_profile_files_read_one (AmfaProfileFiles *self,
                                           AmfaWhichFile which,
                                           GError **error);
AmfaIniDocument *amfa_profile_files_read_config (AmfaProfileFiles *self, GError **error);

gboolean amfa_profile_files_preflight (AmfaProfileFiles *self,
                                       AmfaWhichFile which,
                                       GCancellable *cancellable,
                                       GError **error);
void amfa_profile_files_sweep (AmfaProfileFiles *self);
AmfaFileLock *amfa_profile_files_lock (AmfaProfileFiles *self,
                                       gint64 timeout,
                                       GCancellable *cancellable,
                                       GError **error);
AmfaFileLock *amfa_profile_files_lock_both (AmfaProfileFiles *self,
                                            GCancellable *cancellable,
                                            GError **error);
gboolean amfa_profile_files_replace (AmfaProfileFiles *self,
                                     AmfaFileLock *lock,
                                     AmfaSnapshot *before,
                                     AmfaIniDocument *after,
                                     gboolean *durable,
                                     GError **error);
gboolean amfa_profile_files_remove (AmfaProfileFiles *self,
                                    AmfaFileLock *lock,
                                    AmfaSnapshot *before,
                                    gboolean folder_too,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaSnapshot, amfa_snapshot_free)

G_END_DECLS
