#include "core/io/code-command.h"
#include "core/io/process.h"
#include "core/model/error.h"
#include "scratch.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The program that prints the code: what it gets, what is taken from it, and how it ends. */

#define LEAK 77
#define PATIENCE 30000 /* milliseconds, for what does not take any time */

static void
on_result (GObject *source, GAsyncResult *result, gpointer slot)
{
  *(GAsyncResult **) slot = g_object_ref (result);
}

static char *
run (const char *line,
     AmfaCodeCommandManner manner,
     guint milliseconds,
     GCancellable *cancellable,
     GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_code_command_run_async (line, manner, milliseconds, cancellable, on_result, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  return amfa_code_command_run_finish (result, error);
}

typedef struct
{
  const char *name;
  const char *line;
  const char *code; /* NULL: a problem */
  AmfaCodeCommandProblem problem;
  const char *subject;
  const char *other;
  const char *quote;
} Row;

static const Row rows[] = {
  { "prints", "printf 123456", "123456" },
  { "blanks", "printf '  123456 \\r\\n'", "123456" },
  { "later-line", "sh -c 'echo touch the key; echo 042042'", "042042" },
  { "quoted-argument", "printf \"%s%s\" '123' 456", "123456" },
  { "no-shell", "printf '123456; echo $HOME'", NULL, AMFA_CODE_COMMAND_NO_CODE, "printf" },
  { "variable", "echo $HOME", NULL, AMFA_CODE_COMMAND_NO_CODE, "echo" },
  { "nothing", "true", NULL, AMFA_CODE_COMMAND_NO_CODE, "true" },
  { "garbage", "head -c 60000 /dev/zero", NULL, AMFA_CODE_COMMAND_NO_CODE, "head" },
  { "flood", "yes", NULL, AMFA_CODE_COMMAND_NO_CODE, "yes" },
  { "flood-of-codes", "yes 123456", NULL, AMFA_CODE_COMMAND_NO_CODE, "yes" },
  { "status", "false", NULL, AMFA_CODE_COMMAND_FAILED, "false", "1" },
  { "code-and-status", "sh -c 'echo 123456; exit 3'", NULL, AMFA_CODE_COMMAND_FAILED, "sh", "3" },
  { "words", "sh -c 'echo one >&2; printf \"no\\tkey \\n\" >&2; exit 2'", NULL,
    AMFA_CODE_COMMAND_FAILED, "sh", "2", "no key" },
  { "many-words", "sh -c 'yes | head -c 900000 >&2; echo 123456'", "123456" },
  { "killed", "sh -c 'kill -9 $$'", NULL, AMFA_CODE_COMMAND_KILLED, "sh", "Killed" },
  { "absent", "/nonexistent/awsmfa-code", NULL, AMFA_CODE_COMMAND_NOT_STARTED, "awsmfa-code" },
  { "quotes", "printf '123456", NULL, AMFA_CODE_COMMAND_NOT_STARTED, "printf '123456" },
  { "blank", "  ", NULL, AMFA_CODE_COMMAND_NOT_STARTED, "  " },
  { "stdin-is-empty", "sh -c 'cat; echo 123456'", "123456" },
  { "no-terminal", "sh -c 'if (: < /dev/tty) 2>&-; then echo 111111; else echo 222222; fi'",
    "222222" },
  /* What goes on behind it does not matter. */
  { "daemon", "sh -c 'echo 123456; sleep 600 & echo $! > daemon'", "123456" },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = run (row->line, AMFA_CODE_COMMAND_SILENT, PATIENCE, NULL, &error);

  g_assert_cmpstr (code, ==, row->code);
  if (row->code)
    {
      g_assert_no_error (error);
      return;
    }
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_CODE_COMMAND);

  const AmfaErrorDetails *details = amfa_error_get_details (error);

  g_assert_cmpint (details->reason, ==, row->problem);
  g_assert_cmpstr (details->subject, ==, row->subject);
  g_assert_cmpstr (details->other, ==, row->other);
  if (row->problem == AMFA_CODE_COMMAND_NOT_STARTED)
    g_assert_nonnull (details->quote);
  else
    g_assert_cmpstr (details->quote, ==, row->quote);
}

