#define G_LOG_DOMAIN "amfa-section"

#include "section.h"

#include "error.h"

/* Taking back what a login did to a section. If the section's text is still one that we wrote, its
 * former text returns byte for byte. Otherwise somebody edited it meanwhile: then only the lines of
 * the session go, each back to what the original has for it, and all else stays. */

/* The record is stored before the file is written, so what it knows of "End session" may be of the
 * past, or not have come: only a section without keys can be one that was ended. */
static AmfaSecret *
get_ended (AmfaIniDocument *document,
           const char *name,
           const AmfaSection *section,
           const AmfaOriginal *original)
{
  return amfa_section_owns_no_keys (document, name, section) ? original->ended : NULL;
}

/* Whether somebody has put keys behind what an end left. */
static gboolean
has_more (AmfaIniDocument *document, const char *name, AmfaSecret *ended)
{
  g_autoptr (AmfaSecret) text = amfa_ini_document_get_section_text (document, name);

  return amfa_secret_get_length (text) > amfa_secret_get_length (ended);
}

static gboolean
is_as_we_left_it (AmfaIniDocument *document,
                  const char *name,
                  const AmfaSection *section,
                  const AmfaOriginal *original,
                  const char *const *marks)
{
  g_autoptr (AmfaSecret) text = amfa_ini_document_get_section_text (document, name);

  AmfaSecret *ended = get_ended (document, name, section, original);

  /* What stands behind the original's text stays when that returns; a section goes as a whole. */
  if (ended)
    return amfa_original_is_ended_in (original, document, name) &&
           (original->text || !has_more (document, name, ended));
  return amfa_marks_have_digest (marks, text);
}

/* What somebody has put there, and @source has nothing for. */
static gboolean
is_theirs (AmfaIniDocument *document,
           const char *name,
           const AmfaSection *section,
           const AmfaRecords *records,
           AmfaIniDocument *source,
           const char *key)
{
  if (g_str_equal (key, "aws_security_token"))
    return amfa_ini_document_owns_key (document, name, key);
  return records && !(source && amfa_ini_document_owns_key (source, name, key)) &&
         amfa_section_has_lone_key (document, name, section, records, key);
}

/* @records: (nullable): by which somebody else's keys are told from ours */
static AmfaIniDocument *
swap_lines (AmfaIniDocument *document,
            const char *name,
            const AmfaSection *section,
            const AmfaRecords *records,
            AmfaIniDocument *source,
            GError **error)
{
  AmfaIniEdit edits[AMFA_N_SESSION_KEYS];
  gsize n_edits = 0;

  for (gsize i = 0; i < AMFA_N_SESSION_KEYS; i++)
    if (!is_theirs (document, name, section, records, source, amfa_session_keys[i]))
      edits[n_edits++] = (AmfaIniEdit){ .key = amfa_session_keys[i], .source = source };
  return amfa_ini_document_edit (document, name, edits, n_edits, error);
}

static AmfaIniDocument *
restore_section (AmfaIniDocument *document,
                 const char *name,
                 const AmfaSection *section,
                 const AmfaRecords *records,
                 AmfaSecret *text,
                 AmfaSecret *ended,
                 gboolean verbatim,
                 GError **error)
{
  g_autoptr (AmfaIniDocument) source = NULL;
  g_autofree char *separator = NULL;
  AmfaIniDocument *restored = NULL;

  if (!amfa_ini_document_has_section (document, name))
    return amfa_ini_document_append_section (document, text, &separator, error);
  if (verbatim && !ended)
    return amfa_ini_document_replace_section (document, name, 0, text, error);
  /* Unless what somebody has put behind it would be read as a part of it. */
  if (verbatim && (restored = amfa_ini_document_replace_section (
                       document, name, amfa_secret_get_length (ended), text, NULL)))
    return restored;

  source = amfa_ini_document_parse (text, error);
  return source ? swap_lines (document, name, section, records, source, error) : NULL;
}

