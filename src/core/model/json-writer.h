#pragma once

#include "secret.h"

/* One JSON object, written into an AmfaSecret and nowhere else. */

G_BEGIN_DECLS

typedef struct _AmfaJsonWriter AmfaJsonWriter;

AmfaJsonWriter *amfa_json_writer_new (gboolean is_indented);
void amfa_json_writer_free (AmfaJsonWriter *self);

void amfa_json_writer_add_text (AmfaJsonWriter *self, const char *name, const char *text);
void amfa_json_writer_add_integer (AmfaJsonWriter *self, const char *name, gint64 integer);
void amfa_json_writer_add_flag (AmfaJsonWriter *self, const char *name, gboolean flag);
void amfa_json_writer_add_names (AmfaJsonWriter *self, const char *name, const char *const *names);
AmfaSecret *amfa_json_writer_end (AmfaJsonWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaJsonWriter, amfa_json_writer_free)

G_END_DECLS
