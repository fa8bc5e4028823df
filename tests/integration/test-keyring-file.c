#include "core/io/keyring.h"
#include "core/model/error.h"

#include <dlfcn.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* SECRET_BACKEND=file: no session bus, no service. */

/* For the sanitizers: libsecret's file back end forgets an ETag at each write after a read. It
 * takes whole stacks to know that leak from ours. */
const char *__asan_default_options (void);
const char *__lsan_default_suppressions (void);

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}

const char *
__lsan_default_suppressions (void)
{
  return "leak:secret_password_storev_sync\nleak:secret_password_clearv_sync\n";
}

/* What shall be cancelled when libsecret begins to read its file, or to write it; NULL: nothing. */
static GCancellable *cancelled_at_read;
static GCancellable *cancelled_at_write;

/* In place of GIO's, for libsecret too. */
void
g_file_load_contents_async (GFile *file,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  __typeof__ (&g_file_load_contents_async) next = dlsym (RTLD_NEXT, "g_file_load_contents_async");

  if (cancelled_at_read)
    g_cancellable_cancel (cancelled_at_read);
  next (file, cancellable, callback, user_data);
}

void
g_file_replace_contents_async (GFile *file,
                               const char *contents,
                               gsize length,
                               const char *etag,
                               gboolean make_backup,
                               GFileCreateFlags flags,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  __typeof__ (&g_file_replace_contents_async) next =
      dlsym (RTLD_NEXT, "g_file_replace_contents_async");

  if (cancelled_at_write)
    g_cancellable_cancel (cancelled_at_write);
  next (file, contents, length, etag, make_backup, flags, cancellable, callback, user_data);
}

static const AmfaItem base = { AMFA_ITEM_BASE, "default", NULL, "-" };
static const AmfaItem session = { AMFA_ITEM_SESSION, "default", NULL, "-" };

static AmfaKeyring *
keyring_new (void)
{
  AmfaEnvironment environment = {
    .application_id = (char *) "com.example.AwsMfa",
    .keyrings_dir = (char *) "/nonexistent/keyrings",
    .keyring_is_file = TRUE,
  };

  return amfa_keyring_new (&environment, NULL);
}

static void
assert_open (AmfaKeyring *keyring, const AmfaItem *item, const char *text)
{
  g_autoptr (AmfaSecret) secret = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (amfa_keyring_open (keyring, item, &secret, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (secret ? amfa_secret_peek (secret) : NULL, ==, text);
}

static void
store (AmfaKeyring *keyring, const AmfaItem *item, const char *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);
  g_autoptr (GError) error = NULL;

  amfa_keyring_store (keyring, item, secret, NULL, &error);
  g_assert_no_error (error);
}

static void
test_keyring_file_journey (void)
{
  g_autoptr (AmfaKeyring) keyring = keyring_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (amfa_keyring_look (keyring, &base, NULL), ==, AMFA_LOOK_NOT_STORED);
  g_assert_true (amfa_keyring_unlock (keyring, NULL, &error));
  assert_open (keyring, &base, NULL);

  store (keyring, &base, "one");
  store (keyring, &base, "two");
  store (keyring, &session, "three");
  g_assert_cmpint (amfa_keyring_look (keyring, &base, NULL), ==, AMFA_LOOK_STORED);
  assert_open (keyring, &base, "two");
  assert_open (keyring, &session, "three");

  g_assert_true (amfa_keyring_remove (keyring, &base, NULL, &error));
  g_assert_true (amfa_keyring_remove (keyring, &base, NULL, &error));
  assert_open (keyring, &base, NULL);
  assert_open (keyring, &session, "three");
  g_assert_true (amfa_keyring_remove (keyring, &session, NULL, &error));
  g_assert_true (amfa_keyring_make_durable (keyring, NULL, &error));
  g_assert_no_error (error);
}

/* What another process stores is seen, and not overwritten with what we remember. */
static void
test_keyring_file_shared (const char *program)
{
  g_autoptr (AmfaKeyring) keyring = keyring_new ();
  const char *const argv[] = { program, "--store", NULL };
  int status = -1;

  store (keyring, &base, "ours");
  g_assert_true (
      g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  assert_open (keyring, &session, "theirs");
  store (keyring, &base, "ours again");
  assert_open (keyring, &session, "theirs");
}

typedef struct
{
  AmfaKeyring *keyring;
  AmfaItem item;
} Worker;

static gpointer
work (gpointer data)
{
  Worker *worker = data;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s %u", worker->item.profile, i);

      store (worker->keyring, &worker->item, text);
      g_assert_cmpint (amfa_keyring_look (worker->keyring, &worker->item, NULL), ==,
                       AMFA_LOOK_STORED);
      assert_open (worker->keyring, &worker->item, text);
    }
  return NULL;
}

/* Two worker threads of one process, as the monitor's and a deed's. */
static void
test_keyring_file_threads (void)
{
  g_autoptr (AmfaKeyring) keyring = keyring_new ();
  Worker one = { keyring, { AMFA_ITEM_SESSION, "one", NULL, "-" } };
  Worker two = { keyring, { AMFA_ITEM_SESSION, "two", NULL, "-" } };
  GThread *thread = g_thread_new ("two", work, &two);

  work (&one);
  g_thread_join (thread);
  assert_open (keyring, &one.item, "one 19");
  assert_open (keyring, &two.item, "two 19");
}

static void
test_keyring_file_cancelled (void)
{
  g_autoptr (AmfaKeyring) keyring = keyring_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("x", -1);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (amfa_keyring_store (keyring, &base, secret, cancellable, &error));
  g_assert_true (amfa_error_is_cancelled (error));
}

/* libsecret 0.20.5 crashes when a look-up is cancelled at the wrong moment, and leaves its file and
 * the copy of it empty when a write is: what has begun is not cancelled. */
static void
test_keyring_file_cancelled_meanwhile (void)
{
  g_autoptr (AmfaKeyring) keyring = keyring_new ();
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("x", -1);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      gboolean removes = i < 2;

      store (keyring, &session, "kept");
      store (keyring, &base, "old");
      if (i % 2 == 0)
        cancelled_at_read = cancellable;
      else
        cancelled_at_write = cancellable;
      if (removes)
        amfa_keyring_remove (keyring, &base, cancellable, &error);
      else
        amfa_keyring_store (keyring, &base, secret, cancellable, &error);
      cancelled_at_read = cancelled_at_write = NULL;

      g_assert_no_error (error);
      g_assert_true (g_cancellable_is_cancelled (cancellable));
      assert_open (keyring, &session, "kept");
      assert_open (keyring, &base, removes ? NULL : "x");
    }

  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AmfaSecret) found = NULL;

  cancelled_at_read = cancellable;
  amfa_keyring_open (keyring, &base, &found, cancellable, &error);
  cancelled_at_read = NULL;
  g_assert_no_error (error);
  g_assert_cmpstr (amfa_secret_peek (found), ==, "x");
  g_assert_true (g_cancellable_is_cancelled (cancellable));
}

