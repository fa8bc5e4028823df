#define G_LOG_DOMAIN "amfa-section"

#include "section.h"

/**
 * amfa_section_take_out:
 * @document: the credentials file
 * @name: the profile
 * @section: what it holds: keys of any kind
 * @records: what is known of it
 * @original: (out) (nullable): the record to keep, which gives the section back
 * @marks: (inout): get that of what is left
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * A login and its end in one step: the section is left without keys.
 *
 * Returns: (transfer full): the document without the keys that are the section's own
 */
AmfaIniDocument *
amfa_section_take_out (AmfaIniDocument *document,
                       const char *name,
                       const AmfaSection *section,
                       const AmfaRecords *records,
                       AmfaOriginal **original,
                       GStrv *marks,
                       GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL && section != NULL, NULL);
  g_return_val_if_fail (section->kind != AMFA_SECTION_NO_KEYS, NULL);

  g_autoptr (AmfaOriginal) record = NULL;
  AmfaIniDocument *after = NULL;

  *original = NULL;
  if (amfa_section_plan_original (document, name, section, AMFA_ORIGINAL_NO_SECTION, records,
                                  &record, error))
    after = amfa_section_end_session (document, name, section, record, marks, error);
  if (after)
    *original = g_steal_pointer (&record);
  return after;
}
