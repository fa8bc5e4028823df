#define G_LOG_DOMAIN "amfa-code-command"

#include "code-command.h"

#include "core/model/code-output.h"
#include "core/model/error.h"
#include "core/model/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The program gets a process group of its own, so that all of it can be ended. A group that uses a
 * terminal has to be its foreground one: it is for as long as the program runs, as with a job of a
 * shell, and Ctrl-C ends the program. Otherwise the program gets a session of its own, in which
 * there is no terminal to ask at. */

/* Who prints more than this prints no code. */
#define MAX_OUTPUT (64 * 1024)
#define MAX_WORDS 200
#define GRACE_MILLISECONDS 1000

/* Credentials that are none of its business: whatever it asks, it asks with its own. */
static const char *const secrets[] = {
  "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY",     "AWS_SECRET_ACCESS_KEY",     "AWS_SECRET_KEY",
  "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CREDENTIAL_EXPIRATION",
};

typedef enum
{
  RUNNING,
  CANCELLED,
  TIMED_OUT,
  FLOODED,
} Ending;

typedef struct
{
  char *program; /* as a person calls it */
  GSubprocess *process;
  pid_t group;    /* 0: it ended at once */
  int terminal;   /* -1: not handed over */
  pid_t previous; /* its foreground group before */
  guint milliseconds;
  AmfaCodeOutput output;
  gsize total;
  GString *words; /* what it said on stderr, the end of it; NULL: passed through */
  GSource *reader;
  GSource *listener;
  GSource *timeout;
  GSource *cancelled;
  GSource *grace;
  Ending ending;
} Run;

static void
clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* From the background, which stops whoever tries unless it does not want to know. */
static void
set_foreground (int terminal, pid_t group)
{
  sigset_t output, before;

  sigemptyset (&output);
  sigaddset (&output, SIGTTOU);
  pthread_sigmask (SIG_BLOCK, &output, &before);
  if (tcsetpgrp (terminal, group) < 0)
    g_debug ("the terminal has no foreground group any more: %s", g_strerror (errno));
  pthread_sigmask (SIG_SETMASK, &before, NULL);
}

static void
take_terminal_back (Run *self)
{
  if (self->terminal < 0)
    return;
  set_foreground (self->terminal, self->previous);
  g_close (self->terminal, NULL);
  self->terminal = -1;
}

static void
run_free (Run *self)
{
  clear_source (&self->reader);
  clear_source (&self->listener);
  clear_source (&self->timeout);
  clear_source (&self->cancelled);
  clear_source (&self->grace);
  take_terminal_back (self);
  g_clear_object (&self->process);
  amfa_code_output_clear (&self->output);
  if (self->words)
    g_string_free (self->words, TRUE);
  g_free (self->program);
  g_free (self);
}

/* The child, before exec(): nothing here but system calls. */

