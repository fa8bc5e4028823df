/* The real clock, and the fake that stands for it in other tests. */

#include "core/io/system-timer.h"
#include "fake-timer.h"

#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* What this program sees of the wall clock is off by this many nanoseconds. */
static gint64 wall_offset;

/* In the place of the C library's. */
int
clock_gettime (clockid_t clock, struct timespec *ts)
{
  int result = (int) syscall (SYS_clock_gettime, clock, ts);

  if (result == 0 && clock == CLOCK_REALTIME)
    {
      gint64 nsec = ts->tv_nsec + wall_offset;

      ts->tv_sec += nsec / 1000000000;
      ts->tv_nsec = nsec % 1000000000;
    }
  return result;
}

typedef struct
{
  AmfaWallTimer *timer;
  GString *log; /* "d" due at its second or later, "E" too early, "j<delta>" jumped */
  gint64 armed;
  gint64 again;     /* armed by the handler of "due", once */
  gboolean resumes; /* whether jumps by nothing are logged: others may touch the clock as well */
} Fixture;

static void
on_due (AmfaWallTimer *timer, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_c (fixture->log, amfa_wall_timer_get_now (timer) >= fixture->armed ? 'd' : 'E');
  if (fixture->again != 0)
    {
      fixture->armed = fixture->again;
      fixture->again = 0;
      amfa_wall_timer_arm (timer, fixture->armed);
    }
}

static void
on_jumped (AmfaWallTimer *timer, gint64 delta, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (delta != 0 || fixture->resumes)
    g_string_append_printf (fixture->log, "j%" G_GINT64_FORMAT, delta);
}

static void
fixture_init (Fixture *fixture, AmfaWallTimer *timer)
{
  *fixture = (Fixture){ .timer = timer, .log = g_string_new (NULL) };
  g_signal_connect (timer, "due", G_CALLBACK (on_due), fixture);
  g_signal_connect (timer, "jumped", G_CALLBACK (on_jumped), fixture);
}

static void
fixture_clear (Fixture *fixture)
{
  g_assert_finalize_object (fixture->timer);
  g_string_free (fixture->log, TRUE);
}

static void
arm (Fixture *fixture, gint64 at)
{
  fixture->armed = at;
  amfa_wall_timer_arm (fixture->timer, at);
}

