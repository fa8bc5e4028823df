#pragma once

#include "core/model/secret.h"

/* The one place that replaces or removes a file of the user's. Private to the files of this
 * folder: its caller holds the lock, and @target is a path without links. */

G_BEGIN_DECLS

/**
 * AmfaFileReplaceCheck:
 * @written: what the new file holds, read back from it
 * @data: the caller's
 *
 * The last word before the new file takes the old one's place.
 *
 * Returns: %FALSE with @error set to leave everything as it is
 */
typedef gboolean (*AmfaFileReplaceCheck) (AmfaSecret *written, gpointer data, GError **error);

char *amfa_file_replace_temporary_path (const char *target);
/* Who may read the new file. */
typedef enum
{
  AMFA_FILE_PRIVATE,     /* the owner alone: there are keys in it */
  AMFA_FILE_AS_OLD_FILE, /* whoever may read the old one; the owner alone if there is none */
} AmfaFileReaders;

gboolean amfa_file_replace_try (const char *target, gsize growth, GError **error);
gboolean amfa_file_replace (const char *target,
                            AmfaSecret *text,
                            AmfaFileReaders readers,
                            AmfaFileReplaceCheck check,
                            gpointer data,
                            gboolean *durable,
                            GError **error);
gboolean amfa_file_remove (const char *target, GError **error);
void amfa_file_sweep (const char *target);

G_END_DECLS
