#include "core/io/keyring-private.h"
#include "core/model/error.h"
#include "keyring-daemon.h"

#include <gio/gunixinputstream.h>
#include <string.h>
#include <unistd.h>

/* Somebody else at work in the same keyring, at each step of what we do: another process of ours,
 * which is this program with --other, does what its standard input says, line by line, and answers
 * each line when it is done. And items that pass for the same. */

static const AmfaItem base = { AMFA_ITEM_BASE, "default", NULL, "-" };

typedef struct
{
  AmfaKeyring *keyring;
  GDBusConnection *bus; /* the keyring's */
  GSubprocess *daemon;
  GSubprocess *other;
  char *keyrings_dir;
  /* The filter runs in GDBus's thread. */
  guint filter;
  const char *when; /* atomic; the method before which ... */
  int nth;          /* ... when it is called for the nth time ... */
  gboolean is_once; /* ... or each time ... */
  const char *what; /* ... the other one does this */
  int n_done;
} Fixture;

/* ---- the other one ---- */

static void
put (AmfaKeyring *keyring, const char *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);
  g_autoptr (GError) error = NULL;

  amfa_keyring_store (keyring, &base, secret, NULL, &error);
  g_assert_no_error (error);
}

static void
take (AmfaKeyring *keyring)
{
  g_autoptr (GError) error = NULL;

  amfa_keyring_remove (keyring, &base, NULL, &error);
  g_assert_no_error (error);
}

static int
run_other (void)
{
  AmfaEnvironment environment = { .application_id = (char *) "com.example.AwsMfa" };
  g_autoptr (AmfaKeyring) keyring = amfa_keyring_new (&environment, NULL);
  g_autoptr (GInputStream) in = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (in);
  char *line;

  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)))
    {
      if (!g_str_equal (line, "overwrite"))
        take (keyring);
      if (!g_str_equal (line, "remove"))
        put (keyring, "theirs");
      g_assert_cmpint (write (STDOUT_FILENO, "\n", 1), ==, 1);
      g_free (line);
    }
  return 0;
}

static void
tell_other (Fixture *fixture, const char *what)
{
  g_autofree char *line = g_strconcat (what, "\n", NULL);
  GOutputStream *in = g_subprocess_get_stdin_pipe (fixture->other);
  GInputStream *out = g_subprocess_get_stdout_pipe (fixture->other);
  char answer;

  g_assert_true (g_output_stream_write_all (in, line, strlen (line), NULL, NULL, NULL));
  g_assert_cmpint (g_input_stream_read (out, &answer, 1, NULL, NULL), ==, 1);
}

static GDBusMessage *
on_message (GDBusConnection *bus, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *when = g_atomic_pointer_get (&fixture->when);

  if (incoming || !when || g_strcmp0 (when, g_dbus_message_get_member (message)) != 0)
    return message;
  if (fixture->is_once && --fixture->nth > 0)
    return message;

  tell_other (fixture, fixture->what);
  fixture->n_done++;
  if (fixture->is_once)
    g_atomic_pointer_set (&fixture->when, NULL);
  return message;
}

/* @nth: 0: each time */
static void
meddle (Fixture *fixture, const char *when, int nth, const char *what)
{
  fixture->nth = nth;
  fixture->is_once = nth > 0;
  fixture->what = what;
  fixture->n_done = 0;
  g_atomic_pointer_set (&fixture->when, when);
}

static void
let_be (Fixture *fixture)
{
  g_atomic_pointer_set (&fixture->when, NULL);
}

/* ---- places ---- */

