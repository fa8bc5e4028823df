#include "core/operations/restore.h"
#include "core/operations/session-monitor.h"
#include "core/operations/vault.h"
#include "fake-timer.h"
#include "workplace.h"

/* The monitor on real files with a clock that the test sets. */

#define FILE_NAME "home/.aws/credentials"
#define CONFIG "home/.aws/config"
#define PROCESS "[default]\ncredential_process = awsmfa credential-process -p default\n"
#define BASE "[default]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret of AKIABASE\n"

typedef struct
{
  Workplace *place;
  AmfaFakeTimer *timer;
  AmfaSessionMonitor *monitor;
  gint64 end;
  guint n_changed, n_warnings, n_ended, n_renewed;
} Fixture;

static void
count (guint *counter)
{
  (*counter)++;
}

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("the monitor is silent");
  return G_SOURCE_REMOVE;
}

static void
await (const guint *counter, guint value)
{
  guint timeout = g_timeout_add_seconds (20, on_timeout, NULL);

  while (*counter < value)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static const AmfaSessionInfo *
info (Fixture *fixture)
{
  return amfa_session_monitor_lookup (fixture->monitor, "default");
}

static void
begin (Fixture *fixture)
{
  fixture->monitor =
      amfa_session_monitor_new (fixture->place->backend, AMFA_WALL_TIMER (fixture->timer));
  g_signal_connect_swapped (fixture->monitor, "changed", G_CALLBACK (count), &fixture->n_changed);
  g_signal_connect_swapped (fixture->monitor, "warning", G_CALLBACK (count), &fixture->n_warnings);
  g_signal_connect_swapped (fixture->monitor, "ended", G_CALLBACK (count), &fixture->n_ended);
  g_signal_connect_swapped (fixture->monitor, "renewed", G_CALLBACK (count), &fixture->n_renewed);
  amfa_session_monitor_start (fixture->monitor);
}

static void
start (Fixture *fixture)
{
  guint seen = fixture->n_changed;

  begin (fixture);
  await (&fixture->n_changed, seen + 1);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  fixture->place = workplace_new ();
  fixture->timer = amfa_fake_timer_new (now);
  fixture->end = now + 12 * 3600;
}

/* A reading under way keeps the monitor for a while; it must not tell a fixture that is gone. */
static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_matched (fixture->monitor, G_SIGNAL_MATCH_FUNC, 0, 0, NULL,
                                        G_CALLBACK (count), NULL);
  g_clear_object (&fixture->monitor);
  g_clear_object (&fixture->timer);
  workplace_free (fixture->place);
}

/* Logs in while the monitor watches. */
static void
login (Fixture *fixture)
{
  guint seen = fixture->n_renewed;

  scratch_put (fixture->place->scratch, FILE_NAME, BASE);
  workplace_login (fixture->place, 1, fixture->end);
  await (&fixture->n_renewed, seen + 1);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_ACTIVE);
}

static void
test_life (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_NONE);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, 0);

  login (fixture); /* the folder did not exist either */
  g_assert_cmpint (info (fixture)->expires, ==, fixture->end);
  g_assert_cmpstr (info (fixture)->account, ==, "123456789012");
  g_assert_true (info (fixture)->can_end);
  g_assert_true (info (fixture)->can_restore);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, fixture->end - 900);

  amfa_fake_timer_advance (fixture->timer, 12 * 3600 - 901);
  g_assert_cmpuint (fixture->n_warnings, ==, 0);
  amfa_fake_timer_advance (fixture->timer, 1);
  g_assert_cmpuint (fixture->n_warnings, ==, 1);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_EXPIRING);
  amfa_fake_timer_advance (fixture->timer, 600);
  g_assert_cmpuint (fixture->n_warnings, ==, 2);
  amfa_fake_timer_advance (fixture->timer, 299);
  g_assert_cmpuint (fixture->n_ended, ==, 0);
  amfa_fake_timer_advance (fixture->timer, 1);
  g_assert_cmpuint (fixture->n_ended, ==, 1);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_EXPIRED);

  /* Shown once more when the end is no news any more. */
  guint seen = fixture->n_changed;

  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, fixture->end + 12 * 3600);
  amfa_fake_timer_advance (fixture->timer, 12 * 3600);
  g_assert_cmpuint (fixture->n_changed, ==, seen + 1);
  g_assert_cmpuint (fixture->n_ended, ==, 1);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, 0);
}

