#include "core/io/keyring-private.h"
#include "core/io/process.h"
#include "core/model/error.h"
#include "keyring-daemon.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* A keyring daemon or a message bus that stops answering, or goes, before each call of ours: the
 * wait ends by itself when the time is up, at once when it is cancelled, and nobody dies of it. */

/* A busy machine is slow; without an end of its own a wait would last 25 s, as D-Bus has it. */
#define SLACK_MS 9000
#define AT_ONCE_MS 500
/* What goes before a blow is to be over in the first of these that the machine allows. */
#define SHORTEST_BUDGET_MS 1000
#define LONGEST_BUDGET_MS 8000
/* For what is done before and after a prompt. */
#define PROMPT_BUDGET_MS 10000

static const AmfaItem base = { AMFA_ITEM_BASE, "default", NULL, "-" };

typedef enum
{
  STOP_DAEMON,
  STOP_BUS,
  KILL_BUS,
  BREAK_SOCKET,
} Blow;

typedef struct
{
  char *folder;
  char *address;
  char *keyrings_dir;
  AmfaKeyring *keyring;
  GDBusConnection *bus; /* the keyring's */
  GDBusConnection *own;
  GSubprocess *bus_daemon;
  GSubprocess *daemon;
  /* The filter runs in GDBus's thread. */
  guint filter;
  const char *when; /* atomic; the method before which ... */
  Blow blow;        /* ... this happens */
  GMutex mutex;
  GCond condition;
  gboolean is_over; /* the deed came to that method and the blow fell, or it did not */
  gboolean is_struck;
} Fixture;

/* ---- blows ---- */

static GPid
get_pid (GSubprocess *process)
{
  return atoi (g_subprocess_get_identifier (process));
}

static void
stop (GSubprocess *process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", get_pid (process));
  gboolean is_stopped = FALSE;

  kill (get_pid (process), SIGSTOP);
  while (!is_stopped)
    {
      g_autofree char *stat = NULL;

      g_assert_true (g_file_get_contents (path, &stat, NULL, NULL));
      is_stopped = strstr (stat, ") T ") != NULL;
    }
}

static void
strike (Fixture *fixture)
{
  GSocketConnection *stream = G_SOCKET_CONNECTION (g_dbus_connection_get_stream (fixture->bus));

  switch (fixture->blow)
    {
    case STOP_DAEMON:
      stop (fixture->daemon);
      break;
    case STOP_BUS:
      stop (fixture->bus_daemon);
      break;
    case KILL_BUS:
      kill (get_pid (fixture->bus_daemon), SIGKILL);
      break;
    case BREAK_SOCKET:
    default:
      shutdown (g_socket_get_fd (g_socket_connection_get_socket (stream)), SHUT_RDWR);
      break;
    }
}

static void
settle (Fixture *fixture, gboolean is_struck)
{
  g_mutex_lock (&fixture->mutex);
  fixture->is_over = TRUE;
  fixture->is_struck = is_struck;
  g_cond_broadcast (&fixture->condition);
  g_mutex_unlock (&fixture->mutex);
}

static GDBusMessage *
on_message (GDBusConnection *bus, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *when = g_atomic_pointer_get (&fixture->when);

  if (!incoming && when && g_strcmp0 (when, g_dbus_message_get_member (message)) == 0 &&
      g_atomic_pointer_compare_and_exchange (&fixture->when, when, NULL))
    {
      strike (fixture);
      settle (fixture, TRUE);
    }
  return message;
}

static void
strike_when (Fixture *fixture, Blow blow, const char *method)
{
  fixture->blow = blow;
  fixture->is_over = FALSE;
  g_atomic_pointer_set (&fixture->when, method);
}

/* Returns: whether the blow fell */
static gboolean
await_blow (Fixture *fixture)
{
  gboolean is_struck;

  g_mutex_lock (&fixture->mutex);
  while (!fixture->is_over)
    g_cond_wait (&fixture->condition, &fixture->mutex);
  is_struck = fixture->is_struck;
  g_mutex_unlock (&fixture->mutex);
  return is_struck;
}

/* The deed is over: a blow that has not begun to fall does not fall any more.
 * Returns: whether it fell */
static gboolean
end_blow (Fixture *fixture, const char *method)
{
  if (g_atomic_pointer_compare_and_exchange (&fixture->when, method, NULL))
    settle (fixture, FALSE);
  return await_blow (fixture);
}

