#define G_LOG_DOMAIN "amfa-question"

#include "question.h"

/* Programs come in flocks: twenty AWS tools that start at once all find that the session has ended.
 * So there is one question for each profile, however many wait, and one answer for all of them:
 *
 *   nothing ──a caller──▶ asked ──a session, from wherever──▶ nothing (everybody has it)
 *      ▲                    │ └──the last caller leaves──▶ nothing
 *      └──5 minutes── quiet ◀──the dialog closed, "Later"
 *
 * The question is a notification, or the code dialog as soon as one caller has a terminal, where
 * somebody waits for it. While it is quiet whoever comes is refused at once: a program that tries
 * again all the time is not to nag. Where there is no room for another window the question stays a
 * notification until somebody else asks for a window, and where there is no room for that either
 * nobody is asked. */

#define QUIET_SECONDS 300
/* A session that a dialog was just granted counts until the monitor has read it. */
#define NEWS_SECONDS 10

struct _AmfaQuestion
{
  char *profile;
  AmfaSessionMonitor *monitor;
  AmfaWallTimer *timer;
  AmfaQuestionPut put;
  gpointer user_data;

  AmfaWaitingRoom *room;
  gboolean is_presented; /* the code dialog, since the first of those who wait came */
  gboolean is_asking;    /* by notification */
  gboolean is_put_off;   /* it is no window because there was no room for one */
  gboolean has_window;   /* a dialog is open that was presented for callers */
  gint64 declined_at;    /* 0 if not */
  gint64 granted;        /* the end of the session that a dialog was granted */
  gint64 granted_at;
};

static gint64
get_now (AmfaQuestion *self)
{
  return amfa_wall_timer_get_now (self->timer);
}

/* Whether less than @seconds have gone by since @then. A clock that was set back ends it, too. */
static gboolean
is_recent (AmfaQuestion *self, gint64 then, gint64 seconds)
{
  gint64 age = get_now (self) - then;

  return then != 0 && age >= 0 && age < seconds;
}

/* The end of the profile's session by our clock; 0 without one. */
static gint64
get_expires (AmfaQuestion *self)
{
  const AmfaSessionInfo *info = amfa_session_monitor_lookup (self->monitor, self->profile);
  gint64 expires = info ? info->expires : 0;

  return is_recent (self, self->granted_at, NEWS_SECONDS) ? MAX (expires, self->granted) : expires;
}

/* Nobody waits any more, or they wait for the dialog. */
static void
stop_asking (AmfaQuestion *self)
{
  self->is_presented = FALSE;
  self->is_put_off = FALSE;
  if (!self->is_asking)
    return;
  self->is_asking = FALSE;
  self->put (self->profile, AMFA_QUESTION_OVER, self->user_data);
}

static void
on_room_emptied (gpointer user_data)
{
  stop_asking (user_data);
}

/* A session that lasts until @expires answers those for whom @seconds are enough. */
static void
answer (AmfaQuestion *self, gint64 expires, gint64 seconds)
{
  amfa_waiting_room_answer (self->room, expires, seconds);
  if (amfa_waiting_room_is_empty (self->room))
    stop_asking (self);
}

static void
decline (AmfaQuestion *self)
{
  self->declined_at = get_now (self);
  amfa_question_refuse (self);
}

static void
ask (AmfaQuestion *self)
{
  if (self->is_presented)
    return;

  if (!self->is_put_off && amfa_waiting_room_wants_window (self->room))
    {
      if (self->put (self->profile, AMFA_QUESTION_IN_WINDOW, self->user_data))
        return;
      self->is_put_off = TRUE;
    }
  if (self->is_asking)
    return;

  if (self->put (self->profile, AMFA_QUESTION_BY_NOTIFICATION, self->user_data))
    {
      self->is_asking = TRUE;
      return;
    }
  amfa_waiting_room_refuse (self->room, AMFA_REQUEST_FAILED, "Too much is asked already");
  stop_asking (self);
}

/**
 * amfa_question_new:
 * @profile: a profile
 * @monitor: knows the sessions
 * @timer: the clock of @monitor; is not armed
 * @put: shows the question or takes it away, for which there is always room
 */