/* There was no section: what we added goes, and the section with it unless others use it now. */
static AmfaIniDocument *
remove_section (AmfaIniDocument *document,
                const char *name,
                const AmfaSection *section,
                const AmfaRecords *records,
                const char *separator,
                gboolean verbatim,
                GError **error)
{
  g_autoptr (AmfaIniDocument) stripped = NULL;

  if (!amfa_ini_document_has_section (document, name))
    return amfa_ini_document_ref (document);
  if (verbatim)
    return amfa_ini_document_remove_section (document, name, separator, error);

  stripped = swap_lines (document, name, section, records, NULL, error);
  if (!stripped)
    return NULL;

  g_auto (GStrv) keys = amfa_ini_document_list_keys (stripped, name);

  for (gsize i = 0; keys[i]; i++)
    if (amfa_ini_document_owns_key (stripped, name, keys[i]))
      return g_steal_pointer (&stripped);
  return amfa_ini_document_remove_section (stripped, name, separator, error);
}

static AmfaSecret *
rotate_text (AmfaSecret *text, const char *name, AmfaCredentials *rotated, GError **error)
{
  g_autoptr (AmfaIniDocument) source = amfa_ini_document_parse (text, error);
  g_autoptr (AmfaSecret) key_id = amfa_secret_new (amfa_credentials_get_key_id (rotated), -1);
  const AmfaIniEdit edits[] = {
    { .key = amfa_session_keys[0], .value = key_id },
    { .key = amfa_session_keys[1], .value = amfa_credentials_get_secret (rotated) },
  };
  g_autoptr (AmfaIniDocument) current = NULL;

  if (!source)
    return NULL;
  current = amfa_ini_document_edit (source, name, edits, G_N_ELEMENTS (edits), error);
  return current ? amfa_ini_document_get_section_text (current, name) : NULL;
}

/* Without the session, and with what the original has in its place. */
static AmfaIniDocument *
take_back_lines (AmfaIniDocument *document,
                 const char *name,
                 const AmfaSection *section,
                 const AmfaOriginal *original,
                 GError **error)
{
  return original->degree == AMFA_ORIGINAL_SECTION
             ? restore_section (document, name, section, NULL, original->text, NULL, FALSE, error)
             : remove_section (document, name, section, NULL, original->separator, FALSE, error);
}

/**
 * amfa_section_take_edits:
 * @document: the credentials file, whose section is about to be written
 * @name: the profile
 * @section: what it holds
 * @original: the record of what it held before us
 * @marks: those that are known
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * If somebody edited the section since we wrote it, and put no keys there, the record takes that
 * over: what is written next is ours again, and a restore of the text as it was once would lose the
 * edits.
 */
gboolean
amfa_section_take_edits (AmfaIniDocument *document,
                         const char *name,
                         const AmfaSection *section,
                         AmfaOriginal *original,
                         const char *const *marks,
                         GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL, FALSE);
  g_return_val_if_fail (section != NULL && original != NULL, FALSE);

  if ((section->kind != AMFA_SECTION_OURS &&
       !amfa_section_owns_no_keys (document, name, section)) ||
      !amfa_ini_document_has_section (document, name))
    return TRUE;

  AmfaSecret *ended = get_ended (document, name, section, original);
  gboolean as_left = is_as_we_left_it (document, name, section, original, marks);
  g_autoptr (AmfaIniDocument) source = NULL;

  if (as_left && !(ended && has_more (document, name, ended)))
    return TRUE;
  source = as_left
               ? restore_section (document, name, section, NULL, original->text, ended, TRUE, error)
               : take_back_lines (document, name, section, original, error);
  if (!source)
    return FALSE;

  g_clear_pointer (&original->ended, amfa_secret_unref);
  if (!amfa_ini_document_has_section (source, name))
    return TRUE;
  original->degree = AMFA_ORIGINAL_SECTION;
  g_clear_pointer (&original->text, amfa_secret_unref);
  original->text = amfa_ini_document_get_section_text (source, name);
  return TRUE;
}

