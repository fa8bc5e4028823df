#pragma once

#include <glib.h>

/* Which of the variables that AWS tools read are set, and to what; the values of those that may
 * hold a secret are not kept. */

G_BEGIN_DECLS

typedef struct _AmfaVariables AmfaVariables;

AmfaVariables *amfa_variables_new (const char *const *envp);
AmfaVariables *amfa_variables_ref (AmfaVariables *self);
void amfa_variables_unref (AmfaVariables *self);
gboolean amfa_variables_is_set (const AmfaVariables *self, const char *name);
gboolean amfa_variables_is_empty (const AmfaVariables *self, const char *name);
const char *amfa_variables_get (const AmfaVariables *self, const char *name);

char *amfa_presentable_key_id (const char *text);
char *amfa_presentable_url (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaVariables, amfa_variables_unref)

G_END_DECLS
