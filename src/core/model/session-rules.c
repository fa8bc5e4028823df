#define G_LOG_DOMAIN "amfa-session-rules"

#include "session-rules.h"

/* AWS grants whole minutes, as everybody asks for, and not fewer than 15. */
#define MINUTE 60
#define LEAST (14 * MINUTE)

/* For so long an end is news: the morning after says it, the week after does not. */
#define RECENT (12 * 60 * MINUTE)

/**
 * amfa_session_get_length:
 * @left: seconds until the end, just after the session was granted
 *
 * Returns: how long it was granted for: seconds have passed meanwhile
 */
gint64
amfa_session_get_length (gint64 left)
{
  return left < LEAST ? left : (left + MINUTE - 1) / MINUTE * MINUTE;
}

/* A warning that would come in the first half of what was granted says nothing: dropped. */
static gboolean
is_planned (const AmfaSessionRules *self, gsize i)
{
  return self->granted <= 0 || (gint64) self->warnings[i] * 2 <= self->granted;
}

/**
 * amfa_session_rules_get_state:
 * @now: Unix seconds
 */
AmfaSessionState
amfa_session_rules_get_state (const AmfaSessionRules *self, gint64 now)
{
  g_return_val_if_fail (self != NULL, AMFA_SESSION_NONE);

  if (self->expires == 0)
    return AMFA_SESSION_NONE;
  if (now >= self->expires)
    return AMFA_SESSION_EXPIRED;
  for (gsize i = 0; i < self->n_warnings; i++)
    if (is_planned (self, i) && now >= self->expires - self->warnings[i])
      return AMFA_SESSION_EXPIRING;
  return AMFA_SESSION_ACTIVE;
}

/**
 * amfa_session_rules_get_next:
 * @now: Unix seconds
 *
 * Returns: the next moment after @now at which anything changes, 0 if none
 */
gint64
amfa_session_rules_get_next (const AmfaSessionRules *self, gint64 now)
{
  g_return_val_if_fail (self != NULL, 0);

  gint64 next = self->expires > now ? self->expires : 0;

  for (gsize i = 0; next != 0 && i < self->n_warnings; i++)
    {
      gint64 at = self->expires - self->warnings[i];

      if (is_planned (self, i) && at > now)
        next = MIN (next, at);
    }
  return next;
}

/**
 * amfa_session_end_is_recent:
 * @expires: an end by our clock, Unix seconds; 0 if there is none
 * @now: Unix seconds
 */
gboolean
amfa_session_end_is_recent (gint64 expires, gint64 now)
{
  return expires != 0 && expires <= now && now - expires < RECENT;
}

/**
 * amfa_session_rules_get_fade:
 * @now: Unix seconds
 *
 * Returns: when an end that is past ceases to be recent; 0 if it does not lie ahead
 */
gint64
amfa_session_rules_get_fade (const AmfaSessionRules *self, gint64 now)
{
  g_return_val_if_fail (self != NULL, 0);

  return amfa_session_end_is_recent (self->expires, now) ? self->expires + RECENT : 0;
}

/**
 * amfa_session_rules_warns_between:
 * @since: Unix seconds, exclusive
 * @now: Unix seconds, inclusive
 *
 * Returns: whether a warning fell due, and the session has not ended yet
 */
gboolean
amfa_session_rules_warns_between (const AmfaSessionRules *self, gint64 since, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (gsize i = 0; self->expires > now && i < self->n_warnings; i++)
    {
      gint64 at = self->expires - self->warnings[i];

      if (is_planned (self, i) && at > since && at <= now)
        return TRUE;
    }
  return FALSE;
}

gboolean
amfa_session_rules_ends_between (const AmfaSessionRules *self, gint64 since, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->expires != 0 && self->expires > since && self->expires <= now;
}

/* The names that scripts see (`app.sessions`, `status`): never translated. */
const char *
amfa_session_state_to_string (AmfaSessionState state)
{
  switch (state)
    {
    case AMFA_SESSION_NONE:
      return "none";
    case AMFA_SESSION_ACTIVE:
      return "active";
    case AMFA_SESSION_EXPIRING:
      return "expiring";
    case AMFA_SESSION_EXPIRED:
      return "expired";
    default:
      g_return_val_if_reached ("none");
    }
}
