#pragma once

#include "code-dialogs.h"
#include "core/operations/role-keeper.h"
#include "deeds.h"
#include "notifier.h"
#include "session-requests.h"

G_BEGIN_DECLS

/**
 * AmfaFarewell:
 *
 * The end of the program, as the user or the session wants it. Signal: "over" (gboolean in_time):
 * nothing is under way any more, or nobody waits for it any longer.
 */
#define AMFA_TYPE_FAREWELL (amfa_farewell_get_type ())
G_DECLARE_FINAL_TYPE (AmfaFarewell, amfa_farewell, AMFA, FAREWELL, GObject)

AmfaFarewell *amfa_farewell_new (AmfaSessionRequests *requests,
                                 AmfaCodeDialogs *dialogs,
                                 AmfaDeeds *deeds,
                                 AmfaRoleKeeper *keeper,
                                 AmfaNotifier *notifier);
void amfa_farewell_begin (AmfaFarewell *self);
gboolean amfa_farewell_has_begun (AmfaFarewell *self);

G_END_DECLS
