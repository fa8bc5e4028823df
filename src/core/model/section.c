#define G_LOG_DOMAIN "amfa-section"

#include "section.h"

#include "error.h"
#include "response.h"

/* What the section of a profile holds decides what a login, a restore and an end may do:
 *
 * | the section now     | login                      | restore                  | end             |
 * |---------------------|----------------------------|--------------------------|-----------------|
 * | OURS                | renew, the original is     | put the original back    | ours goes       |
 * |                     |   kept                     |                          |                 |
 * | … without a record  | renew; the base, if it is  | the base, if it is from  | ours goes       |
 * |                     |   from the file, instead   |   the file; else only    |                 |
 * |                     |   of ours is the original  |   ours goes              |                 |
 * | LONG_TERM           | import, original := now    | nothing                  | nothing         |
 * | LEFTOVERS (keys of  | import, original := now    | the leftovers go         | leftovers go    |
 * |   somebody over the |   without the leftovers    |                          |                 |
 * |   session we wrote) |                            |                          |                 |
 * | FOREIGN temporary   | original := now            | nothing                  | nothing         |
 * | NO_KEYS             | original kept unless it    | put the original back    | nothing         |
 * |                     |   was restored, else now   |   unless it was restored |                 |
 *
 * "Ours" are temporary keys of which we know, as written by us, the id and the token, or the
 * secret, and whose id is not that of a long-term key of the profile: never the looks of a key, and
 * never its id alone. */

const char *const amfa_session_keys[AMFA_N_SESSION_KEYS] = {
  "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
  "expiration",        "aws_security_token",
};

/* botocore takes the first of these that is there, even an empty one
 * (credentials.py, SharedCredentialProvider.TOKENS). */
static AmfaSecret *
get_token (AmfaIniDocument *document, const char *name)
{
  AmfaSecret *token = amfa_ini_document_get_value (document, name, "aws_security_token");

  return token ? token : amfa_ini_document_get_value (document, name, "aws_session_token");
}

/* Returns: (transfer full) (nullable): what AWS tools read in the section, %NULL if nothing usable
 */
AmfaCredentials *
amfa_section_dup_credentials (AmfaIniDocument *document, const char *name)
{
  g_return_val_if_fail (document != NULL && name != NULL, NULL);

  g_autofree char *key_id = amfa_ini_document_dup_text (document, name, "aws_access_key_id");
  g_autoptr (AmfaSecret) secret =
      amfa_ini_document_get_value (document, name, "aws_secret_access_key");
  g_autoptr (AmfaSecret) token = get_token (document, name);
  g_autofree char *expiration = amfa_ini_document_dup_text (document, name, "expiration");

  if (!key_id || !*key_id || !secret || amfa_secret_get_length (secret) == 0)
    return NULL;
  return amfa_credentials_new (key_id, secret, token,
                               expiration ? amfa_time_parse (expiration) : 0);
}

static gboolean
has_leftovers (AmfaIniDocument *document, const char *name, const char *const *marks)
{
  g_autoptr (AmfaSecret) token = get_token (document, name);
  g_autofree char *expiration = amfa_ini_document_dup_text (document, name, "expiration");

  if (token && amfa_secret_get_length (token) > 0)
    return amfa_marks_have_digest (marks, token);
  return amfa_marks_have (marks, expiration);
}

static gboolean
is_ours (AmfaCredentials *keys, const char *name, const AmfaRecords *records)
{
  const char *const *marks = (const char *const *) records->marks;
  const char *id = amfa_credentials_get_key_id (keys);

  return amfa_credentials_are_temporary (keys) &&
         !amfa_records_know_long_term (records, name, id) &&
         ((amfa_marks_have (marks, id) &&
           amfa_marks_have_digest (marks, amfa_credentials_get_token (keys))) ||
          amfa_marks_know_secret (marks, amfa_credentials_get_secret (keys)));
}

