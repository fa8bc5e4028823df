#pragma once

#include "secret.h"

/* One JSON object, of which a string may be a secret and is read into an AmfaSecret. */

G_BEGIN_DECLS

typedef struct _AmfaJsonObject AmfaJsonObject;

AmfaJsonObject *amfa_json_object_parse (AmfaSecret *text);
void amfa_json_object_free (AmfaJsonObject *self);

AmfaSecret *amfa_json_object_dup_text (const AmfaJsonObject *self, const char *name);
gint64 amfa_json_object_get_integer (const AmfaJsonObject *self, const char *name);
gboolean amfa_json_object_get_flag (const AmfaJsonObject *self, const char *name);
GStrv amfa_json_object_dup_names (const AmfaJsonObject *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaJsonObject, amfa_json_object_free)

G_END_DECLS
