/* Several processes at one credentials file. */

#include "core/io/file-lock.h"
#include "core/model/error.h"
#include "scratch.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_NAME ".aws/credentials"
#define LOCK ".aws/.awsmfa.lock"
#define NOBODY 65534
#define WRITERS 4
#define TURNS 12
#define TAKERS 20

/* So late that somebody else comes in between. */
static gboolean is_slow;

int
rmdir (const char *path)
{
  if (is_slow)
    g_usleep (200 * 1000);
  return (int) syscall (SYS_rmdir, path);
}

static AmfaFileLock *
take (Scratch *scratch, gint64 timeout, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = scratch_path (scratch, ".aws");
  g_autofree char *runtime = scratch_path (scratch, "run");

  return amfa_file_lock_new (folder, runtime, timeout, cancellable, error);
}

/* A process that holds the lock until it is killed. Returns: its id */
static pid_t
start_holder (Scratch *scratch)
{
  int ready[2];
  char byte = 0;
  pid_t pid = 0;

  g_assert_cmpint (pipe (ready), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      g_autoptr (AmfaFileLock) lock = take (scratch, 0, NULL, NULL);

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (!lock || write (ready[1], "", 1) != 1)
        _exit (1);
      while (TRUE)
        pause ();
    }

  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  return pid;
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (50 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_held (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) busy = NULL;
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaFileLock) lock = NULL;
  g_autofree char *folder = scratch_path (scratch, ".aws");
  GThread *thread = NULL;
  gint64 began = 0;
  pid_t holder = 0;

  scratch_make_folder (scratch, ".aws");
  holder = start_holder (scratch);

  began = g_get_monotonic_time ();
  lock = take (scratch, 200 * 1000, NULL, &busy);
  g_assert_null (lock);
  g_assert_error (busy, AMFA_ERROR, AMFA_ERROR_BUSY);
  g_assert_cmpstr (amfa_error_get_details (busy)->subject, ==, folder);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 200 * 1000);

  began = g_get_monotonic_time ();
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  lock = take (scratch, AMFA_FILE_LOCK_TIMEOUT, cancellable, &cancelled);
  g_thread_join (thread);
  g_assert_null (lock);
  g_assert_true (amfa_error_is_cancelled (cancelled));
  g_assert_cmpint (g_get_monotonic_time () - began, <, AMFA_FILE_LOCK_TIMEOUT / 2);

  /* It goes with whoever held it. */
  g_assert_cmpint (kill (holder, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (holder, NULL, 0), ==, holder);
  lock = take (scratch, AMFA_FILE_LOCK_TIMEOUT, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (amfa_file_lock_covers (lock, folder));
}

/* The credentials file's own doors name the path that the user knows. */
static void
test_preflight_cancelled (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = NULL;
  pid_t holder = 0;

  scratch_make_folder (scratch, ".aws");
  holder = start_holder (scratch);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_false (amfa_profile_files_preflight (files, AMFA_FILE_CREDENTIALS, cancellable, &error));
  g_thread_join (thread);
  g_assert_true (amfa_error_is_cancelled (error));
  g_assert_cmpint (kill (holder, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (holder, NULL, 0), ==, holder);
}

/* Two folders are held as one lock holds them; the same twice is one. */
static void
test_pair (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *a = scratch_path (scratch, "a");
  g_autofree char *b = scratch_path (scratch, "b");
  const char *const pairs[][2] = { { a, b }, { b, a }, { b, b } };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GError) error = NULL;
      AmfaFileLock *lock =
          amfa_file_lock_new_pair (pairs[i], NULL, AMFA_FILE_LOCK_TIMEOUT, NULL, &error);

      g_assert_no_error (error);
      for (gsize k = 0; k < 2; k++)
        {
          g_autoptr (GError) busy = NULL;

          g_assert_true (amfa_file_lock_covers (lock, pairs[i][k]));
          g_assert_null (amfa_file_lock_new (pairs[i][k], NULL, 1000, NULL, &busy));
          g_assert_error (busy, AMFA_ERROR, AMFA_ERROR_BUSY);
        }
      g_assert_cmpint (amfa_file_lock_covers (lock, a), ==, i < 2);
      amfa_file_lock_free (lock);
      g_assert_false (g_file_test (a, G_FILE_TEST_EXISTS) || g_file_test (b, G_FILE_TEST_EXISTS));
    }
}

static void
assert_list (Scratch *scratch, const char *names)
{
  g_autofree char *found = scratch_list (scratch);

  g_assert_cmpstr (found, ==, names);
}

