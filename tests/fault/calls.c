#include "calls.h"

#include <errno.h>
#include <sys/syscall.h>

/* Those that reach files or other processes. The newer forms are on every machine, the older ones
 * where there is a number for them. */
static const Call calls[] = {
  { SYS_openat, "openat", CALL_AT, CALL_WHOLE, 2 },
  { SYS_read, "read", CALL_FD, CALL_BUFFER },
  { SYS_pread64, "pread64", CALL_FD, CALL_BUFFER },
  { SYS_readv, "readv", CALL_FD, CALL_VECTOR },
  { SYS_write, "write", CALL_FD, CALL_BUFFER },
  { SYS_pwrite64, "pwrite64", CALL_FD, CALL_BUFFER },
  { SYS_writev, "writev", CALL_FD, CALL_VECTOR },
  { SYS_fsync, "fsync", CALL_FD },
  { SYS_fdatasync, "fdatasync", CALL_FD },
  { SYS_syncfs, "syncfs", CALL_FD },
  { SYS_flock, "flock", CALL_FD },
  { SYS_fchmod, "fchmod", CALL_FD },
  { SYS_fchmodat, "fchmodat", CALL_AT },
  { SYS_fchown, "fchown", CALL_FD },
  { SYS_fchownat, "fchownat", CALL_AT },
  { SYS_ftruncate, "ftruncate", CALL_FD },
  { SYS_fallocate, "fallocate", CALL_FD },
  { SYS_mkdirat, "mkdirat", CALL_AT },
  { SYS_linkat, "linkat", CALL_AT },
  { SYS_symlinkat, "symlinkat", CALL_PATH },
  { SYS_unlinkat, "unlinkat", CALL_AT },
  { SYS_renameat2, "renameat2", CALL_AT },
  { SYS_getdents64, "getdents64", CALL_FD },
  { SYS_fstat, "fstat", CALL_FD },
  { SYS_statx, "statx", CALL_AT },
  { SYS_faccessat, "faccessat", CALL_AT },
  { SYS_faccessat2, "faccessat2", CALL_AT },
  { SYS_readlinkat, "readlinkat", CALL_AT },
#ifdef SYS_newfstatat
  { SYS_newfstatat, "newfstatat", CALL_AT },
#endif
#ifdef SYS_renameat
  { SYS_renameat, "renameat", CALL_AT },
#endif
#ifdef SYS_open
  { SYS_open, "open", CALL_PATH, CALL_WHOLE, 1 },
  { SYS_chmod, "chmod", CALL_PATH },
  { SYS_chown, "chown", CALL_PATH },
  { SYS_mkdir, "mkdir", CALL_PATH },
  { SYS_rmdir, "rmdir", CALL_PATH },
  { SYS_link, "link", CALL_PATH },
  { SYS_unlink, "unlink", CALL_PATH },
  { SYS_rename, "rename", CALL_PATH },
  { SYS_stat, "stat", CALL_PATH },
  { SYS_lstat, "lstat", CALL_PATH },
  { SYS_access, "access", CALL_PATH },
  { SYS_readlink, "readlink", CALL_PATH },
#endif
  { SYS_socket, "socket", CALL_SOCKET },
  { SYS_connect, "connect", CALL_FD },
  { SYS_sendto, "sendto", CALL_FD, CALL_BUFFER },
  { SYS_sendmsg, "sendmsg", CALL_FD, CALL_MESSAGE },
  { SYS_recvfrom, "recvfrom", CALL_FD, CALL_BUFFER },
  { SYS_recvmsg, "recvmsg", CALL_FD, CALL_MESSAGE },
};

static const struct
{
  const char *name;
  int number;
} errors[] = {
  { "EACCES", EACCES },         { "EAGAIN", EAGAIN }, { "ECONNREFUSED", ECONNREFUSED },
  { "ECONNRESET", ECONNRESET }, { "EDQUOT", EDQUOT }, { "EIO", EIO },
  { "EMFILE", EMFILE },         { "ENOENT", ENOENT }, { "ENOLCK", ENOLCK },
  { "ENOMEM", ENOMEM },         { "ENOSPC", ENOSPC }, { "EPERM", EPERM },
  { "EPIPE", EPIPE },           { "EROFS", EROFS },   { "ETIMEDOUT", ETIMEDOUT },
};

const Call *
call_all (size_t *count)
{
  *count = G_N_ELEMENTS (calls);
  return calls;
}

const Call *
call_find (int number)
{
  for (size_t i = 0; i < G_N_ELEMENTS (calls); i++)
    if (calls[i].number == number)
      return &calls[i];
  return NULL;
}

/* Returns 0 for one that is not known. */
int
error_by_name (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (errors); i++)
    if (g_str_equal (errors[i].name, name))
      return errors[i].number;
  return 0;
}
