#pragma once

#include "core/operations/session-monitor.h"
#include "waiting-room.h"

G_BEGIN_DECLS

/**
 * AmfaQuestion:
 *
 * The one question for a code that is put to the user, however many callers wait for a session of
 * the profile.
 */
typedef struct _AmfaQuestion AmfaQuestion;

typedef enum
{
  AMFA_QUESTION_IN_WINDOW,       /* present the code dialog */
  AMFA_QUESTION_BY_NOTIFICATION, /* raise the notification that asks */
  AMFA_QUESTION_OVER,            /* take it away */
} AmfaQuestionForm;

/* Returns: %FALSE if there is no room for it: too much is put to the user already */
typedef gboolean (*AmfaQuestionPut) (const char *profile,
                                     AmfaQuestionForm form,
                                     gpointer user_data);

AmfaQuestion *amfa_question_new (const char *profile,
                                 AmfaSessionMonitor *monitor,
                                 AmfaWallTimer *timer,
                                 AmfaQuestionPut put,
                                 gpointer user_data);
void amfa_question_free (AmfaQuestion *self);

void amfa_question_add (AmfaQuestion *self,
                        GDBusMethodInvocation *invocation,
                        guint min_seconds,
                        gboolean wants_window);
void amfa_question_settle (AmfaQuestion *self);
void amfa_question_refuse (AmfaQuestion *self);

void amfa_question_renewed (AmfaQuestion *self);
void amfa_question_granted (AmfaQuestion *self, gint64 expires);
void amfa_question_presented (AmfaQuestion *self);
void amfa_question_closed (AmfaQuestion *self);
void amfa_question_later (AmfaQuestion *self);

gboolean amfa_question_is_put (AmfaQuestion *self);
gboolean amfa_question_has_window (AmfaQuestion *self);

G_END_DECLS
