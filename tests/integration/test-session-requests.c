#define G_LOG_DOMAIN "amfa-test-session-requests"

#include "applet/session-requests.h"
#include "fake-timer.h"
#include "workplace.h"

#include <malloc.h>

/* On a bus of its own: one connection has the interface, each caller has another one. The sessions
 * are in real files, the clock is the test's. */

#define PATH "/com/example/AwsMfa/Test"
#define INTERFACE "com.example.AwsMfa1"
#define FILE_NAME "home/.aws/credentials"
#define BASE "[default]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret of AKIABASE\n"
#define CONFIG "home/.aws/config"
#define N_CALLERS 20
#define N_PROFILES 25
#define MAX_WINDOWS 3
#define MAX_QUESTIONS 20
#define MAX_CALLERS 500
#define N_AT_ONCE 100 /* the bus keeps no more calls of one caller waiting */
#define LONG 3600

typedef struct
{
  GDBusConnection *connection;
  guint n_calls;
  guint n_answers;
  gint64 expires; /* of the last answer; 0 if it was an error */
  char *error;    /* its D-Bus name; nullable */
} Caller;

typedef struct
{
  GTestDBus *bus;
  Workplace *place;
  AmfaFakeTimer *timer;
  AmfaSessionMonitor *monitor;
  AmfaSessionRequests *requests;
  GDBusConnection *connection;
  Caller callers[N_CALLERS];
  gint64 now;
  guint n_windows, n_notifications, n_withdrawn, n_changed;
} Fixture;

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("waited in vain for %s", (const char *) user_data);
  return G_SOURCE_REMOVE;
}

#define AWAIT(condition)                                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint patience = g_timeout_add_seconds (20, on_timeout, (gpointer) #condition);                \
                                                                                                   \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (patience);                                                                    \
  }                                                                                                \
  G_STMT_END

static GDBusConnection *
connect_to_bus (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (f->bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

/* The part of the application. */

static void
on_ask_in_window (Fixture *f, const char *profile)
{
  f->n_windows++;
  amfa_session_requests_presented (f->requests, profile);
}

static void
count (guint *counter)
{
  (*counter)++;
}

static void
start_monitor (Fixture *f)
{
  amfa_session_monitor_start (f->monitor);
  AWAIT (f->n_changed > 0);
}

/* Profiles that nobody has logged into: the monitor does not show them. */
static void
write_config (Fixture *f)
{
  g_autoptr (GString) text = g_string_new ("[profile other]\n[profile 'größer als alles']\n");

  for (guint i = 0; i < N_PROFILES; i++)
    g_string_append_printf (text, "[profile p%u]\n", i);
  scratch_put (f->place->scratch, CONFIG, text->str);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaKnownProfiles) known = NULL;

  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->bus);
  f->place = workplace_new ();
  write_config (f);
  f->now = g_get_real_time () / G_USEC_PER_SEC;
  f->timer = amfa_fake_timer_new (f->now);
  f->monitor = amfa_session_monitor_new (f->place->backend, AMFA_WALL_TIMER (f->timer));
  known = amfa_known_profiles_new (f->place->backend, f->monitor);
  f->requests = amfa_session_requests_new (known, f->monitor, AMFA_WALL_TIMER (f->timer));
  g_signal_connect_swapped (f->monitor, "changed", G_CALLBACK (count), &f->n_changed);
  g_signal_connect_swapped (f->requests, "ask-in-window", G_CALLBACK (on_ask_in_window), f);
  g_signal_connect_swapped (f->requests, "ask", G_CALLBACK (count), &f->n_notifications);
  g_signal_connect_swapped (f->requests, "asked-enough", G_CALLBACK (count), &f->n_withdrawn);

  f->connection = connect_to_bus (f);
  amfa_session_requests_export (f->requests, f->connection, PATH, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_CALLERS; i++)
    f->callers[i].connection = connect_to_bus (f);
  if (!data)
    start_monitor (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (f->monitor, &f->n_changed);
  for (guint i = 0; i < N_CALLERS; i++)
    {
      g_dbus_connection_close_sync (f->callers[i].connection, NULL, NULL);
      AWAIT (f->callers[i].n_answers == f->callers[i].n_calls);
      g_object_unref (f->callers[i].connection);
      g_free (f->callers[i].error);
    }
  g_clear_object (&f->requests);
  g_clear_object (&f->monitor);
  g_clear_object (&f->timer);
  g_dbus_connection_close_sync (f->connection, NULL, NULL);
  g_clear_object (&f->connection);
  workplace_free (f->place);
  g_test_dbus_down (f->bus);
  g_clear_object (&f->bus);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Caller *caller = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  caller->n_answers++;
  caller->expires = 0;
  g_clear_pointer (&caller->error, g_free);
  if (answer)
    g_variant_get (answer, "(x)", &caller->expires);
  else
    caller->error = g_dbus_error_get_remote_error (error);
}

static void
call (Fixture *f, guint i, const char *profile, guint min_seconds, gboolean dialog)
{
  f->callers[i].n_calls++;
  g_dbus_connection_call (
      f->callers[i].connection, g_dbus_connection_get_unique_name (f->connection), PATH, INTERFACE,
      "RequestSession", g_variant_new ("(sub)", profile, min_seconds, dialog),
      G_VARIANT_TYPE ("(x)"), G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, on_answer, &f->callers[i]);
}

static void
on_failed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  g_assert_null (answer);
  *(gboolean *) user_data = TRUE;
}

