/* The watch on real folders: it tells every change of the file once, and nothing else. */

#include "core/io/file-watch.h"
#include "scratch.h"

#include <string.h>

/* Longer than the watch needs to settle, so that what was not told by then will not be. */
#define QUIET 250

/* Longer than GLib's interval of looking for a folder that is missing. */
#define IDLE 4500

/* Shorter than that interval: what is told only by then was not noticed. */
#define PATIENCE 3500

typedef struct
{
  Scratch *scratch;
  AmfaFileWatch *watch;
  guint changes;
  gint64 last; /* monotonic time of the last signal, microseconds */
  gint64 closest;
} Fixture;

static void
put_by_rename (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = scratch_path (fixture->scratch, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static void
on_changed (AmfaFileWatch *watch, gpointer user_data)
{
  Fixture *fixture = user_data;
  gint64 now = g_get_monotonic_time ();

  if (fixture->changes > 0)
    fixture->closest = MIN (fixture->closest, now - fixture->last);
  fixture->last = now;
  fixture->changes++;
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->scratch = scratch_new ();
  fixture->closest = G_MAXINT64;
}

static void
start (Fixture *fixture, const char *name)
{
  g_autofree char *path = scratch_path (fixture->scratch, name);

  fixture->watch = amfa_file_watch_new (path);
  g_signal_connect (fixture->watch, "changed", G_CALLBACK (on_changed), fixture);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->watch);
  scratch_free (fixture->scratch);
}

static gboolean
on_limit (gpointer user_data)
{
  gboolean *over = user_data;

  *over = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Until there was a change; not longer than @limit milliseconds. */
static void
run (Fixture *fixture, guint limit)
{
  gboolean over = FALSE;
  guint id = g_timeout_add (limit, on_limit, &over);

  while (fixture->changes == 0 && !over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

#define assert_changed(fixture)                                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 began = g_get_monotonic_time ();                                                        \
    run (fixture, PATIENCE);                                                                       \
    g_assert_cmpuint ((fixture)->changes, >, 0);                                                   \
    g_test_message ("line %d: after %d ms", __LINE__,                                              \
                    (int) ((g_get_monotonic_time () - began) / 1000));                             \
    settle (fixture);                                                                              \
  }                                                                                                \
  G_STMT_END

#define assert_quiet(fixture)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    run (fixture, QUIET);                                                                          \
    g_assert_cmpuint ((fixture)->changes, ==, 0);                                                  \
  }                                                                                                \
  G_STMT_END

/* One deed may be told in more than one step; the next one starts from nothing. */
static void
settle (Fixture *fixture)
{
  do
    {
      fixture->changes = 0;
      run (fixture, QUIET / 2);
    }
  while (fixture->changes > 0);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  scratch_put (fixture->scratch, "credentials", "1");
  start (fixture, "credentials");
  assert_quiet (fixture);

  scratch_put (fixture->scratch, "credentials", "22");
  assert_changed (fixture);
  put_by_rename (fixture, "credentials", "333");
  assert_changed (fixture);
  scratch_remove (fixture->scratch, "credentials");
  assert_changed (fixture);
  scratch_put (fixture->scratch, "credentials", "4");
  assert_changed (fixture);

  /* Others live there too; and ours is read. */
  scratch_put (fixture->scratch, "config", "x");
  scratch_put (fixture->scratch, ".credentials.awsmfa-new", "x");
  scratch_remove (fixture->scratch, ".credentials.awsmfa-new");
  scratch_put (fixture->scratch, ".awsmfa.lock", "");
  scratch_remove (fixture->scratch, ".awsmfa.lock");
  scratch_make_folder (fixture->scratch, "cli");
  g_autofree char *path = scratch_path (fixture->scratch, "credentials");
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  assert_quiet (fixture);
}

static void
test_folders_come_and_go (Fixture *fixture, gconstpointer data)
{
  start (fixture, "home/.aws/credentials");
  scratch_make_folder (fixture->scratch, "home");
  scratch_make_folder (fixture->scratch, "other");
  assert_quiet (fixture);
  scratch_make_folder (fixture->scratch, "home/.aws");
  assert_quiet (fixture);
  scratch_put (fixture->scratch, "home/.aws/credentials", "1");
  assert_changed (fixture);

  scratch_move (fixture->scratch, "home/.aws", "home/.aws.bak");
  assert_changed (fixture);
  scratch_put (fixture->scratch, "home/.aws.bak/credentials", "22");
  assert_quiet (fixture);
  scratch_move (fixture->scratch, "home/.aws.bak", "home/.aws");
  assert_changed (fixture);

  /* All gone at once, and back before anybody looked. */
  scratch_remove (fixture->scratch, "home/.aws/credentials");
  scratch_remove (fixture->scratch, "home/.aws");
  scratch_make_folder (fixture->scratch, "home/.aws");
  scratch_put (fixture->scratch, "home/.aws/credentials", "333");
  assert_changed (fixture);
  scratch_put (fixture->scratch, "home/.aws/credentials", "4444");
  assert_changed (fixture);

  scratch_remove (fixture->scratch, "home/.aws/credentials");
  scratch_remove (fixture->scratch, "home/.aws");
  scratch_remove (fixture->scratch, "home");
  assert_changed (fixture);
  scratch_make_folder (fixture->scratch, "home/.aws");
  scratch_put (fixture->scratch, "home/.aws/credentials", "5");
  assert_changed (fixture);
}

static void
test_created_at_once (Fixture *fixture, gconstpointer data)
{
  start (fixture, "a/b/c/credentials");
  scratch_make_folder (fixture->scratch, "a/b/c");
  scratch_put (fixture->scratch, "a/b/c/credentials", "1");
  assert_changed (fixture);
  scratch_put (fixture->scratch, "a/b/c/credentials", "22");
  assert_changed (fixture);
}

static void
test_links (Fixture *fixture, gconstpointer data)
{
  scratch_make_folder (fixture->scratch, "home");
  scratch_make_folder (fixture->scratch, "dotfiles/one");
  scratch_make_folder (fixture->scratch, "dotfiles/two");
  scratch_put (fixture->scratch, "dotfiles/one/credentials", "1");
  scratch_put (fixture->scratch, "dotfiles/two/credentials", "1");
  scratch_link (fixture->scratch, "dotfiles/aws", "one");
  scratch_link (fixture->scratch, "home/.aws", "../dotfiles/aws");
  start (fixture, "home/.aws/credentials");
  assert_quiet (fixture);

  /* The target, a link on the way, the end as a link, a dangling one. */
  scratch_put (fixture->scratch, "dotfiles/one/credentials", "22");
  assert_changed (fixture);
  scratch_link (fixture->scratch, "dotfiles/aws", "two");
  assert_changed (fixture);
  scratch_put (fixture->scratch, "dotfiles/one/credentials", "333");
  assert_quiet (fixture);
  scratch_put (fixture->scratch, "dotfiles/two/credentials", "333");
  assert_changed (fixture);
  scratch_link (fixture->scratch, "dotfiles/two/credentials", "../../vault/keys");
  assert_changed (fixture);
  scratch_make_folder (fixture->scratch, "vault");
  assert_quiet (fixture);
  scratch_put (fixture->scratch, "vault/keys", "4");
  assert_changed (fixture);
  scratch_link (fixture->scratch, "home/.aws", "../dotfiles/one");
  assert_changed (fixture);
  scratch_link (fixture->scratch, "dotfiles/one/credentials", "credentials");
  assert_changed (fixture);
}

static void
test_burst (Fixture *fixture, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + 500 * 1000;
  guint n = 0;

  scratch_put (fixture->scratch, "credentials", "");
  start (fixture, "credentials");
  while (g_get_monotonic_time () < end)
    {
      g_autofree char *text = g_strnfill (++n % 1000, 'x');

      scratch_put (fixture->scratch, "credentials", text);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  run (fixture, PATIENCE);

  g_assert_cmpuint (fixture->changes, >, 1);
  g_assert_cmpuint (fixture->changes, <=, 12);
  g_assert_cmpint (fixture->closest, >=, 49 * 1000);

  /* The last one is never lost. */
  settle (fixture);
  scratch_put (fixture->scratch, "credentials", "the end");
  assert_changed (fixture);
}

/* How often any thread of this program gave way to wait for something. */
static guint64
count_waits (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name = NULL;
  guint64 waits = 0;

  while ((name = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", name, "status", NULL);
      g_autofree char *text = NULL;
      const char *line = NULL;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      line = strstr (text, "\nvoluntary_ctxt_switches:");
      waits += g_ascii_strtoull (strchr (line, ':') + 1, NULL, 10);
    }
  return waits;
}

static void
test_idle_sleeps (Fixture *fixture, gconstpointer data)
{
  guint64 waits = 0;

  start (fixture, "home/.aws/credentials");
  scratch_make_folder (fixture->scratch, "home/.aws");
  assert_quiet (fixture);
  scratch_remove (fixture->scratch, "home/.aws");
  run (fixture, IDLE);

  /* Nothing runs but what this test does to wait. */
  waits = count_waits ();
  run (fixture, IDLE);
  g_assert_cmpuint (count_waits () - waits, <=, 2);
  g_assert_cmpuint (fixture->changes, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/file-watch/file", Fixture, NULL, setup, test_file, teardown);
  g_test_add ("/file-watch/folders-come-and-go", Fixture, NULL, setup, test_folders_come_and_go,
              teardown);
  g_test_add ("/file-watch/created-at-once", Fixture, NULL, setup, test_created_at_once, teardown);
  g_test_add ("/file-watch/links", Fixture, NULL, setup, test_links, teardown);
  g_test_add ("/file-watch/burst", Fixture, NULL, setup, test_burst, teardown);
  g_test_add ("/file-watch/idle-sleeps", Fixture, NULL, setup, test_idle_sleeps, teardown);

  return g_test_run ();
}
