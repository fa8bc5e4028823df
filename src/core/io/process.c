#define G_LOG_DOMAIN "amfa-process"

#include "process.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

/* A number that the caller closed would be given to the next file that is opened, and words meant
 * for the terminal would go into it. What takes its place fails the wrong way round, as the closed
 * one would: nothing is read from 0, nothing written to 1 and 2. */
static void
occupy_standard_descriptors (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0)
      (void) open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/**
 * amfa_process_prepare:
 *
 * To be called first in main(): the standard descriptors are open, and a file-size limit or a
 * reader that went away is an error of write() and not the end of the process.
 */
void
amfa_process_prepare (void)
{
  const struct sigaction ignore = { .sa_handler = SIG_IGN };

  occupy_standard_descriptors ();
  sigaction (SIGXFSZ, &ignore, NULL);
  sigaction (SIGPIPE, &ignore, NULL);
}

/**
 * amfa_process_dup_home:
 *
 * A HOME that is empty or relative names no folder.
 *
 * Returns: (transfer full): the user's home, absolute
 */
char *
amfa_process_dup_home (void)
{
  const char *home = g_get_home_dir ();

  if (home && g_path_is_absolute (home))
    return g_strdup (home);

  const struct passwd *user = getpwuid (getuid ());

  if (user && user->pw_dir && g_path_is_absolute (user->pw_dir))
    return g_strdup (user->pw_dir);
  return g_strdup ("/");
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
