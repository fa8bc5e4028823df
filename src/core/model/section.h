#pragma once

#include "records.h"

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

typedef enum
{
  AMFA_RESTORE_VERBATIM,  /* the section is what it was */
  AMFA_RESTORE_BY_LINE,   /* ours taken back, other people's edits kept */
  AMFA_RESTORE_ROTATED,   /* the original, with the key that has replaced its own since */
  AMFA_RESTORE_LEFTOVERS, /* only our leftovers were taken out */
  AMFA_RESTORE_LINE_ONLY, /* only our credential_process: the section needed nothing */
  AMFA_RESTORE_BASE,      /* the original is lost, but the base is known to have been there */
  AMFA_RESTORE_REMOVED,   /* the original is lost: only our session was taken out */
} AmfaRestoreOutcome;

/* What a login writes, and aws_security_token, which leaves. */
#define AMFA_N_SESSION_KEYS 5
extern const char *const amfa_session_keys[AMFA_N_SESSION_KEYS];

AmfaCredentials *amfa_section_dup_credentials (AmfaIniDocument *document, const char *name);
AmfaSection *amfa_section_classify (AmfaIniDocument *document,
                                    const char *name,
                                    const AmfaRecords *records);
void amfa_section_free (AmfaSection *self);
gboolean amfa_section_holds_long_term (const AmfaSection *self);
gboolean amfa_section_owns_no_keys (AmfaIniDocument *document,
                                    const char *name,
                                    const AmfaSection *section);
gboolean amfa_section_has_lone_key (AmfaIniDocument *document,
                                    const char *name,
                                    const AmfaSection *section,
                                    const AmfaRecords *records,
                                    const char *key);
gboolean amfa_section_check_lone_keys (AmfaIniDocument *document,
                                       const char *name,
                                       const AmfaSection *section,
                                       const AmfaRecords *records,
                                       AmfaSecret *text,
                                       gboolean may_stay,
                                       GError **error);
gboolean amfa_section_gives_up_keys (const AmfaSection *self);
gboolean amfa_section_check_writable (AmfaIniDocument *document, const char *name, GError **error);

gboolean amfa_section_plan_original (AmfaIniDocument *document,
                                     const char *name,
                                     const AmfaSection *section,
                                     AmfaOriginalDegree absence,
                                     const AmfaRecords *records,
                                     AmfaOriginal **original,
                                     GError **error);
AmfaIniDocument *amfa_section_write_session (AmfaIniDocument *document,
                                             const char *name,
                                             AmfaCredentials *session,
                                             AmfaOriginal *original,
                                             GStrv *marks,
                                             GError **error);
AmfaIniDocument *amfa_section_end_session (AmfaIniDocument *document,
                                           const char *name,
                                           const AmfaSection *section,
                                           AmfaOriginal *original,
                                           GStrv *marks,
                                           GError **error);
AmfaIniDocument *amfa_section_take_out (AmfaIniDocument *document,
                                        const char *name,
                                        const AmfaSection *section,
                                        const AmfaRecords *records,
                                        AmfaOriginal **original,
                                        GStrv *marks,
                                        GError **error);
AmfaIniDocument *amfa_section_remove_session (AmfaIniDocument *document,
                                              const char *name,
                                              GError **error);
AmfaIniDocument *amfa_section_remove_leftovers (AmfaIniDocument *document,
                                                const char *name,
                                                GError **error);
AmfaIniDocument *amfa_section_put_base (AmfaIniDocument *document,
                                        const char *name,
                                        AmfaCredentials *base,
                                        GError **error);
gboolean amfa_section_take_edits (AmfaIniDocument *document,
                                  const char *name,
                                  const AmfaSection *section,
                                  AmfaOriginal *original,
                                  const char *const *marks,
                                  GError **error);
AmfaIniDocument *amfa_section_restore (AmfaIniDocument *document,
                                       const char *name,
                                       const AmfaSection *section,
                                       const AmfaRecords *records,
                                       AmfaRestoreOutcome *outcome,
                                       GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaSection, amfa_section_free)

G_END_DECLS
