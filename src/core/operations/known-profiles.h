#pragma once

#include "session-monitor.h"

G_BEGIN_DECLS

/**
 * AmfaKnownProfiles:
 *
 * Which names are those of profiles: anybody on the bus can invent one.
 */
#define AMFA_TYPE_KNOWN_PROFILES (amfa_known_profiles_get_type ())
G_DECLARE_FINAL_TYPE (AmfaKnownProfiles, amfa_known_profiles, AMFA, KNOWN_PROFILES, GObject)

AmfaKnownProfiles *amfa_known_profiles_new (AmfaBackend *backend, AmfaSessionMonitor *monitor);
gboolean amfa_known_profiles_has (AmfaKnownProfiles *self, const char *profile);
void amfa_known_profiles_check_async (AmfaKnownProfiles *self,
                                      const char *profile,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean amfa_known_profiles_check_finish (AmfaKnownProfiles *self, GAsyncResult *result);

G_END_DECLS