/* ---- the bus and the daemon ---- */

/* It starts nothing by itself, so that a keyring which stopped is not replaced. */
static void
start_bus (Fixture *fixture)
{
  g_autofree char *config = g_build_filename (fixture->folder, "bus.conf", NULL);
  g_autofree char *option = g_strconcat ("--config-file=", config, NULL);
  g_autofree char *text = g_strdup_printf (
      "<busconfig><type>session</type><listen>%s</listen><policy context='default'>"
      "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow "
      "own='*'/></policy></busconfig>",
      fixture->address);
  g_autoptr (GError) error = NULL;
  char answer;

  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  fixture->bus_daemon =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL,
                        "dbus-daemon", option, "--nofork", "--print-address=1", NULL);
  g_assert_cmpint (g_input_stream_read (g_subprocess_get_stdout_pipe (fixture->bus_daemon), &answer,
                                        1, NULL, NULL),
                   ==, 1);
  fixture->own =
      g_dbus_connection_new_for_address_sync (fixture->address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  fixture->daemon = keyring_daemon_start (fixture->own, KEYRING_PASSWORD);
}

static void
end (GSubprocess *process)
{
  g_subprocess_force_exit (process);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_object_unref (process);
}

static void
end_bus (Fixture *fixture)
{
  g_clear_object (&fixture->own);
  end (g_steal_pointer (&fixture->daemon));
  end (g_steal_pointer (&fixture->bus_daemon));
}

static void
attach (Fixture *fixture)
{
  fixture->bus = amfa_keyring_connect (fixture->keyring, NULL, NULL);
  g_assert_nonnull (fixture->bus);
  fixture->filter = g_dbus_connection_add_filter (fixture->bus, on_message, fixture, NULL);
}

static void
detach (Fixture *fixture)
{
  g_dbus_connection_remove_filter (fixture->bus, fixture->filter);
  g_clear_object (&fixture->bus);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  AmfaEnvironment environment = { .application_id = (char *) "com.example.AwsMfa" };

  g_mutex_init (&fixture->mutex);
  g_cond_init (&fixture->condition);
  fixture->folder = g_dir_make_tmp ("awsmfa-bus-XXXXXX", NULL);
  fixture->address = g_strdup_printf ("unix:path=%s/bus", fixture->folder);
  fixture->keyrings_dir = g_build_filename (g_getenv ("XDG_DATA_HOME"), "keyrings", NULL);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", fixture->address, TRUE);
  fixture->keyring = amfa_keyring_new (&environment, NULL);
  start_bus (fixture);
  attach (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  detach (fixture);
  end_bus (fixture);
  g_object_unref (fixture->keyring);
  keyring_daemon_remove_files (fixture->keyrings_dir);
  keyring_daemon_remove_files (fixture->folder);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->address);
  g_free (fixture->keyrings_dir);
  g_mutex_clear (&fixture->mutex);
  g_cond_clear (&fixture->condition);
}

/* ---- deeds ---- */

typedef enum
{
  DO_LOOK,
  DO_CHECK,
  DO_UNLOCK,
  DO_OPEN,
  DO_READ,
  DO_STORE,
  DO_REMOVE,
} Deed;

/* A method of the bus's own stands for what libsecret asks of it. */
static const struct
{
  Deed deed;
  const char *when;
} steps[] = {
  { DO_LOOK, "ReadAlias" },      { DO_LOOK, "SearchItems" },  { DO_CHECK, "ReadAlias" },
  { DO_CHECK, "Get" },           { DO_UNLOCK, "ReadAlias" },  { DO_OPEN, "ReadAlias" },
  { DO_OPEN, "SearchItems" },    { DO_OPEN, "GetNameOwner" }, { DO_OPEN, "OpenSession" },
  { DO_OPEN, "GetSecret" },      { DO_READ, "SearchItems" },  { DO_READ, "GetSecret" },
  { DO_STORE, "ReadAlias" },     { DO_STORE, "OpenSession" }, { DO_STORE, "CreateItem" },
  { DO_STORE, "GetSecret" },     { DO_REMOVE, "ReadAlias" },  { DO_REMOVE, "SearchItems" },
  { DO_REMOVE, "GetNameOwner" }, { DO_REMOVE, "Delete" },
};

