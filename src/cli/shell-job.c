#define G_LOG_DOMAIN "amfa-shell-job"

#include "shell-job.h"

#include "command.h"
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* The shell is a process group of its own and in the foreground, as an interactive shell makes
 * itself; we are what a job-control shell is to a job. What the terminal sends (Ctrl-C, Ctrl-Z)
 * reaches the shell and its jobs, never us. When the shell stops (`suspend`), we take the terminal
 * back and stop too, so that whoever started us sees a stopped job; when we go on, so does it.
 *
 * To close it we do what a closed terminal does: SIGHUP, after which it saves its history and tells
 * its jobs, and SIGCONT, without which one that is stopped would hear of nothing. */

/* Seconds that a shell has for its last words. */
#define GRACE 10

struct _AmfaShellJob
{
  pid_t shell;
  int terminal; /* -1: none; never blocks, since who typed Ctrl-S would keep us from anything */
  struct termios before;
  struct termios of_shell; /* when it was stopped */
  gboolean is_given;       /* the terminal, to the shell */
  gboolean has_ended;
  guint hangup, termination, grace; /* sources */
};

static void
give_terminal (AmfaShellJob *self)
{
  if (self->terminal < 0 || tcgetpgrp (self->terminal) != getpgrp ())
    return;
  self->is_given = tcsetpgrp (self->terminal, self->shell) == 0;
}

static void
take_terminal (AmfaShellJob *self)
{
  if (!self->is_given)
    return;
  self->is_given = FALSE;
  tcsetpgrp (self->terminal, getpgrp ());
  tcsetattr (self->terminal, TCSANOW, &self->before);
}

/* Between fork() and exec(): nothing but system calls. */
G_NORETURN static void
become (const AmfaInheritance *inheritance,
        int terminal,
        gboolean is_foreground,
        char **argv,
        char **envp,
        int report)
{
  int number;

  setpgid (0, 0);
  if (is_foreground)
    tcsetpgrp (terminal, getpid ());
  amfa_process_hand_over (inheritance);
  execve (argv[0], argv, envp);
  number = errno;
  while (write (report, &number, sizeof number) < 0 && errno == EINTR)
    continue;
  _exit (127);
}

/* Returns: 0, or why the shell could not be started */
static int
start (AmfaShellJob *self, const AmfaInheritance *inheritance, char **argv, char **envp)
{
  gboolean is_foreground = self->terminal >= 0 && tcgetpgrp (self->terminal) == getpgrp ();
  sigset_t all, before;
  int pipe_ends[2];
  int number = 0;

  if (pipe2 (pipe_ends, O_CLOEXEC) != 0)
    return errno;
  /* No signal may reach our handlers in the child. */
  sigfillset (&all);
  sigprocmask (SIG_SETMASK, &all, &before);
  self->shell = fork ();
  if (self->shell == 0)
    become (inheritance, self->terminal, is_foreground, argv, envp, pipe_ends[1]);
  if (self->shell < 0)
    number = errno;
  sigprocmask (SIG_SETMASK, &before, NULL);
  g_close (pipe_ends[1], NULL);

  if (self->shell > 0)
    {
      setpgid (self->shell, self->shell);
      self->is_given = is_foreground;
      while (read (pipe_ends[0], &number, sizeof number) < 0 && errno == EINTR)
        continue;
      if (number != 0)
        waitpid (self->shell, NULL, 0);
    }
  g_close (pipe_ends[0], NULL);
  self->has_ended = number != 0;
  return number;
}

static void
ignore (int number)
{
  const struct sigaction action = { .sa_handler = SIG_IGN };

  sigaction (number, &action, NULL);
}

static gboolean
on_hangup (gpointer user_data)
{
  amfa_shell_job_close (user_data);
  return G_SOURCE_CONTINUE;
}

/* Interactive shells ignore it: who ends us wants both ended. */
static gboolean
on_terminated (gpointer user_data)
{
  AmfaShellJob *self = user_data;

  if (!self->has_ended)
    killpg (self->shell, SIGTERM);
  amfa_shell_job_close (self);
  return G_SOURCE_CONTINUE;
}

static void
prepare_signals (AmfaShellJob *self, const AmfaInheritance *inheritance)
{
  const struct sigaction standard = { .sa_handler = SIG_DFL };

  ignore (SIGINT);
  ignore (SIGQUIT);
  ignore (SIGTTOU); /* the terminal is the shell's, and we write to it and take it back */
  sigaction (SIGCHLD, &standard, NULL); /* ignored, the kernel would keep no status for us */
  if (sigismember (&inheritance->ignored, SIGHUP) == 0)
    self->hangup = g_unix_signal_add (SIGHUP, on_hangup, self);
  if (sigismember (&inheritance->ignored, SIGTERM) == 0)
    self->termination = g_unix_signal_add (SIGTERM, on_terminated, self);
}

