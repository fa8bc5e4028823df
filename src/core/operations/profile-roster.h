#pragma once

#include "profile-status.h"

/* Which profiles the tray speaks of, and what is known of them. */

G_BEGIN_DECLS

char **amfa_profile_roster_list_names (AmfaBackend *backend,
                                       AmfaIniDocument *credentials,
                                       AmfaIniDocument *config);
GHashTable *amfa_profile_roster_read_names (AmfaBackend *backend);
GPtrArray *amfa_profile_roster_read (AmfaBackend *backend,
                                     const char *const *chosen,
                                     AmfaReach reach,
                                     GCancellable *cancellable);

G_END_DECLS
