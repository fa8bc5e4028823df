#include "core/io/keyring-private.h"
#include "core/model/error.h"
#include "keyring-daemon.h"

#include <signal.h>
#include <stdlib.h>

/* The real gnome-keyring daemon and, where it prompts, its real prompter: with-keyring.sh gives
 * them a bus and a display. Each test has a daemon of its own. */

#define PASSWORD KEYRING_PASSWORD
#define ROOT_PATH KEYRING_ROOT_PATH
#define DEFAULT_PATH KEYRING_DEFAULT_PATH
#define PROMPTER_NAME "org.gnome.keyring.SystemPrompter"
#define WAIT_SECONDS 30

static const AmfaItem base = { AMFA_ITEM_BASE, "default", NULL, "-" };
static const AmfaItem session = { AMFA_ITEM_SESSION, "default", NULL, "-" };

typedef struct
{
  GDBusConnection *bus; /* the keyring's */
  AmfaKeyring *keyring;
  char *keyrings_dir;
  GSubprocess *daemon;
  guint filter;
  /* The filter runs in GDBus's thread. */
  GPid kill;             /* atomic; the daemon's, to be killed when ... */
  const char *kill_when; /* ... this method is called */
  int n_dangerous;       /* atomic; calls that unlock, prompt or transfer secrets */
} Fixture;

/* One call of the keyring in a thread of its own, as the operations do it. */
typedef enum
{
  CALL_UNLOCK,
  CALL_OPEN,
  CALL_READ,
  CALL_STORE,
  CALL_REMOVE,
  CALL_CHECK,
} CallKind;

typedef struct
{
  CallKind kind;
  AmfaKeyring *keyring;
  AmfaItem item;
  AmfaSecret *secret;
  GCancellable *cancellable;
  GThread *thread;
  GError *error;
  gboolean ok;
  int done; /* atomic */
} Call;

/* ---- waiting ---- */

static gboolean
on_timeout (gpointer user_data)
{
  gboolean *timed_out = user_data;

  *timed_out = TRUE;
  return G_SOURCE_REMOVE;
}

/* Iterates the main context until @value is what is wanted; %FALSE after @milliseconds. */
static gboolean
wait_for (int *value, int wanted, guint milliseconds)
{
  gboolean timed_out = FALSE;
  guint timeout = g_timeout_add (milliseconds, on_timeout, &timed_out);

  while (g_atomic_int_get (value) != wanted && !timed_out)
    g_main_context_iteration (NULL, TRUE);
  if (!timed_out)
    g_source_remove (timeout);
  return g_atomic_int_get (value) == wanted;
}