/* Until what caller @i has sent has been looked at: calls of one connection keep their order, also
 * where the files are read for their profiles, and nobody is asked about one that is unknown. */
static void
settle (Fixture *f, guint i)
{
  gboolean answered = FALSE;

  g_dbus_connection_call (f->callers[i].connection,
                          g_dbus_connection_get_unique_name (f->connection), PATH, INTERFACE,
                          "RequestSession", g_variant_new ("(sub)", "unknown", 0, FALSE), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_failed, &answered);
  AWAIT (answered);
}

static void
call_and_settle (Fixture *f, guint i, const char *profile, guint min_seconds, gboolean dialog)
{
  call (f, i, profile, min_seconds, dialog);
  settle (f, i);
}

static void
call_all (Fixture *f, gboolean dialog)
{
  for (guint i = 0; i < N_CALLERS; i++)
    call (f, i, "default", LONG, dialog);
  for (guint i = 0; i < N_CALLERS; i++)
    settle (f, i);
}

static void
assert_all (Fixture *f, gint64 expires, const char *error)
{
  for (guint i = 0; i < N_CALLERS; i++)
    {
      AWAIT (f->callers[i].n_answers > 0);
      g_assert_cmpint (f->callers[i].n_answers, ==, 1);
      g_assert_cmpint (f->callers[i].expires, ==, expires);
      g_assert_cmpstr (f->callers[i].error, ==, error);
    }
}

/* The next answer to caller @i. */
static void
assert_answer (Fixture *f, guint i, guint n, gint64 expires, const char *error)
{
  AWAIT (f->callers[i].n_answers == n);
  g_assert_cmpint (f->callers[i].expires, ==, expires);
  g_assert_cmpstr (f->callers[i].error, ==, error);
}

static void
login_elsewhere (Fixture *f, guint number, gint64 expires)
{
  if (number == 1)
    scratch_put (f->place->scratch, FILE_NAME, BASE);
  workplace_login (f->place, number, expires);
}

static void
test_one_notification (Fixture *f, gconstpointer data)
{
  gint64 expires = f->now + 12 * 3600;

  call_all (f, FALSE);
  g_assert_cmpuint (f->n_notifications, ==, 1);
  g_assert_cmpuint (f->n_windows, ==, 0);
  g_assert_cmpuint (f->callers[0].n_answers, ==, 0);

  /* Its button. */
  amfa_session_requests_presented (f->requests, "default");
  g_assert_cmpuint (f->n_withdrawn, ==, 1);
  amfa_session_requests_granted (f->requests, "default", expires);
  amfa_session_requests_closed (f->requests, "default");
  assert_all (f, expires, NULL);
  g_assert_cmpuint (f->n_withdrawn, ==, 1);

  /* The monitor need not have read it for the next one; but what it reads then counts. */
  call (f, 0, "default", LONG, FALSE);
  assert_answer (f, 0, 2, expires, NULL);
  g_assert_cmpuint (f->n_notifications, ==, 1);
  login_elsewhere (f, 1, f->now + 1800);
  AWAIT (amfa_session_monitor_lookup (f->monitor, "default")->expires != 0);
  call_and_settle (f, 0, "default", LONG, FALSE);
  g_assert_cmpuint (f->n_notifications, ==, 2);
}