static gboolean
carry_out (AmfaKeyring *keyring, Deed deed, GCancellable *cancellable, GError **error)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("x", -1);
  g_autoptr (AmfaSecret) found = NULL;

  switch (deed)
    {
    case DO_CHECK:
      return amfa_keyring_check (keyring, cancellable, error);
    case DO_UNLOCK:
      return amfa_keyring_unlock (keyring, cancellable, error);
    case DO_OPEN:
      return amfa_keyring_open (keyring, &base, &found, cancellable, error);
    case DO_READ:
      return amfa_keyring_read (keyring, &base, &found, cancellable, error);
    case DO_STORE:
      return amfa_keyring_store (keyring, &base, secret, cancellable, error);
    case DO_REMOVE:
      return amfa_keyring_remove (keyring, &base, cancellable, error);
    case DO_LOOK:
    default:
      g_assert_cmpint (amfa_keyring_look (keyring, &base, cancellable), ==, AMFA_LOOK_ABSENT);
      return FALSE;
    }
}

static void
assert_works (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  carry_out (fixture->keyring, DO_STORE, NULL, &error);
  g_assert_no_error (error);
}

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

static void
assert_problem (const GError *error, Deed deed, AmfaError code, int reason)
{
  if (deed == DO_LOOK)
    return;
  g_assert_error (error, AMFA_ERROR, (int) code);
  g_assert_cmpint (amfa_error_get_details (error)->reason, ==, reason);
}

/* Of several calls the quickest counts: what was in the way of the others was the machine. */
static void
assert_has_no_time_left (Fixture *fixture, Deed deed, GCancellable *budget)
{
  gint64 quickest = G_MAXINT64;

  for (guint i = 0; i < 3 && quickest >= AT_ONCE_MS; i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 start = now_ms ();

      carry_out (fixture->keyring, deed, budget, &error);
      quickest = MIN (quickest, now_ms () - start);
      assert_problem (error, deed, AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_SILENT);
    }
  g_assert_cmpint (quickest, <, AT_ONCE_MS);
}

/* Returns: whether the deed came as far as the blow */
static gboolean
ends_in_time (Fixture *fixture, Deed deed, Blow blow, const char *when, guint budget_ms)
{
  g_autoptr (GCancellable) budget = amfa_keyring_budget_new (budget_ms, NULL);
  g_autoptr (GError) error = NULL;
  gint64 start = now_ms ();

  g_test_message ("%d, at %s, in %u ms", deed, when, budget_ms);
  strike_when (fixture, blow, when);
  carry_out (fixture->keyring, deed, budget, &error);
  if (!end_blow (fixture, when))
    {
      assert_works (fixture);
      return FALSE;
    }
  g_assert_cmpint (now_ms () - start, <, budget_ms + SLACK_MS);
  assert_problem (error, deed, AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_SILENT);
  g_clear_error (&error);

  assert_has_no_time_left (fixture, deed, budget);
  kill (get_pid (blow == STOP_BUS ? fixture->bus_daemon : fixture->daemon), SIGCONT);
  assert_works (fixture);
  return TRUE;
}

/* Where the time is up before the blow it was the machine that took it: then once more, with more
 * of it. */
static void
assert_ends_in_time (Fixture *fixture, Deed deed, Blow blow, const char *when)
{
  guint budget_ms = SHORTEST_BUDGET_MS;

  while (!ends_in_time (fixture, deed, blow, when, budget_ms))
    {
      budget_ms *= 2;
      g_assert_cmpuint (budget_ms, <=, LONGEST_BUDGET_MS);
    }
}

static void
test_in_time (Fixture *fixture, gconstpointer data)
{
  assert_works (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      if (!g_str_equal (steps[i].when, "GetNameOwner")) /* which the bus answers */
        assert_ends_in_time (fixture, steps[i].deed, STOP_DAEMON, steps[i].when);
      assert_ends_in_time (fixture, steps[i].deed, STOP_BUS, steps[i].when);
    }
}