static gpointer
call_thread (gpointer data)
{
  Call *call = data;

  switch (call->kind)
    {
    case CALL_UNLOCK:
      call->ok = amfa_keyring_unlock (call->keyring, call->cancellable, &call->error);
      break;
    case CALL_OPEN:
      call->ok = amfa_keyring_open (call->keyring, &call->item, &call->secret, call->cancellable,
                                    &call->error);
      break;
    case CALL_READ:
      call->ok = amfa_keyring_read (call->keyring, &call->item, &call->secret, call->cancellable,
                                    &call->error);
      break;
    case CALL_STORE:
      call->ok = amfa_keyring_store (call->keyring, &call->item, call->secret, call->cancellable,
                                     &call->error);
      break;
    case CALL_REMOVE:
      call->ok = amfa_keyring_remove (call->keyring, &call->item, call->cancellable, &call->error);
      break;
    case CALL_CHECK:
      call->ok = amfa_keyring_check (call->keyring, call->cancellable, &call->error);
      break;
    default:
      g_assert_not_reached ();
    }
  g_assert_true (call->ok == (call->error == NULL));
  g_atomic_int_set (&call->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static Call *
call_start (Fixture *fixture, CallKind kind, const AmfaItem *item, const char *text)
{
  Call *call = g_new0 (Call, 1);

  call->kind = kind;
  call->keyring = fixture->keyring;
  call->item = *item;
  call->secret = text ? amfa_secret_new (text, -1) : NULL;
  call->cancellable = g_cancellable_new ();
  call->thread = g_thread_new ("keyring", call_thread, call);
  return call;
}

static void
call_wait (Call *call)
{
  g_assert_true (wait_for (&call->done, TRUE, WAIT_SECONDS * 1000));
}

static void
call_free (Call *call)
{
  g_thread_join (call->thread);
  g_clear_pointer (&call->secret, amfa_secret_unref);
  g_clear_error (&call->error);
  g_object_unref (call->cancellable);
  g_free (call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
call_ok (Fixture *fixture, CallKind kind, const AmfaItem *item, const char *text)
{
  g_autoptr (Call) call = call_start (fixture, kind, item, text);

  call_wait (call);
  g_assert_no_error (call->error);
}

static void
call_fails (Fixture *fixture, CallKind kind, const AmfaItem *item, const char *text, AmfaError code)
{
  g_autoptr (Call) call = call_start (fixture, kind, item, text);

  call_wait (call);
  g_assert_error (call->error, AMFA_ERROR, (int) code);
}

static void
call_fails_for (Fixture *fixture, CallKind kind, const char *text, AmfaError code, int reason)
{
  g_autoptr (Call) call = call_start (fixture, kind, &base, text);

  call_wait (call);
  g_assert_error (call->error, AMFA_ERROR, (int) code);
  g_assert_cmpint (amfa_error_get_details (call->error)->reason, ==, reason);
}

static void
assert_open (Fixture *fixture, const AmfaItem *item, const char *text)
{
  g_autoptr (Call) call = call_start (fixture, CALL_OPEN, item, NULL);

  call_wait (call);
  g_assert_no_error (call->error);
  g_assert_cmpstr (call->secret ? amfa_secret_peek (call->secret) : NULL, ==, text);
}

/* ---- the daemon ---- */

static GVariant *
call_service (Fixture *fixture,
              const char *path,
              const char *interface,
              const char *method,
              GVariant *parameters)
{
  return keyring_daemon_call (fixture->bus, path, interface, method, parameters);
}

static void
start_daemon (Fixture *fixture, const char *password)
{
  fixture->daemon = keyring_daemon_start (fixture->bus, password);
}

static void
stop_daemon (Fixture *fixture)
{
  keyring_daemon_stop (fixture->bus, g_steal_pointer (&fixture->daemon));
}

/* As after a log-in without a password: nothing was ever unlocked. */
static void
restart_cold (Fixture *fixture)
{
  stop_daemon (fixture);
  start_daemon (fixture, NULL);
}

static void
lock (Fixture *fixture)
{
  const char *const paths[] = { DEFAULT_PATH, NULL };
  g_autoptr (GVariant) reply = call_service (fixture, ROOT_PATH, "org.freedesktop.Secret.Service",
                                             "Lock", g_variant_new ("(^ao)", paths));
}

static GDBusMessage *
on_message (GDBusConnection *bus, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  static const char *const dangerous[] = { "Unlock",     "Prompt",    "OpenSession",
                                           "GetSecrets", "GetSecret", NULL };
  Fixture *fixture = user_data;
  const char *member = g_dbus_message_get_member (message);

  if (incoming || !member)
    return message;
  if (g_strv_contains (dangerous, member))
    g_atomic_int_inc (&fixture->n_dangerous);
  if (fixture->kill_when && g_str_equal (fixture->kill_when, member))
    {
      GPid pid = g_atomic_int_exchange (&fixture->kill, 0);

      if (pid > 0)
        kill (pid, SIGKILL);
    }
  return message;
}

static void
kill_when (Fixture *fixture, const char *method)
{
  fixture->kill_when = method;
  g_atomic_int_set (&fixture->kill, atoi (g_subprocess_get_identifier (fixture->daemon)));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  AmfaEnvironment environment = { .application_id = (char *) "com.example.AwsMfa" };

  fixture->keyrings_dir = g_build_filename (g_getenv ("XDG_DATA_HOME"), "keyrings", NULL);
  environment.keyrings_dir = fixture->keyrings_dir;
  fixture->keyring = amfa_keyring_new (&environment, NULL);
  fixture->bus = amfa_keyring_connect (fixture->keyring, NULL, NULL);
  fixture->filter = g_dbus_connection_add_filter (fixture->bus, on_message, fixture, NULL);
  start_daemon (fixture, data);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->daemon)
    stop_daemon (fixture);
  keyring_daemon_remove_files (fixture->keyrings_dir);
  g_dbus_connection_remove_filter (fixture->bus, fixture->filter);
  g_object_unref (fixture->bus);
  g_object_unref (fixture->keyring);
  g_free (fixture->keyrings_dir);
}

/* ---- the prompter ---- */

static gboolean
run (const char *command)
{
  g_autofree char *output = NULL;
  int status = -1;

  g_assert_true (g_spawn_command_line_sync (command, &output, NULL, &status, NULL));
  return status == 0;
}

static gboolean
prompter_runs (Fixture *fixture)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      fixture->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "NameHasOwner", g_variant_new ("(s)", PROMPTER_NAME), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      NULL);
  gboolean has_owner = FALSE;

  g_variant_get (reply, "(b)", &has_owner);
  return has_owner;
}

static gboolean
prompt_is_shown (void)
{
  return run ("xdotool search --onlyvisible --class ^Gcr-prompter$");
}

static void
await_prompt (Call *call)
{
  for (guint i = 0; !prompt_is_shown (); i++)
    {
      g_assert_cmpuint (i, <, WAIT_SECONDS * 10);
      g_assert_false (wait_for (&call->done, TRUE, 100));
    }
}

/* The window outlives the prompt by a moment, and would take the next one's keys. */
static void
await_no_prompt (void)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;

  while (prompt_is_shown ())
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
}