static void
test_one_window (Fixture *f, gconstpointer data)
{
  gint64 expires = f->now + 900;

  call_all (f, TRUE);
  g_assert_cmpuint (f->n_windows, ==, 1);
  g_assert_cmpuint (f->n_notifications, ==, 0);
  /* A caller without a terminal is content with the window, too. */
  call_and_settle (f, 0, "default", LONG, FALSE);
  g_assert_cmpuint (f->n_notifications, ==, 0);

  /* Shorter than they wanted: the user will not be asked again for that. */
  amfa_session_requests_granted (f->requests, "default", expires);
  amfa_session_requests_closed (f->requests, "default");
  assert_answer (f, 0, 2, expires, NULL);
  assert_answer (f, 1, 1, expires, NULL);
  assert_answer (f, N_CALLERS - 1, 1, expires, NULL);
}

static void
test_window_after_notification (Fixture *f, gconstpointer data)
{
  call_and_settle (f, 0, "default", LONG, FALSE);
  g_assert_cmpuint (f->n_notifications, ==, 1);
  call_and_settle (f, 1, "default", LONG, TRUE);
  g_assert_cmpuint (f->n_windows, ==, 1);
  g_assert_cmpuint (f->n_withdrawn, ==, 1);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  call_all (f, TRUE);
  amfa_session_requests_closed (f->requests, "default");
  assert_all (f, 0, INTERFACE ".Cancelled");

  /* Quiet, for that profile alone. */
  amfa_fake_timer_advance (f->timer, 299);
  call (f, 0, "default", LONG, TRUE);
  assert_answer (f, 0, 2, 0, INTERFACE ".Cancelled");
  g_assert_cmpuint (f->n_windows, ==, 1);
  call_and_settle (f, 1, "other", LONG, TRUE);
  g_assert_cmpuint (f->n_windows, ==, 2);

  amfa_fake_timer_advance (f->timer, 1);
  call_and_settle (f, 0, "default", LONG, TRUE);
  g_assert_cmpuint (f->n_windows, ==, 3);
  g_assert_cmpuint (f->callers[0].n_answers, ==, 2);
}

static void
test_later (Fixture *f, gconstpointer data)
{
  /* On a warning, with nobody waiting: says nothing about callers. */
  amfa_session_requests_later (f->requests, "default");
  call_all (f, FALSE);
  g_assert_cmpuint (f->n_notifications, ==, 1);
  amfa_session_requests_later (f->requests, "default");
  assert_all (f, 0, INTERFACE ".Cancelled");
  call (f, 0, "default", LONG, FALSE);
  assert_answer (f, 0, 2, 0, INTERFACE ".Cancelled");
  g_assert_cmpuint (f->n_notifications, ==, 1);

  /* A clock that is set back does not make it longer. */
  amfa_fake_timer_jump (f->timer, -7200);
  call_and_settle (f, 0, "default", LONG, FALSE);
  g_assert_cmpuint (f->n_notifications, ==, 2);
}

/* A dialog that the user opened and closed is no answer to programs. */
static void
test_a_window_of_the_user (Fixture *f, gconstpointer data)
{
  amfa_session_requests_presented (f->requests, "default");
  amfa_session_requests_closed (f->requests, "default");
  call_and_settle (f, 0, "default", LONG, FALSE);
  g_assert_cmpuint (f->n_notifications, ==, 1);
}

static void
test_a_session_ends_the_quiet_time (Fixture *f, gconstpointer data)
{
  call_all (f, TRUE);
  amfa_session_requests_closed (f->requests, "default");
  assert_all (f, 0, INTERFACE ".Cancelled");

  login_elsewhere (f, 1, f->now + 1800);
  AWAIT (amfa_session_monitor_lookup (f->monitor, "default")->expires != 0);
  call (f, 0, "default", 900, FALSE);
  assert_answer (f, 0, 2, f->now + 1800, NULL);
  /* Too short: asked again, although five minutes have not gone by. */
  call_and_settle (f, 0, "default", LONG, FALSE);
  g_assert_cmpuint (f->n_notifications, ==, 1);
}

static void
test_session_from_elsewhere (Fixture *f, gconstpointer data)
{
  call_all (f, FALSE);
  login_elsewhere (f, 1, f->now + 12 * 3600);
  assert_all (f, f->now + 12 * 3600, NULL);
  g_assert_cmpuint (f->n_withdrawn, ==, 1);
  /* And to who comes now. */
  call (f, 0, "default", LONG, TRUE);
  assert_answer (f, 0, 2, f->now + 12 * 3600, NULL);
  g_assert_cmpuint (f->n_windows, ==, 0);
}