static gboolean
is_good (AmfaItemKind kind, AmfaSecret *secret)
{
  return g_str_has_prefix (amfa_secret_peek (secret), "good");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  AmfaEnvironment environment = { .application_id = (char *) "com.example.AwsMfa" };
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  fixture->keyrings_dir = g_build_filename (g_getenv ("XDG_DATA_HOME"), "keyrings", NULL);
  fixture->keyring = amfa_keyring_new (&environment, data);
  fixture->bus = amfa_keyring_connect (fixture->keyring, NULL, NULL);
  fixture->daemon = keyring_daemon_start (fixture->bus, KEYRING_PASSWORD);
  fixture->other = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                     NULL, program, "--other", NULL);
  fixture->filter = g_dbus_connection_add_filter (fixture->bus, on_message, fixture, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_dbus_connection_remove_filter (fixture->bus, fixture->filter);
  g_output_stream_close (g_subprocess_get_stdin_pipe (fixture->other), NULL, NULL);
  g_assert_true (g_subprocess_wait_check (fixture->other, NULL, NULL));
  g_object_unref (fixture->other);
  keyring_daemon_stop (fixture->bus, fixture->daemon);
  keyring_daemon_remove_files (fixture->keyrings_dir);
  g_object_unref (fixture->bus);
  g_object_unref (fixture->keyring);
  g_free (fixture->keyrings_dir);
}

static void
assert_holds (Fixture *fixture, const char *text)
{
  g_autoptr (AmfaSecret) found = NULL;
  g_autoptr (GError) error = NULL;

  amfa_keyring_read (fixture->keyring, &base, &found, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found ? amfa_secret_peek (found) : NULL, ==, text);
}

/* ---- each step ---- */

typedef enum
{
  DO_LOOK,
  DO_READ,
  DO_STORE,
  DO_REMOVE,
} Deed;

static void
carry_out (Fixture *fixture, Deed deed, const char *text, GError **error)
{
  g_autoptr (AmfaSecret) ours = amfa_secret_new ("ours", -1);
  g_autoptr (AmfaSecret) found = NULL;

  switch (deed)
    {
    case DO_LOOK:
      g_assert_cmpint (amfa_keyring_look (fixture->keyring, &base, NULL), ==,
                       text ? AMFA_LOOK_STORED : AMFA_LOOK_NOT_STORED);
      break;
    case DO_READ:
      if (amfa_keyring_read (fixture->keyring, &base, &found, NULL, error))
        g_assert_cmpstr (found ? amfa_secret_peek (found) : NULL, ==, text);
      break;
    case DO_STORE:
      amfa_keyring_store (fixture->keyring, &base, ours, NULL, error);
      break;
    case DO_REMOVE:
      amfa_keyring_remove (fixture->keyring, &base, NULL, error);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* What is there afterwards, and what a read gives, if the other one removes, replaces or overwrites
 * the item right before a call of ours. */
static void
test_steps (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    Deed deed;
    const char *when;
    int nth;
    const char *removed;
    const char *replaced;
    const char *overwritten;
  } cases[] = {
    { DO_LOOK, "ReadAlias", 1, NULL, "theirs", "theirs" },
    { DO_LOOK, "SearchItems", 1, NULL, "theirs", "theirs" },
    { DO_READ, "ReadAlias", 1, NULL, "theirs", "theirs" },
    { DO_READ, "Get", 1, NULL, "theirs", "theirs" },
    { DO_READ, "SearchItems", 1, NULL, "theirs", "theirs" },
    { DO_READ, "OpenSession", 1, NULL, "theirs", "theirs" },
    { DO_READ, "GetSecret", 1, NULL, "theirs", "theirs" },
    { DO_STORE, "ReadAlias", 1, "ours", "ours", "ours" },
    { DO_STORE, "ReadAlias", 2, "ours", "ours", "ours" },
    { DO_STORE, "SearchItems", 1, "ours", "ours", "ours" },
    { DO_STORE, "OpenSession", 1, "ours", "ours", "ours" },
    { DO_STORE, "CreateItem", 1, "ours", "ours", "ours" },
    { DO_STORE, "GetSecret", 1, "ours", "ours", "ours" },
    { DO_REMOVE, "ReadAlias", 1, NULL, NULL, NULL },
    { DO_REMOVE, "SearchItems", 1, NULL, NULL, NULL },
    { DO_REMOVE, "Delete", 1, NULL, "theirs", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const whats[] = { "remove", "replace", "overwrite" };
      const char *const texts[] = { cases[i].removed, cases[i].replaced, cases[i].overwritten };

      for (guint j = 0; j < G_N_ELEMENTS (whats); j++)
        {
          g_autoptr (GError) error = NULL;

          g_test_message ("%d: %s before %s %d", cases[i].deed, whats[j], cases[i].when,
                          cases[i].nth);
          put (fixture->keyring, "first");
          meddle (fixture, cases[i].when, cases[i].nth, whats[j]);
          carry_out (fixture, cases[i].deed, texts[j], &error);
          g_assert_no_error (error);
          g_assert_cmpint (fixture->n_done, ==, 1);
          let_be (fixture);
          assert_holds (fixture, texts[j]);
        }
    }
}

static void
assert_gives_up (Fixture *fixture, Deed deed, AmfaKeyringProblem problem)
{
  g_autoptr (GError) error = NULL;

  put (fixture->keyring, "first");
  meddle (fixture, "GetSecret", 0, "replace");
  carry_out (fixture, deed, NULL, &error);
  let_be (fixture);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
  g_assert_cmpint (amfa_error_get_details (error)->reason, ==, problem);
  assert_holds (fixture, "theirs");
}

/* Whoever does it again and again. */
static void
test_endless (Fixture *fixture, gconstpointer data)
{
  assert_gives_up (fixture, DO_READ, AMFA_KEYRING_PROBLEM_ITEM_GONE);
  assert_gives_up (fixture, DO_STORE, AMFA_KEYRING_PROBLEM_NO_ITEM);
}

/* ---- twins ---- */

/* Modified is in seconds. */
static void
await_next_second (void)
{
  gint64 second = g_get_real_time () / G_USEC_PER_SEC;

  while (g_get_real_time () / G_USEC_PER_SEC == second)
    g_usleep (10000);
}

static GVariant *
make_bytes (const char *text)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1);
}