/* A window takes keys a moment after it is seen: press again until it did. */
static void
answer (Call *call, const char *keys)
{
  g_autofree char *command = g_strconcat ("xdotool ", keys, NULL);

  await_prompt (call);
  for (guint i = 0; i < WAIT_SECONDS; i++)
    {
      g_assert_true (run (command));
      if (wait_for (&call->done, TRUE, 3000))
        {
          await_no_prompt ();
          return;
        }
    }
  g_assert_not_reached ();
}
#define DISMISS "key Escape"
#define TYPE_PASSWORD "key ctrl+a type --args 1 " PASSWORD " key Return"
#define TYPE_NEW_PASSWORD                                                                          \
  "key ctrl+a type --args 1 " PASSWORD " key Tab key ctrl+a type --args 1 " PASSWORD " key Return"

/* ---- an open keyring ---- */

static void
test_keyring_journey (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (amfa_keyring_look (fixture->keyring, &base, NULL), ==, AMFA_LOOK_NOT_STORED);
  call_ok (fixture, CALL_UNLOCK, &base, NULL);
  assert_open (fixture, &base, NULL);
  call_ok (fixture, CALL_REMOVE, &base, NULL);

  call_ok (fixture, CALL_STORE, &base, "one");
  call_ok (fixture, CALL_STORE, &base, "{\"v\":1,\"key_id\":\"\303\244\"}");
  g_assert_cmpint (amfa_keyring_look (fixture->keyring, &base, NULL), ==, AMFA_LOOK_STORED);
  g_assert_cmpint (amfa_keyring_look (fixture->keyring, &session, NULL), ==, AMFA_LOOK_NOT_STORED);
  assert_open (fixture, &base, "{\"v\":1,\"key_id\":\"\303\244\"}");
  assert_open (fixture, &session, NULL);
  g_assert_true (amfa_keyring_make_durable (fixture->keyring, NULL, &error));
  g_assert_no_error (error);

  /* It outlives the daemon. */
  stop_daemon (fixture);
  start_daemon (fixture, PASSWORD);
  assert_open (fixture, &base, "{\"v\":1,\"key_id\":\"\303\244\"}");

  call_ok (fixture, CALL_REMOVE, &base, NULL);
  assert_open (fixture, &base, NULL);
  g_assert_cmpint (amfa_keyring_look (fixture->keyring, &base, NULL), ==, AMFA_LOOK_NOT_STORED);
  g_assert_false (prompter_runs (fixture));
}

