#pragma once

#include "core/operations/session-monitor.h"
#include "token-dialog.h"

G_BEGIN_DECLS

/**
 * AmfaCodeDialogs:
 *
 * The one code dialog of each profile, while it is open. Signals:
 * "presented" (profile): the dialog is seen;
 * "granted" (AmfaTokenDialog *dialog, gint64 expires, guint warnings, gint64 clock_offset): as the
 * dialog's;
 * "switch-role" (profile, role): as the dialog's;
 * "closed" (profile): the dialog is gone.
 */
#define AMFA_TYPE_CODE_DIALOGS (amfa_code_dialogs_get_type ())
G_DECLARE_FINAL_TYPE (AmfaCodeDialogs, amfa_code_dialogs, AMFA, CODE_DIALOGS, GObject)

AmfaCodeDialogs *amfa_code_dialogs_new (GtkApplication *application,
                                        AmfaBackend *backend,
                                        AmfaSessionMonitor *monitor);
AmfaTokenDialog *amfa_code_dialogs_present (AmfaCodeDialogs *self,
                                            const char *profile,
                                            const char *role);
void amfa_code_dialogs_finish (AmfaCodeDialogs *self);
void amfa_code_dialogs_destroy (AmfaCodeDialogs *self);
gboolean amfa_code_dialogs_is_empty (AmfaCodeDialogs *self);

G_END_DECLS