/* No credentials, nothing that is for ourselves, and no descriptor beyond the three. */
static void
test_inheritance (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *told = scratch_path (scratch, "told");
  g_autofree char *line =
      g_strdup_printf ("sh -c 'env > %s; ls /proc/$$/fd >> %s; echo 123456'", told, told);
  g_autofree char *text = NULL;
  g_autofree char *code = NULL;
  g_autoptr (GError) error = NULL;
  int leak = dup2 (STDOUT_FILENO, LEAK); /* not close-on-exec */

  code = run (line, AMFA_CODE_COMMAND_SILENT, PATIENCE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (code, ==, "123456");

  text = scratch_get (scratch, "told");
  g_assert_nonnull (strstr (text, "AWS_PROFILE=mine\n"));
  g_assert_null (strstr (text, "hush"));
  g_assert_null (strstr (text, "AKIA"));
  g_assert_null (strstr (text, "SOUP_FORCE_HTTP1"));
  g_assert_nonnull (strstr (text, "\n2\n"));
  g_assert_null (strstr (text, "\n" G_STRINGIFY (LEAK) "\n"));
  g_assert_cmpstr (g_getenv ("AWS_SECRET_ACCESS_KEY"), ==, "hush");
  close (leak);
}

/* A program that takes for ever, deaf to SIGTERM, with a child that is as well; @fifo has no writer
 * any more when all of it is gone. */
static char *
make_stubborn (Scratch *scratch, int *fifo)
{
  g_autofree char *path = scratch_path (scratch, "alive");

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  *fifo = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (*fifo, >=, 0);
  return g_strdup_printf (
      "sh -c 'trap \"\" TERM; exec 9> %s; echo up >&9; sleep 600 & sleep 600; wait'", path);
}

static void
wait_gone (int fifo)
{
  struct pollfd poll_fd = { .fd = fifo, .events = 0 };

  g_assert_cmpint (poll (&poll_fd, 1, PATIENCE), ==, 1);
  g_assert_cmpint (poll_fd.revents, ==, POLLHUP);
  close (fifo);
}

static void
test_too_slow (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GError) error = NULL;
  int fifo;
  g_autofree char *line = make_stubborn (scratch, &fifo);

  g_assert_null (run (line, AMFA_CODE_COMMAND_DETACHED, 1000, NULL, &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_CODE_COMMAND);
  g_assert_cmpint (amfa_error_get_details (error)->reason, ==, AMFA_CODE_COMMAND_TOO_SLOW);
  g_assert_cmpint (amfa_error_get_details (error)->seconds, ==, 1);
  wait_gone (fifo);
}

static gboolean
on_alive (int fd, GIOCondition condition, gpointer cancellable)
{
  g_test_timer_start ();
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancelled (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  int fifo;
  g_autofree char *line = make_stubborn (scratch, &fifo);

  g_unix_fd_add (fifo, G_IO_IN, on_alive, cancellable);
  g_assert_null (run (line, AMFA_CODE_COMMAND_SILENT, PATIENCE, cancellable, &error));
  g_assert_cmpfloat (g_test_timer_elapsed (), <, 1);
  g_assert_true (amfa_error_is_cancelled (error));
  wait_gone (fifo);

  g_assert_null (run ("printf 123456", AMFA_CODE_COMMAND_SILENT, PATIENCE, cancellable, &again));
  g_assert_true (amfa_error_is_cancelled (again));
}

/* Several at once do not know of each other. */
static void
test_flock (void)
{
  GAsyncResult *results[8] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autofree char *line = g_strdup_printf ("printf 12345%u", i);

      amfa_code_command_run_async (line, AMFA_CODE_COMMAND_SILENT, PATIENCE, NULL, on_result,
                                   &results[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autofree char *expected = g_strdup_printf ("12345%u", i);
      g_autofree char *code = NULL;

      while (!results[i])
        g_main_context_iteration (NULL, TRUE);
      code = amfa_code_command_run_finish (results[i], NULL);
      g_assert_cmpstr (code, ==, expected);
      g_object_unref (results[i]);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *daemon_pid = NULL;
  int status;

  g_strfreev (amfa_process_begin (TRUE));
  g_test_init (&argc, &argv, NULL);
  g_setenv ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", TRUE);
  g_setenv ("AWS_SECRET_ACCESS_KEY", "hush", TRUE);
  g_setenv ("AWS_SESSION_TOKEN", "hush", TRUE);
  g_setenv ("AWS_SECURITY_TOKEN", "hush", TRUE);
  g_setenv ("AWS_PROFILE", "mine", TRUE);
  g_assert_cmpint (g_chdir (scratch->root), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/code-command/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/code-command/inheritance", test_inheritance);
  g_test_add_func ("/code-command/too-slow", test_too_slow);
  g_test_add_func ("/code-command/cancelled", test_cancelled);
  g_test_add_func ("/code-command/flock", test_flock);
  status = g_test_run ();

  if (g_file_get_contents ("daemon", &daemon_pid, NULL, NULL))
    kill ((pid_t) g_ascii_strtoll (daemon_pid, NULL, 10), SIGKILL);
  return status;
}
