/* Replacing the file while things go wrong: the process is killed at each of its system calls in
 * turn, each of them fails in turn, and somebody else writes in between. strace does it to this
 * program, run again as the one that replaces. Whatever happens, the file is whole, old or new, and
 * the next run finds nothing in its way. */

#include "scratch.h"
#include "traced.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_NAME ".aws/credentials"
#define LOCK ".aws/.awsmfa.lock"
#define TEMPORARY ".aws/.credentials.awsmfa-new"
#define OLD "# mine\n[default]\naws_access_key_id = AKIA1\n"
#define NEW "# mine\n[default]\naws_access_key_id = ASIA2\n"
#define CREATED "[default]\naws_access_key_id = ASIA2\n"

enum
{
  STATUS_DONE = 0,
  STATUS_FAILED = 1,
  STATUS_NOT_DURABLE = 3,
};

static const char *program;

/* What runs under strace. */
static int
replace (const char *root)
{
  Scratch scratch = { .root = (char *) root };
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (&scratch);
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaFileLock) lock = NULL;
  g_autoptr (AmfaSnapshot) before = NULL;
  g_autoptr (AmfaIniDocument) after = NULL;
  gboolean durable = FALSE;
  gboolean ok = FALSE;

  traced_begin ();
  lock = amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, NULL, &error);
  before = lock ? amfa_profile_files_read (files, &error) : NULL;
  if (before)
    {
      after = scratch_edit (amfa_snapshot_get_document (before), "aws_access_key_id", "ASIA2");
      ok = amfa_profile_files_replace (files, lock, before, after, &durable, &error);
    }
  g_clear_pointer (&lock, amfa_file_lock_free);
  traced_end ();

  if (!ok)
    return STATUS_FAILED;
  return durable ? STATUS_DONE : STATUS_NOT_DURABLE;
}

static int
run_traced (Scratch *scratch, const char *inject)
{
  const char *const argv[] = { program, "--replace", scratch->root, NULL };

  return traced_run (argv, "/dev/null", inject);
}

static GPtrArray *
list_calls (Scratch *scratch)
{
  const char *const argv[] = { program, "--replace", scratch->root, NULL };
  GPtrArray *calls = traced_list_calls (argv);

  g_assert_cmpuint (calls->len, >, 20);
  return calls;
}

/* @old: (nullable): what the file holds before; absent with its folder if %NULL */
static Scratch *
prepare (const char *old)
{
  Scratch *scratch = scratch_new ();

  if (old)
    scratch_put (scratch, FILE_NAME, old);
  return scratch;
}

/* The next run, in this process. */
static void
assert_next_run_works (Scratch *scratch, const char *new)
{
  g_autofree char *text = NULL;
  g_autofree char *names = NULL;

  g_assert_cmpint (replace (scratch->root), ==, STATUS_DONE);
  text = scratch_get (scratch, FILE_NAME);
  g_assert_cmpstr (text, ==, new);
  names = scratch_list (scratch);
  g_assert_cmpstr (names, ==, ".aws " FILE_NAME);
}

static void
kill_at_each_call (const char *old, const char *new)
{
  g_autoptr (Scratch) first = prepare (old);
  g_autoptr (GPtrArray) calls = list_calls (first);
  guint n_old = 0;
  guint n_new = 0;

  for (guint i = 0; i < calls->len; i++)
    {
      const TracedCall *call = g_ptr_array_index (calls, i);
      g_autoptr (Scratch) scratch = prepare (old);
      g_autofree char *inject = traced_kill_at (call);
      g_autofree char *text = NULL;
      int status = run_traced (scratch, inject);

      g_test_message ("%s", inject);
      g_assert_true (WIFSIGNALED (status));
      g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
      text = scratch_get (scratch, FILE_NAME);
      if (g_strcmp0 (text, old) == 0)
        n_old++;
      else
        {
          g_assert_cmpstr (text, ==, new);
          n_new++;
        }
      /* Once new it stays so. */
      g_assert_true (n_new == 0 || g_strcmp0 (text, new) == 0);
      assert_next_run_works (scratch, new);
    }

  g_test_message ("killed %u times before and %u times after", n_old, n_new);
  g_assert_cmpuint (n_old, >, 0);
  g_assert_cmpuint (n_new, >, 0);
}

static void
test_kill_replacing (void)
{
  if (traced_is_allowed ())
    kill_at_each_call (OLD, NEW);
}

static void
test_kill_creating (void)
{
  if (traced_is_allowed ())
    kill_at_each_call (NULL, CREATED);
}