/* A session is there, but it is not enough; the next one is, however short. */
static void
test_not_long_enough (Fixture *f, gconstpointer data)
{
  login_elsewhere (f, 1, f->now + LONG - 1);
  AWAIT (amfa_session_monitor_lookup (f->monitor, "default")->expires != 0);
  call_and_settle (f, 0, "default", LONG, FALSE);
  call_and_settle (f, 1, "default", G_MAXUINT, FALSE);
  call (f, 2, "default", LONG - 1, FALSE);
  assert_answer (f, 2, 1, f->now + LONG - 1, NULL);
  g_assert_cmpuint (f->n_notifications, ==, 1);
  g_assert_cmpuint (f->callers[0].n_answers, ==, 0);

  login_elsewhere (f, 2, f->now + 1000);
  assert_answer (f, 0, 1, f->now + 1000, NULL);
  assert_answer (f, 1, 1, f->now + 1000, NULL);
  g_assert_cmpuint (f->n_withdrawn, ==, 1);
}

static void
test_vanished (Fixture *f, gconstpointer data)
{
  call_and_settle (f, 0, "default", LONG, FALSE);
  call_and_settle (f, 1, "default", LONG, FALSE);
  g_dbus_connection_close_sync (f->callers[0].connection, NULL, NULL);
  AWAIT (f->callers[0].n_answers == 1); /* "closed", from its own end */
  settle (f, 1);
  g_assert_cmpuint (f->n_withdrawn, ==, 0);
  g_dbus_connection_close_sync (f->callers[1].connection, NULL, NULL);
  AWAIT (f->n_withdrawn == 1);

  /* Nobody has declined anything. */
  call_and_settle (f, 2, "default", LONG, FALSE);
  g_assert_cmpuint (f->n_notifications, ==, 2);
}

/* They have given up waiting when the user closes the dialog: still the user's answer. */
static void
test_vanished_from_a_window (Fixture *f, gconstpointer data)
{
  call_and_settle (f, 0, "default", LONG, TRUE);
  call_and_settle (f, 1, "default", LONG, FALSE);
  g_dbus_connection_close_sync (f->callers[0].connection, NULL, NULL);
  g_dbus_connection_close_sync (f->callers[1].connection, NULL, NULL);
  AWAIT (f->callers[0].n_answers == 1 && f->callers[1].n_answers == 1);
  settle (f, 2);
  amfa_session_requests_closed (f->requests, "default");
  call (f, 2, "default", LONG, TRUE);
  assert_answer (f, 2, 1, 0, INTERFACE ".Cancelled");
  g_assert_cmpuint (f->n_windows, ==, 1);
}

static void
test_profile_names (Fixture *f, gconstpointer data)
{
  g_autofree char *too_long = g_strnfill (513, 'a');
  g_autofree char *endless = g_strnfill (100000, 'a');
  const char *const bad[] = { "",      "a\nb",       "\033[0m",        "\302\205", "DEFAULT",
                              " edge", "[brackets]", "a\342\200\250b", too_long,   endless };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      call (f, 0, bad[i], LONG, TRUE);
      assert_answer (f, 0, i + 1, 0, INTERFACE ".Failed");
    }
  g_assert_cmpuint (f->n_windows + f->n_notifications, ==, 0);
  call_and_settle (f, 1, "größer als alles", LONG, TRUE);
  g_assert_cmpuint (f->n_windows, ==, 1);
}

/* Nothing is shown for what is no profile; what has just become one is. */
static void
test_unknown (Fixture *f, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (512, 'a');
  const char *const names[] = { "nobody", "p", "P0", "profile p0", longest };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      call (f, 0, names[i], LONG, i % 2 == 0);
      assert_answer (f, 0, i + 1, 0, INTERFACE ".UnknownProfile");
    }
  g_assert_cmpuint (f->n_windows + f->n_notifications, ==, 0);

  scratch_put (f->place->scratch, FILE_NAME, "[nobody]\n");
  call_and_settle (f, 1, "nobody", LONG, TRUE);
  g_assert_cmpuint (f->n_windows, ==, 1);
}

static void
remember_account (AmfaProfileState *state, gpointer data)
{
  g_free (state->account);
  state->account = g_strdup ("123456789012");
}

