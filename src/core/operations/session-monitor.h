#pragma once

#include "backend.h"
#include "core/io/wall-timer.h"
#include "core/model/session-rules.h"

G_BEGIN_DECLS

/* The session of one profile. */
typedef struct
{
  char *profile;
  AmfaSessionState state;
  gint64 expires; /* by our clock, Unix seconds; 0 if none */
  gint64 warns;   /* when the first warning comes, or the end if there is none; 0 if no session */
  char *account;  /* nullable */
  char *identity; /* ARN; nullable */
  char *user;     /* ARN of the user, who may have assumed a role; nullable */
  char *role;     /* its ARN, if the session is a role's; nullable */
  gint64 user_expires; /* the end of the user's own session, which roles come from; 0 if unknown */
  GPtrArray *roles;    /* of AmfaRole, those that the user can assume */
  gboolean can_end;
  gboolean can_restore;
} AmfaSessionInfo;

/**
 * AmfaSessionMonitor:
 *
 * Watches the credentials, config and state files and keeps the deadlines. Signals:
 * "changed" (): the list is new;
 * "warning" (profile): a planned warning is due;
 * "ended" (profile): a session ran out while we watched;
 * "renewed" (profile): a session began or went on, or is gone: warnings about it are obsolete.
 */
#define AMFA_TYPE_SESSION_MONITOR (amfa_session_monitor_get_type ())
G_DECLARE_FINAL_TYPE (AmfaSessionMonitor, amfa_session_monitor, AMFA, SESSION_MONITOR, GObject)

AmfaSessionMonitor *amfa_session_monitor_new (AmfaBackend *backend, AmfaWallTimer *timer);
void amfa_session_monitor_start (AmfaSessionMonitor *self);
GPtrArray *amfa_session_monitor_get_sessions (AmfaSessionMonitor *self);
const AmfaSessionInfo *amfa_session_monitor_lookup (AmfaSessionMonitor *self, const char *profile);
void amfa_session_monitor_refresh (AmfaSessionMonitor *self);

const AmfaSessionInfo *amfa_session_info_find_most_urgent (GPtrArray *sessions, gint64 now);

G_END_DECLS