static void
reset_signals (void)
{
  signal (SIGXFSZ, SIG_DFL);
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
be_detached (gpointer user_data)
{
  reset_signals ();
  setsid ();
}

/* A stopped program would keep the terminal from everybody: there is no Ctrl-Z for it. */
static void
be_foreground (gpointer user_data)
{
  const int *terminal = user_data;
  sigset_t output, before;

  reset_signals ();
  setpgid (0, 0);
  sigemptyset (&output);
  sigaddset (&output, SIGTTOU);
  sigprocmask (SIG_BLOCK, &output, &before);
  tcsetpgrp (*terminal, getpid ());
  sigprocmask (SIG_SETMASK, &before, NULL);
  signal (SIGTSTP, SIG_IGN);
}

/* The end */

static void
signal_all (const Run *self, int number)
{
  if (self->group > 0)
    kill (-self->group, number);
}

static gboolean
on_grace_over (gpointer user_data)
{
  Run *self = user_data;

  signal_all (self, SIGKILL);
  return G_SOURCE_REMOVE;
}

static GSource *
attach (GSource *source, GSourceFunc callback, Run *self)
{
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static void
stop (Run *self, Ending ending)
{
  if (self->ending != RUNNING)
    return;
  self->ending = ending;
  signal_all (self, SIGTERM);
  signal_all (self, SIGCONT);
  self->grace = attach (g_timeout_source_new (GRACE_MILLISECONDS), on_grace_over, self);
}

static gboolean
on_timeout (gpointer user_data)
{
  stop (user_data, TIMED_OUT);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  stop (user_data, CANCELLED);
  return G_SOURCE_REMOVE;
}

/* What it said last, fit to be quoted. */
static char *
dup_last_word (const Run *self)
{
  g_autofree char *text = self->words ? g_utf8_make_valid (self->words->str, -1) : NULL;
  char *line;

  if (!text)
    return NULL;
  g_strchomp (text);
  line = strrchr (text, '\n');
  line = line ? line + 1 : text;
  for (char *p = line; *p; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  return g_strstrip (line)[0] ? g_strdup (line) : NULL;
}

static GError *
make_error (const Run *self, AmfaCodeCommandProblem problem, const char *about)
{
  g_autofree char *word = dup_last_word (self);

  return amfa_error_new (AMFA_ERROR_CODE_COMMAND, &(AmfaErrorDetails){
                                                      .subject = self->program,
                                                      .reason = (int) problem,
                                                      .other = about,
                                                      .quote = word,
                                                      .seconds = self->milliseconds / 1000,
                                                  });
}

/* By Ctrl-C, which was for us. */
static gboolean
was_interrupted (const Run *self)
{
  return self->previous > 0 && !g_subprocess_get_if_exited (self->process) &&
         g_subprocess_get_term_sig (self->process) == SIGINT;
}

/* Returns: (nullable): %NULL if the program has done what it is for */
static GError *
judge (const Run *self)
{
  gboolean exited = g_subprocess_get_if_exited (self->process);
  int status = exited ? g_subprocess_get_exit_status (self->process) : 0;
  g_autofree char *number = g_strdup_printf ("%d", status);

  switch (self->ending)
    {
    case CANCELLED:
      return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
    case TIMED_OUT:
      return make_error (self, AMFA_CODE_COMMAND_TOO_SLOW, NULL);
    case FLOODED:
      return make_error (self, AMFA_CODE_COMMAND_NO_CODE, NULL);
    case RUNNING:
    default:
      break;
    }
  if (was_interrupted (self))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
  if (!exited)
    return make_error (self, AMFA_CODE_COMMAND_KILLED,
                       g_strsignal (g_subprocess_get_term_sig (self->process)));
  if (status != 0)
    return make_error (self, AMFA_CODE_COMMAND_FAILED, number);
  return *self->output.code ? NULL : make_error (self, AMFA_CODE_COMMAND_NO_CODE, NULL);
}

/* Output */

/* Returns: whether more may come */
static gboolean
read_output (Run *self)
{
  GInputStream *stream = g_subprocess_get_stdout_pipe (self->process);

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      char bytes[1024];
      gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), bytes,
                                                           sizeof bytes, NULL, &error);

      if (n <= 0)
        return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      amfa_code_output_take (&self->output, bytes, (gsize) n);
      amfa_wipe (bytes, sizeof bytes);
      self->total += (gsize) n;
      if (self->total > MAX_OUTPUT)
        {
          stop (self, FLOODED);
          return FALSE;
        }
    }
}

/* Returns: whether there was something */
static gboolean
read_words (Run *self, GError **error)
{
  GInputStream *stream = g_subprocess_get_stderr_pipe (self->process);
  char bytes[MAX_WORDS];
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), bytes,
                                                       sizeof bytes, NULL, error);

  if (n <= 0)
    return FALSE;
  g_string_append_len (self->words, bytes, n);
  if (self->words->len > MAX_WORDS)
    g_string_erase (self->words, 0, (gssize) (self->words->len - MAX_WORDS));
  return TRUE;
}

static gboolean
on_output (GObject *stream, gpointer user_data)
{
  return read_output (user_data);
}

static gboolean
on_words (GObject *stream, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  return read_words (user_data, &error) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static GSource *
watch (GInputStream *stream, GPollableSourceFunc callback, Run *self)
{
  GSource *source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (stream), NULL);

  return attach (source, G_SOURCE_FUNC (callback), self);
}