static AmfaSectionKind
get_kind (AmfaIniDocument *document,
          const char *name,
          AmfaCredentials *keys,
          const AmfaRecords *records)
{
  if (records && is_ours (keys, name, records))
    return AMFA_SECTION_OURS;
  if (records && !amfa_key_id_is_temporary (amfa_credentials_get_key_id (keys)) &&
      has_leftovers (document, name, (const char *const *) records->marks))
    return AMFA_SECTION_LEFTOVERS;
  return amfa_credentials_are_temporary (keys) ? AMFA_SECTION_FOREIGN : AMFA_SECTION_LONG_TERM;
}

/**
 * amfa_section_classify:
 * @document: the credentials file
 * @name: the profile
 * @records: (nullable): what is known of it
 *
 * Returns: (transfer full): what the section holds
 */
AmfaSection *
amfa_section_classify (AmfaIniDocument *document, const char *name, const AmfaRecords *records)
{
  g_return_val_if_fail (document != NULL && name != NULL, NULL);

  AmfaSection *self = g_new0 (AmfaSection, 1);

  self->kind = AMFA_SECTION_NO_KEYS;
  if (!amfa_ini_document_has_section (document, name))
    return self;
  self->credentials = amfa_section_dup_credentials (document, name);
  if (!self->credentials)
    return self;
  self->is_inherited = !amfa_ini_document_owns_key (document, name, "aws_access_key_id") ||
                       !amfa_ini_document_owns_key (document, name, "aws_secret_access_key");
  self->kind = get_kind (document, name, self->credentials, records);

  if (self->kind == AMFA_SECTION_LEFTOVERS)
    {
      g_autoptr (AmfaCredentials) read = g_steal_pointer (&self->credentials);

      self->credentials = amfa_credentials_new (amfa_credentials_get_key_id (read),
                                                amfa_credentials_get_secret (read), NULL, 0);
    }
  return self;
}

void
amfa_section_free (AmfaSection *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->credentials, amfa_credentials_unref);
  g_free (self);
}

/* Whether an IAM user's own key lies there. */
gboolean
amfa_section_holds_long_term (const AmfaSection *self)
{
  return self->kind == AMFA_SECTION_LONG_TERM || self->kind == AMFA_SECTION_LEFTOVERS;
}

/* Whether that key leaves the file once it is in the keyring. */
gboolean
amfa_section_gives_up_keys (const AmfaSection *self)
{
  return amfa_section_holds_long_term (self) && !self->is_inherited;
}

/* Whether nothing of ours or anybody's stands in the section itself; it may inherit from [DEFAULT].
 */
gboolean
amfa_section_owns_no_keys (AmfaIniDocument *document, const char *name, const AmfaSection *section)
{
  return section->kind == AMFA_SECTION_NO_KEYS ||
         (section->kind == AMFA_SECTION_LONG_TERM &&
          !amfa_ini_document_owns_key (document, name, "aws_access_key_id") &&
          !amfa_ini_document_owns_key (document, name, "aws_secret_access_key"));
}

static gboolean
has_possible_keys (AmfaIniDocument *document, const char *name)
{
  g_autoptr (AmfaCredentials) keys = amfa_section_dup_credentials (document, name);

  if (!keys)
    return TRUE;

  return amfa_key_pair_is_possible (amfa_credentials_get_key_id (keys),
                                    amfa_secret_get_length (amfa_credentials_get_secret (keys)));
}

static gboolean
refuse (AmfaIniDocument *document,
        AmfaFileProblem reason,
        const char *section,
        const char *key,
        GError **error)
{
  amfa_set_error (error, AMFA_ERROR_FILE_UNUSABLE,
                  &(AmfaErrorDetails){
                      .reason = reason,
                      .other = key,
                      .line = amfa_ini_document_get_line (document, section, key),
                  });
  return FALSE;
}

/**
 * amfa_section_has_lone_key:
 * @key: a key of a section
 *
 * Returns: whether the section, which has no keys, has half of somebody's nevertheless: a key id or
 *   a secret access key that nothing here knows
 */
