#define G_LOG_DOMAIN "amfa-process"

#include "process.h"

#include <gio/gio.h>

#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/model/child-environment.h"

/* A number that the caller closed would be given to the next file that is opened, and words meant
 * for the terminal would go into it. What takes its place fails the wrong way round, as the closed
 * one would: nothing is read from 0, nothing written to 1 and 2. */
static void
occupy_standard_descriptors (AmfaInheritance *inheritance)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    {
      inheritance->is_closed[fd] = fcntl (fd, F_GETFD) < 0;
      if (inheritance->is_closed[fd])
        (void) open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

static void
note_signals (AmfaInheritance *inheritance)
{
  struct sigaction action;

  sigemptyset (&inheritance->ignored);
  for (int number = 1; number < NSIG; number++)
    if (sigaction (number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
      sigaddset (&inheritance->ignored, number);
  sigprocmask (SIG_SETMASK, NULL, &inheritance->blocked);
}

static void
on_bus_closed (GDBusConnection *bus, gboolean vanished, GError *error)
{
}

/* GDBus ends the process by SIGTERM when the bus closes a connection that came from g_bus_get(),
 * unless that one's exit-on-close is off; and many ask for it on our behalf, in threads of their
 * own: the settings' back end, GApplication, the tray. So what does it is replaced for all of them.
 */
static void
outlive_bus (void)
{
  g_type_class_ref (G_TYPE_DBUS_CONNECTION); /* for good */
  g_signal_override_class_handler ("closed", G_TYPE_DBUS_CONNECTION, G_CALLBACK (on_bus_closed));
}

/**
 * amfa_process_begin:
 * @is_dumpable: whether core dumps and ptrace() are left on
 *
 * To be called first in main(), before anything reads the environment. No core dump, and no other
 * process of the user that reads our memory. And HTTP/1.1 only: libsoup looks for a variable at
 * each connection (in 3.2 there is no other way to say it), and a message over HTTP/2 to a peer
 * that closes too early never ends. The variable is ours: the programs that we start get the
 * environment that we were given.
 *
 * Returns: (transfer full): the environment for everybody but ourselves
 */
char **
amfa_process_begin (gboolean is_dumpable)
{
  char **environment;

  if (!is_dumpable)
    prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
  environment = g_get_environ ();
  g_setenv (AMFA_OWN_VARIABLE, "1", TRUE);
  return environment;
}

/**
 * amfa_process_prepare:
 * @inheritance: (out) (optional): what was found
 *
 * To be called next in main(): the standard descriptors are open, and a file-size limit, a reader
 * or a message bus that went away is an error of whatever call meets it and not the end of the
 * process.
 */
void
amfa_process_prepare (AmfaInheritance *inheritance)
{
  const struct sigaction ignore = { .sa_handler = SIG_IGN };
  AmfaInheritance found;

  occupy_standard_descriptors (&found);
  note_signals (&found);
  sigaction (SIGXFSZ, &ignore, NULL);
  sigaction (SIGPIPE, &ignore, NULL);
  outlive_bus ();
  if (inheritance)
    *inheritance = found;
}

/**
 * amfa_process_hand_over:
 * @inheritance: from amfa_process_prepare()
 *
 * To be called last before exec(): signals and standard descriptors are again as this process was
 * given them. Safe between fork() and exec().
 */
void
amfa_process_hand_over (const AmfaInheritance *inheritance)
{
  for (int number = 1; number < NSIG; number++)
    {
      gboolean is_ignored = sigismember (&inheritance->ignored, number) == 1;
      const struct sigaction action = { .sa_handler = is_ignored ? SIG_IGN : SIG_DFL };

      sigaction (number, &action, NULL); /* fails for those that nobody can change */
    }
  sigprocmask (SIG_SETMASK, &inheritance->blocked, NULL);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (inheritance->is_closed[fd])
      close (fd);
}

/* A HOME that is empty or relative names no folder. */
static char *
dup_home (void)
{
  const char *home = g_get_home_dir ();

  if (home && g_path_is_absolute (home))
    return g_strdup (home);

  const struct passwd *user = getpwuid (getuid ());

  if (user && user->pw_dir && g_path_is_absolute (user->pw_dir))
    return g_strdup (user->pw_dir);
  return g_strdup ("/");
}

static char *
dup_home_of (const char *name)
{
  const struct passwd *user = getpwnam (name);

  return user && user->pw_dir ? g_strdup (user->pw_dir) : NULL;
}

/**
 * amfa_process_read_environment:
 * @envp: the variables, see amfa_environment_new()
 * @application_id: what AWSMFA_APPLICATION_ID replaces
 *
 * For main(). The working folder is the kernel's; PWD only says by which of its names it is known.
 *
 * Returns: (transfer full): what this process is told
 */
AmfaEnvironment *
amfa_process_read_environment (const char *const *envp, const char *application_id)
{
  g_autofree char *home = dup_home ();
  g_autofree char *directory = g_get_current_dir ();

  return amfa_environment_new (envp, application_id,
                               &(AmfaSurroundings){ .home = home,
                                                    .directory = directory,
                                                    .runtime_dir = g_get_user_runtime_dir (),
                                                    .dup_home_of = dup_home_of });
}

/**
 * amfa_process_dup_program:
 *
 * Returns: (transfer full) (nullable): where this program lies; %NULL if that is not known, or if
 * it lies there no more
 */
char *
amfa_process_dup_program (void)
{
  g_autofree char *path = g_file_read_link ("/proc/self/exe", NULL);

  return path && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&path) : NULL;
}
