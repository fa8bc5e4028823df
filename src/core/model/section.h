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
  AMFA_SECTION_NO_KEYS,   /* no keys, or no section */
} AmfaSectionKind;

typedef struct
{
  AmfaSectionKind kind;
  AmfaCredentials *credentials; /* what AWS tools read there; NULL if no keys */
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
 * @separator: (nullable): what we put before a section that we appended
 * @written_ids: ids of the keys that we wrote, oldest first
 * @written_digest: SHA-256 of the section's text as we last left it
 */
typedef struct
{
  AmfaOriginalDegree degree;
  AmfaSecret *text;
  char *separator;
  GStrv written_ids;
  char *written_digest;
} AmfaOriginal;

AmfaOriginal *amfa_original_new (AmfaOriginalDegree degree, AmfaSecret *text);
void amfa_original_free (AmfaOriginal *self);
gboolean amfa_original_wrote (const AmfaOriginal *self, const char *key_id);

AmfaSection *amfa_section_classify (AmfaIniDocument *document,
                                    const char *name,
                                    const char *const *our_ids,
                                    GError **error);
void amfa_section_free (AmfaSection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaOriginal, amfa_original_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaSection, amfa_section_free)

G_END_DECLS