static void
test_folder (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = scratch_path (scratch, "a/b/.aws");
  AmfaFileLock *lock = amfa_file_lock_new (folder, NULL, 0, NULL, &error);

  /* It comes with the lock, and goes with it if nothing was put there. */
  g_assert_no_error (error);
  assert_list (scratch, "a a/b a/b/.aws a/b/.aws/.awsmfa.lock");
  amfa_file_lock_free (lock);
  assert_list (scratch, "");

  lock = amfa_file_lock_new (folder, NULL, 0, NULL, &error);
  scratch_put (scratch, "a/b/.aws/credentials", "");
  amfa_file_lock_free (lock);
  assert_list (scratch, "a a/b a/b/.aws a/b/.aws/credentials");

  /* What was there stays. */
  scratch_remove (scratch, "a/b/.aws/credentials");
  lock = amfa_file_lock_new (folder, NULL, 0, NULL, &error);
  amfa_file_lock_free (lock);
  assert_list (scratch, "a a/b a/b/.aws");
}

static gpointer
take_from_thread (gpointer data)
{
  return take (data, AMFA_FILE_LOCK_TIMEOUT, NULL, NULL);
}

/* What was made before may be told to go with the lock. */
static void
test_folder_removed (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *a = scratch_path (scratch, "a");
  g_autofree char *b = scratch_path (scratch, "b");
  const char *const pair[] = { b, a };
  const char *const folders[] = { a, b };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autoptr (GError) error = NULL;
      AmfaFileLock *lock;

      scratch_make_folder (scratch, "a");
      scratch_make_folder (scratch, "b");
      lock = amfa_file_lock_new_pair (pair, NULL, 0, NULL, &error);
      g_assert_no_error (error);
      amfa_file_lock_remove_folder (lock, folders[i]);
      amfa_file_lock_remove_folder (lock, folders[i]);
      amfa_file_lock_free (lock);
      assert_list (scratch, i == 0 ? "b" : "a");
    }

  scratch_put (scratch, "a/config", "");

  AmfaFileLock *lock = amfa_file_lock_new (a, NULL, 0, NULL, NULL);

  amfa_file_lock_remove_folder (lock, a);
  amfa_file_lock_free (lock);
  assert_list (scratch, "a a/config");
}

/* A waiter gets the lock of the folder that has the name then, not of the one that left. */
static void
test_folder_leaves (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GError) error = NULL;
  AmfaFileLock *first = take (scratch, 0, NULL, &error);
  AmfaFileLock *second = NULL;
  AmfaFileLock *third = NULL;
  GThread *thread = g_thread_new ("wait", take_from_thread, scratch);

  g_usleep (50 * 1000);
  amfa_file_lock_free (first);
  second = g_thread_join (thread);
  g_assert_nonnull (second);
  assert_list (scratch, ".aws " LOCK);
  third = take (scratch, 50 * 1000, NULL, &error);
  g_assert_null (third);
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_BUSY);
  amfa_file_lock_free (second);
  assert_list (scratch, "");
}

/* A waiter takes the lock while the folder is about to go: it goes with the waiter. */
static void
test_folder_handed_over (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  AmfaFileLock *first = take (scratch, 0, NULL, NULL);
  AmfaFileLock *second = NULL;
  GThread *thread = g_thread_new ("wait", take_from_thread, scratch);

  g_usleep (100 * 1000);
  is_slow = TRUE;
  amfa_file_lock_free (first);
  is_slow = FALSE;
  second = g_thread_join (thread);
  assert_list (scratch, ".aws " LOCK);
  amfa_file_lock_free (second);
  assert_list (scratch, "");
}

/* Adds one to the number in the file, as often as it is its turn. */
static int
count (Scratch *scratch)
{
  g_autoptr (AmfaProfileFiles) files = scratch_open_files (scratch);

  for (guint i = 0; i < TURNS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaFileLock) lock =
          amfa_profile_files_lock (files, AMFA_FILE_LOCK_TIMEOUT, NULL, &error);
      g_autoptr (AmfaSnapshot) before = lock ? amfa_profile_files_read (files, &error) : NULL;
      g_autoptr (AmfaIniDocument) after = NULL;
      g_autofree char *number = NULL;
      g_autofree char *next = NULL;

      if (!before)
        return 1;
      number = amfa_ini_document_dup_text (amfa_snapshot_get_document (before), "default", "n");
      next = g_strdup_printf ("%d", number ? atoi (number) + 1 : 1);
      after = scratch_edit (amfa_snapshot_get_document (before), "n", next);
      if (!amfa_profile_files_replace (files, lock, before, after, NULL, &error))
        return 2;
    }
  return 0;
}

static int
come_and_go (Scratch *scratch)
{
  g_autofree char *folder = scratch_path (scratch, "outer/inner");

  for (guint i = 0; i < TURNS; i++)
    {
      AmfaFileLock *lock = amfa_file_lock_new (folder, NULL, AMFA_FILE_LOCK_TIMEOUT, NULL, NULL);

      if (!lock)
        return 1;
      g_usleep (1000);
      amfa_file_lock_free (lock);
    }
  return 0;
}

