#include "traced.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* In the trace these stand around what is tested. */
#define BEGIN "/awsmfa-begin"
#define END "/awsmfa-end"

static void
call_free (TracedCall *call)
{
  g_free (call->name);
  g_free (call);
}

void
traced_begin (void)
{
  access (BEGIN, F_OK);
}

void
traced_end (void)
{
  access (END, F_OK);
}

/* Skips the test where it is not. */
gboolean
traced_is_allowed (void)
{
  g_autofree char *strace = g_find_program_in_path ("strace");
  const char *argv[] = { "strace", "-o", "/dev/null", "true", NULL };
  int status = 0;

  if (strace &&
      g_spawn_sync (NULL, (char **) argv, NULL,
                    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                    NULL, NULL, NULL, NULL, &status, NULL) &&
      status == 0)
    return TRUE;
  g_test_skip ("strace is missing or not allowed here");
  return FALSE;
}

/**
 * traced_run:
 * @trace: where the trace goes
 * @inject: (nullable): what shall go wrong, strace(1)
 *
 * Returns: the wait status
 */
int
traced_run (const char *const *argv, const char *trace, const char *inject)
{
  const char *const strace[] = { "strace", "-o", trace, inject ? "-e" : NULL, inject, NULL };
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) env = g_get_environ ();
  int status = 0;

  /* The leak checker cannot work under strace. */
  env = g_environ_setenv (env, "ASAN_OPTIONS", "detect_leaks=0", TRUE);
  for (gsize i = 0; strace[i]; i++)
    g_ptr_array_add (all, (gpointer) strace[i]);
  for (gsize i = 0; argv[i]; i++)
    g_ptr_array_add (all, (gpointer) argv[i]);
  g_ptr_array_add (all, NULL);

  g_spawn_sync (NULL, (char **) all->pdata, env,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  return status;
}

/* How often an allocator asks for memory varies from run to run, and no file changes by it. */
static gboolean
is_about_memory (const char *name)
{
  const char *const names[] = { "brk", "futex", "madvise", "mmap", "mprotect", "munmap", NULL };

  return g_strv_contains (names, name);
}

static char *
read_trace (const char *const *argv)
{
  g_autofree char *folder = g_dir_make_tmp ("amfa-trace-XXXXXX", NULL);
  g_autofree char *trace = g_build_filename (folder, "trace", NULL);
  char *text = NULL;

  g_assert_cmpint (traced_run (argv, trace, NULL), ==, 0);
  g_assert_true (g_file_get_contents (trace, &text, NULL, NULL));
  g_assert_cmpint (g_unlink (trace), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  return text;
}

/* Runs it once. Returns: (transfer full): the calls between the two marks, in order */
GPtrArray *
traced_list_calls (const char *const *argv)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) call_free);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = read_trace (argv);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean inside = FALSE;

  for (guint i = 0; lines[i]; i++)
    {
      gsize length = strspn (lines[i], "abcdefghijklmnopqrstuvwxyz0123456789_");
      g_autofree char *name = NULL;
      guint number = 0;

      if (lines[i][length] != '(')
        continue;
      name = g_strndup (lines[i], length);
      number = GPOINTER_TO_UINT (g_hash_table_lookup (counts, name)) + 1;
      g_hash_table_replace (counts, g_strdup (name), GUINT_TO_POINTER (number));

      if (strstr (lines[i], END))
        inside = FALSE;
      if (inside && !is_about_memory (name))
        {
          TracedCall *call = g_new0 (TracedCall, 1);

          call->name = g_strdup (name);
          call->number = number;
          g_ptr_array_add (calls, call);
        }
      if (strstr (lines[i], BEGIN))
        inside = TRUE;
    }
  return calls;
}

/* Returns: (transfer full): for traced_run() */
char *
traced_kill_at (const TracedCall *call)
{
  return g_strdup_printf ("inject=%s:signal=KILL:when=%u", call->name, call->number);
}

/* Returns: (transfer full) (nullable): for traced_run(); %NULL of a call that asks no file system
 *   for anything */
char *
traced_fail_at (const TracedCall *call)
{
  const char *const names[] = { "chown",    "fchmod",     "fchown",    "fgetxattr", "flock",
                                "fsync",    "fstat",      "ftruncate", "lgetxattr", "lstat",
                                "mkdir",    "newfstatat", "open",      "openat",    "pread64",
                                "readlink", "rename",     "renameat",  "renameat2", "statx",
                                "unlinkat", "write",      NULL };
  gboolean makes_room = g_str_equal (call->name, "write") || g_str_equal (call->name, "openat");

  if (!g_strv_contains (names, call->name))
    return NULL;
  return g_strdup_printf ("inject=%s:error=%s:when=%u", call->name, makes_room ? "ENOSPC" : "EIO",
                          call->number);
}