/* gnome-keyring replaces by subset match: neighbours must survive each other's store. */
static void
test_keyring_neighbours (Fixture *fixture, gconstpointer data)
{
  static const AmfaItem items[] = {
    { AMFA_ITEM_BASE, "default", NULL, "-" },
    { AMFA_ITEM_BASE_OLD, "default", NULL, "-" },
    { AMFA_ITEM_SESSION, "default", NULL, "-" },
    { AMFA_ITEM_ORIGINAL, "default", NULL, "-" },
    { AMFA_ITEM_SESSION, "default", "arn:aws:iam::1:role/r", "-" },
    { AMFA_ITEM_SESSION, "default", NULL, "e3b0c442" },
    { AMFA_ITEM_BASE, "other", NULL, "-" },
    { AMFA_ITEM_BASE, "\303\244 b", NULL, "-" },
  };

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (items); i++)
        {
          g_autofree char *text = g_strdup_printf ("%u of %u", i, round);

          call_ok (fixture, CALL_STORE, &items[i], text);
        }
      for (guint i = 0; i < G_N_ELEMENTS (items); i++)
        {
          g_autofree char *text = g_strdup_printf ("%u of %u", i, round);

          assert_open (fixture, &items[i], text);
        }
    }

  call_ok (fixture, CALL_REMOVE, &items[0], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    g_assert_cmpint (amfa_keyring_look (fixture->keyring, &items[i], NULL), ==,
                     i == 0 ? AMFA_LOOK_NOT_STORED : AMFA_LOOK_STORED);
}

/* What scripts and people rely on: where the item lies, its label and its attributes. */
static void
test_keyring_contract (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    AmfaItem item;
    const char *kind;
    const char *label;
  } cases[] = {
    { { AMFA_ITEM_BASE, "default", NULL, "-" }, "base", "AWS base credentials: default" },
    { { AMFA_ITEM_BASE_OLD, "default", NULL, "-" },
      "base-old",
      "Former AWS base credentials: default" },
    { { AMFA_ITEM_SESSION, "default", NULL, "-" }, "session", "AWS session: default" },
    { { AMFA_ITEM_ORIGINAL, "default", NULL, "-" },
      "original",
      "Original AWS credentials: default" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      call_ok (fixture, CALL_STORE, &cases[i].item, "x");

      g_autoptr (GVariant) found = call_service (
          fixture, ROOT_PATH, "org.freedesktop.Secret.Service", "SearchItems",
          g_variant_new_parsed ("({'application': 'com.example.AwsMfa', 'profile': 'default', "
                                "'kind': %s, 'role': '-', 'file': '-'},)",
                                cases[i].kind));
      g_autoptr (GVariant) unlocked = g_variant_get_child_value (found, 0);
      const char *path;

      g_assert_cmpuint (g_variant_n_children (unlocked), ==, 1);
      g_variant_get_child (unlocked, 0, "&o", &path);
      g_assert_true (g_str_has_prefix (path, DEFAULT_PATH "/"));

      g_autoptr (GVariant) reply =
          call_service (fixture, path, "org.freedesktop.DBus.Properties", "GetAll",
                        g_variant_new ("(s)", "org.freedesktop.Secret.Item"));
      g_autoptr (GVariant) properties = g_variant_get_child_value (reply, 0);
      g_autoptr (GVariant) attributes =
          g_variant_lookup_value (properties, "Attributes", G_VARIANT_TYPE ("a{ss}"));
      const char *label, *schema;

      g_assert_true (g_variant_lookup (properties, "Label", "&s", &label));
      g_assert_cmpstr (label, ==, cases[i].label);
      g_assert_true (g_variant_lookup (attributes, "xdg:schema", "&s", &schema));
      g_assert_cmpstr (schema, ==, "com.example.AwsMfa");
      g_assert_cmpuint (g_variant_n_children (attributes), ==, 6);
    }
}

