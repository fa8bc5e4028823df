#pragma once

#include <glib.h>

/* A test's own program, run again under strace, which kills it at a system call or lets one fail:
 * each in turn of those that it makes between the two marks. */

G_BEGIN_DECLS

/* One system call of the run: the @number-th of its name since the program started. */
typedef struct
{
  char *name;
  guint number;
} TracedCall;

/* In the program: what is tested stands between them. */
void traced_begin (void);
void traced_end (void);

/* In the test: @argv is the program and its arguments, which end with %NULL. */
gboolean traced_is_allowed (void);
int traced_run (const char *const *argv, const char *trace, const char *inject);
GPtrArray *traced_list_calls (const char *const *argv);

char *traced_kill_at (const TracedCall *call);
char *traced_fail_at (const TracedCall *call);

G_END_DECLS
