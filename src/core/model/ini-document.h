#pragma once

#include "secret.h"

/* A shared credentials or config file as an immutable, lossless line document: it reads what
 * botocore reads, refuses what botocore cannot read, and an edit changes only its own lines. */

G_BEGIN_DECLS

typedef struct _AmfaIniDocument AmfaIniDocument;

#define AMFA_TYPE_INI_DOCUMENT (amfa_ini_document_get_type ())
GType amfa_ini_document_get_type (void);

/**
 * AmfaIniEdit:
 * @key: a lower-case key
 * @value: (nullable): its new value, a single line
 * @source: (nullable): take the lines of @key verbatim from the same section of this document
 *
 * What shall become of one key of a section. With neither @value nor @source, or if @source does
 * not have it, the key leaves.
 */
typedef struct
{
  const char *key;
  AmfaSecret *value;
  AmfaIniDocument *source;
} AmfaIniEdit;

AmfaIniDocument *amfa_ini_document_parse (AmfaSecret *text, GError **error);
AmfaIniDocument *amfa_ini_document_ref (AmfaIniDocument *self);
void amfa_ini_document_unref (AmfaIniDocument *self);
AmfaSecret *amfa_ini_document_get_text (AmfaIniDocument *self);

/* Reading, as botocore reads it: keys in lower case, [DEFAULT] inherited by every section. */
char **amfa_ini_document_list_sections (AmfaIniDocument *self);
gboolean amfa_ini_document_has_section (AmfaIniDocument *self, const char *section);
const char *amfa_ini_document_get_profile_section (AmfaIniDocument *self, const char *profile);
char **amfa_ini_document_list_keys (AmfaIniDocument *self, const char *section);
gboolean amfa_ini_document_owns_key (AmfaIniDocument *self, const char *section, const char *key);
guint amfa_ini_document_get_line (AmfaIniDocument *self, const char *section, const char *key);
AmfaSecret *amfa_ini_document_get_value (AmfaIniDocument *self,
                                         const char *section,
                                         const char *key);
char *amfa_ini_document_dup_text (AmfaIniDocument *self, const char *section, const char *key);
char *amfa_ini_document_dup_nested (AmfaIniDocument *self,
                                    const char *section,
                                    const char *key,
                                    const char *sub_key);

/* A section's text: from its header to its last key's last line, without that line's end. Blank
 * and comment lines behind the last key belong to nobody. */
AmfaSecret *amfa_ini_document_get_section_text (AmfaIniDocument *self, const char *section);
AmfaSecret *amfa_ini_document_get_text_at (AmfaIniDocument *self,
                                           const char *section,
                                           gsize length);

/* Edits: each gives a new document. */
gboolean amfa_ini_value_is_writable (AmfaSecret *value);
AmfaIniDocument *amfa_ini_document_edit (AmfaIniDocument *self,
                                         const char *section,
                                         const AmfaIniEdit *edits,
                                         gsize n_edits,
                                         GError **error);
AmfaIniDocument *amfa_ini_document_replace_section (AmfaIniDocument *self,
                                                    const char *section,
                                                    gsize old_length,
                                                    AmfaSecret *section_text,
                                                    GError **error);
AmfaIniDocument *amfa_ini_document_append_section (AmfaIniDocument *self,
                                                   AmfaSecret *section_text,
                                                   char **separator,
                                                   GError **error);
AmfaIniDocument *amfa_ini_document_remove_section (AmfaIniDocument *self,
                                                   const char *section,
                                                   const char *separator,
                                                   GError **error);

gboolean amfa_ini_document_equal_outside (AmfaIniDocument *self,
                                          AmfaIniDocument *other,
                                          const char *section,
                                          const char *const *keys);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaIniDocument, amfa_ini_document_unref)

G_END_DECLS