/* A file that is none: every door says so. libsecret then forgets what it read, so leaks are not
 * looked for. */
static void
test_keyring_file_unusable (void)
{
  if (!g_test_subprocess ())
    {
      g_setenv ("ASAN_OPTIONS", "detect_leaks=0", TRUE);
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_unsetenv ("ASAN_OPTIONS");
      g_test_trap_assert_passed ();
      return;
    }

  g_autoptr (AmfaKeyring) keyring = keyring_new ();
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("x", -1);
  g_autoptr (AmfaSecret) found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (g_getenv ("SECRET_FILE_TEST_PATH"), "garbage", -1, NULL));
  g_assert_cmpint (amfa_keyring_look (keyring, &base, NULL), ==, AMFA_LOOK_ABSENT);
  g_assert_false (amfa_keyring_open (keyring, &base, &found, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
  g_clear_error (&error);
  g_assert_false (amfa_keyring_store (keyring, &base, secret, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
  g_clear_error (&error);
  g_assert_false (amfa_keyring_remove (keyring, &base, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
}

/* A link to itself is nothing that a folder could be looked for above. */
static void
test_keyring_file_not_durable (void)
{
  g_autofree char *folder = g_dir_make_tmp ("amfa-keyring-XXXXXX", NULL);
  g_autofree char *loop = g_build_filename (folder, "loop", NULL);
  AmfaEnvironment environment = {
    .application_id = (char *) "com.example.AwsMfa",
    .keyrings_dir = loop,
    .keyring_is_file = TRUE,
  };
  g_autoptr (AmfaKeyring) keyring = amfa_keyring_new (&environment, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink ("loop", loop), ==, 0);
  g_assert_false (amfa_keyring_make_durable (keyring, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_KEYRING_FAILED);
  g_assert_cmpint (amfa_error_get_details (error)->reason, ==, AMFA_KEYRING_PROBLEM_NOT_DURABLE);
  g_assert_cmpstr (amfa_error_get_details (error)->quote, ==, g_strerror (ELOOP));
  g_unlink (loop);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  if (g_strcmp0 (argv[1], "--store") == 0)
    {
      g_autoptr (AmfaKeyring) keyring = keyring_new ();

      store (keyring, &session, "theirs");
      return 0;
    }

  g_autofree char *folder = g_dir_make_tmp ("amfa-keyring-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "keyring", NULL);
  g_autofree char *backup = g_strconcat (path, "~", NULL);

  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keyring-file/journey", test_keyring_file_journey);
  g_test_add_data_func ("/keyring-file/shared", argv[0], (GTestDataFunc) test_keyring_file_shared);
  g_test_add_func ("/keyring-file/threads", test_keyring_file_threads);
  g_test_add_func ("/keyring-file/cancelled", test_keyring_file_cancelled);
  g_test_add_func ("/keyring-file/cancelled-meanwhile", test_keyring_file_cancelled_meanwhile);
  g_test_add_func ("/keyring-file/unusable", test_keyring_file_unusable);
  g_test_add_func ("/keyring-file/not-durable", test_keyring_file_not_durable);

  int status = g_test_run ();

  g_unlink (path);
  g_unlink (backup);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  return status;
}
