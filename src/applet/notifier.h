#pragma once

#include <gtk/gtk.h>

#include "core/operations/login.h"
#include "core/operations/session-monitor.h"

G_BEGIN_DECLS

/**
 * AmfaNotifier:
 *
 * What the program says without being looked at. There is one notification a profile: a newer one
 * takes the place of the older, but stands beside a question.
 */
#define AMFA_TYPE_NOTIFIER (amfa_notifier_get_type ())
G_DECLARE_FINAL_TYPE (AmfaNotifier, amfa_notifier, AMFA, NOTIFIER, GObject)

AmfaNotifier *amfa_notifier_new (GtkApplication *application,
                                 gboolean is_freedesktop,
                                 const char *icon_path);

void amfa_notifier_started (AmfaNotifier *self,
                            const char *profile,
                            const char *identity,
                            const AmfaLoginResult *result,
                            gint64 now);
void amfa_notifier_ending (AmfaNotifier *self,
                           const AmfaSessionInfo *info,
                           const GError *problem,
                           gint64 now);
void amfa_notifier_ended (AmfaNotifier *self,
                          const char *profile,
                          const AmfaSessionInfo *info,
                          const GError *problem);
void amfa_notifier_asking (AmfaNotifier *self, const char *profile, const AmfaSessionInfo *info);
void amfa_notifier_done (AmfaNotifier *self,
                         const char *profile,
                         const char *title,
                         const char *text);
void amfa_notifier_failed (AmfaNotifier *self,
                           const char *profile,
                           const char *title,
                           const char *text);

void amfa_notifier_finish (AmfaNotifier *self);
void amfa_notifier_withdraw (AmfaNotifier *self, const char *profile);
void amfa_notifier_withdraw_warning (AmfaNotifier *self, const char *profile);
void amfa_notifier_withdraw_question (AmfaNotifier *self, const char *profile);

G_END_DECLS
