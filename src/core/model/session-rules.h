#pragma once

#include <glib.h>

/* When a session warns and ends. Pure: `now` comes in, the answer goes out. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_SESSION_NONE,
  AMFA_SESSION_ACTIVE,
  AMFA_SESSION_EXPIRING, /* from the first warning on */
  AMFA_SESSION_EXPIRED,
} AmfaSessionState;

/**
 * AmfaSessionRules:
 * @expires: the session's end by our clock, Unix seconds; 0: there is no session
 * @granted: how long it was granted for in seconds; 0 if unknown
 * @warnings: how many seconds before the end to warn, the longest first
 */
typedef struct
{
  gint64 expires;
  gint64 granted;
  const guint *warnings;
  gsize n_warnings;
} AmfaSessionRules;

gint64 amfa_session_get_length (gint64 left);
AmfaSessionState amfa_session_rules_get_state (const AmfaSessionRules *self, gint64 now);
gint64 amfa_session_rules_get_next (const AmfaSessionRules *self, gint64 now);
gint64 amfa_session_rules_get_fade (const AmfaSessionRules *self, gint64 now);
gboolean amfa_session_end_is_recent (gint64 expires, gint64 now);
gboolean amfa_session_rules_warns_between (const AmfaSessionRules *self, gint64 since, gint64 now);
gboolean amfa_session_rules_ends_between (const AmfaSessionRules *self, gint64 since, gint64 now);
const char *amfa_session_state_to_string (AmfaSessionState state);

G_END_DECLS
