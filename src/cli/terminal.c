#define G_LOG_DOMAIN "amfa-terminal"

#include "terminal.h"

#include "core/model/secret.h"
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MAX_LINE 4096

/* The terminal that controls the process, wherever stdin leads. */
static int
open_terminal (void)
{
  return open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

/* Whether there is somebody to ask. */
gboolean
amfa_terminal_is_there (void)
{
  int fd = open_terminal ();

  if (fd >= 0)
    g_close (fd, NULL);
  return fd >= 0;
}

static void
set_failed (GError **error, int number)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), _ ("cannot read: %s"),
               g_strerror (number));
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
on_terminated (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_CONTINUE;
}

/* Iterates the main context meanwhile, so that signals reach their handlers. */
static gboolean
wait_readable (int fd, GCancellable *cancellable, GError **error)
{
  gboolean readable = FALSE;
  g_autoptr (GSource) source = g_unix_fd_source_new (fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
  g_autoptr (GSource) stop = g_cancellable_source_new (cancellable);

  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), &readable, NULL);
  g_source_set_dummy_callback (stop);
  g_source_attach (source, NULL);
  g_source_attach (stop, NULL);
  while (!readable && !g_cancellable_is_cancelled (cancellable))
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);
  g_source_destroy (stop);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* Ctrl-C takes back what was typed: a read of what was there just now would wait for more, where no
 * signal ends it. Others share what is behind @fd, so it is opened anew.
 *
 * Returns: -1 if @fd is no terminal */
static int
open_nonblocking (int fd)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);

  return isatty (fd) ? open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
}

static char *
read_line (int fd, GCancellable *cancellable, GError **error)
{
  amfa_autowipe char *line = g_malloc0 (MAX_LINE + 1);

  for (gsize length = 0; length < MAX_LINE;)
    {
      gssize n;

      if (!wait_readable (fd, cancellable, error))
        return NULL;
      n = read (fd, line + length, 1);
      if (n < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (n < 0)
        {
          set_failed (error, errno);
          return NULL;
        }
      if (n == 0 && length == 0)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                               _ ("nothing was typed"));
          return NULL;
        }
      if (n == 0 || line[length] == '\n')
        {
          line[length] = '\0';
          return g_steal_pointer (&line);
        }
      length++;
    }
  set_failed (error, EMSGSIZE);
  return NULL;
}

/**
 * amfa_terminal_read_line:
 * @fd: where to read
 * @cancellable: stops the waiting
 * @error: nothing there, or what read(2) says
 *
 * Reads byte by byte, so that what follows the line stays for who reads next.
 *
 * Returns: (transfer full): the line without its end; wipe it if it is a secret
 */
char *
amfa_terminal_read_line (int fd, GCancellable *cancellable, GError **error)
{
  int own = open_nonblocking (fd);
  char *line = read_line (own >= 0 ? own : fd, cancellable, error);

  if (own >= 0)
    g_close (own, NULL);
  return line;
}

/* What is typed while the echo is off must not show up when the job is stopped and goes on. */
static void
hide (int fd, struct termios *before)
{
  struct termios hidden;

  tcgetattr (fd, before);
  hidden = *before;
  hidden.c_lflag &= ~(tcflag_t) (ECHO | ECHOE | ECHOK);
  hidden.c_lflag |= ECHONL;
  hidden.c_cc[VSUSP] = _POSIX_VDISABLE;
  tcsetattr (fd, TCSAFLUSH, &hidden);
}

static char *
ask (int fd, const char *prompt, GCancellable *cancellable, GError **error)
{
  g_autofree char *shown = amfa_output_encode (prompt);

  if (write (fd, shown, strlen (shown)) < 0)
    {
      set_failed (error, errno);
      return NULL;
    }

  char *line = amfa_terminal_read_line (fd, cancellable, error);

  if (!line && write (fd, "\n", 1) < 0)
    g_debug ("the terminal is gone");
  return line;
}

/**
 * amfa_terminal_ask:
 * @prompt: what to say first
 * @echo: whether what is typed shows
 * @error: no terminal, nothing typed, cancelled
 *
 * Asks on the controlling terminal: standard input may be somebody else's.
 *
 * Returns: (transfer full): the line; wipe it if it is a secret
 */
char *
amfa_terminal_ask (const char *prompt, AmfaEcho echo, GCancellable *cancellable, GError **error)
{
  int fd = open_terminal ();
  struct termios before;
  guint hangup, termination;
  char *line;

  if (fd < 0)
    {
      set_failed (error, errno);
      return NULL;
    }
  if (echo == AMFA_ECHO_VISIBLE)
    {
      line = ask (fd, prompt, cancellable, error);
      g_close (fd, NULL);
      return line;
    }

  /* Whatever ends us now must not leave the terminal mute. */
  hangup = g_unix_signal_add (SIGHUP, on_terminated, cancellable);
  termination = g_unix_signal_add (SIGTERM, on_terminated, cancellable);
  hide (fd, &before);
  line = ask (fd, prompt, cancellable, error);
  tcsetattr (fd, TCSAFLUSH, &before);
  g_source_remove (hangup);
  g_source_remove (termination);
  g_close (fd, NULL);
  return line;
}