/* Back to what the original says. */
static AmfaIniDocument *
put_back (AmfaIniDocument *document,
          const char *name,
          const AmfaSection *section,
          const AmfaRecords *records,
          AmfaRestoreOutcome *outcome,
          GError **error)
{
  const AmfaOriginal *original = records->original;
  AmfaSecret *ended = get_ended (document, name, section, original);
  gboolean verbatim =
      amfa_ini_document_has_section (document, name) &&
      is_as_we_left_it (document, name, section, original, (const char *const *) records->marks);

  if (!amfa_section_check_lone_keys (document, name, section, records, original->text, TRUE, error))
    return NULL;
  *outcome = verbatim ? AMFA_RESTORE_VERBATIM : AMFA_RESTORE_BY_LINE;
  if (original->degree != AMFA_ORIGINAL_SECTION)
    return remove_section (document, name, section, records, original->separator, verbatim, error);

  if (records->base && amfa_original_is_superseded (original, name, records->base,
                                                    (const char *const *) records->former_ids))
    {
      g_autoptr (AmfaSecret) text = rotate_text (original->text, name, records->base, error);

      *outcome = AMFA_RESTORE_ROTATED;
      return text ? restore_section (document, name, section, records, text, ended, verbatim, error)
                  : NULL;
    }
  return restore_section (document, name, section, records, original->text, ended, verbatim, error);
}

/* Ours, and nobody knows what was there before. */
static AmfaIniDocument *
replace_session (AmfaIniDocument *document,
                 const char *name,
                 const AmfaRecords *records,
                 AmfaRestoreOutcome *outcome,
                 GError **error)
{
  if (!records->base)
    {
      amfa_set_error (error, AMFA_ERROR_BASE_LOST, &(AmfaErrorDetails){ .subject = name });
      return NULL;
    }
  *outcome = records->base_is_from_file ? AMFA_RESTORE_BASE : AMFA_RESTORE_REMOVED;
  return records->base_is_from_file ? amfa_section_put_base (document, name, records->base, error)
                                    : swap_lines (document, name, NULL, NULL, NULL, error);
}

static void
set_nothing (const AmfaSection *section, const AmfaRecords *records, GError **error)
{
  const char *found =
      section->credentials ? amfa_credentials_get_key_id (section->credentials) : NULL;
  const char *kept = records->base ? amfa_credentials_get_key_id (records->base) : NULL;
  gboolean is_other =
      amfa_section_holds_long_term (section) && kept && g_strcmp0 (found, kept) != 0;

  amfa_set_error (error, AMFA_ERROR_NOTHING_TO_RESTORE,
                  &(AmfaErrorDetails){
                      .subject = is_other || section->kind == AMFA_SECTION_FOREIGN ? found : NULL,
                      .other = is_other ? kept : NULL,
                      .reason = is_other ? AMFA_NOTHING_OTHER_KEY : AMFA_NOTHING_IN_PLACE,
                  });
}

/**
 * amfa_section_restore:
 * @document: the credentials file
 * @name: the profile
 * @section: what it holds
 * @records: what is known of it
 * @outcome: (out): what was done
 * @error: %AMFA_ERROR_NOTHING_TO_RESTORE, %AMFA_ERROR_BASE_LOST, %AMFA_ERROR_FILE_UNUSABLE
 *
 * The table's third column (section.c). An empty result of a file that we made means: remove it.
 *
 * Returns: (transfer full): the document with the original in place
 */
AmfaIniDocument *
amfa_section_restore (AmfaIniDocument *document,
                      const char *name,
                      const AmfaSection *section,
                      const AmfaRecords *records,
                      AmfaRestoreOutcome *outcome,
                      GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL, NULL);
  g_return_val_if_fail (section != NULL && records != NULL && outcome != NULL, NULL);

  switch (section->kind)
    {
    case AMFA_SECTION_LEFTOVERS:
      *outcome = AMFA_RESTORE_LEFTOVERS;
      return amfa_section_remove_leftovers (document, name, error);
    case AMFA_SECTION_OURS:
      return records->original ? put_back (document, name, section, records, outcome, error)
                               : replace_session (document, name, records, outcome, error);
    case AMFA_SECTION_NO_KEYS:
    case AMFA_SECTION_LONG_TERM:
    case AMFA_SECTION_FOREIGN:
    default:
      break;
    }
  if (records->original && !records->original->is_restored &&
      amfa_section_owns_no_keys (document, name, section))
    return put_back (document, name, section, records, outcome, error);
  set_nothing (section, records, error);
  return NULL;
}
