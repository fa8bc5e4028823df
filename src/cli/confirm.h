#pragma once

#include <gio/gio.h>

/* Questions that are answered with yes or no. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_ANSWER_NONE, /* nobody answered */
  AMFA_ANSWER_NO,
  AMFA_ANSWER_YES,
} AmfaAnswer;

AmfaAnswer amfa_confirm (const char *prompt, GCancellable *cancellable, GError **error);

G_END_DECLS
