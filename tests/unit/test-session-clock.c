#include "core/operations/session-clock.h"
#include "fake-timer.h"

/* A day that ends at END by our clock; the server's is two minutes ahead. */
#define NOW G_GINT64_CONSTANT (1767323045)
#define GRANTED 43200
#define END (NOW + GRANTED)
#define OFFSET 120

static const guint WARNINGS[] = { 900, 300 };

typedef struct
{
  AmfaFakeTimer *timer;
  AmfaSessionClock *clock;
  GString *told;
} Fixture;

static void
on_warning (Fixture *fixture, gint64 left)
{
  g_string_append_printf (fixture->told, "warning %" G_GINT64_FORMAT ";", left);
}

static void
on_ended (Fixture *fixture)
{
  g_string_append (fixture->told, "end;");
}

static void
set_up_granted (Fixture *fixture, gint64 granted)
{
  fixture->timer = amfa_fake_timer_new (NOW);
  fixture->told = g_string_new (NULL);
  fixture->clock = amfa_session_clock_new (AMFA_WALL_TIMER (fixture->timer), NOW + granted + OFFSET,
                                           OFFSET, granted, WARNINGS, G_N_ELEMENTS (WARNINGS));
  g_signal_connect_swapped (fixture->clock, "warning", G_CALLBACK (on_warning), fixture);
  g_signal_connect_swapped (fixture->clock, "ended", G_CALLBACK (on_ended), fixture);
  amfa_session_clock_start (fixture->clock);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  set_up_granted (fixture, GRANTED);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->clock);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, 0);
  g_clear_object (&fixture->timer);
  g_string_free (fixture->told, TRUE);
}

static void
expect (Fixture *fixture, const char *told)
{
  g_assert_cmpstr (fixture->told->str, ==, told);
  g_string_truncate (fixture->told, 0);
}

static void
test_day (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, END - 900);
  amfa_fake_timer_advance (fixture->timer, GRANTED - 901);
  expect (fixture, "");
  amfa_fake_timer_advance (fixture->timer, 1);
  expect (fixture, "warning 900;");
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, END - 300);
  amfa_fake_timer_advance (fixture->timer, 899);
  expect (fixture, "warning 300;");
  amfa_fake_timer_advance (fixture->timer, 1);
  expect (fixture, "end;");
  amfa_fake_timer_advance (fixture->timer, 100000);
  expect (fixture, "");
}

/* A computer that slept over warnings tells the last one, and what is left now. */
static void
test_sleep (Fixture *fixture, gconstpointer data)
{
  amfa_fake_timer_sleep (fixture->timer, GRANTED - 200);
  expect (fixture, "warning 200;");
  amfa_fake_timer_sleep (fixture->timer, 100000);
  expect (fixture, "end;");
}

/* The clock is put right: what was measured before is void. */
static void
test_clock_set (Fixture *fixture, gconstpointer data)
{
  amfa_fake_timer_jump (fixture->timer, OFFSET);
  expect (fixture, "");
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, END + OFFSET - 900);
  amfa_fake_timer_advance (fixture->timer, GRANTED - 800);
  expect (fixture, "warning 900;");
  amfa_fake_timer_jump (fixture->timer, -500);
  expect (fixture, "");
  amfa_fake_timer_advance (fixture->timer, 500);
  expect (fixture, "");
  amfa_fake_timer_jump (fixture->timer, 10000);
  expect (fixture, "end;");
}

/* A warning in the first half of what was granted says nothing. */
static void
test_short (void)
{
  Fixture fixture = { NULL };

  set_up_granted (&fixture, 900);
  amfa_fake_timer_advance (fixture.timer, 900);
  expect (&fixture, "warning 300;end;");
  tear_down (&fixture, NULL);
}

static void
test_over (void)
{
  Fixture fixture = { NULL };

  set_up_granted (&fixture, -1);
  expect (&fixture, "end;");
  tear_down (&fixture, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/session-clock/day", Fixture, NULL, set_up, test_day, tear_down);
  g_test_add ("/session-clock/sleep", Fixture, NULL, set_up, test_sleep, tear_down);
  g_test_add ("/session-clock/clock-set", Fixture, NULL, set_up, test_clock_set, tear_down);
  g_test_add_func ("/session-clock/short", test_short);
  g_test_add_func ("/session-clock/over", test_over);
  return g_test_run ();
}