static void
fail_each_call (const char *old, const char *new)
{
  g_autoptr (Scratch) first = prepare (old);
  g_autoptr (GPtrArray) calls = list_calls (first);
  guint n_failed = 0;
  guint n_not_durable = 0;

  for (guint i = 0; i < calls->len; i++)
    {
      const TracedCall *call = g_ptr_array_index (calls, i);
      g_autoptr (Scratch) scratch = NULL;
      g_autofree char *inject = traced_fail_at (call);
      g_autofree char *text = NULL;
      g_autofree char *left_over = NULL;
      int status = 0;

      if (!inject)
        continue;

      scratch = prepare (old);
      status = run_traced (scratch, inject);
      g_test_message ("%s: %d", inject, status);
      g_assert_true (WIFEXITED (status));

      /* What it says is what is. */
      text = scratch_get (scratch, FILE_NAME);
      switch (WEXITSTATUS (status))
        {
        case STATUS_NOT_DURABLE:
          n_not_durable++;
          g_assert_cmpstr (text, ==, new);
          break;
        case STATUS_DONE:
          g_assert_cmpstr (text, ==, new);
          break;
        case STATUS_FAILED:
          n_failed++;
          g_assert_cmpstr (text, ==, old);
          break;
        default:
          g_assert_not_reached ();
        }
      left_over = scratch_get (scratch, TEMPORARY);
      g_assert_null (left_over);
      assert_next_run_works (scratch, new);
    }

  g_test_message ("%u failures, %u without durability", n_failed, n_not_durable);
  g_assert_cmpuint (n_failed, >=, 8);
  g_assert_cmpuint (n_not_durable, ==, 1);
}

static void
test_fail_replacing (void)
{
  if (traced_is_allowed ())
    fail_each_call (OLD, NEW);
}

static void
test_fail_creating (void)
{
  if (traced_is_allowed ())
    fail_each_call (NULL, CREATED);
}

/* A file system without flock(): a lock file stands in, and does not stay. */
static void
test_no_flock (void)
{
  const char *const errors[] = { "ENOLCK", "EOPNOTSUPP" };

  if (!traced_is_allowed ())
    return;

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (Scratch) scratch = prepare (OLD);
      g_autofree char *inject = g_strdup_printf ("inject=flock:error=%s:when=1", errors[i]);
      g_autofree char *text = NULL;
      g_autofree char *names = NULL;

      g_assert_cmpint (run_traced (scratch, inject), ==, 0);
      text = scratch_get (scratch, FILE_NAME);
      g_assert_cmpstr (text, ==, NEW);
      names = scratch_list (scratch);
      g_assert_cmpstr (names, ==, ".aws " FILE_NAME " run");
    }
}

static gpointer
meddle (gpointer data)
{
  Scratch *scratch = data;
  g_autofree char *path = scratch_path (scratch, TEMPORARY);
  struct stat st;

  while (stat (path, &st) != 0 || st.st_size == 0)
    g_usleep (2000);
  scratch_put (scratch, FILE_NAME, "[other]\nx = 1\n");
  return NULL;
}

/* Somebody without the lock writes while the new file is being synced. */
static void
test_meddled (void)
{
  g_autoptr (Scratch) scratch = prepare (OLD);
  g_autofree char *text = NULL;
  GThread *thread = NULL;
  int status = 0;

  if (!traced_is_allowed ())
    return;

  thread = g_thread_new ("meddle", meddle, scratch);
  status = run_traced (scratch, "inject=fsync:delay_enter=1000000:when=1");
  g_thread_join (thread);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, STATUS_FAILED);
  text = scratch_get (scratch, FILE_NAME);
  g_assert_cmpstr (text, ==, "[other]\nx = 1\n");
}

static gpointer
take_the_folder (gpointer data)
{
  Scratch *scratch = data;
  g_autofree char *folder = scratch_path (scratch, ".aws");
  g_autofree char *path = scratch_path (scratch, LOCK);
  g_autoptr (AmfaFileLock) lock = NULL;

  /* The other one has made both, and is about to take the lock. */
  while (g_unlink (path) != 0 || g_rmdir (folder) != 0)
    g_usleep (2000);
  lock = amfa_file_lock_new (folder, NULL, 0, NULL, NULL);
  g_assert_nonnull (lock);
  g_usleep (1500 * 1000);
  scratch_put (scratch, FILE_NAME, OLD);
  return NULL;
}

/* The folder is removed and made anew between the opening and the locking: what is locked then is
 * not the file of that name, and somebody else holds that. */
static void
test_folder_swapped (void)
{
  g_autoptr (Scratch) scratch = prepare (NULL);
  g_autofree char *text = NULL;
  GThread *thread = NULL;
  int status = 0;

  if (!traced_is_allowed ())
    return;

  thread = g_thread_new ("take", take_the_folder, scratch);
  status = run_traced (scratch, "inject=flock:delay_enter=500000:when=1");
  g_thread_join (thread);
  g_assert_cmpint (status, ==, 0);
  text = scratch_get (scratch, FILE_NAME);
  g_assert_cmpstr (text, ==, NEW);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--replace"))
    return replace (argv[2]);

  g_test_init (&argc, &argv, NULL);
  program = argv[0];

  g_test_add_func ("/file-faults/kill-replacing", test_kill_replacing);
  g_test_add_func ("/file-faults/kill-creating", test_kill_creating);
  g_test_add_func ("/file-faults/fail-replacing", test_fail_replacing);
  g_test_add_func ("/file-faults/fail-creating", test_fail_creating);
  g_test_add_func ("/file-faults/no-flock", test_no_flock);
  g_test_add_func ("/file-faults/meddled", test_meddled);
  g_test_add_func ("/file-faults/folder-swapped", test_folder_swapped);

  return g_test_run ();
}