/* Slept over both warnings: one is told. Slept over the end: the end alone is told. */
static void
test_sleep (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  login (fixture);
  amfa_fake_timer_sleep (fixture->timer, 12 * 3600 - 10);
  g_assert_cmpuint (fixture->n_warnings, ==, 1);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_EXPIRING);
  amfa_fake_timer_sleep (fixture->timer, 3600);
  g_assert_cmpuint (fixture->n_warnings, ==, 1);
  g_assert_cmpuint (fixture->n_ended, ==, 1);
}

static void
test_clock_is_set (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  login (fixture);
  amfa_fake_timer_jump (fixture->timer, 11 * 3600 + 3000);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_EXPIRING);
  amfa_fake_timer_jump (fixture->timer, -3600);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_ACTIVE);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, fixture->end - 900);
}

/* The warning is told anew: its buttons went with the program that told it first. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  scratch_put (fixture->place->scratch, FILE_NAME, BASE);
  workplace_login (fixture->place, 1, fixture->end);
  amfa_fake_timer_advance (fixture->timer, 12 * 3600 - 400);
  start (fixture);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_EXPIRING);
  g_assert_cmpuint (fixture->n_warnings, ==, 1);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, fixture->end - 300);
  amfa_fake_timer_advance (fixture->timer, 100);
  g_assert_cmpuint (fixture->n_warnings, ==, 2);
}

/* What ended before the start is shown, not told. */
static void
test_restart_late (Fixture *fixture, gconstpointer data)
{
  scratch_put (fixture->place->scratch, FILE_NAME, BASE);
  workplace_login (fixture->place, 1, fixture->end);
  amfa_fake_timer_advance (fixture->timer, 12 * 3600 + 400);
  start (fixture);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_EXPIRED);
  g_assert_cmpuint (fixture->n_warnings, ==, 0);
  g_assert_cmpuint (fixture->n_ended, ==, 0);
}

/* An editor takes the session out, or breaks the file. */
static void
test_edits (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  login (fixture);
  scratch_put (fixture->place->scratch, FILE_NAME, "[default]\nregion = x\n");
  await (&fixture->n_renewed, 2);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_NONE);
  g_assert_false (info (fixture)->can_end);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, 0);

  guint seen = fixture->n_changed;

  scratch_put (fixture->place->scratch, FILE_NAME, "broken");
  await (&fixture->n_changed, seen + 1);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_NONE);
  g_assert_cmpuint (fixture->n_ended, ==, 0);
}

/* A session of @profile, with how far the server's clock was ahead of ours. */
static void
commit (Fixture *fixture, const char *profile, guint number, gint64 clock_offset)
{
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");
  g_autoptr (AmfaGrant) grant = workplace_grant (base, AMFA_BASE_FILE, number, fixture->end);
  AmfaLoginWarnings warnings;

  grant->clock_offset = clock_offset;
  g_assert_true (
      amfa_transaction_commit (fixture->place->backend, profile, grant, &warnings, NULL, NULL));
}

static gint64
get_end (Fixture *fixture, const char *profile)
{
  return amfa_session_monitor_lookup (fixture->monitor, profile)->expires;
}

/* The server's clock is 100 s ahead of ours: the end comes 100 s earlier by ours. */
static void
test_clock_offset (Fixture *fixture, gconstpointer data)
{
  scratch_put (fixture->place->scratch, FILE_NAME, BASE);
  commit (fixture, "default", 1, 100);
  start (fixture);
  g_assert_cmpint (info (fixture)->expires, ==, fixture->end - 100);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, fixture->end - 100 - 900);
}

/* Who sets a clock sets it right: what was measured of the wrong one is void. A suspend is none. */
static void
test_offset_is_void (Fixture *fixture, gconstpointer data)
{
  scratch_put (fixture->place->scratch, FILE_NAME, BASE);
  commit (fixture, "default", 1, 100);
  start (fixture);
  amfa_fake_timer_sleep (fixture->timer, 60);
  g_assert_cmpint (info (fixture)->expires, ==, fixture->end - 100);
  amfa_fake_timer_jump (fixture->timer, 99);
  g_assert_cmpint (info (fixture)->expires, ==, fixture->end);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, fixture->end - 900);

  /* The next one was measured with the clock as it is now. */
  commit (fixture, "default", 2, 7);
  await (&fixture->n_renewed, 1);
  g_assert_cmpint (info (fixture)->expires, ==, fixture->end - 7);
}

