#include <stdarg.h>
#include <sys/prctl.h>

/* The programs whose memory is searched are those that are installed, object by object; only this
 * stands between them and prctl() (ld --wrap), so that their memory can be read. */

int __real_prctl (int option, ...);
int __wrap_prctl (int option, ...);

int
__wrap_prctl (int option, ...)
{
  unsigned long argument[4];
  va_list arguments;

  if (option == PR_SET_DUMPABLE)
    return 0;

  va_start (arguments, option);
  for (int i = 0; i < 4; i++)
    argument[i] = va_arg (arguments, unsigned long);
  va_end (arguments);
  return __real_prctl (option, argument[0], argument[1], argument[2], argument[3]);
}