/* In no file any more, but remembered; and one whose keys another tool keeps. */
static void
test_remembered (Fixture *f, gconstpointer data)
{
  AmfaStateFile *file = f->place->backend->state;
  g_autoptr (GError) error = NULL;

  amfa_state_file_update (file, "gone", "-", remember_account, NULL, &error);
  g_assert_no_error (error);
  call_and_settle (f, 0, "gone", LONG, TRUE);
  g_assert_cmpuint (f->n_windows, ==, 1);

  scratch_put (f->place->scratch, FILE_NAME,
               "[left-long-term]\naws_access_key_id = AKIALEFT\naws_secret_access_key = x\n");
  call_and_settle (f, 1, "left", LONG, TRUE);
  g_assert_cmpuint (f->n_windows, ==, 2);
}

static void
ask_about (Fixture *f, guint i, guint number, gboolean dialog)
{
  g_autofree char *profile = g_strdup_printf ("p%u", number);

  call_and_settle (f, i, profile, LONG, dialog);
}

static void
test_few_windows (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i <= MAX_WINDOWS; i++)
    ask_about (f, i, i, TRUE);
  g_assert_cmpuint (f->n_windows, ==, MAX_WINDOWS);
  g_assert_cmpuint (f->n_notifications, ==, 1);
  g_assert_cmpuint (f->callers[MAX_WINDOWS].n_answers, ==, 0);

  /* One that is open takes no further room. */
  ask_about (f, 10, 0, TRUE);
  g_assert_cmpuint (f->n_windows, ==, MAX_WINDOWS);

  /* What the user has closed is not followed by another one unless somebody asks for it. */
  amfa_session_requests_closed (f->requests, "p0");
  assert_answer (f, 0, 1, 0, INTERFACE ".Cancelled");
  g_signal_emit_by_name (f->monitor, "changed");
  g_assert_cmpuint (f->n_windows, ==, MAX_WINDOWS);
  ask_about (f, 11, MAX_WINDOWS, TRUE);
  g_assert_cmpuint (f->n_windows, ==, MAX_WINDOWS + 1);
  g_assert_cmpuint (f->n_withdrawn, ==, 1);
}

static void
test_few_questions (Fixture *f, gconstpointer data)
{
  gint64 expires = f->now + 12 * 3600;

  for (guint i = 0; i < MAX_QUESTIONS; i++)
    ask_about (f, i == 0 ? 1 : 0, i, i % 2 == 0);
  g_assert_cmpuint (f->n_windows + f->n_notifications, ==, MAX_QUESTIONS);
  g_assert_cmpuint (f->callers[0].n_answers + f->callers[1].n_answers, ==, 0);

  for (guint dialog = 0; dialog < 2; dialog++)
    {
      call (f, 2, "p20", LONG, dialog);
      assert_answer (f, 2, dialog + 1, 0, INTERFACE ".Failed");
    }
  g_assert_cmpuint (f->n_windows + f->n_notifications, ==, MAX_QUESTIONS);

  /* That is no refusal of the user's: whoever is asked about already is still waited with, a
   * session is still given, and the next one has its turn when there is room. */
  ask_about (f, 3, 7, FALSE);
  g_assert_cmpuint (f->callers[3].n_answers, ==, 0);
  amfa_session_requests_granted (f->requests, "p21", expires);
  call (f, 4, "p21", LONG, TRUE);
  assert_answer (f, 4, 1, expires, NULL);
  amfa_session_requests_granted (f->requests, "p0", expires);
  assert_answer (f, 1, 1, expires, NULL);
  ask_about (f, 5, 20, FALSE);
  g_assert_cmpuint (f->callers[5].n_answers, ==, 0);
  g_assert_cmpuint (f->n_windows + f->n_notifications, ==, MAX_QUESTIONS + 1);
}

/* Callers who give up make room. */
static void
test_vanished_questions (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < MAX_QUESTIONS; i++)
    ask_about (f, 0, i, FALSE);
  g_dbus_connection_close_sync (f->callers[0].connection, NULL, NULL);
  AWAIT (f->n_withdrawn == MAX_QUESTIONS);
  ask_about (f, 1, 20, FALSE);
  g_assert_cmpuint (f->callers[1].n_answers, ==, 0);
  g_assert_cmpuint (f->n_notifications, ==, MAX_QUESTIONS + 1);
}

