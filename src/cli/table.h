#pragma once

#include <glib.h>

/* Plain columns, as wide as what is in them. */

G_BEGIN_DECLS

typedef struct _AmfaTable AmfaTable;

AmfaTable *amfa_table_new (guint n_columns);
void amfa_table_free (AmfaTable *self);
void amfa_table_add (AmfaTable *self, const char *cell);
void amfa_table_print (AmfaTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaTable, amfa_table_free)

G_END_DECLS
