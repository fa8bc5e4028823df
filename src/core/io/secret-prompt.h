#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How a prompt of the Secret Service ended. */
typedef enum
{
  AMFA_PROMPT_DONE,
  AMFA_PROMPT_DISMISSED,
  AMFA_PROMPT_CANCELLED, /* by our caller */
  AMFA_PROMPT_BROKEN,    /* the service went away, or made no sense */
} AmfaPromptEnd;

AmfaPromptEnd amfa_secret_prompt_perform (GDBusConnection *bus,
                                          const char *owner,
                                          const char *path,
                                          GCancellable *cancellable);

G_END_DECLS
