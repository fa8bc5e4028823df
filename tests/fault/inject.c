/* Let a program fail at one of its system calls: kill it there, refuse the call, cut its data
 * short, or do something to the world around it while it is stopped.
 *
 *   inject [OPTION…] -- COMMAND [ARG…]
 *
 *   --class files|sockets   count the calls that are about files (the default), or sockets
 *   --under FOLDER          count files below FOLDER only
 *   --at K                  what to do is done at the K-th call that is counted, before it happens
 *   --do kill               SIGKILL to the program
 *   --do error:NAME         the call is not made and fails, as in error:ENOSPC
 *   --do lasting:NAME       so do all calls of its name in the same folder from then on
 *   --do short              a read, a write, or one of a socket moves half of the data (one byte of
 * one)
 *   --do run:COMMAND        for the shell, which finds the program's number in PID
 *   --log FILE              a line for each call that was counted: number, name, what it is about
 *
 * There is one counter for all threads of the program. Processes that it starts are followed,
 * because the filter that stops calls is theirs, too, but not counted: they are other programs.
 * Calls are counted in the order in which the kernel shows them; threads race, and so may numbers
 * by a few from run to run: the log says which call it was.
 *
 * The last line of the log is "exit STATUS" or "signal NUMBER" of the program; the exit status is
 * the program's, 128 + NUMBER, or 125 if the injector cannot work here.
 *
 * Our programs take care that nobody reads their memory (PR_SET_DUMPABLE), which hides their files
 * and the names in their calls from a tracer that is not root. That one call is swallowed. */

#include "calls.h"
#include "tracee.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANNOT 125

extern long ptrace (int request, ...);

/* What happens to a call whose end is awaited. */
typedef struct
{
  gboolean fails;
  gint64 result;
  guint64 address; /* of a word that was changed, 0 if none was */
  guint64 word;
  guint64 more_address;
  guint64 more_word;
} Pending;

typedef struct
{
  /* what is asked for */
  gboolean sockets;
  const char *under;
  int at;
  const char *action;
  FILE *log;

  /* what is known */
  pid_t program;
  GHashTable *threads; /* those that were seen, by number: Pending or NULL */
  int counted;
  int lasting;  /* the number of the call that fails from now on, -1 for none */
  char *folder; /* where it does */
} Injector;

/* (transfer full) (nullable) */
static char *
read_link (pid_t id, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", id, name);

  return g_file_read_link (path, NULL);
}

static char *
read_descriptor (pid_t id, int fd)
{
  g_autofree char *name = fd == AT_FDCWD ? g_strdup ("cwd") : g_strdup_printf ("fd/%d", fd);

  return read_link (id, name);
}

/* What a call is about: a path, or "socket:[…]" and the like. (transfer full) (nullable) */
static char *
describe (const Tracee *tracee, const Call *call)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;

  if (call->place == CALL_SOCKET)
    return g_strdup ("socket:");
  if (call->place == CALL_FD)
    return read_descriptor (tracee->id, tracee->arguments[0]);

  path = tracee_read_string (tracee, tracee->arguments[call->place == CALL_AT]);
  if (g_path_is_absolute (path))
    return g_steal_pointer (&path);
  folder =
      read_descriptor (tracee->id, call->place == CALL_AT ? (int) tracee->arguments[0] : AT_FDCWD);
  if (!folder || *path == '\0')
    return g_steal_pointer (&folder);
  return g_build_filename (folder, path, NULL);
}

static gboolean
is_wanted (const Injector *self, const char *about)
{
  if (self->sockets)
    return g_str_has_prefix (about, "socket:");
  return g_path_is_absolute (about) && (!self->under || g_str_has_prefix (about, self->under));
}

static gboolean
is_of_program (const Injector *self, pid_t id)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d", self->program, id);

  return access (path, F_OK) == 0;
}

static Pending *
expect_end (Injector *self, pid_t id)
{
  Pending *pending = g_new0 (Pending, 1);

  g_hash_table_insert (self->threads, GINT_TO_POINTER (id), pending);
  return pending;
}

static gboolean
refuse (Injector *self, const Tracee *tracee, gint64 result)
{
  Pending *pending = expect_end (self, tracee->id);

  pending->fails = TRUE;
  pending->result = result;
  return tracee_skip (tracee);
}

/* The first of the pieces, and half of it; both words are put back when the call has ended. */
static gboolean
cut_pieces (Injector *self, const Tracee *tracee, guint64 pieces)
{
  Pending *pending = expect_end (self, tracee->id);

  pending->address = pieces + offsetof (struct iovec, iov_len);
  pending->word = tracee_read_word (tracee, pending->address);
  return pending->word < 2 || tracee_write_word (tracee, pending->address, pending->word / 2);
}

