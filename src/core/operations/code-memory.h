#pragma once

#include <glib.h>

/* Which codes AWS has answered lately. AWS takes a code once; sending it again would only be
 * refused, so it is refused here, for 90 seconds and for the same device. */

G_BEGIN_DECLS

typedef struct _AmfaCodeMemory AmfaCodeMemory;

AmfaCodeMemory *amfa_code_memory_new (void);
void amfa_code_memory_free (AmfaCodeMemory *self);
void amfa_code_memory_add (AmfaCodeMemory *self,
                           const char *serial,
                           const char *code,
                           gint64 monotonic);
gboolean amfa_code_memory_has (AmfaCodeMemory *self,
                               const char *serial,
                               const char *code,
                               gint64 monotonic);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaCodeMemory, amfa_code_memory_free)

G_END_DECLS
