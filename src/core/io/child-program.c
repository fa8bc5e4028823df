#define G_LOG_DOMAIN "amfa-child-program"

#include "child-program.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/model/child-environment.h"

/* The program gets a process group of its own, so that all of it can be ended. A group that uses a
 * terminal has to be its foreground one: it is for as long as the program runs, as with a job of a
 * shell, and Ctrl-C ends the program. Otherwise the program gets a session of its own, in which
 * there is no terminal to ask at. */

#define GRACE_MILLISECONDS 500

struct _AmfaChildProgram
{
  GSubprocess *process;
  pid_t group;    /* 0: it ended at once */
  int terminal;   /* -1: not handed over */
  pid_t previous; /* its foreground group before; 0: never handed over */
  GSource *grace; /* from the first signal to the last */
};

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
take_terminal_back (AmfaChildProgram *self)
{
  if (self->terminal < 0)
    return;
  set_foreground (self->terminal, self->previous);
  g_close (self->terminal, NULL);
  self->terminal = -1;
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

/* The parent */

/* Only who is in front can put somebody else there. */
static void
find_terminal (AmfaChildProgram *self)
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

/**
 * amfa_child_program_start:
 * @arguments: the program and its arguments
 * @withheld: variables of the environment that it does not get
 * @flags: what is piped
 * @in_front: it gets the terminal, if that is ours to give
 *
 * Returns: (transfer full): the running program
 */
AmfaChildProgram *
amfa_child_program_start (char **arguments,
                          const char *const *withheld,
                          GSubprocessFlags flags,
                          gboolean in_front,
                          GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (AmfaChildProgram) self = g_new0 (AmfaChildProgram, 1);
  const char *pid;

  self->terminal = -1;
  if (in_front)
    find_terminal (self);
  g_subprocess_launcher_unsetenv (launcher, AMFA_OWN_VARIABLE);
  for (gsize i = 0; withheld[i]; i++)
    g_subprocess_launcher_unsetenv (launcher, withheld[i]);
  g_subprocess_launcher_set_child_setup (
      launcher, self->terminal >= 0 ? be_foreground : be_detached, &self->terminal, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments, error);
  if (!self->process)
    return NULL;

  /* None if it has ended already. */
  pid = g_subprocess_get_identifier (self->process);
  self->group = pid ? (pid_t) g_ascii_strtoll (pid, NULL, 10) : 0;
  return g_steal_pointer (&self);
}

void
amfa_child_program_free (AmfaChildProgram *self)
{
  if (!self)
    return;

  if (self->grace)
    g_source_destroy (self->grace);
  g_clear_pointer (&self->grace, g_source_unref);
  take_terminal_back (self);
  g_clear_object (&self->process);
  g_free (self);
}

GSubprocess *
amfa_child_program_get_process (const AmfaChildProgram *self)
{
  return self->process;
}

static void
signal_all (const AmfaChildProgram *self, int number)
{
  if (self->group > 0)
    kill (-self->group, number);
}

static gboolean
on_grace_over (gpointer user_data)
{
  AmfaChildProgram *self = user_data;

  signal_all (self, SIGKILL);
  return G_SOURCE_REMOVE;
}

/* Ends it and what it started: asked first, and forced if that does not help. */
void
amfa_child_program_stop (AmfaChildProgram *self)
{
  if (self->grace)
    return;

  signal_all (self, SIGTERM);
  signal_all (self, SIGCONT);
  self->grace = g_timeout_source_new (GRACE_MILLISECONDS);
  g_source_set_callback (self->grace, on_grace_over, self, NULL);
  g_source_attach (self->grace, g_main_context_get_thread_default ());
}

/* By Ctrl-C, which was for us. */
gboolean
amfa_child_program_was_interrupted (const AmfaChildProgram *self)
{
  return self->previous > 0 && !g_subprocess_get_if_exited (self->process) &&
         g_subprocess_get_term_sig (self->process) == SIGINT;
}

/**
 * amfa_child_program_ended:
 *
 * To be called when its process has ended. The terminal is ours again.
 *
 * Returns: whether it ended by itself; else what it started is ended, too
 */
gboolean
amfa_child_program_ended (AmfaChildProgram *self)
{
  take_terminal_back (self);
  if (self->grace)
    signal_all (self, SIGKILL);
  else if (amfa_child_program_was_interrupted (self))
    signal_all (self, SIGTERM); /* what it put into the background has not heard of it */
  else
    return TRUE;
  return FALSE;
}