static gboolean
cut_message (Injector *self, const Tracee *tracee)
{
  guint64 message = tracee->arguments[1];
  guint64 pieces = tracee_read_word (tracee, message + offsetof (struct msghdr, msg_iov));
  guint64 number = message + offsetof (struct msghdr, msg_iovlen);
  guint64 were = tracee_read_word (tracee, number);
  Pending *pending;

  if (were == 0 || !cut_pieces (self, tracee, pieces))
    return FALSE;
  pending = g_hash_table_lookup (self->threads, GINT_TO_POINTER (tracee->id));
  pending->more_address = number;
  pending->more_word = were;
  return tracee_write_word (tracee, number, 1);
}

static gboolean
cut (Injector *self, const Tracee *tracee, const Call *call)
{
  switch (call->data)
    {
    case CALL_BUFFER:
      return tracee_set_argument (tracee, 2, MAX (tracee->arguments[2] / 2, 1));
    case CALL_VECTOR:
      return tracee_set_argument (tracee, 2, 1) && cut_pieces (self, tracee, tracee->arguments[1]);
    case CALL_MESSAGE:
      return cut_message (self, tracee);
    case CALL_WHOLE:
    default:
      return FALSE;
    }
}

static gboolean
run_command (Injector *self, const char *command)
{
  g_autofree char *number = g_strdup_printf ("%d", self->program);

  g_setenv ("PID", number, TRUE);
  return system (command) == 0;
}

static gboolean
is_in_folder (const Injector *self, const char *about)
{
  g_autofree char *folder = g_path_get_dirname (about);

  return g_strcmp0 (folder, self->folder) == 0;
}

/* Returns whether it could be done. */
static gboolean
act (Injector *self, const Tracee *tracee, const Call *call, const char *about)
{
  const char *action = self->action;

  if (g_str_equal (action, "kill"))
    return kill (self->program, SIGKILL) == 0;
  if (g_str_has_prefix (action, "error:"))
    return refuse (self, tracee, -error_by_name (action + strlen ("error:")));
  if (g_str_has_prefix (action, "lasting:"))
    {
      self->lasting = call->number;
      self->folder = g_path_get_dirname (about);
      return refuse (self, tracee, -error_by_name (action + strlen ("lasting:")));
    }
  if (g_str_equal (action, "short"))
    return cut (self, tracee, call);
  return run_command (self, action + strlen ("run:"));
}

static const char *
get_manner (const Tracee *tracee, const Call *call)
{
  return call->flags && tracee->arguments[call->flags] & O_CREAT ? ":create" : "";
}

static void
on_counted (Injector *self, const Tracee *tracee, const Call *call, const char *about)
{
  gboolean is_it = ++self->counted == self->at;
  const char *note = "";

  if (is_it && !act (self, tracee, call, about))
    note = " ! not done";
  else if (is_it)
    note = " !";
  else if (call->number == self->lasting && is_in_folder (self, about) &&
           refuse (self, tracee, -error_by_name (self->action + strlen ("lasting:"))))
    note = " !!";
  if (self->log)
    fprintf (self->log, "%d %s%s %s%s%s\n", self->counted, call->name, get_manner (tracee, call),
             about, note, is_it ? self->action : "");
}

static void
on_call (Injector *self, pid_t id)
{
  g_autofree char *about = NULL;
  const Call *call;
  Tracee tracee;

  if (!tracee_look (&tracee, id) || !is_of_program (self, id))
    return;
  if (tracee.number == SYS_prctl)
    {
      if (tracee.arguments[0] == PR_SET_DUMPABLE)
        refuse (self, &tracee, 0);
      return;
    }
  call = call_find (tracee.number);
  about = describe (&tracee, call);
  if (about && is_wanted (self, about))
    on_counted (self, &tracee, call, about);
}

/* A call that was meddled with is over. */
static void
on_end_of_call (Injector *self, pid_t id)
{
  Pending *pending = g_hash_table_lookup (self->threads, GINT_TO_POINTER (id));
  Tracee tracee = { .id = id };

  if (!pending)
    return;
  if (pending->fails)
    tracee_set_result (id, pending->result);
  if (pending->address)
    tracee_write_word (&tracee, pending->address, pending->word);
  if (pending->more_address)
    tracee_write_word (&tracee, pending->more_address, pending->more_word);
  g_hash_table_insert (self->threads, GINT_TO_POINTER (id), NULL);
}

