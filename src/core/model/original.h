#pragma once

#include "credentials.h"
#include "ini-document.h"

/* What a section held before we first wrote into it, and the marks by which what we wrote since is
 * known again. */

G_BEGIN_DECLS

/* How much of the place was there before we first wrote into it. */
typedef enum
{
  AMFA_ORIGINAL_SECTION,
  AMFA_ORIGINAL_NO_SECTION,
  AMFA_ORIGINAL_NO_FILE,
  AMFA_ORIGINAL_NO_FOLDER,
} AmfaOriginalDegree;

/**
 * AmfaOriginal:
 * @text: (nullable): the section's text; only for %AMFA_ORIGINAL_SECTION
 * @ended: (nullable): what the last "End session" left in its place, from the header on; counts
 *   while the section has no keys, since the record is stored before the file is written
 * @separator: (nullable): what we put in front of a section that we appended
 * @is_restored: it was put back; it counts again if the section is ours again, as after an editor's
 *   stale save
 * @marks: what we wrote since, oldest first: see amfa_marks_add(); session items may know more
 *
 * What the section held before we first wrote into it.
 */
typedef struct
{
  AmfaOriginalDegree degree;
  AmfaSecret *text;
  AmfaSecret *ended;
  char *separator;
  gboolean is_restored;
  GStrv marks;
} AmfaOriginal;

AmfaOriginal *amfa_original_new (AmfaOriginalDegree degree, AmfaSecret *text);
AmfaOriginal *amfa_original_copy (const AmfaOriginal *self);
void amfa_original_free (AmfaOriginal *self);
AmfaCredentials *amfa_original_dup_keys (const AmfaOriginal *self, const char *name);
gboolean amfa_original_is_superseded (const AmfaOriginal *self,
                                      const char *name,
                                      AmfaCredentials *base,
                                      const char *const *former_ids);
gboolean amfa_original_is_ended_in (const AmfaOriginal *self,
                                    AmfaIniDocument *document,
                                    const char *name);
gboolean amfa_original_equal (const AmfaOriginal *a, const AmfaOriginal *b);
void amfa_original_set_marks (AmfaOriginal *self, const char *const *marks);

GStrv amfa_marks_add (const char *const *marks, const char *mark);
GStrv amfa_marks_join (const char *const *marks, const char *const *more);
GStrv amfa_marks_merge (const char *const *marks, const char *const *more);
GStrv amfa_marks_add_session (const char *const *marks, AmfaCredentials *session);
GStrv amfa_marks_add_text (const char *const *marks, AmfaIniDocument *document, const char *name);
gboolean amfa_marks_have (const char *const *marks, const char *mark);
gboolean amfa_marks_have_digest (const char *const *marks, AmfaSecret *secret);
gboolean amfa_marks_know_secret (const char *const *marks, AmfaSecret *secret);
gboolean amfa_marks_allow_secret (const char *const *marks, AmfaSecret *token, AmfaSecret *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaOriginal, amfa_original_free)

G_END_DECLS