AmfaQuestion *
amfa_question_new (const char *profile,
                   AmfaSessionMonitor *monitor,
                   AmfaWallTimer *timer,
                   AmfaQuestionPut put,
                   gpointer user_data)
{
  AmfaQuestion *self = g_new0 (AmfaQuestion, 1);

  self->profile = g_strdup (profile);
  self->monitor = g_object_ref (monitor);
  self->timer = g_object_ref (timer);
  self->put = put;
  self->user_data = user_data;
  self->room = amfa_waiting_room_new (on_room_emptied, self);
  return self;
}

void
amfa_question_free (AmfaQuestion *self)
{
  amfa_waiting_room_free (self->room);
  g_object_unref (self->monitor);
  g_object_unref (self->timer);
  g_free (self->profile);
  g_free (self);
}

/**
 * amfa_question_add:
 * @invocation: (transfer full): the call to answer
 * @min_seconds: how long a session has to last for it
 * @wants_window: whether the question may be a window
 *
 * One more caller, who waits for amfa_question_settle().
 */
void
amfa_question_add (AmfaQuestion *self,
                   GDBusMethodInvocation *invocation,
                   guint min_seconds,
                   gboolean wants_window)
{
  self->is_put_off &= !wants_window;
  amfa_waiting_room_add (self->room, invocation, min_seconds, wants_window);
}

/* Answers whoever can be answered, and sees to it that the others are asked about. */
void
amfa_question_settle (AmfaQuestion *self)
{
  gint64 expires = get_expires (self);

  if (!amfa_waiting_room_is_empty (self->room))
    answer (self, expires, expires - get_now (self));
  if (amfa_waiting_room_is_empty (self->room))
    return;

  if (is_recent (self, self->declined_at, QUIET_SECONDS))
    amfa_question_refuse (self);
  else
    ask (self);
}

/* Nobody will be asked. */
void
amfa_question_refuse (AmfaQuestion *self)
{
  amfa_waiting_room_refuse (self->room, AMFA_REQUEST_CANCELLED, "The user was asked");
  stop_asking (self);
}

/* The monitor has seen another session than before, or none. One that began is for everybody who
 * waits, long enough or not: nobody is asked for a code twice in a row. */
void
amfa_question_renewed (AmfaQuestion *self)
{
  gint64 expires;

  self->granted_at = 0;
  expires = get_expires (self);
  if (expires <= get_now (self))
    return;

  self->declined_at = 0;
  answer (self, expires, G_MAXINT64);
}

/**
 * amfa_question_granted:
 * @expires: by our clock, Unix seconds
 *
 * The code dialog has got a session, and will close.
 */
void
amfa_question_granted (AmfaQuestion *self, gint64 expires)
{
  self->granted = expires;
  self->granted_at = get_now (self);
  self->declined_at = 0;
  self->has_window = FALSE;
  answer (self, expires, G_MAXINT64);
}

/* The code dialog has come up, for whatever reason: for those who wait it is the question now. */
void
amfa_question_presented (AmfaQuestion *self)
{
  if (amfa_waiting_room_is_empty (self->room))
    return;

  stop_asking (self);
  self->is_presented = TRUE;
  self->has_window = TRUE;
}

/* The code dialog has gone. Without a session that is a refusal, unless it was never there for
 * callers. */
void
amfa_question_closed (AmfaQuestion *self)
{
  if (self->has_window || !amfa_waiting_room_is_empty (self->room))
    decline (self);
  self->has_window = FALSE;
}

/* "Later", which is no answer to callers if none waits. */
void
amfa_question_later (AmfaQuestion *self)
{
  if (!amfa_waiting_room_is_empty (self->room))
    decline (self);
}

/* Whether the user has it before their eyes, with callers who wait for the answer. */
gboolean
amfa_question_is_put (AmfaQuestion *self)
{
  return self->is_presented || self->is_asking;
}

/* Whether a dialog is open that was presented for callers. */
gboolean
amfa_question_has_window (AmfaQuestion *self)
{
  return self->has_window;
}
