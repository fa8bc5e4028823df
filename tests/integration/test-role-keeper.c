#include "core/operations/role-keeper.h"
#include "core/operations/vault.h"
#include "fake-timer.h"
#include "workplace.h"

/* The keeper on real files, with a clock that the test sets and an AWS that nobody reaches. */

#define FILE_NAME "home/.aws/credentials"
#define CONFIG "home/.aws/config"
#define BASE "[default]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret of AKIABASE\n"
#define NOWHERE "[default]\nendpoint_url = http://127.0.0.1:1\n"
#define HOUR 3600
#define ROLE "arn:aws:iam::123456789012:role/Admin"

typedef struct
{
  Workplace *place;
  AmfaFakeTimer *timer;
  AmfaFakeTimer *monitor_timer;
  AmfaSessionMonitor *monitor;
  AmfaRoleKeeper *keeper;
  gint64 start;
  guint n_changed, n_failed;
} Fixture;

static void
count (guint *counter)
{
  (*counter)++;
}

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("the keeper is silent");
  return G_SOURCE_REMOVE;
}

/* A role's session for an hour into the file, and that of the user for @user_seconds. */
static void
hold_role (Fixture *fixture, gint64 user_seconds)
{
  g_autoptr (AmfaCredentials) base = workplace_base ("AKIABASE");
  g_autoptr (AmfaGrant) user =
      workplace_grant (base, AMFA_BASE_FILE, 1, fixture->start + user_seconds);
  g_autoptr (AmfaGrant) grant = workplace_grant (base, AMFA_BASE_FILE, 2, fixture->start + HOUR);
  g_autoptr (GError) error = NULL;
  AmfaLoginWarnings warnings;

  grant->role = g_strdup (ROLE);
  grant->user = amfa_credentials_ref (user->session);
  amfa_transaction_commit (fixture->place->backend, "default", grant, &warnings, NULL, &error);
  g_assert_no_error (error);
}

static void
set_user_expiration (AmfaProfileState *state, gpointer expiration)
{
  state->user_expiration = *(const gint64 *) expiration;
}

/* What the state file says of the user's session, as another process may have written it. */
static void
remember_user (Fixture *fixture, gint64 expiration)
{
  g_autoptr (GError) error = NULL;

  amfa_state_file_update (fixture->place->backend->state, "default", "-", set_user_expiration,
                          &expiration, &error);
  g_assert_no_error (error);
}

static void
await_armed (Fixture *fixture)
{
  guint timeout = g_timeout_add_seconds (20, on_timeout, NULL);

  while (amfa_fake_timer_get_armed (fixture->timer) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static void
start (Fixture *fixture)
{
  guint seen = fixture->n_changed;
  guint timeout = g_timeout_add_seconds (20, on_timeout, NULL);

  fixture->monitor =
      amfa_session_monitor_new (fixture->place->backend, AMFA_WALL_TIMER (fixture->monitor_timer));
  fixture->keeper = amfa_role_keeper_new (fixture->place->backend, fixture->monitor,
                                          AMFA_WALL_TIMER (fixture->timer));
  g_signal_connect_swapped (fixture->monitor, "changed", G_CALLBACK (count), &fixture->n_changed);
  g_signal_connect_swapped (fixture->keeper, "failed", G_CALLBACK (count), &fixture->n_failed);
  amfa_session_monitor_start (fixture->monitor);
  while (fixture->n_changed == seen)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->start = g_get_real_time () / G_USEC_PER_SEC;
  fixture->place = workplace_new ();
  fixture->timer = amfa_fake_timer_new (fixture->start);
  fixture->monitor_timer = amfa_fake_timer_new (fixture->start);
  scratch_put (fixture->place->scratch, FILE_NAME, BASE);
  scratch_put (fixture->place->scratch, CONFIG, NOWHERE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->keeper);
  g_clear_object (&fixture->monitor);
  g_clear_object (&fixture->timer);
  g_clear_object (&fixture->monitor_timer);
  workplace_free (fixture->place);
}

/* Lets the clock reach what is armed, and the attempt end.
 *
 * Returns: how many seconds later the next one is; 0 if there is none */
static gint64
attempt (Fixture *fixture)
{
  gint64 at = amfa_fake_timer_get_armed (fixture->timer);
  guint timeout = g_timeout_add_seconds (20, on_timeout, NULL);
  guint n_failed = fixture->n_failed;

  amfa_fake_timer_advance (fixture->timer,
                           at - amfa_wall_timer_get_now (AMFA_WALL_TIMER (fixture->timer)));
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, 0);
  while (amfa_fake_timer_get_armed (fixture->timer) == 0 && fixture->n_failed == n_failed)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_source_remove (timeout);

  gint64 next = amfa_fake_timer_get_armed (fixture->timer);

  return next > 0 ? next - at : 0;
}

/* At growing distances; told once, when the keys have ended. */
static void
test_no_network (Fixture *fixture, gconstpointer data)
{
  static const gint64 distances[] = { 15, 30, 60, 120, 240, 480, 600, 600 };

  hold_role (fixture, 40000);
  start (fixture);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, fixture->start + 3600 - 960);
  g_assert_true (amfa_role_keeper_is_at_work (fixture->keeper, "default"));
  for (gsize i = 0; i < G_N_ELEMENTS (distances); i++)
    {
      gboolean has_ended = amfa_fake_timer_get_armed (fixture->timer) >= fixture->start + 3600;

      g_assert_cmpint (attempt (fixture), ==, distances[i]);
      g_assert_cmpint (fixture->n_failed, ==, has_ended ? 1 : 0);
      g_assert_cmpint (amfa_role_keeper_is_at_work (fixture->keeper, "default"), ==, !has_ended);
    }
}

