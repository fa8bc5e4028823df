#pragma once

#include <gio/gio.h>

#include "core/operations/known-profiles.h"

G_BEGIN_DECLS

/**
 * AmfaSessionRequests:
 *
 * Programs that wait for a session, on the D-Bus interface com.example.AwsMfa1. It shows nothing by
 * itself. Signals, all with a profile: "ask-in-window" (): present its code dialog; "ask" (): raise
 * the notification that asks for a code; "asked-enough" (): take that notification away.
 */
#define AMFA_TYPE_SESSION_REQUESTS (amfa_session_requests_get_type ())
G_DECLARE_FINAL_TYPE (AmfaSessionRequests, amfa_session_requests, AMFA, SESSION_REQUESTS, GObject)

AmfaSessionRequests *amfa_session_requests_new (AmfaKnownProfiles *known,
                                                AmfaSessionMonitor *monitor,
                                                AmfaWallTimer *timer);
gboolean amfa_session_requests_export (AmfaSessionRequests *self,
                                       GDBusConnection *connection,
                                       const char *path,
                                       GError **error);
void amfa_session_requests_unexport (AmfaSessionRequests *self);

void amfa_session_requests_presented (AmfaSessionRequests *self, const char *profile);
void amfa_session_requests_closed (AmfaSessionRequests *self, const char *profile);
void amfa_session_requests_granted (AmfaSessionRequests *self, const char *profile, gint64 expires);
void amfa_session_requests_later (AmfaSessionRequests *self, const char *profile);

G_END_DECLS
