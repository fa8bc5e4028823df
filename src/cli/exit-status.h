#pragma once

#include <glib.h>

/* The exit statuses that scripts rely on. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_EXIT_DONE = 0,
  AMFA_EXIT_FAILED = 1,
  AMFA_EXIT_USAGE = 2,
  AMFA_EXIT_CODE_REFUSED = 3,
  AMFA_EXIT_KEYRING = 4,
  AMFA_EXIT_UNREACHABLE = 5,
  AMFA_EXIT_NOTHING = 6,          /* nothing to restore, no session */
  AMFA_EXIT_FILE = 7,             /* a file is unusable and was left alone */
  AMFA_EXIT_NOT_EXECUTABLE = 126, /* as env(1) says it */
  AMFA_EXIT_NOT_FOUND = 127,
  AMFA_EXIT_INTERRUPTED = 130,
} AmfaExitStatus;

AmfaExitStatus amfa_exit_status_for_error (const GError *error);

G_END_DECLS
