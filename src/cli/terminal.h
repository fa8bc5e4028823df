#pragma once

#include <gio/gio.h>

/* Lines that a person types. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_ECHO_VISIBLE,
  AMFA_ECHO_HIDDEN,
} AmfaEcho;

gboolean amfa_terminal_is_there (void);
char *amfa_terminal_ask (const char *prompt,
                         AmfaEcho echo,
                         GCancellable *cancellable,
                         GError **error);
char *amfa_terminal_read_line (int fd, GCancellable *cancellable, GError **error);

G_END_DECLS