/**
 * amfa_shell_job_new:
 * @inheritance: what the shell is to find
 * @argv: path of the shell and its arguments
 * @envp: its environment
 * @number: (out): why it could not be started, as errno
 *
 * Returns: (transfer full) (nullable): the running shell
 */
AmfaShellJob *
amfa_shell_job_new (const AmfaInheritance *inheritance, char **argv, char **envp, int *number)
{
  g_autoptr (AmfaShellJob) self = g_new0 (AmfaShellJob, 1);

  self->has_ended = TRUE;
  self->terminal = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (self->terminal >= 0 && tcgetattr (self->terminal, &self->before) != 0)
    {
      g_close (self->terminal, NULL);
      self->terminal = -1;
    }
  prepare_signals (self, inheritance);
  *number = start (self, inheritance, argv, envp);
  return *number == 0 ? g_steal_pointer (&self) : NULL;
}

/**
 * amfa_shell_job_say:
 * @text: a line
 *
 * Into the middle of whatever is on the terminal, which may be in raw mode.
 */
void
amfa_shell_job_say (AmfaShellJob *self, const char *text)
{
  g_autofree char *shown = amfa_output_encode (text);
  g_autofree char *line = g_strdup_printf ("\r\nawsmfa: %s\r\n", shown);

  if (self->terminal < 0)
    amfa_command_say ("%s", text);
  else if (write (self->terminal, line, strlen (line)) < 0)
    g_info ("not said: %s", g_strerror (errno));
}

static gboolean
on_grace_over (gpointer user_data)
{
  AmfaShellJob *self = user_data;

  self->grace = 0;
  if (!self->has_ended)
    killpg (self->shell, SIGKILL);
  return G_SOURCE_REMOVE;
}

/* As when the terminal is closed: the shell, and the job in the foreground that it waits for. */
static void
signal_foreground (AmfaShellJob *self, int number)
{
  pid_t job = self->is_given ? tcgetpgrp (self->terminal) : -1;

  killpg (self->shell, number);
  if (job > 1 && job != self->shell && job != getpgrp ())
    killpg (job, number);
}

/**
 * amfa_shell_job_close:
 *
 * Asks the shell to end, and makes it end when it has not after a while. Returns at once.
 */
void
amfa_shell_job_close (AmfaShellJob *self)
{
  if (self->has_ended || self->grace != 0)
    return;
  self->grace = g_timeout_add_seconds (GRACE, on_grace_over, self);
  signal_foreground (self, SIGHUP);
  signal_foreground (self, SIGCONT);
}

/* Leaves the status to be taken in the main thread: until then the number is no other process's. */
static void
run_wait (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  siginfo_t info;

  while (waitid (P_PID, (id_t) GPOINTER_TO_INT (task_data), &info, WEXITED | WSTOPPED | WNOWAIT) !=
             0 &&
         errno == EINTR)
    continue;
  g_task_return_boolean (task, TRUE);
}

static void
await_change (AmfaShellJob *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, amfa_command_on_result, &result);

  g_task_set_source_tag (task, await_change);
  g_task_set_task_data (task, GINT_TO_POINTER (self->shell), NULL);
  g_task_run_in_thread (task, run_wait);
  amfa_command_await (&result);
}

/* A stop that is over again when we look is none. */
static int
await_status (AmfaShellJob *self)
{
  int status = 0;

  do
    await_change (self);
  while (waitpid (self->shell, &status, WUNTRACED | WNOHANG) == 0);
  return status;
}

/* Without anybody who could make us go on the signal does nothing, and the shell goes on at once.
 */
static void
stop_with_shell (AmfaShellJob *self)
{
  gboolean was_given = self->is_given && tcgetattr (self->terminal, &self->of_shell) == 0;

  take_terminal (self);
  kill (0, SIGTSTP);
  give_terminal (self);
  if (was_given && self->is_given)
    tcsetattr (self->terminal, TCSANOW, &self->of_shell);
  killpg (self->shell, SIGCONT);
}

/**
 * amfa_shell_job_wait:
 *
 * Runs the main loop until the shell has ended; the terminal is then as it was.
 *
 * Returns: the exit status, 128 and the number for a signal
 */
int
amfa_shell_job_wait (AmfaShellJob *self)
{
  int status = await_status (self);

  while (WIFSTOPPED (status))
    {
      stop_with_shell (self);
      status = await_status (self);
    }
  self->has_ended = TRUE;
  take_terminal (self);
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

void
amfa_shell_job_free (AmfaShellJob *self)
{
  take_terminal (self);
  g_clear_handle_id (&self->hangup, g_source_remove);
  g_clear_handle_id (&self->termination, g_source_remove);
  g_clear_handle_id (&self->grace, g_source_remove);
  if (self->terminal >= 0)
    g_close (self->terminal, NULL);
  g_free (self);
}