/* What it started may live on and keep the pipes open: what is in them is all that counts. */
static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Run *self = g_task_get_task_data (task);
  GError *error;

  g_subprocess_wait_finish (self->process, result, NULL);
  take_terminal_back (self);
  if (self->ending != RUNNING)
    signal_all (self, SIGKILL);
  else if (was_interrupted (self))
    signal_all (self, SIGTERM); /* what it put into the background has not heard of it */
  else
    read_output (self);
  amfa_code_output_end (&self->output);
  for (guint i = 0; self->words && i < MAX_OUTPUT / MAX_WORDS && read_words (self, NULL); i++)
    continue;

  error = judge (self);
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (self->output.code), (GDestroyNotify) amfa_wipe_and_free);
}

/* Start */

/* Only who is in front can put somebody else there. */
static void
find_terminal (Run *self)
{
  int terminal = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  pid_t foreground = terminal < 0 ? -1 : tcgetpgrp (terminal);

  if (foreground > 0 && foreground == getpgrp ())
    {
      self->terminal = terminal;
      self->previous = foreground;
    }
  else if (terminal >= 0)
    {
      g_close (terminal, NULL);
    }
}

static gboolean
start (Run *self, char **arguments, GError **error)
{
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE;
  g_autoptr (GSubprocessLauncher) launcher = NULL;

  if (self->words)
    flags |= G_SUBPROCESS_FLAGS_STDERR_PIPE;
  launcher = g_subprocess_launcher_new (flags);
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_subprocess_launcher_unsetenv (launcher, secrets[i]);
  g_subprocess_launcher_set_child_setup (
      launcher, self->terminal >= 0 ? be_foreground : be_detached, &self->terminal, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments, error);
  if (!self->process)
    {
      take_terminal_back (self);
      return FALSE;
    }

  /* None if it has ended already. */
  const char *pid = g_subprocess_get_identifier (self->process);

  self->group = pid ? (pid_t) g_ascii_strtoll (pid, NULL, 10) : 0;
  return TRUE;
}

static GError *
not_started (const char *program, const GError *reason)
{
  return amfa_error_new (AMFA_ERROR_CODE_COMMAND, &(AmfaErrorDetails){
                                                      .subject = program,
                                                      .reason = AMFA_CODE_COMMAND_NOT_STARTED,
                                                      .quote = reason->message,
                                                  });
}

/**
 * amfa_code_command_run_async:
 * @command_line: a program and its arguments, quoted as for a shell; there is none
 * @manner: what it has besides
 * @milliseconds: how long it may take
 * @cancellable: ends it
 *
 * Starts a program of the user's that prints an MFA code. Its standard input is empty, and it gets
 * no AWS credentials by its environment.
 */
void
amfa_code_command_run_async (const char *command_line,
                             AmfaCodeCommandManner manner,
                             guint milliseconds,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (command_line != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Run *self = g_new0 (Run, 1);
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) reason = NULL;

  g_task_set_source_tag (task, amfa_code_command_run_async);
  g_task_set_task_data (task, self, (GDestroyNotify) run_free);
  self->terminal = -1;
  self->milliseconds = milliseconds;
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!g_shell_parse_argv (command_line, NULL, &arguments, &reason))
    {
      g_task_return_error (task, not_started (command_line, reason));
      return;
    }
  self->program = g_path_get_basename (arguments[0]);
  if (manner == AMFA_CODE_COMMAND_SILENT)
    self->words = g_string_new (NULL);
  if (manner == AMFA_CODE_COMMAND_FOREGROUND)
    find_terminal (self);
  if (!start (self, arguments, &reason))
    {
      g_task_return_error (task, not_started (self->program, reason));
      return;
    }

  self->reader =
      watch (g_subprocess_get_stdout_pipe (self->process), (GPollableSourceFunc) on_output, self);
  if (self->words)
    self->listener =
        watch (g_subprocess_get_stderr_pipe (self->process), (GPollableSourceFunc) on_words, self);
  self->timeout = attach (g_timeout_source_new (milliseconds), on_timeout, self);
  if (cancellable)
    self->cancelled =
        attach (g_cancellable_source_new (cancellable), G_SOURCE_FUNC (on_cancelled), self);
  g_subprocess_wait_async (self->process, NULL, on_ended, g_steal_pointer (&task));
}

/**
 * amfa_code_command_run_finish:
 * @error: %AMFA_ERROR_CODE_COMMAND: a person has to be asked; a cancellation, also by Ctrl-C
 *
 * Returns: (transfer full): six digits, to be wiped
 */
char *
amfa_code_command_run_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, amfa_code_command_run_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
