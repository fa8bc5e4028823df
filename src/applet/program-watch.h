#pragma once

#include "notifier.h"

G_BEGIN_DECLS

/**
 * AmfaProgramWatch:
 *
 * Says, once, that the program was replaced by another version while it runs.
 */
#define AMFA_TYPE_PROGRAM_WATCH (amfa_program_watch_get_type ())
G_DECLARE_FINAL_TYPE (AmfaProgramWatch, amfa_program_watch, AMFA, PROGRAM_WATCH, GObject)

AmfaProgramWatch *amfa_program_watch_new (const char *program, AmfaNotifier *notifier);

G_END_DECLS