/* When keys that end at HOUR are renewed, by when they are first seen, and by when the session that
 * they come from ends: well before their first warning, but not in the first half of what is left;
 * not without that session. */
static void
test_plan (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64 seen, user_ends, expected;
  } rows[] = {
    { 0, 40000, HOUR - 960 },
    { HOUR - 1920, 40000, HOUR - 960 },
    { HOUR - 1918, 40000, HOUR - 959 },
    { HOUR - 1000, 40000, HOUR - 500 },
    { HOUR - 10, 40000, HOUR - 5 },
    { 0, HOUR - 960 + 1, HOUR - 960 },
    { 0, HOUR - 960, 0 },
    { HOUR - 1000, HOUR - 500, 0 },
    { HOUR - 1000, HOUR - 499, HOUR - 500 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 armed;

      hold_role (fixture, rows[i].user_ends);
      amfa_fake_timer_advance (fixture->timer, rows[i].seen);
      amfa_fake_timer_advance (fixture->monitor_timer, rows[i].seen);
      start (fixture);
      armed = amfa_fake_timer_get_armed (fixture->timer);
      g_assert_cmpint (armed ? armed - fixture->start : 0, ==, rows[i].expected);
      tear_down (fixture, NULL);
      set_up (fixture, NULL);
    }
}

/* Half a day after their end nobody waits for these keys any more. */
static void
test_last_attempt (Fixture *fixture, gconstpointer slept)
{
  gint64 last = HOUR + 12 * HOUR;
  gint64 seconds = GPOINTER_TO_INT (slept);
  guint timeout = g_timeout_add_seconds (20, on_timeout, NULL);
  gint64 next;

  hold_role (fixture, 100000);
  start (fixture);
  amfa_fake_timer_sleep (fixture->timer, seconds);
  while (fixture->n_failed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  next = amfa_fake_timer_get_armed (fixture->timer);
  g_assert_cmpint (next, ==, seconds < last ? fixture->start + seconds + 15 : 0);
}

/* The session that the role comes from will be over: nothing is tried, and the warnings are left to
 * others, until there is a new one. */
static void
test_no_session (Fixture *fixture, gconstpointer data)
{
  hold_role (fixture, 2000);
  start (fixture);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, 0);
  g_assert_cmpint (fixture->n_failed, ==, 0);
  g_assert_false (amfa_role_keeper_is_at_work (fixture->keeper, "default"));

  remember_user (fixture, fixture->start + 40000);
  await_armed (fixture);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, fixture->start + 3600 - 960);
  g_assert_true (amfa_role_keeper_is_at_work (fixture->keeper, "default"));
}

/* It was ended elsewhere: told at once, and left alone. */
static void
test_session_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AmfaVault) vault = amfa_vault_new (fixture->place->backend, "default");
  g_autoptr (GError) error = NULL;

  hold_role (fixture, 40000);
  amfa_vault_remove_sessions (vault, NULL, &error);
  g_assert_no_error (error);
  start (fixture);
  g_assert_cmpint (attempt (fixture), ==, 0);
  g_assert_cmpint (fixture->n_failed, ==, 1);
  g_assert_false (amfa_role_keeper_is_at_work (fixture->keeper, "default"));
}

/* What had ended before anybody looked is tried and not told. */
static void
test_ended_before (Fixture *fixture, gconstpointer data)
{
  hold_role (fixture, 40000);
  amfa_fake_timer_advance (fixture->timer, 4000);
  amfa_fake_timer_advance (fixture->monitor_timer, 4000);
  start (fixture);
  g_assert_false (amfa_role_keeper_is_at_work (fixture->keeper, "default"));
  g_assert_cmpint (fixture->n_failed, ==, 0);
}

static void
test_user (Fixture *fixture, gconstpointer data)
{
  workplace_login (fixture->place, 1, fixture->start + 3600);
  start (fixture);
  g_assert_cmpint (amfa_fake_timer_get_armed (fixture->timer), ==, 0);
  g_assert_false (amfa_role_keeper_is_at_work (fixture->keeper, "default"));
}

static void
add (const char *path, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/role-keeper/no-network", test_no_network);
  add ("/role-keeper/plan", test_plan);
  g_test_add ("/role-keeper/last-attempt/in-time", Fixture, GINT_TO_POINTER (13 * HOUR - 1), set_up,
              test_last_attempt, tear_down);
  g_test_add ("/role-keeper/last-attempt/too-late", Fixture, GINT_TO_POINTER (13 * HOUR), set_up,
              test_last_attempt, tear_down);
  add ("/role-keeper/no-session", test_no_session);
  add ("/role-keeper/session-gone", test_session_gone);
  add ("/role-keeper/ended-before", test_ended_before);
  add ("/role-keeper/user", test_user);
  return g_test_run ();
}