static gpointer
run_canceller (gpointer data)
{
  Fixture *fixture = ((gpointer *) data)[0];
  GCancellable *cancellable = ((gpointer *) data)[1];

  if (await_blow (fixture))
    g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  assert_works (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      gpointer both[] = { fixture, cancellable };
      GThread *canceller;
      gint64 start = now_ms ();

      g_test_message ("%d, at %s", steps[i].deed, steps[i].when);
      strike_when (fixture, STOP_BUS, steps[i].when);
      canceller = g_thread_new ("canceller", run_canceller, both);
      carry_out (fixture->keyring, steps[i].deed, cancellable, &error);
      g_assert_true (end_blow (fixture, steps[i].when));
      g_assert_cmpint (now_ms () - start, <, SLACK_MS);
      g_assert_true (steps[i].deed == DO_LOOK || amfa_error_is_cancelled (error));
      g_thread_join (canceller);
      kill (get_pid (fixture->bus_daemon), SIGCONT);
      assert_works (fixture);
    }
}

/* What an operation has around what it has under a lock. */
static void
test_nested (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) outer = amfa_keyring_budget_new (60000, cancellable);
  g_autoptr (GCancellable) inner = amfa_keyring_budget_new (500, outer);
  g_autoptr (GError) error = NULL;
  gint64 start = now_ms ();

  stop (fixture->daemon);
  g_assert_false (carry_out (fixture->keyring, DO_CHECK, inner, &error));
  g_assert_cmpint (now_ms () - start, <, 500 + SLACK_MS);
  assert_problem (error, DO_CHECK, AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_SILENT);
  g_clear_error (&error);
  kill (get_pid (fixture->daemon), SIGCONT);
  g_assert_true (carry_out (fixture->keyring, DO_CHECK, outer, &error));
  g_assert_no_error (error);

  g_clear_object (&inner);
  inner = amfa_keyring_budget_new (60000, outer);
  g_cancellable_cancel (cancellable);
  while (!g_cancellable_is_cancelled (inner))
    g_thread_yield ();
  g_assert_false (carry_out (fixture->keyring, DO_CHECK, inner, &error));
  g_assert_true (amfa_error_is_cancelled (error));
}

/* Who brings no time has some. */
static void
test_without_budget (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 start = now_ms ();

  stop (fixture->daemon);
  g_assert_false (carry_out (fixture->keyring, DO_OPEN, NULL, &error));
  g_assert_cmpint (now_ms () - start, <, AMFA_KEYRING_OPERATION_MS + SLACK_MS);
  assert_problem (error, DO_OPEN, AMFA_ERROR_KEYRING_FAILED, AMFA_KEYRING_PROBLEM_SILENT);
  kill (get_pid (fixture->daemon), SIGCONT);
}

/* The next try finds the bus again. */
static void
test_broken (Fixture *fixture, gconstpointer data)
{
  assert_works (fixture);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (steps); i++)
    {
      Blow blow = i % 2 ? KILL_BUS : BREAK_SOCKET;
      Deed deed = steps[i / 2].deed;
      g_autoptr (GError) error = NULL;

      g_test_message ("%d, at %s, %d", deed, steps[i / 2].when, blow);
      strike_when (fixture, blow, steps[i / 2].when);
      carry_out (fixture->keyring, deed, NULL, &error);
      g_assert_true (end_blow (fixture, steps[i / 2].when));
      assert_problem (error, deed, AMFA_ERROR_KEYRING_ABSENT, AMFA_KEYRING_BUS_GONE);

      detach (fixture);
      if (blow == KILL_BUS)
        {
          end_bus (fixture);
          start_bus (fixture);
        }
      attach (fixture);
      assert_works (fixture);
    }
}

static void
on_closed (GDBusConnection *bus, gboolean vanished, GError *error, gboolean *is_closed)
{
  *is_closed = TRUE;
}

/* The connection that others in the process share, which would end the process. */
static void
test_shared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDBusConnection) shared = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  gboolean is_closed = FALSE;

  g_assert_true (g_dbus_connection_get_exit_on_close (shared));
  g_signal_connect (shared, "closed", G_CALLBACK (on_closed), &is_closed);
  kill (get_pid (fixture->bus_daemon), SIGKILL);
  while (!is_closed)
    g_main_context_iteration (NULL, TRUE);
}

/* ---- a prompt ---- */

static gboolean
run (const char *command)
{
  g_autofree char *output = NULL;
  int status = -1;

  g_assert_true (g_spawn_command_line_sync (command, &output, NULL, &status, NULL));
  return status == 0;
}

