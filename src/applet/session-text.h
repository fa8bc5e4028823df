#pragma once

#include "core/operations/session-monitor.h"

/* One session in words, as menu, icon and notifications say it. */

G_BEGIN_DECLS

char *amfa_session_text_who (const char *profile, const char *identity);
char *amfa_session_text_line (const AmfaSessionInfo *info, gint64 now);
char *amfa_session_text_summary (const AmfaSessionInfo *info, gint64 now);
char *amfa_session_text_for_profile (const char *text, const char *profile);

G_END_DECLS
