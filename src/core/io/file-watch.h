#pragma once

#include <gio/gio.h>

/* Says when a file may have changed, also one whose folders do not exist yet, or that is a link. */

G_BEGIN_DECLS

#define AMFA_TYPE_FILE_WATCH (amfa_file_watch_get_type ())
G_DECLARE_FINAL_TYPE (AmfaFileWatch, amfa_file_watch, AMFA, FILE_WATCH, GObject)

AmfaFileWatch *amfa_file_watch_new (const char *path);

/* signal "changed" (): coalesced, in the main context that created the watch */

G_END_DECLS