/* As a keyring manager does it: whatever the secret was, and with an attribute of its own or not.
 */
static void
add_twin (Fixture *fixture, const char *text, const char *extra)
{
  g_autoptr (GVariant) opened = keyring_daemon_call (
      fixture->bus, KEYRING_ROOT_PATH, "org.freedesktop.Secret.Service", "OpenSession",
      g_variant_new ("(sv)", "plain", g_variant_new_string ("")));
  g_autoptr (GVariant) created = NULL;
  const char *session;
  GVariantBuilder attributes, properties;

  g_variant_get_child (opened, 1, "&o", &session);
  g_variant_builder_init (&attributes, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&attributes, "{ss}", "application", "com.example.AwsMfa");
  g_variant_builder_add (&attributes, "{ss}", "profile", "default");
  g_variant_builder_add (&attributes, "{ss}", "kind", "base");
  g_variant_builder_add (&attributes, "{ss}", "role", "-");
  g_variant_builder_add (&attributes, "{ss}", "file", "-");
  if (extra)
    g_variant_builder_add (&attributes, "{ss}", extra, "com.example.AwsMfa");
  g_variant_builder_init (&properties, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&properties, "{sv}", "org.freedesktop.Secret.Item.Label",
                         g_variant_new_string (text));
  g_variant_builder_add (&properties, "{sv}", "org.freedesktop.Secret.Item.Attributes",
                         g_variant_builder_end (&attributes));
  created = keyring_daemon_call (
      fixture->bus, KEYRING_DEFAULT_PATH, "org.freedesktop.Secret.Collection", "CreateItem",
      g_variant_new ("(@a{sv}(o@ay@ays)b)", g_variant_builder_end (&properties), session,
                     make_bytes (""), make_bytes (text), "text/plain", FALSE));
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* What the items hold, sorted, in one line. */
static char *
list_twins (Fixture *fixture)
{
  g_autoptr (GVariant) found =
      keyring_daemon_call (fixture->bus, KEYRING_ROOT_PATH, "org.freedesktop.Secret.Service",
                           "SearchItems", g_variant_new_parsed ("({'kind': 'base'},)"));
  g_autoptr (GVariant) opened = keyring_daemon_call (
      fixture->bus, KEYRING_ROOT_PATH, "org.freedesktop.Secret.Service", "OpenSession",
      g_variant_new ("(sv)", "plain", g_variant_new_string ("")));
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree const char **items = NULL;
  g_autoptr (GVariant) unlocked = g_variant_get_child_value (found, 0);
  const char *session;

  g_variant_get_child (opened, 1, "&o", &session);
  items = g_variant_get_objv (unlocked, NULL);
  for (guint i = 0; items[i]; i++)
    {
      g_autoptr (GVariant) reply =
          keyring_daemon_call (fixture->bus, items[i], "org.freedesktop.Secret.Item", "GetSecret",
                               g_variant_new ("(o)", session));
      g_autoptr (GVariant) secret = g_variant_get_child_value (reply, 0);
      g_autoptr (GVariant) value = g_variant_get_child_value (secret, 2);
      gsize length;
      const char *bytes = g_variant_get_fixed_array (value, &length, 1);

      g_ptr_array_add (texts, g_strndup (bytes ? bytes : "", length));
    }
  g_ptr_array_sort (texts, compare_texts);
  g_ptr_array_add (texts, NULL);
  return g_strjoinv ("|", (char **) texts->pdata);
}

static void
test_twins (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *texts[3]; /* in the order of their age */
    const char *extra;    /* an attribute of the last one */
    const char *read;
    const char *after_store;
  } cases[] = {
    { { "good 1" }, NULL, "good 1", "good 1|good ours" }, /* not by our schema: not replaced */
    { { "good 1" }, "xdg:schema", "good 1", "good ours" },
    { { "good 1" }, "added", "good 1", "good 1|good ours" },
    { { "good 1", "" }, NULL, "good 1", "|good ours" },
    { { "", "good 1" }, NULL, "good 1", "|good ours" },
    { { "good 1", "{\"v\":2}" }, NULL, "good 1", "good ours|{\"v\":2}" },
    { { "good 1", "{\"v\":2}" }, "added", "good 1", "good ours|{\"v\":2}" },
    { { "good 1", "{\"v\":2}" }, "xdg:schema", "good 1", "good ours|{\"v\":2}" },
    { { "good 1", "good 2" }, NULL, "good 2", "good 1|good ours" },
    { { "good 1", "good 2", "bad" }, NULL, "good 2", "bad|good 1|good ours" },
    { { "", "bad" }, NULL, "bad", "|bad|good ours" },
    { { "", "bad" }, "xdg:schema", "bad", "|bad|good ours" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AmfaSecret) ours = amfa_secret_new ("good ours", -1);
      g_autoptr (GError) error = NULL;
      g_autofree char *list = NULL;

      g_test_message ("row %u", i);
      for (guint j = 0; j < G_N_ELEMENTS (cases[i].texts) && cases[i].texts[j]; j++)
        {
          gboolean is_last = j == 2 || !cases[i].texts[j + 1];

          if (j > 0)
            await_next_second ();
          add_twin (fixture, cases[i].texts[j], is_last ? cases[i].extra : NULL);
        }
      assert_holds (fixture, cases[i].read);
      amfa_keyring_store (fixture->keyring, &base, ours, NULL, &error);
      g_assert_no_error (error);
      list = list_twins (fixture);
      g_assert_cmpstr (list, ==, cases[i].after_store);
      assert_holds (fixture, "good ours");
      take (fixture->keyring);
      assert_holds (fixture, NULL);
    }
}

/* They give way to another one while a store looks at them: nothing is put beside that. */
static void
test_twins_replaced (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AmfaSecret) ours = amfa_secret_new ("good ours", -1);
  g_autoptr (GError) error = NULL;
  g_autofree char *list = NULL;

  add_twin (fixture, "good 1", NULL);
  add_twin (fixture, "good 2", NULL);
  meddle (fixture, "GetSecret", 1, "replace");
  amfa_keyring_store (fixture->keyring, &base, ours, NULL, &error);
  let_be (fixture);
  g_assert_no_error (error);
  list = list_twins (fixture);
  g_assert_cmpstr (list, ==, "good ours");
}

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "--other"))
    return run_other ();

  g_test_init (&argc, &argv, NULL);

  g_test_add ("/keyring-races/steps", Fixture, NULL, set_up, test_steps, tear_down);
  g_test_add ("/keyring-races/endless", Fixture, NULL, set_up, test_endless, tear_down);
  g_test_add ("/keyring-races/twins", Fixture, is_good, set_up, test_twins, tear_down);
  g_test_add ("/keyring-races/twins-replaced", Fixture, is_good, set_up, test_twins_replaced,
              tear_down);

  return g_test_run ();
}
