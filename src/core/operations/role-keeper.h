#pragma once

#include "session-monitor.h"

G_BEGIN_DECLS

#define AMFA_TYPE_ROLE_KEEPER (amfa_role_keeper_get_type ())
G_DECLARE_FINAL_TYPE (AmfaRoleKeeper, amfa_role_keeper, AMFA, ROLE_KEEPER, GObject)

/**
 * AmfaRoleKeeper:
 *
 * Renews the roles that profiles hold before their keys end, without anybody's help. Signal:
 * "failed" (profile, GError *error): it could not be done, and somebody should know; "at-rest" ():
 * no attempt is under way any more.
 */
AmfaRoleKeeper *amfa_role_keeper_new (AmfaBackend *backend,
                                      AmfaSessionMonitor *monitor,
                                      AmfaWallTimer *timer);
gboolean amfa_role_keeper_is_at_work (AmfaRoleKeeper *self, const char *profile);

void amfa_role_keeper_finish (AmfaRoleKeeper *self);
gboolean amfa_role_keeper_is_at_rest (AmfaRoleKeeper *self);

G_END_DECLS