/* Many times in a row the folder comes and goes, and only that one. */
static void
test_folder_comes_and_goes (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  pid_t takers[TAKERS];

  scratch_make_folder (scratch, "outer");
  for (guint i = 0; i < TAKERS; i++)
    {
      takers[i] = fork ();
      g_assert_cmpint (takers[i], >=, 0);
      if (takers[i] == 0)
        _exit (come_and_go (scratch));
    }
  for (guint i = 0; i < TAKERS; i++)
    {
      int status = 0;

      g_assert_cmpint (waitpid (takers[i], &status, 0), ==, takers[i]);
      g_assert_cmpint (status, ==, 0);
    }
  assert_list (scratch, "outer");
}

static void
test_no_update_is_lost (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *expected = g_strdup_printf ("[default]\nn = %d", WRITERS * TURNS);
  g_autofree char *text = NULL;
  pid_t writers[WRITERS];

  for (guint i = 0; i < WRITERS; i++)
    {
      writers[i] = fork ();
      g_assert_cmpint (writers[i], >=, 0);
      if (writers[i] == 0)
        _exit (count (scratch));
    }
  for (guint i = 0; i < WRITERS; i++)
    {
      int status = 0;

      g_assert_cmpint (waitpid (writers[i], &status, 0), ==, writers[i]);
      g_assert_cmpint (status, ==, 0);
    }

  text = g_strchomp (scratch_get (scratch, FILE_NAME));
  g_assert_cmpstr (text, ==, expected);
  assert_list (scratch, ".aws .aws/credentials");
}

static void
assert_takes (Scratch *scratch)
{
  g_autoptr (GError) error = NULL;
  AmfaFileLock *lock = take (scratch, 0, NULL, &error);

  g_assert_no_error (error);
  assert_list (scratch, ".aws " LOCK);
  amfa_file_lock_free (lock);
  assert_list (scratch, ".aws");
}

/* Whatever the umask is, nobody else can open it. */
static void
test_mode (void)
{
  const mode_t masks[] = { 0, 022, 077, 0377 };
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_path (scratch, LOCK);

  scratch_make_folder (scratch, ".aws");
  for (gsize i = 0; i < G_N_ELEMENTS (masks); i++)
    {
      mode_t before = umask (masks[i]);
      g_autoptr (AmfaFileLock) lock = take (scratch, 0, NULL, NULL);
      struct stat st;

      umask (before);
      g_assert_cmpint (g_lstat (path, &st), ==, 0);
      g_assert_cmpint (st.st_mode, ==, S_IFREG | 0600);
    }
}

/* What somebody does who may only read the folder. */
static pid_t
start_reader (Scratch *scratch, const char *name)
{
  g_autofree char *path = scratch_path (scratch, name);
  int ready[2];
  char byte = 0;
  pid_t pid = 0;

  g_assert_cmpint (pipe (ready), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      int fd = scratch_become_nobody () ? open (path, O_RDONLY | O_CLOEXEC) : -1;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (fd < 0 || flock (fd, LOCK_EX) != 0 || write (ready[1], "", 1) != 1)
        _exit (1);
      while (TRUE)
        pause ();
    }

  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  return pid;
}

static void
end_process (pid_t pid)
{
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static void
open_up (Scratch *scratch, const char *name, guint mode)
{
  g_autofree char *path = scratch_path (scratch, name);

  g_assert_cmpint (g_chmod (path, (int) mode), ==, 0);
}

/* Another user locks whatever there is to lock, and keeps it. */
static void
test_other_user (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  pid_t other;

  scratch_make_folder (scratch, ".aws");
  open_up (scratch, "", 0755);
  open_up (scratch, ".aws", 0755);
  other = start_reader (scratch, ".aws");
  assert_takes (scratch);
  end_process (other);

  /* Somebody made the lock file readable. */
  scratch_put (scratch, LOCK, "");
  open_up (scratch, LOCK, 0644);
  other = start_reader (scratch, LOCK);
  assert_takes (scratch);
  end_process (other);
}

/* Version 0.1.0 waits for us. */
static void
test_old_version (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *folder = scratch_path (scratch, ".aws");
  g_autoptr (AmfaFileLock) lock = NULL;
  int fd;

  scratch_make_folder (scratch, ".aws");
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  lock = take (scratch, 0, NULL, NULL);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), !=, 0);
  g_clear_pointer (&lock, amfa_file_lock_free);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  close (fd);
}

static void
plant_link (Scratch *scratch)
{
  scratch_link (scratch, LOCK, "../precious");
}

static void
plant_dangling_link (Scratch *scratch)
{
  scratch_link (scratch, LOCK, "../nowhere");
}

static void
plant_fifo (Scratch *scratch)
{
  g_autofree char *path = scratch_path (scratch, LOCK);

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
}

