#pragma once

#include "original.h"

/* What the keyring and the state file know of a profile's section: read once, then the rules of
 * section.h work with it. */

G_BEGIN_DECLS

/**
 * AmfaRecords:
 * @original: (nullable): what the section held before us
 * @base: (nullable): the long-term key that the keyring has
 * @base_is_from_file: it came out of this very section
 * @former: (nullable): the one that @base replaced
 * @former_ids: (nullable): key ids of all that were the base until others replaced them
 * @known_id: (nullable): key id of the base as the state file remembers it
 * @sessions: (element-type AmfaCredentials): of the profile's user and roles
 * @ended: (element-type AmfaSecret): what an end would leave, as each login of those foresaw it
 * @keyring_marks: by what items of the keyring know again what we wrote
 * @marks: the same from the keyring and the state file
 */
typedef struct
{
  AmfaOriginal *original;
  AmfaCredentials *base;
  gboolean base_is_from_file;
  AmfaCredentials *former;
  GStrv former_ids;
  char *known_id;
  GPtrArray *sessions;
  GPtrArray *ended;
  GStrv keyring_marks;
  GStrv marks;
} AmfaRecords;

AmfaRecords *amfa_records_new (const char *const *marks, const char *known_id);
void amfa_records_free (AmfaRecords *self);
void amfa_records_set_base (AmfaRecords *self, AmfaCredentials *base);
void amfa_records_set_original (AmfaRecords *self, const AmfaOriginal *original);
void amfa_records_add_marks (AmfaRecords *self, const char *const *marks);
void amfa_records_add_session (AmfaRecords *self,
                               AmfaCredentials *session,
                               const char *const *marks,
                               AmfaSecret *ended);
gboolean amfa_records_know_long_term (const AmfaRecords *self, const char *name, const char *id);
void amfa_records_adopt_ended (AmfaRecords *self, AmfaIniDocument *document, const char *name);
gboolean amfa_records_allow_removal (const AmfaRecords *self,
                                     AmfaIniDocument *document,
                                     const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaRecords, amfa_records_free)

G_END_DECLS
