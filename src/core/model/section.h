#pragma once

#include "credentials.h"
#include "ini-document.h"

/* The credentials file's section of a profile: what it holds, what a login makes of it, and how
 * that is taken back. Pure: documents in, documents out. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_SECTION_OURS,      /* a session that we wrote */
  AMFA_SECTION_LONG_TERM, /* an IAM user's keys */
  AMFA_SECTION_LEFTOVERS, /* the same, with our token or expiration still beside them */
  AMFA_SECTION_FOREIGN,   /* temporary keys of somebody else */
  AMFA_SECTION_NO_KEYS,   /* no usable keys, or no section */
} AmfaSectionKind;

typedef struct
{
  AmfaSectionKind kind;
  AmfaCredentials *credentials; /* what AWS tools read there; NULL if nothing usable */
  gboolean is_inherited;        /* from [DEFAULT], which other profiles share: it stays there */
} AmfaSection;

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
 * @marks: what we wrote since, oldest first: see amfa_marks_add()
 *
 * What the section held before we first wrote into it.
 */
typedef struct
{
  AmfaOriginalDegree degree;
  AmfaSecret *text;
  AmfaSecret *ended;
  char *separator;
  GStrv marks;
} AmfaOriginal;

typedef enum
{
  AMFA_RESTORE_VERBATIM,  /* the section is what it was */
  AMFA_RESTORE_BY_LINE,   /* ours taken back, other people's edits kept */
  AMFA_RESTORE_ROTATED,   /* the original, with the key that has replaced its own since */
  AMFA_RESTORE_LEFTOVERS, /* only our leftovers were taken out */
  AMFA_RESTORE_LINE_ONLY, /* only our credential_process: the section needed nothing */
} AmfaRestoreOutcome;

/* What a login writes, and aws_security_token, which leaves. */
#define AMFA_N_SESSION_KEYS 5
extern const char *const amfa_session_keys[AMFA_N_SESSION_KEYS];

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

GStrv amfa_marks_add (const char *const *marks, const char *mark);
GStrv amfa_marks_merge (const char *const *marks, const char *const *more);
GStrv amfa_marks_add_session (const char *const *marks, AmfaCredentials *session);

AmfaSection *amfa_section_classify (AmfaIniDocument *document,
                                    const char *name,
                                    const char *const *marks);
void amfa_section_free (AmfaSection *self);
gboolean amfa_section_holds_long_term (const AmfaSection *self);
gboolean amfa_section_gives_up_keys (const AmfaSection *self);
gboolean amfa_section_check_writable (AmfaIniDocument *document, const char *name, GError **error);

AmfaOriginal *amfa_section_plan_original (AmfaIniDocument *document,
                                          const char *name,
                                          const AmfaSection *section,
                                          AmfaOriginalDegree absence,
                                          const AmfaOriginal *existing,
                                          GError **error);
AmfaIniDocument *amfa_section_write_session (AmfaIniDocument *document,
                                             const char *name,
                                             AmfaCredentials *session,
                                             AmfaOriginal *original,
                                             GError **error);
AmfaIniDocument *amfa_section_end_session (AmfaIniDocument *document,
                                           const char *name,
                                           const AmfaSection *section,
                                           AmfaOriginal *original,
                                           GError **error);
AmfaIniDocument *amfa_section_take_out (AmfaIniDocument *document,
                                        const char *name,
                                        const AmfaSection *section,
                                        const AmfaOriginal *existing,
                                        AmfaOriginal **original,
                                        GError **error);
gboolean amfa_section_take_edits (AmfaIniDocument *document,
                                  const char *name,
                                  const AmfaSection *section,
                                  AmfaOriginal *original,
                                  GError **error);
AmfaIniDocument *amfa_section_restore (AmfaIniDocument *document,
                                       const char *name,
                                       const AmfaSection *section,
                                       const AmfaOriginal *original,
                                       AmfaCredentials *rotated,
                                       AmfaRestoreOutcome *outcome,
                                       GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaOriginal, amfa_original_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaSection, amfa_section_free)

G_END_DECLS