static void
plant_folder (Scratch *scratch)
{
  scratch_make_folder (scratch, LOCK);
}

static void
plant_others_file (Scratch *scratch)
{
  scratch_put (scratch, LOCK, "");
  scratch_give (scratch, LOCK, NOBODY);
}

/* What is not a lock file of ours is named, not used, and stays where it is. */
static void
test_planted (void)
{
  void (*const plants[]) (Scratch * scratch) = { plant_link, plant_dangling_link, plant_fifo,
                                                 plant_folder, plant_others_file };

  for (gsize i = 0; i < G_N_ELEMENTS (plants); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autofree char *path = scratch_path (scratch, LOCK);
      g_autofree char *before = NULL;
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      if (plants[i] == plant_others_file && geteuid () != 0)
        continue;
      scratch_put (scratch, "precious", "precious");
      scratch_make_folder (scratch, ".aws");
      plants[i](scratch);
      before = scratch_list (scratch);
      g_assert_null (take (scratch, AMFA_FILE_LOCK_TIMEOUT, NULL, &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, AMFA_FILE_PROBLEM_LOCK);
      g_assert_cmpstr (amfa_error_get_details (error)->other, ==, path);
      assert_list (scratch, before);
      text = scratch_get (scratch, "precious");
      g_assert_cmpstr (text, ==, "precious");
    }
}

/* A killed run leaves its file behind, and the next one removes it. */
static void
test_left_behind (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();

  scratch_make_folder (scratch, ".aws");
  end_process (start_holder (scratch));
  assert_list (scratch, ".aws " LOCK);
  assert_takes (scratch);
}

static int
deed_closed_file (Scratch *scratch)
{
  g_autofree char *path = scratch_path (scratch, LOCK);

  if (!scratch_become_nobody ())
    return SCRATCH_SKIP;
  scratch_put (scratch, LOCK, "");
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  assert_takes (scratch);
  return 0;
}

/* Nothing can be created there: nothing can be replaced either, and whoever tries is told so. */
static int
deed_read_only (Scratch *scratch)
{
  g_autoptr (AmfaFileLock) lock = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = scratch_path (scratch, ".aws");

  if (!scratch_become_nobody ())
    return SCRATCH_SKIP;
  open_up (scratch, ".aws", 0500);
  lock = take (scratch, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (amfa_file_lock_covers (lock, folder));
  assert_list (scratch, ".aws");
  open_up (scratch, ".aws", 0700);
  return 0;
}

static void
test_as_nobody (gconstpointer deed)
{
  g_autoptr (Scratch) scratch = scratch_new ();

  scratch_make_folder (scratch, ".aws");
  if (geteuid () == 0)
    {
      scratch_give (scratch, "", NOBODY);
      scratch_give (scratch, ".aws", NOBODY);
    }
  scratch_fork (scratch, (ScratchDeed) deed);
}

/* What root locks for a user that user can lock, too, also after root was killed. */
static void
test_root (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_path (scratch, LOCK);
  g_autoptr (AmfaFileLock) lock = NULL;
  struct stat st;

  if (geteuid () != 0)
    {
      g_test_skip ("only for root");
      return;
    }
  scratch_make_folder (scratch, ".aws");
  scratch_give (scratch, ".aws", NOBODY);
  lock = take (scratch, 0, NULL, NULL);
  g_assert_cmpint (g_lstat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_uid, ==, NOBODY);
  g_clear_pointer (&lock, amfa_file_lock_free);
  end_process (start_holder (scratch));
  assert_takes (scratch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/file-lock/held", test_held);
  g_test_add_func ("/file-lock/preflight-cancelled", test_preflight_cancelled);
  g_test_add_func ("/file-lock/pair", test_pair);
  g_test_add_func ("/file-lock/folder", test_folder);
  g_test_add_func ("/file-lock/folder-removed", test_folder_removed);
  g_test_add_func ("/file-lock/folder-leaves", test_folder_leaves);
  g_test_add_func ("/file-lock/folder-handed-over", test_folder_handed_over);
  g_test_add_func ("/file-lock/mode", test_mode);
  g_test_add_func ("/file-lock/other-user", test_other_user);
  g_test_add_func ("/file-lock/old-version", test_old_version);
  g_test_add_func ("/file-lock/planted", test_planted);
  g_test_add_func ("/file-lock/left-behind", test_left_behind);
  g_test_add_data_func ("/file-lock/closed-file", deed_closed_file, test_as_nobody);
  g_test_add_data_func ("/file-lock/read-only", deed_read_only, test_as_nobody);
  g_test_add_func ("/file-lock/root", test_root);
  g_test_add_func ("/file-lock/folder-comes-and-goes", test_folder_comes_and_goes);
  g_test_add_func ("/file-lock/no-update-is-lost", test_no_update_is_lost);

  return g_test_run ();
}
