#pragma once

#include <gtk/gtk.h>

#include "core/model/credentials.h"

G_BEGIN_DECLS

/**
 * AmfaKeyForm:
 *
 * Asks for a long-term access key: id and secret. Property "complete" (gboolean, read only): both
 * are there and can be those of a long-term key.
 */
#define AMFA_TYPE_KEY_FORM (amfa_key_form_get_type ())
G_DECLARE_FINAL_TYPE (AmfaKeyForm, amfa_key_form, AMFA, KEY_FORM, GtkGrid)

void amfa_key_form_begin (AmfaKeyForm *self, const char *key_id);
AmfaCredentials *amfa_key_form_take (AmfaKeyForm *self);

G_END_DECLS
