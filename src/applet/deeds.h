#pragma once

#include "core/operations/backend.h"
#include "core/operations/session-monitor.h"
#include "notifier.h"

G_BEGIN_DECLS

/**
 * AmfaDeeds:
 *
 * What the user can ask for without a dialog. Each deed runs in the background and says what came
 * of it; the operation itself knows whether there is anything to do. Signal: "code-needed"
 * (profile, role, GError *refusal): to switch to @role takes a code; %NULL @refusal: there is no
 * session. "at-rest" (): nothing is under way any more.
 */
#define AMFA_TYPE_DEEDS (amfa_deeds_get_type ())
G_DECLARE_FINAL_TYPE (AmfaDeeds, amfa_deeds, AMFA, DEEDS, GObject)

AmfaDeeds *amfa_deeds_new (AmfaBackend *backend,
                           AmfaSessionMonitor *monitor,
                           AmfaNotifier *notifier);
void amfa_deeds_restore (AmfaDeeds *self, const char *profile);
void amfa_deeds_end_session (AmfaDeeds *self, const char *profile);
void amfa_deeds_switch_role (AmfaDeeds *self, const char *profile, const char *role);

void amfa_deeds_finish (AmfaDeeds *self);
gboolean amfa_deeds_are_at_rest (AmfaDeeds *self);

G_END_DECLS