static void
on_bus_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  int *n_answers = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  g_assert_nonnull (reply);
  (*n_answers)++;
}

/* Several threads at once, while the main thread talks on the same connection. */
static void
test_keyring_threads (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a", "b", "c", "d" };
  Call *calls[G_N_ELEMENTS (names)];
  int n_asked = 0, n_answers = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    calls[i] = call_start (fixture, CALL_STORE,
                           &(AmfaItem){ AMFA_ITEM_SESSION, names[i], NULL, "-" }, names[i]);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      do
        {
          g_dbus_connection_call (fixture->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                  "org.freedesktop.DBus", "GetId", NULL, NULL,
                                  G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_bus_answered, &n_answers);
          n_asked++;
          g_assert_true (wait_for (&n_answers, n_asked, WAIT_SECONDS * 1000));
        }
      while (!g_atomic_int_get (&calls[i]->done));
      g_assert_no_error (calls[i]->error);
      call_free (calls[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_open (fixture, &(AmfaItem){ AMFA_ITEM_SESSION, names[i], NULL, "-" }, names[i]);
}

static void
test_keyring_cancelled (Fixture *fixture, gconstpointer data)
{
  for (CallKind kind = CALL_UNLOCK; kind <= CALL_REMOVE; kind++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (AmfaSecret) secret = amfa_secret_new ("x", -1);
      g_autoptr (AmfaSecret) found = NULL;
      g_autoptr (GError) error = NULL;

      g_cancellable_cancel (cancellable);
      if (kind == CALL_UNLOCK)
        amfa_keyring_unlock (fixture->keyring, cancellable, &error);
      else if (kind == CALL_OPEN)
        amfa_keyring_open (fixture->keyring, &base, &found, cancellable, &error);
      else if (kind == CALL_STORE)
        amfa_keyring_store (fixture->keyring, &base, secret, cancellable, &error);
      else
        amfa_keyring_remove (fixture->keyring, &base, cancellable, &error);
      g_assert_true (amfa_error_is_cancelled (error));
    }
  assert_open (fixture, &base, NULL);
}

/* ---- a locked keyring ---- */

static void
test_keyring_look_never_prompts (Fixture *fixture, gconstpointer data)
{
  call_ok (fixture, CALL_STORE, &base, "x");

  for (guint cold = 0; cold < 2; cold++)
    {
      if (cold)
        restart_cold (fixture);
      else
        lock (fixture);
      g_atomic_int_set (&fixture->n_dangerous, 0);

      g_assert_cmpint (amfa_keyring_look (fixture->keyring, &base, NULL), ==, AMFA_LOOK_STORED);
      g_assert_cmpint (amfa_keyring_look (fixture->keyring, &session, NULL), ==, AMFA_LOOK_LOCKED);

      g_assert_cmpint (g_atomic_int_get (&fixture->n_dangerous), ==, 0);
      g_assert_false (prompter_runs (fixture));
    }
}

/* Under the file's lock nobody may be asked for a password. */
static void
test_keyring_deeds_never_prompt (Fixture *fixture, gconstpointer data)
{
  call_ok (fixture, CALL_STORE, &base, "x");
  lock (fixture);
  g_atomic_int_set (&fixture->n_dangerous, 0);

  call_fails (fixture, CALL_STORE, &base, "y", AMFA_ERROR_KEYRING_LOCKED);
  call_fails (fixture, CALL_STORE, &session, "y", AMFA_ERROR_KEYRING_LOCKED);
  call_fails (fixture, CALL_REMOVE, &base, NULL, AMFA_ERROR_KEYRING_LOCKED);
  call_fails (fixture, CALL_READ, &base, NULL, AMFA_ERROR_KEYRING_LOCKED);
  call_fails (fixture, CALL_READ, &session, NULL, AMFA_ERROR_KEYRING_LOCKED);
  call_fails (fixture, CALL_CHECK, &base, NULL, AMFA_ERROR_KEYRING_LOCKED);

  g_assert_cmpint (g_atomic_int_get (&fixture->n_dangerous), ==, 0);
  g_assert_false (prompter_runs (fixture));
  g_assert_cmpint (amfa_keyring_look (fixture->keyring, &base, NULL), ==, AMFA_LOOK_STORED);
}

static void
assert_prompted (Fixture *fixture,
                 CallKind kind,
                 const AmfaItem *item,
                 const char *keys,
                 gboolean dismissed,
                 const char *text)
{
  g_autoptr (Call) call = call_start (fixture, kind, item, NULL);

  answer (call, keys);
  if (dismissed)
    g_assert_error (call->error, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED);
  else
    g_assert_no_error (call->error);
  g_assert_cmpstr (call->secret ? amfa_secret_peek (call->secret) : NULL, ==, text);
}

/* The user's two answers to the real prompt, warm and cold, for an item that is there and one that
 * is not. */
static void
test_keyring_prompt (Fixture *fixture, gconstpointer data)
{
  call_ok (fixture, CALL_STORE, &base, "x");

  lock (fixture);
  assert_prompted (fixture, CALL_OPEN, &base, DISMISS, TRUE, NULL);
  assert_prompted (fixture, CALL_OPEN, &session, DISMISS, TRUE, NULL);
  assert_prompted (fixture, CALL_UNLOCK, &base, DISMISS, TRUE, NULL);
  assert_prompted (fixture, CALL_OPEN, &base, TYPE_PASSWORD, FALSE, "x");
  assert_open (fixture, &session, NULL);

  restart_cold (fixture);
  assert_prompted (fixture, CALL_OPEN, &base, DISMISS, TRUE, NULL);
  assert_prompted (fixture, CALL_OPEN, &session, TYPE_PASSWORD, FALSE, NULL);
  assert_open (fixture, &base, "x");

  restart_cold (fixture);
  assert_prompted (fixture, CALL_UNLOCK, &base, TYPE_PASSWORD, FALSE, NULL);
  call_ok (fixture, CALL_UNLOCK, &base, NULL);
  call_ok (fixture, CALL_STORE, &base, "y");
}

static void
test_keyring_prompt_cancelled (Fixture *fixture, gconstpointer data)
{
  lock (fixture);

  g_autoptr (Call) call = call_start (fixture, CALL_UNLOCK, &base, NULL);

  await_prompt (call);
  g_cancellable_cancel (call->cancellable);
  call_wait (call);
  g_assert_true (amfa_error_is_cancelled (call->error));

  /* The prompt leaves the screen too. */
  await_no_prompt ();
}

/* A user who never had a keyring is asked for the password of a new one. */
static void
test_keyring_no_default (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (amfa_keyring_look (fixture->keyring, &base, NULL), ==, AMFA_LOOK_ABSENT);
  assert_open (fixture, &base, NULL);
  call_fails_for (fixture, CALL_STORE, "x", AMFA_ERROR_KEYRING_ABSENT, AMFA_KEYRING_NO_DEFAULT);
  call_fails_for (fixture, CALL_CHECK, NULL, AMFA_ERROR_KEYRING_ABSENT, AMFA_KEYRING_NO_DEFAULT);
  call_ok (fixture, CALL_REMOVE, &base, NULL);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_dangerous), ==, 0);

  assert_prompted (fixture, CALL_UNLOCK, &base, DISMISS, TRUE, NULL);
  g_assert_cmpint (amfa_keyring_look (fixture->keyring, &base, NULL), ==, AMFA_LOOK_ABSENT);
  assert_prompted (fixture, CALL_UNLOCK, &base, TYPE_NEW_PASSWORD, FALSE, NULL);
  call_ok (fixture, CALL_STORE, &base, "x");
  assert_open (fixture, &base, "x");
}

