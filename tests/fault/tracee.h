#pragma once

#include <glib.h>
#include <sys/types.h>

/* One thread that a tracer holds at a system call. */
typedef struct
{
  pid_t id;
  int number;
  guint64 arguments[6];
} Tracee;

gboolean tracee_start (char **command, const int *numbers, size_t count, pid_t *pid);
gboolean tracee_look (Tracee *self, pid_t id);

char *tracee_read_string (const Tracee *self, guint64 address);
guint64 tracee_read_word (const Tracee *self, guint64 address);
gboolean tracee_write_word (const Tracee *self, guint64 address, guint64 word);

gboolean tracee_set_argument (const Tracee *self, int index, guint64 value);
gboolean tracee_skip (const Tracee *self);
gboolean tracee_set_result (pid_t id, gint64 result);