static gpointer
run_user (gpointer data)
{
  int *is_over = data;
  gint64 end;

  while (!run ("xdotool search --onlyvisible --class ^Gcr-prompter$"))
    g_assert_false (g_atomic_int_get (is_over));
  end = now_ms () + PROMPT_BUDGET_MS + 1000;
  while (now_ms () < end)
    g_usleep (10000);
  /* A window takes keys a moment after it is seen. */
  while (!g_atomic_int_get (is_over))
    run ("xdotool key Escape");
  return NULL;
}

/* Who looks for the password is not hurried. */
static void
test_prompt (void)
{
  AmfaEnvironment environment = { .application_id = (char *) "com.example.AwsMfa" };
  g_autoptr (AmfaKeyring) keyring = amfa_keyring_new (&environment, NULL);
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (keyring, NULL, NULL);
  g_autoptr (GSubprocess) daemon = keyring_daemon_start (bus, KEYRING_PASSWORD);
  const char *const paths[] = { KEYRING_DEFAULT_PATH, NULL };
  g_autoptr (GVariant) reply =
      keyring_daemon_call (bus, KEYRING_ROOT_PATH, "org.freedesktop.Secret.Service", "Lock",
                           g_variant_new ("(^ao)", paths));
  g_autoptr (GCancellable) outer = amfa_keyring_budget_new (PROMPT_BUDGET_MS, NULL);
  g_autoptr (GCancellable) budget = amfa_keyring_budget_new (PROMPT_BUDGET_MS, outer);
  g_autoptr (GError) error = NULL;
  int is_over = FALSE;
  GThread *user = g_thread_new ("user", run_user, &is_over);

  g_assert_false (amfa_keyring_unlock (keyring, budget, &error));
  g_atomic_int_set (&is_over, TRUE);
  g_thread_join (user);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);
  g_assert_false (amfa_keyring_check (keyring, budget, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED);

  keyring_daemon_stop (bus, g_steal_pointer (&daemon));
}

/* Gives up after a while, should nobody else. */
static gpointer
run_impatient_user (gpointer cancellable)
{
  gint64 end;

  while (!run ("xdotool search --onlyvisible --class ^Gcr-prompter$"))
    if (g_cancellable_is_cancelled (cancellable))
      return NULL;
  end = now_ms () + 3000 + SLACK_MS;
  while (now_ms () < end && !g_cancellable_is_cancelled (cancellable))
    g_usleep (10000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

/* But not while others wait for a lock. */
static void
test_prompt_under_lock (void)
{
  AmfaEnvironment environment = { .application_id = (char *) "com.example.AwsMfa" };
  g_autoptr (AmfaKeyring) keyring = amfa_keyring_new (&environment, NULL);
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (keyring, NULL, NULL);
  g_autoptr (GSubprocess) daemon = keyring_daemon_start (bus, KEYRING_PASSWORD);
  const char *const paths[] = { KEYRING_DEFAULT_PATH, NULL };
  g_autoptr (GVariant) reply =
      keyring_daemon_call (bus, KEYRING_ROOT_PATH, "org.freedesktop.Secret.Service", "Lock",
                           g_variant_new ("(^ao)", paths));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) outer = amfa_keyring_budget_new (30000, cancellable);
  g_autoptr (GCancellable) budget = amfa_keyring_budget_new_under_lock (3000, outer);
  g_autoptr (GError) error = NULL;
  GThread *user = g_thread_new ("user", run_impatient_user, cancellable);

  g_assert_false (amfa_keyring_unlock (keyring, budget, &error));
  g_cancellable_cancel (cancellable);
  g_thread_join (user);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
  g_assert_cmpint (amfa_error_get_details (error)->reason, ==, AMFA_KEYRING_PROBLEM_SILENT);

  keyring_daemon_stop (bus, g_steal_pointer (&daemon));
}

int
main (int argc, char **argv)
{
  amfa_process_prepare (NULL);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keyring-stopped/prompt", test_prompt);
  g_test_add_func ("/keyring-stopped/prompt-under-lock", test_prompt_under_lock);
#define ADD(path, function)                                                                        \
  g_test_add ("/keyring-stopped/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("in-time", test_in_time);
  ADD ("cancelled", test_cancelled);
  ADD ("nested", test_nested);
  ADD ("without-budget", test_without_budget);
  ADD ("broken", test_broken);
  ADD ("shared", test_shared);

  return g_test_run ();
}