/* ---- a daemon that dies ---- */

static void
assert_dies (Fixture *fixture, CallKind kind, const char *text, const char *method)
{
  g_autoptr (Call) call = NULL;

  kill_when (fixture, method);
  call = call_start (fixture, kind, &base, text);
  call_wait (call);
  g_test_message ("killed at %s: %s", method, call->error ? call->error->message : "-");
  g_assert_true (g_error_matches (call->error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED) ||
                 g_error_matches (call->error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT));
  g_assert_null (kind == CALL_OPEN ? call->secret : NULL);
  /* It was killed indeed, by this call. */
  g_assert_cmpint (g_atomic_int_get (&fixture->kill), ==, 0);

  stop_daemon (fixture);
  start_daemon (fixture, PASSWORD);
}

static void
test_keyring_dies (Fixture *fixture, gconstpointer data)
{
  call_ok (fixture, CALL_STORE, &base, "x");

  assert_dies (fixture, CALL_UNLOCK, NULL, "ReadAlias");
  assert_dies (fixture, CALL_UNLOCK, NULL, "Get");
  assert_dies (fixture, CALL_OPEN, NULL, "SearchItems");
  assert_dies (fixture, CALL_OPEN, NULL, "OpenSession");
  assert_dies (fixture, CALL_OPEN, NULL, "GetSecret");
  assert_open (fixture, &base, "x");
  assert_dies (fixture, CALL_STORE, "y", "OpenSession");
  assert_dies (fixture, CALL_STORE, "y", "CreateItem");
  assert_dies (fixture, CALL_STORE, "y", "GetSecret");
  assert_dies (fixture, CALL_REMOVE, NULL, "Delete");
  assert_open (fixture, &base, "y");
}

