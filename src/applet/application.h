#pragma once

#include <gtk/gtk.h>

#include "core/io/data-dirs.h"
#include "core/operations/day-watch.h"
#include "core/operations/role-keeper.h"
#include "deeds.h"

G_BEGIN_DECLS

/**
 * AmfaApplication:
 *
 * The one instance: it puts the parts of the applet together, and shows the code dialog.
 */
#define AMFA_TYPE_APPLICATION (amfa_application_get_type ())
G_DECLARE_FINAL_TYPE (AmfaApplication, amfa_application, AMFA, APPLICATION, GtkApplication)

AmfaApplication *amfa_application_new (AmfaBackend *backend,
                                       AmfaSessionMonitor *monitor,
                                       AmfaWallTimer *timer,
                                       AmfaRoleKeeper *keeper,
                                       AmfaDayWatch *day,
                                       const AmfaDataDirs *dirs);
void amfa_application_enter_code (AmfaApplication *self, const char *profile);
void amfa_application_later (AmfaApplication *self, const char *profile);
AmfaDeeds *amfa_application_get_deeds (AmfaApplication *self);
void amfa_application_end (AmfaApplication *self);
gboolean amfa_application_was_cut_off (AmfaApplication *self);

G_END_DECLS