/* Returns the signal that is to be delivered, 0 for none. */
static int
on_signal (Injector *self, pid_t id, int number)
{
  siginfo_t info;

  /* How a new thread or process begins. */
  if (!g_hash_table_contains (self->threads, GINT_TO_POINTER (id)))
    {
      g_hash_table_insert (self->threads, GINT_TO_POINTER (id), NULL);
      if (number == SIGSTOP)
        return 0;
    }
  /* Stopped as a group: there is nothing to deliver. */
  return ptrace (PTRACE_GETSIGINFO, id, NULL, &info) == 0 ? number : 0;
}

static void
on_stop (Injector *self, pid_t id, int status)
{
  int event = status >> 16;
  int number = 0;

  if (event == PTRACE_EVENT_SECCOMP)
    on_call (self, id);
  else if (WSTOPSIG (status) == (SIGTRAP | 0x80))
    on_end_of_call (self, id);
  else if (event == 0)
    number = on_signal (self, id, WSTOPSIG (status));

  ptrace (g_hash_table_lookup (self->threads, GINT_TO_POINTER (id)) ? PTRACE_SYSCALL : PTRACE_CONT,
          id, NULL, (long) number);
}

/* Returns how the program ended, as waitpid() puts it; what it left running ends with us. */
static int
follow (Injector *self)
{
  int status;
  pid_t id;

  ptrace (PTRACE_CONT, self->program, NULL, NULL);
  while ((id = waitpid (-1, &status, __WALL)) > 0 || errno == EINTR)
    {
      if (id > 0 && WIFSTOPPED (status))
        on_stop (self, id, status);
      else if (id == self->program)
        return status;
    }
  return -1;
}

static int
report (Injector *self, int status)
{
  gboolean is_exit = WIFEXITED (status);
  int number = is_exit ? WEXITSTATUS (status) : WTERMSIG (status);

  if (self->log)
    {
      fprintf (self->log, "%s %d\n", is_exit ? "exit" : "signal", number);
      fclose (self->log);
    }
  g_hash_table_unref (self->threads);
  g_free (self->folder);
  return is_exit ? number : 128 + number;
}

static gboolean
start (Injector *self, char **command)
{
  size_t count;
  const Call *calls = call_all (&count);
  g_autofree int *numbers = g_new (int, count + 1);

  for (size_t i = 0; i < count; i++)
    numbers[i] = calls[i].number;
  numbers[count] = SYS_prctl;
  self->threads = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (!tracee_start (command, numbers, count + 1, &self->program))
    return FALSE;
  g_hash_table_insert (self->threads, GINT_TO_POINTER (self->program), NULL);
  return TRUE;
}

static gboolean
is_action (const char *action)
{
  const char *colon = strchr (action, ':');

  if (g_str_has_prefix (action, "error:") || g_str_has_prefix (action, "lasting:"))
    return error_by_name (colon + 1) != 0;
  return g_str_equal (action, "kill") || g_str_equal (action, "short") ||
         g_str_has_prefix (action, "run:");
}

int
main (int argc, char **argv)
{
  g_autofree char *class = NULL;
  g_autofree char *under = NULL;
  g_autofree char *action = NULL;
  g_autofree char *log = NULL;
  g_auto (GStrv) command = NULL;
  Injector self = { .lasting = -1 };
  GOptionEntry entries[] = {
    { "class", 0, 0, G_OPTION_ARG_STRING, &class, NULL, NULL },
    { "under", 0, 0, G_OPTION_ARG_FILENAME, &under, NULL, NULL },
    { "at", 0, 0, G_OPTION_ARG_INT, &self.at, NULL, NULL },
    { "do", 0, 0, G_OPTION_ARG_STRING, &action, NULL, NULL },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &log, NULL, NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &command, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("-- COMMAND [ARG…]");
  g_autoptr (GError) error = NULL;

  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || !command || !*command ||
      (self.at > 0) != (action != NULL) || (action && !is_action (action)))
    {
      fprintf (stderr, "inject: %s\n", error ? error->message : "usage");
      return CANNOT;
    }
  self.sockets = g_strcmp0 (class, "sockets") == 0;
  self.under = under;
  self.action = action;
  if (log && !(self.log = fopen (log, "we")))
    {
      perror (log);
      return CANNOT;
    }
  if (!start (&self, command))
    {
      perror ("inject: cannot trace");
      return CANNOT;
    }
  return report (&self, follow (&self));
}