gboolean
amfa_section_has_lone_key (AmfaIniDocument *document,
                           const char *name,
                           const AmfaSection *section,
                           const AmfaRecords *records,
                           const char *key)
{
  g_autofree char *id = NULL;

  if (section->kind != AMFA_SECTION_NO_KEYS || !amfa_ini_document_has_section (document, name) ||
      !amfa_ini_document_owns_key (document, name, key))
    return FALSE;
  if (g_str_equal (key, amfa_session_keys[1]))
    return !amfa_records_allow_removal (records, document, name);
  if (!g_str_equal (key, amfa_session_keys[0]))
    return FALSE;
  id = amfa_ini_document_dup_text (document, name, key);
  return id && *id && !amfa_marks_have ((const char *const *) records->marks, id) &&
         !amfa_records_know_long_term (records, name, id);
}

/* @source: (nullable): what takes the place of @document's section */
static gboolean
outlives (AmfaIniDocument *document,
          AmfaIniDocument *source,
          const char *name,
          const char *key,
          gboolean may_stay)
{
  g_autoptr (AmfaSecret) now = amfa_ini_document_get_value (document, name, key);
  g_autoptr (AmfaSecret) then = source ? amfa_ini_document_get_value (source, name, key) : NULL;

  return then ? amfa_secret_equal (now, then) : may_stay;
}

/**
 * amfa_section_check_lone_keys:
 * @text: (nullable): the section that is to take the place of this one
 * @may_stay: whether lines stay that @text has nothing for
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * Nobody could bring half a key back that another one replaces.
 */
gboolean
amfa_section_check_lone_keys (AmfaIniDocument *document,
                              const char *name,
                              const AmfaSection *section,
                              const AmfaRecords *records,
                              AmfaSecret *text,
                              gboolean may_stay,
                              GError **error)
{
  static const AmfaFileProblem problems[] = { AMFA_FILE_PROBLEM_LONE_KEY_ID,
                                              AMFA_FILE_PROBLEM_LONE_SECRET };
  g_autoptr (AmfaIniDocument) source = text ? amfa_ini_document_parse (text, NULL) : NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++)
    if (amfa_section_has_lone_key (document, name, section, records, amfa_session_keys[i]) &&
        !outlives (document, source, name, amfa_session_keys[i], may_stay))
      return refuse (document, problems[i], name, amfa_session_keys[i], error);
  return TRUE;
}

/**
 * amfa_section_check_writable:
 * @document: the credentials file
 * @name: the profile
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * An aws_security_token that the profile inherits from [DEFAULT] would beat the token that we
 * write, and it is not ours to remove. What cannot be a key id is to be put right by who wrote it.
 */
gboolean
amfa_section_check_writable (AmfaIniDocument *document, const char *name, GError **error)
{
  g_autoptr (AmfaSecret) inherited =
      amfa_ini_document_get_value (document, "DEFAULT", "aws_security_token");

  if (inherited)
    return refuse (document, AMFA_FILE_PROBLEM_INHERITED_TOKEN, "DEFAULT", "aws_security_token",
                   error);
  return has_possible_keys (document, name) ||
         refuse (document, AMFA_FILE_PROBLEM_KEY_ID, name, "aws_access_key_id", error);
}

/* Takes our keys out of a section; the rest of it stays. */
static AmfaIniDocument *
strip (AmfaIniDocument *document,
       const char *name,
       const char *const *keys,
       gsize n_keys,
       GError **error)
{
  g_autofree AmfaIniEdit *edits = g_new0 (AmfaIniEdit, n_keys);

  for (gsize i = 0; i < n_keys; i++)
    edits[i].key = keys[i];
  return amfa_ini_document_edit (document, name, edits, n_keys, error);
}

/* What is left of a session when somebody has put long-term keys over it. */
AmfaIniDocument *
amfa_section_remove_leftovers (AmfaIniDocument *document, const char *name, GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL, NULL);

  return strip (document, name, amfa_session_keys + 2, AMFA_N_SESSION_KEYS - 2, error);
}

/* All that a login writes. */
AmfaIniDocument *
amfa_section_remove_session (AmfaIniDocument *document, const char *name, GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL, NULL);

  return strip (document, name, amfa_session_keys, AMFA_N_SESSION_KEYS, error);
}

/**
 * amfa_section_put_base:
 * @document: the credentials file
 * @name: the profile
 * @base: a long-term key
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * Returns: (transfer full): the document with @base in the section, in place of a session
 */