static void
test_keyring_dies_at_prompt (Fixture *fixture, gconstpointer data)
{
  for (CallKind kind = CALL_UNLOCK; kind <= CALL_OPEN; kind++)
    {
      lock (fixture);
      assert_dies (fixture, kind, NULL, "Unlock");
      lock (fixture);
      assert_dies (fixture, kind, NULL, "Prompt");
      lock (fixture);

      /* While the user looks at it. */
      g_autoptr (Call) call = call_start (fixture, kind, &base, NULL);

      await_prompt (call);
      stop_daemon (fixture);
      call_wait (call);
      g_assert_error (call->error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
      g_assert_cmpint (amfa_error_get_details (call->error)->reason, ==,
                       AMFA_KEYRING_PROBLEM_PROMPT);
      start_daemon (fixture, PASSWORD);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, password, function)                                                              \
  g_test_add ("/keyring/" path, Fixture, password, set_up, function, tear_down)
  ADD ("journey", PASSWORD, test_keyring_journey);
  ADD ("neighbours", PASSWORD, test_keyring_neighbours);
  ADD ("contract", PASSWORD, test_keyring_contract);
  ADD ("threads", PASSWORD, test_keyring_threads);
  ADD ("cancelled", PASSWORD, test_keyring_cancelled);
  ADD ("look-never-prompts", PASSWORD, test_keyring_look_never_prompts);
  ADD ("deeds-never-prompt", PASSWORD, test_keyring_deeds_never_prompt);
  ADD ("dies", PASSWORD, test_keyring_dies);
  ADD ("prompt", PASSWORD, test_keyring_prompt);
  ADD ("prompt-cancelled", PASSWORD, test_keyring_prompt_cancelled);
  ADD ("no-default", NULL, test_keyring_no_default);
  ADD ("dies-at-prompt", PASSWORD, test_keyring_dies_at_prompt);

  return g_test_run ();
}