/* Another profile's new session says nothing about what was measured before. */
static void
test_offset_of_another (Fixture *fixture, gconstpointer data)
{
  scratch_put (fixture->place->scratch, FILE_NAME, BASE);
  commit (fixture, "default", 1, 100);
  start (fixture);
  amfa_fake_timer_jump (fixture->timer, 99);
  commit (fixture, "work", 2, 7);
  await (&fixture->n_renewed, 1);
  g_assert_cmpint (get_end (fixture, "work"), ==, fixture->end - 7);
  g_assert_cmpint (get_end (fixture, "default"), ==, fixture->end);

  amfa_fake_timer_jump (fixture->timer, -2);
  g_assert_cmpint (get_end (fixture, "work"), ==, fixture->end);
}

/* The clock is set while the files are being read: nobody knows which one was measured. */
static void
test_set_while_reading (Fixture *fixture, gconstpointer data)
{
  scratch_put (fixture->place->scratch, FILE_NAME, BASE);
  commit (fixture, "default", 1, 100);
  begin (fixture);
  amfa_fake_timer_jump (fixture->timer, 99);
  await (&fixture->n_changed, 1);
  g_assert_cmpint (info (fixture)->expires, ==, fixture->end);
}

/* A warning or an end that was past when the session was first seen is none to tell. */
static void
test_seen_late (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  amfa_fake_timer_advance (fixture->timer, 12 * 3600 - 400);
  scratch_put (fixture->place->scratch, FILE_NAME, BASE);
  workplace_login (fixture->place, 1, fixture->end);
  await (&fixture->n_renewed, 1);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_EXPIRING);
  g_assert_cmpuint (fixture->n_warnings, ==, 0);
  amfa_fake_timer_advance (fixture->timer, 100);
  g_assert_cmpuint (fixture->n_warnings, ==, 1);

  amfa_fake_timer_advance (fixture->timer, 10000);
  g_assert_cmpuint (fixture->n_ended, ==, 1);
  workplace_login (fixture->place, 2, fixture->end + 9000);
  await (&fixture->n_renewed, 2);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_EXPIRED);
  g_assert_cmpuint (fixture->n_warnings, ==, 1);
  g_assert_cmpuint (fixture->n_ended, ==, 1);
}

/* The reading under way may have missed it: there is another one, and one is enough. */
static void
test_change_while_reading (Fixture *fixture, gconstpointer data)
{
  guint seen;

  start (fixture);
  seen = fixture->n_changed;
  amfa_session_monitor_refresh (fixture->monitor);
  for (guint i = 0; i < 3; i++)
    amfa_session_monitor_refresh (fixture->monitor);
  await (&fixture->n_changed, seen + 2);
  login (fixture);
  g_assert_cmpuint (fixture->n_renewed, ==, 1);
}

#define NOW 1000000
#define HOUR 3600