AmfaIniDocument *
amfa_section_put_base (AmfaIniDocument *document,
                       const char *name,
                       AmfaCredentials *base,
                       GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL && base != NULL, NULL);

  g_autoptr (AmfaSecret) key_id = amfa_secret_new (amfa_credentials_get_key_id (base), -1);
  g_autoptr (AmfaSecret) header = amfa_secret_new_join ("[", name, "]", NULL);
  g_autofree char *separator = NULL;
  g_autoptr (AmfaIniDocument) place =
      amfa_ini_document_has_section (document, name)
          ? amfa_ini_document_ref (document)
          : amfa_ini_document_append_section (document, header, &separator, error);
  const AmfaIniEdit edits[] = {
    { .key = amfa_session_keys[0], .value = key_id },
    { .key = amfa_session_keys[1], .value = amfa_credentials_get_secret (base) },
    { .key = amfa_session_keys[2] },
    { .key = amfa_session_keys[3] },
    { .key = amfa_session_keys[4] },
  };

  return place ? amfa_ini_document_edit (place, name, edits, G_N_ELEMENTS (edits), error) : NULL;
}

/* The record that goes on being good; a login takes the mark of a restore off. */
static gboolean
keep_original (AmfaIniDocument *document,
               const char *name,
               const AmfaSection *section,
               const AmfaRecords *records,
               AmfaOriginal **original,
               GError **error)
{
  g_autoptr (AmfaOriginal) kept = amfa_original_copy (records->original);

  kept->is_restored = FALSE;
  if (!amfa_section_take_edits (document, name, section, kept, (const char *const *) records->marks,
                                error) ||
      !amfa_section_check_lone_keys (document, name, section, records, kept->text, FALSE, error))
    return FALSE;
  *original = g_steal_pointer (&kept);
  return TRUE;
}

/**
 * amfa_section_plan_original:
 * @document: the credentials file
 * @name: the profile
 * @section: what it holds
 * @absence: how much is missing of the place if it has no section
 * @records: what is known of it
 * @original: (out) (nullable): the record, with the marks that are known; %NULL if nobody knows any
 *   more what was there before our session
 *
 * What has to be remembered before the section is written: the table's second column.
 */
gboolean
amfa_section_plan_original (AmfaIniDocument *document,
                            const char *name,
                            const AmfaSection *section,
                            AmfaOriginalDegree absence,
                            const AmfaRecords *records,
                            AmfaOriginal **original,
                            GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL && section != NULL, FALSE);
  g_return_val_if_fail (records != NULL && original != NULL, FALSE);

  const AmfaOriginal *existing = records->original;
  gboolean is_ours = section->kind == AMFA_SECTION_OURS;
  gboolean has_section = amfa_ini_document_has_section (document, name);
  g_autoptr (AmfaIniDocument) source = NULL;
  g_autoptr (AmfaSecret) text = NULL;

  *original = NULL;
  if (existing &&
      (is_ours || (amfa_section_owns_no_keys (document, name, section) && !existing->is_restored)))
    return keep_original (document, name, section, records, original, error);
  if (is_ours && !(records->base && records->base_is_from_file))
    return TRUE;

  if (is_ours)
    source = amfa_section_put_base (document, name, records->base, error);
  else if (section->kind == AMFA_SECTION_LEFTOVERS)
    source = amfa_section_remove_leftovers (document, name, error);
  else
    source = amfa_ini_document_ref (document);
  if (!source)
    return FALSE;

  text = has_section ? amfa_ini_document_get_section_text (source, name) : NULL;
  *original = amfa_original_new (has_section ? AMFA_ORIGINAL_SECTION : absence, text);
  amfa_original_set_marks (*original, (const char *const *) records->marks);
  return TRUE;
}

static void
add_mark_of_text (GStrv *marks, AmfaIniDocument *document, const char *name)
{
  g_auto (GStrv) old = g_steal_pointer (marks);

  *marks = amfa_marks_add_text ((const char *const *) old, document, name);
}

static void
add_marks_of_session (GStrv *marks, AmfaCredentials *session)
{
  g_auto (GStrv) old = g_steal_pointer (marks);

  *marks = amfa_marks_add_session ((const char *const *) old, session);
}

