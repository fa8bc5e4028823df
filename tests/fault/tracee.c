#include "tracee.h"

#include <elf.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* <sys/ptrace.h> and <linux/ptrace.h> do not go together. */
extern long ptrace (int request, ...);

/* What depends on the machine: where a system call's number, arguments and result are. */
#if defined(__x86_64__)
typedef struct user_regs_struct Registers;
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define RESULT(registers) ((registers)->rax)
#elif defined(__aarch64__)
typedef struct user_regs_struct Registers;
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define RESULT(registers) ((registers)->regs[0])
#else
#error "The fault tests know x86_64 and aarch64."
#endif

static gboolean
get_registers (pid_t id, Registers *registers)
{
  struct iovec place = { registers, sizeof *registers };

  return ptrace (PTRACE_GETREGSET, id, NT_PRSTATUS, &place) == 0;
}

static gboolean
set_registers (pid_t id, Registers *registers)
{
  struct iovec place = { registers, sizeof *registers };

  return ptrace (PTRACE_SETREGSET, id, NT_PRSTATUS, &place) == 0;
}

/* In the child: those of @numbers stop for the tracer, all others run at full speed. */
static gboolean
install_filter (const int *numbers, size_t count)
{
  g_autofree struct sock_filter *filter = g_new0 (struct sock_filter, 2 * count + 5);
  struct sock_fprog program = { .filter = filter };
  size_t i = 0;

  filter[i++] = (struct sock_filter) BPF_STMT (BPF_LD | BPF_W | BPF_ABS,
                                               offsetof (struct seccomp_data, arch));
  filter[i++] = (struct sock_filter) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
  filter[i++] = (struct sock_filter) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[i++] =
      (struct sock_filter) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr));
  for (size_t n = 0; n < count; n++)
    {
      filter[i++] = (struct sock_filter) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, numbers[n], 0, 1);
      filter[i++] = (struct sock_filter) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    }
  filter[i++] = (struct sock_filter) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  program.len = i;
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

/* Start @command so that it and all that comes of it stops at the system calls @numbers. It waits
 * to be continued. */
gboolean
tracee_start (char **command, const int *numbers, size_t count, pid_t *pid)
{
  int status;

  *pid = fork ();
  if (*pid == 0)
    {
      if (ptrace (PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit (125);
      raise (SIGSTOP);
      if (!install_filter (numbers, count))
        _exit (125);
      execvp (command[0], command);
      _exit (127);
    }
  return *pid > 0 && waitpid (*pid, &status, 0) == *pid && WIFSTOPPED (status) &&
         ptrace (PTRACE_SETOPTIONS, *pid, NULL,
                 PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE |
                     PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC |
                     PTRACE_O_EXITKILL) == 0;
}

/* What the thread is about to ask of the kernel. */
gboolean
tracee_look (Tracee *self, pid_t id)
{
  struct ptrace_syscall_info info;

  if (ptrace (PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info) <= 0 ||
      info.op != PTRACE_SYSCALL_INFO_SECCOMP)
    return FALSE;
  self->id = id;
  self->number = info.seccomp.nr;
  for (int i = 0; i < 6; i++)
    self->arguments[i] = info.seccomp.args[i];
  return TRUE;
}

guint64
tracee_read_word (const Tracee *self, guint64 address)
{
  errno = 0;
  return ptrace (PTRACE_PEEKDATA, self->id, address, NULL);
}

gboolean
tracee_write_word (const Tracee *self, guint64 address, guint64 word)
{
  return ptrace (PTRACE_POKEDATA, self->id, address, word) == 0;
}

/* (transfer full): as far as it can be read. */
char *
tracee_read_string (const Tracee *self, guint64 address)
{
  GString *text = g_string_new (NULL);

  for (size_t length = 0; length < 4096; length += sizeof (long))
    {
      guint64 word = tracee_read_word (self, address + length);

      if (errno != 0)
        break;
      g_string_append_len (text, (const char *) &word, sizeof word);
      if (memchr (&word, 0, sizeof word))
        break;
    }
  g_string_set_size (text, strnlen (text->str, text->len));
  return g_string_free (text, FALSE);
}

gboolean
tracee_set_argument (const Tracee *self, int index, guint64 value)
{
  Registers registers;

  if (!get_registers (self->id, &registers))
    return FALSE;
#if defined(__x86_64__)
  *(unsigned long long *[]){ &registers.rdi, &registers.rsi, &registers.rdx,
                             &registers.r10, &registers.r8,  &registers.r9 }[index] = value;
#else
  registers.regs[index] = value;
#endif
  return set_registers (self->id, &registers);
}

/* The call is not made. */
gboolean
tracee_skip (const Tracee *self)
{
#if defined(__x86_64__)
  Registers registers;

  if (!get_registers (self->id, &registers))
    return FALSE;
  registers.orig_rax = -1;
  return set_registers (self->id, &registers);
#else
  int none = -1;
  struct iovec place = { &none, sizeof none };

  return ptrace (PTRACE_SETREGSET, self->id, NT_ARM_SYSTEM_CALL, &place) == 0;
#endif
}

/* Where the call has ended: @result is what the program sees, -errno for a failure. */
gboolean
tracee_set_result (pid_t id, gint64 result)
{
  Registers registers;

  if (!get_registers (id, &registers))
    return FALSE;
  RESULT (&registers) = result;
  return set_registers (id, &registers);
}