static void
test_most_urgent (void)
{
  static const struct
  {
    const char *name;
    AmfaSessionInfo sessions[3];
    guint n;
    int expected;
  } rows[] = {
    { "no profile", { { 0 } }, 0, -1 },
    { "no session", { { .state = AMFA_SESSION_NONE } }, 1, -1 },
    { "a warning before a later end",
      { { .state = AMFA_SESSION_ACTIVE, .expires = NOW + 10 },
        { .state = AMFA_SESSION_EXPIRING, .expires = NOW + 20 } },
      2,
      1 },
    { "a warning first",
      { { .state = AMFA_SESSION_EXPIRING, .expires = NOW + 20 },
        { .state = AMFA_SESSION_ACTIVE, .expires = NOW + 10 } },
      2,
      0 },
    { "the earlier end",
      { { .state = AMFA_SESSION_ACTIVE, .expires = NOW + 20 },
        { .state = AMFA_SESSION_ACTIVE, .expires = NOW + 10 },
        { .state = AMFA_SESSION_ACTIVE, .expires = NOW + 30 } },
      3,
      1 },
    { "the earlier end first",
      { { .state = AMFA_SESSION_EXPIRING, .expires = NOW + 10 },
        { .state = AMFA_SESSION_EXPIRING, .expires = NOW + 20 } },
      2,
      0 },
    { "running beside one that ended last week",
      { { .state = AMFA_SESSION_ACTIVE, .expires = NOW + 12 * HOUR },
        { .state = AMFA_SESSION_EXPIRED, .expires = NOW - 168 * HOUR } },
      2,
      0 },
    { "running beside one that just ended",
      { { .state = AMFA_SESSION_EXPIRED, .expires = NOW - 1 },
        { .state = AMFA_SESSION_NONE },
        { .state = AMFA_SESSION_ACTIVE, .expires = NOW + 12 * HOUR } },
      3,
      2 },
    { "a recent end",
      { { .state = AMFA_SESSION_NONE },
        { .state = AMFA_SESSION_EXPIRED, .expires = NOW - 12 * HOUR + 1 } },
      2,
      1 },
    { "an old end", { { .state = AMFA_SESSION_EXPIRED, .expires = NOW - 12 * HOUR } }, 1, -1 },
    { "the last of two ends",
      { { .state = AMFA_SESSION_EXPIRED, .expires = NOW - 2 * HOUR },
        { .state = AMFA_SESSION_EXPIRED, .expires = NOW - HOUR },
        { .state = AMFA_SESSION_EXPIRED, .expires = NOW - 3 * HOUR } },
      3,
      1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) sessions = g_ptr_array_new ();

      g_test_message ("%s", rows[i].name);
      for (gsize j = 0; j < rows[i].n; j++)
        g_ptr_array_add (sessions, (gpointer) &rows[i].sessions[j]);
      g_assert_true (amfa_session_info_find_most_urgent (sessions, NOW) ==
                     (rows[i].expected < 0 ? NULL : &rows[i].sessions[rows[i].expected]));
    }
}

/* Where AWS tools ask awsmfa for keys the session is in the keyring alone; the config file says
 * that it is so. */
static void
test_process_mode (Fixture *fixture, gconstpointer data)
{
  Workplace *place = fixture->place;
  g_autoptr (AmfaVault) vault = amfa_vault_new (place->backend, "default");
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");

  g_assert_true (amfa_vault_store_base (vault, base, FALSE, NULL, NULL));
  scratch_put (place->scratch, CONFIG, PROCESS);
  start (fixture);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_NONE);

  workplace_login (place, 1, fixture->end);
  await (&fixture->n_renewed, 1);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_ACTIVE);
  g_assert_cmpint (info (fixture)->expires, ==, fixture->end);
  g_assert_true (info (fixture)->can_end);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, fixture->end - 900);

  workplace_login (place, 2, fixture->end + 60);
  await (&fixture->n_renewed, 2);
  g_assert_cmpint (info (fixture)->expires, ==, fixture->end + 60);

  scratch_put (place->scratch, CONFIG, "[default]\n");
  await (&fixture->n_renewed, 3);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_NONE);
  scratch_put (place->scratch, CONFIG, PROCESS);
  await (&fixture->n_renewed, 4);
  g_assert_cmpint (info (fixture)->state, ==, AMFA_SESSION_ACTIVE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                                        \
  g_test_add ("/session-monitor/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("life", test_life);
  ADD ("sleep", test_sleep);
  ADD ("clock-is-set", test_clock_is_set);
  ADD ("restart", test_restart);
  ADD ("restart-late", test_restart_late);
  ADD ("edits", test_edits);
  ADD ("clock-offset", test_clock_offset);
  ADD ("offset-is-void", test_offset_is_void);
  ADD ("offset-of-another", test_offset_of_another);
  ADD ("set-while-reading", test_set_while_reading);
  ADD ("seen-late", test_seen_late);
  ADD ("change-while-reading", test_change_while_reading);
  ADD ("process-mode", test_process_mode);
#undef ADD
  g_test_add_func ("/session-monitor/most-urgent", test_most_urgent);

  return g_test_run ();
}