/* Where the session's lines go: the section as it was, or a new one. */
static AmfaIniDocument *
make_place (AmfaIniDocument *document, const char *name, AmfaOriginal *original, GError **error)
{
  g_autoptr (AmfaSecret) header = amfa_secret_new_join ("[", name, "]", NULL);
  g_autofree char *separator = NULL;

  if (amfa_ini_document_has_section (document, name))
    /* The keys go where they were, so that a restore finds the section's text whole. */
    return original && original->text && amfa_original_is_ended_in (original, document, name)
               ? amfa_ini_document_replace_section (document, name,
                                                    amfa_secret_get_length (original->ended),
                                                    original->text, error)
               : amfa_ini_document_ref (document);

  AmfaIniDocument *place = amfa_ini_document_append_section (document, header, &separator, error);

  if (place && original)
    {
      g_free (original->separator);
      original->separator = g_steal_pointer (&separator);
    }
  return place;
}

/**
 * amfa_section_write_session:
 * @document: the credentials file
 * @name: the profile
 * @session: the keys to write
 * @original: (nullable): the record of the section; learns how a section was appended
 * @marks: (inout): gets those of what is written
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * Returns: (transfer full): the document with the session in it
 */
AmfaIniDocument *
amfa_section_write_session (AmfaIniDocument *document,
                            const char *name,
                            AmfaCredentials *session,
                            AmfaOriginal *original,
                            GStrv *marks,
                            GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL, NULL);
  g_return_val_if_fail (session != NULL && marks != NULL, NULL);

  g_autofree char *time = amfa_time_format (amfa_credentials_get_expiration (session));
  g_autoptr (AmfaSecret) key_id = amfa_secret_new (amfa_credentials_get_key_id (session), -1);
  g_autoptr (AmfaSecret) expiration = amfa_secret_new (time, -1);
  g_autoptr (AmfaIniDocument) place = make_place (document, name, original, error);
  AmfaIniDocument *written = NULL;
  const AmfaIniEdit edits[] = {
    { .key = amfa_session_keys[0], .value = key_id },
    { .key = amfa_session_keys[1], .value = amfa_credentials_get_secret (session) },
    { .key = amfa_session_keys[2], .value = amfa_credentials_get_token (session) },
    { .key = amfa_session_keys[3], .value = expiration },
    { .key = amfa_session_keys[4] },
  };

  if (place)
    written = amfa_ini_document_edit (place, name, edits, G_N_ELEMENTS (edits), error);
  if (!written)
    return NULL;
  add_marks_of_session (marks, session);
  add_mark_of_text (marks, written, name);
  return written;
}

/**
 * amfa_section_end_session:
 * @document: the credentials file
 * @name: the profile
 * @section: what it holds
 * @original: (nullable): the record of the section; remembers what is left
 * @marks: (inout): get that of what is left
 *
 * Comments and blank lines that stood among the keys may end up behind the section's last key,
 * where they no longer count as its text: so what is left is remembered as a whole.
 *
 * Returns: (transfer full): the document without the session's keys
 */
AmfaIniDocument *
amfa_section_end_session (AmfaIniDocument *document,
                          const char *name,
                          const AmfaSection *section,
                          AmfaOriginal *original,
                          GStrv *marks,
                          GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL && section != NULL, NULL);
  g_return_val_if_fail (marks != NULL, NULL);

  AmfaIniDocument *ended = NULL;

  if (!original || amfa_section_take_edits (document, name, section, original,
                                            (const char *const *) *marks, error))
    ended = amfa_section_remove_session (document, name, error);
  if (!ended)
    return NULL;

  if (original)
    {
      g_autoptr (AmfaSecret) text = amfa_ini_document_get_section_text (document, name);
      gsize before = amfa_secret_get_length (amfa_ini_document_get_text (document));
      gsize after = amfa_secret_get_length (amfa_ini_document_get_text (ended));

      original->is_restored = FALSE;
      g_clear_pointer (&original->ended, amfa_secret_unref);
      original->ended = amfa_ini_document_get_text_at (
          ended, name, amfa_secret_get_length (text) - (before - after));
    }
  add_mark_of_text (marks, ended, name);
  return ended;
}