/* Runs the main context until something was signalled, or for @limit milliseconds. */
static gboolean
on_limit (gpointer user_data)
{
  gboolean *over = user_data;

  *over = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
run (Fixture *fixture, gsize length, guint limit)
{
  gboolean over = FALSE;
  guint id = g_timeout_add (limit, on_limit, &over);

  while (fixture->log->len < length && !over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

static void
test_due (void)
{
  Fixture fixture;

  fixture_init (&fixture, amfa_system_timer_new ());
  g_assert_cmpint (ABS (amfa_wall_timer_get_now (fixture.timer) - time (NULL)), <=, 1);

  /* At the next second, at once for what is over, and each only once. */
  arm (&fixture, amfa_wall_timer_get_now (fixture.timer) + 1);
  run (&fixture, 1, 10000);
  g_assert_cmpstr (fixture.log->str, ==, "d");
  arm (&fixture, 1);
  run (&fixture, 2, 10000);
  g_assert_cmpstr (fixture.log->str, ==, "dd");
  arm (&fixture, -5);
  run (&fixture, 3, 10000);
  g_assert_cmpstr (fixture.log->str, ==, "ddd");

  /* A handler arms anew. */
  fixture.again = 2;
  arm (&fixture, 1);
  run (&fixture, 5, 10000);
  g_assert_cmpstr (fixture.log->str, ==, "ddddd");
  run (&fixture, 6, 50);
  g_assert_cmpstr (fixture.log->str, ==, "ddddd");

  fixture_clear (&fixture);
}

static void
test_disarmed (void)
{
  Fixture fixture;

  fixture_init (&fixture, amfa_system_timer_new ());
  arm (&fixture, amfa_wall_timer_get_now (fixture.timer) + 1);
  arm (&fixture, 0);
  run (&fixture, 1, 1200);
  arm (&fixture, G_MAXINT64);
  run (&fixture, 1, 20);
  g_assert_cmpstr (fixture.log->str, ==, "");

  fixture_clear (&fixture);
}

/* Sets the system's clock by one nanosecond, the least that the kernel tells as a change. */
static gboolean
touch_clock (void)
{
  struct timex change = { .modes = ADJ_SETOFFSET | ADJ_NANO, .time.tv_usec = 1 };

  return adjtimex (&change) >= 0;
}

static void
test_jumped (void)
{
  Fixture fixture;

  fixture_init (&fixture, amfa_system_timer_new ());
  if (!touch_clock ())
    {
      g_test_skip ("the system's clock may not be set here");
      fixture_clear (&fixture);
      return;
    }

  /* Nobody armed it, and yet it says so. */
  fixture.resumes = TRUE;
  run (&fixture, 1, 10000);
  g_assert_true (g_str_has_prefix (fixture.log->str, "j0"));
  fixture.resumes = FALSE;
  g_string_truncate (fixture.log, 0);

  wall_offset = G_GINT64_CONSTANT (3599600000000);
  g_assert_true (touch_clock ());
  run (&fixture, 1, 10000);
  g_assert_cmpstr (fixture.log->str, ==, "j3600");

  wall_offset -= G_GINT64_CONSTANT (7200000000000) - 10;
  g_assert_true (touch_clock ());
  run (&fixture, 6, 10000);
  g_assert_cmpstr (fixture.log->str, ==, "j3600j-7200");

  /* What was armed stays so. */
  wall_offset = 0;
  g_string_truncate (fixture.log, 0);
  arm (&fixture, amfa_wall_timer_get_now (fixture.timer) + 1);
  g_assert_true (touch_clock ());
  run (&fixture, 3, 10000);
  g_assert_cmpstr (fixture.log->str, ==, "j3600");
  run (&fixture, 6, 10000);
  g_assert_cmpstr (fixture.log->str, ==, "j3600d");

  fixture_clear (&fixture);
}

/* The clock is set between the last reading of the timer and the next arming. */
static void
test_jumped_before_arming (void)
{
  Fixture fixture;

  fixture_init (&fixture, amfa_system_timer_new ());
  if (!touch_clock ())
    {
      g_test_skip ("the system's clock may not be set here");
      fixture_clear (&fixture);
      return;
    }
  wall_offset = G_GINT64_CONSTANT (2000000000);
  arm (&fixture, 1);
  run (&fixture, 3, 10000);
  g_assert_cmpstr (fixture.log->str, ==, "j2d");
  wall_offset = 0;

  fixture_clear (&fixture);
}

static void
test_idle_sleeps (void)
{
  Fixture fixture;
  GMainContext *context = g_main_context_default ();
  gint timeout = 0;
  gint priority = 0;
  GPollFD fds[8];

  fixture_init (&fixture, amfa_system_timer_new ());
  arm (&fixture, amfa_wall_timer_get_now (fixture.timer) + 3600);

  /* The main loop would sleep without an end: the kernel alone wakes it up. */
  g_assert_true (g_main_context_acquire (context));
  g_assert_false (g_main_context_prepare (context, &priority));
  g_assert_cmpint (g_main_context_query (context, G_MAXINT, &timeout, fds, 8), <=, 8);
  g_assert_cmpint (timeout, ==, -1);
  g_main_context_release (context);

  fixture_clear (&fixture);
}

static void
test_fake (void)
{
  Fixture fixture;
  AmfaFakeTimer *fake = amfa_fake_timer_new (1000);

  fixture_init (&fixture, AMFA_WALL_TIMER (fake));
  fixture.again = 1060;
  fixture.resumes = TRUE;
  arm (&fixture, 1010);
  amfa_fake_timer_advance (fake, 9);
  g_assert_cmpstr (fixture.log->str, ==, "");
  amfa_fake_timer_advance (fake, 1);
  g_assert_cmpstr (fixture.log->str, ==, "d");
  g_assert_cmpint (amfa_fake_timer_get_armed (fake), ==, 1060);
  amfa_fake_timer_jump (fake, -100);
  g_assert_cmpint (amfa_wall_timer_get_now (fixture.timer), ==, 910);
  amfa_fake_timer_sleep (fake, 200);
  g_assert_cmpstr (fixture.log->str, ==, "dj-100j0d");
  g_assert_cmpint (amfa_fake_timer_get_armed (fake), ==, 0);

  fixture_clear (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wall-timer/due", test_due);
  g_test_add_func ("/wall-timer/disarmed", test_disarmed);
  g_test_add_func ("/wall-timer/jumped", test_jumped);
  g_test_add_func ("/wall-timer/jumped-before-arming", test_jumped_before_arming);
  g_test_add_func ("/wall-timer/idle-sleeps", test_idle_sleeps);
  g_test_add_func ("/wall-timer/fake", test_fake);

  return g_test_run ();
}