/* Who calls again and again for one profile. */
static void
test_few_callers (Fixture *f, gconstpointer data)
{
  guint n_full = MAX_CALLERS / N_AT_ONCE;

  for (guint i = 0; i <= n_full; i++)
    {
      for (guint j = 0; j < N_AT_ONCE; j++)
        call (f, i, "default", LONG, FALSE);
      if (i < n_full)
        settle (f, i);
    }
  assert_answer (f, n_full, N_AT_ONCE, 0, INTERFACE ".Failed");
  g_assert_cmpuint (f->n_notifications, ==, 1);

  /* The others still wait, and are answered. */
  for (guint i = 0; i < n_full; i++)
    g_assert_cmpuint (f->callers[i].n_answers, ==, 0);
  amfa_session_requests_granted (f->requests, "default", f->now + LONG);
  for (guint i = 0; i < n_full; i++)
    assert_answer (f, i, N_AT_ONCE, f->now + LONG, NULL);
}

static gsize
invent (Fixture *f, guint first)
{
  for (guint i = first; i < first + N_AT_ONCE; i++)
    {
      g_autofree char *name = g_strdup_printf ("invented %u", i);

      call (f, 0, name, LONG, i % 2 == 0);
      amfa_session_requests_presented (f->requests, name);
      amfa_session_requests_later (f->requests, name);
      amfa_session_requests_closed (f->requests, name);
    }
  AWAIT (f->callers[0].n_answers == f->callers[0].n_calls);
  g_assert_cmpstr (f->callers[0].error, ==, INTERFACE ".UnknownProfile");
  return mallinfo2 ().uordblks;
}

/* The allocator of a sanitizer tells nothing. */
static void
test_invented (Fixture *f, gconstpointer data)
{
  gsize before = 0;
  gsize after = 0;

  for (guint i = 0; i < 10000; i += N_AT_ONCE)
    {
      after = invent (f, i);
      before = i < 1000 ? after : before;
    }
  g_assert_cmpuint (after, <, before + 500000);
  g_assert_cmpuint (f->n_windows + f->n_notifications, ==, 0);
}

/* A program started by the bus is called before it has read anything. */
static void
test_before_the_first_reading (Fixture *f, gconstpointer data)
{
  login_elsewhere (f, 1, f->now + LONG);
  call_and_settle (f, 0, "default", LONG, TRUE);
  call_and_settle (f, 1, "default", G_MAXUINT, FALSE);
  g_assert_cmpuint (f->n_windows + f->n_notifications, ==, 0);
  start_monitor (f);
  assert_answer (f, 0, 1, f->now + LONG, NULL);
  settle (f, 1);
  g_assert_cmpuint (f->n_windows, ==, 0);
  g_assert_cmpuint (f->n_notifications, ==, 1);
  g_assert_cmpuint (f->callers[1].n_answers, ==, 0);
}

static void
test_unexported (Fixture *f, gconstpointer data)
{
  call_all (f, FALSE);
  amfa_session_requests_unexport (f->requests);
  assert_all (f, 0, INTERFACE ".Cancelled");
  g_assert_cmpuint (f->n_withdrawn, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                                        \
  g_test_add ("/session-requests/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("one-notification", test_one_notification);
  ADD ("one-window", test_one_window);
  ADD ("window-after-notification", test_window_after_notification);
  ADD ("cancelled", test_cancelled);
  ADD ("later", test_later);
  ADD ("a-window-of-the-user", test_a_window_of_the_user);
  ADD ("a-session-ends-the-quiet-time", test_a_session_ends_the_quiet_time);
  ADD ("session-from-elsewhere", test_session_from_elsewhere);
  ADD ("not-long-enough", test_not_long_enough);
  ADD ("vanished", test_vanished);
  ADD ("vanished-from-a-window", test_vanished_from_a_window);
  ADD ("profile-names", test_profile_names);
  ADD ("unknown", test_unknown);
  ADD ("remembered", test_remembered);
  ADD ("few-windows", test_few_windows);
  ADD ("few-questions", test_few_questions);
  ADD ("vanished-questions", test_vanished_questions);
  ADD ("few-callers", test_few_callers);
  ADD ("invented", test_invented);
  ADD ("unexported", test_unexported);
#undef ADD
  g_test_add ("/session-requests/before-the-first-reading", Fixture, "not started", set_up,
              test_before_the_first_reading, tear_down);

  return g_test_run ();
}
