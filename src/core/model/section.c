#define G_LOG_DOMAIN "amfa-section"

#include "section.h"

#include "error.h"
#include "response.h"

/* What the section of a profile holds decides what a login and a restore may do:
 *
 * | the section now                  | login                       | restore                   |
 * |----------------------------------|-----------------------------|---------------------------|
 * | OURS                             | renew, the original is kept | put the original back     |
 * | LONG_TERM                        | import, original := now     | nothing to restore        |
 * | LEFTOVERS (keys of somebody over | import, original := now     | remove the leftovers      |
 * |   the session that we wrote)     |   without the leftovers     |                           |
 * | FOREIGN temporary keys           | original := now             | leave them                |
 * | NO_KEYS                          | original kept, else absent  | put the original back     |
 *
 * "Ours" is told by marks (amfa_marks_add()), never by the looks of a key. */

const char *const amfa_session_keys[AMFA_N_SESSION_KEYS] = {
  "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
  "expiration",        "aws_security_token",
};

static gboolean
is_marked (const char *const *marks, const char *mark)
{
  return marks && mark && g_strv_contains (marks, mark);
}

static gboolean
is_marked_secret (const char *const *marks, AmfaSecret *secret)
{
  g_autofree char *digest = secret ? amfa_secret_digest (secret) : NULL;

  return is_marked (marks, digest);
}

/* botocore takes the first of these that is there, even an empty one
 * (credentials.py, SharedCredentialProvider.TOKENS). */
static AmfaSecret *
get_token (AmfaIniDocument *document, const char *name)
{
  AmfaSecret *token = amfa_ini_document_get_value (document, name, "aws_security_token");

  return token ? token : amfa_ini_document_get_value (document, name, "aws_session_token");
}

static AmfaCredentials *
read_credentials (AmfaIniDocument *document, const char *name)
{
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
    return is_marked_secret (marks, token);
  return is_marked (marks, expiration);
}

/**
 * amfa_section_classify:
 * @document: the credentials file
 * @name: the profile
 * @marks: (nullable): marks of what we wrote
 *
 * Returns: (transfer full): what the section holds
 */
AmfaSection *
amfa_section_classify (AmfaIniDocument *document, const char *name, const char *const *marks)
{
  g_return_val_if_fail (document != NULL && name != NULL, NULL);

  AmfaSection *self = g_new0 (AmfaSection, 1);

  self->kind = AMFA_SECTION_NO_KEYS;
  if (!amfa_ini_document_has_section (document, name))
    return self;
  self->credentials = read_credentials (document, name);
  if (!self->credentials)
    return self;
  self->is_inherited = !amfa_ini_document_owns_key (document, name, "aws_access_key_id") ||
                       !amfa_ini_document_owns_key (document, name, "aws_secret_access_key");

  const char *key_id = amfa_credentials_get_key_id (self->credentials);

  if (is_marked (marks, key_id))
    self->kind = AMFA_SECTION_OURS;
  else if (!amfa_key_id_is_temporary (key_id) && has_leftovers (document, name, marks))
    self->kind = AMFA_SECTION_LEFTOVERS;
  else if (amfa_credentials_are_temporary (self->credentials))
    self->kind = AMFA_SECTION_FOREIGN;
  else
    self->kind = AMFA_SECTION_LONG_TERM;

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

static gboolean
has_possible_keys (AmfaIniDocument *document, const char *name)
{
  g_autoptr (AmfaCredentials) keys = read_credentials (document, name);

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

static AmfaIniDocument *
strip_leftovers (AmfaIniDocument *document, const char *name, GError **error)
{
  return strip (document, name, amfa_session_keys + 2, AMFA_N_SESSION_KEYS - 2, error);
}

static AmfaIniDocument *
strip_session (AmfaIniDocument *document, const char *name, GError **error)
{
  return strip (document, name, amfa_session_keys, AMFA_N_SESSION_KEYS, error);
}

/**
 * amfa_section_plan_original:
 * @document: the credentials file
 * @name: the profile
 * @section: what it holds
 * @absence: how much is missing of the place if it has no section
 * @existing: (nullable): the record that is kept already
 *
 * What has to be remembered before the section is written: the table's middle column.
 *
 * Returns: (transfer full): the record, with the marks of @existing
 */
AmfaOriginal *
amfa_section_plan_original (AmfaIniDocument *document,
                            const char *name,
                            const AmfaSection *section,
                            AmfaOriginalDegree absence,
                            const AmfaOriginal *existing,
                            GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL && section != NULL, NULL);

  g_autoptr (AmfaIniDocument) source = NULL;
  gboolean has_section = amfa_ini_document_has_section (document, name);

  if (existing && (section->kind == AMFA_SECTION_OURS || section->kind == AMFA_SECTION_NO_KEYS))
    {
      g_autoptr (AmfaOriginal) kept = amfa_original_copy (existing);

      return amfa_section_take_edits (document, name, section, kept, error)
                 ? g_steal_pointer (&kept)
                 : NULL;
    }

  if (section->kind == AMFA_SECTION_LEFTOVERS)
    source = strip_leftovers (document, name, error);
  else if (section->kind == AMFA_SECTION_OURS) /* its record is lost */
    source = strip_session (document, name, error);
  else
    source = amfa_ini_document_ref (document);
  if (!source)
    return NULL;

  g_autoptr (AmfaSecret) text =
      has_section ? amfa_ini_document_get_section_text (source, name) : NULL;
  AmfaOriginal *original = amfa_original_new (has_section ? AMFA_ORIGINAL_SECTION : absence, text);

  if (existing)
    {
      g_strfreev (original->marks);
      original->marks = g_strdupv (existing->marks);
    }
  return original;
}

static void
mark_text (AmfaOriginal *original, AmfaIniDocument *document, const char *name)
{
  g_autoptr (AmfaSecret) text = amfa_ini_document_get_section_text (document, name);
  g_autofree char *digest = amfa_secret_digest (text);
  g_auto (GStrv) old = g_steal_pointer (&original->marks);

  original->marks = amfa_marks_add ((const char *const *) old, digest);
}

/**
 * amfa_section_write_session:
 * @document: the credentials file
 * @name: the profile
 * @session: the keys to write
 * @original: the record of the section; gets the marks of what is written
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * Returns: (transfer full): the document with the session in it
 */
AmfaIniDocument *
amfa_section_write_session (AmfaIniDocument *document,
                            const char *name,
                            AmfaCredentials *session,
                            AmfaOriginal *original,
                            GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL, NULL);
  g_return_val_if_fail (session != NULL && original != NULL, NULL);

  g_autofree char *time = amfa_time_format (amfa_credentials_get_expiration (session));
  g_autoptr (AmfaSecret) key_id = amfa_secret_new (amfa_credentials_get_key_id (session), -1);
  g_autoptr (AmfaSecret) expiration = amfa_secret_new (time, -1);
  g_autoptr (AmfaIniDocument) base = NULL;
  g_autoptr (AmfaIniDocument) written = NULL;
  g_auto (GStrv) marks = g_steal_pointer (&original->marks);
  const AmfaIniEdit edits[] = {
    { .key = amfa_session_keys[0], .value = key_id },
    { .key = amfa_session_keys[1], .value = amfa_credentials_get_secret (session) },
    { .key = amfa_session_keys[2], .value = amfa_credentials_get_token (session) },
    { .key = amfa_session_keys[3], .value = expiration },
    { .key = amfa_session_keys[4] },
  };

  original->marks = amfa_marks_add_session ((const char *const *) marks, session);

  if (!amfa_ini_document_has_section (document, name))
    {
      g_autoptr (AmfaSecret) header = amfa_secret_new_join ("[", name, "]", NULL);

      g_clear_pointer (&original->separator, g_free);
      base = amfa_ini_document_append_section (document, header, &original->separator, error);
    }
  else if (original->text && amfa_original_is_ended_in (original, document, name))
    /* The keys go where they were, so that a restore finds the section's text whole. */
    base = amfa_ini_document_replace_section (
        document, name, amfa_secret_get_length (original->ended), original->text, error);
  else
    base = amfa_ini_document_ref (document);
  if (!base)
    return NULL;

  written = amfa_ini_document_edit (base, name, edits, G_N_ELEMENTS (edits), error);
  if (!written)
    return NULL;
  mark_text (original, written, name);
  return g_steal_pointer (&written);
}

/**
 * amfa_section_end_session:
 * @document: the credentials file
 * @name: the profile
 * @section: what it holds
 * @original: (nullable): the record of the section; remembers what is left
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
                          GError **error)
{
  g_return_val_if_fail (document != NULL && name != NULL && section != NULL, NULL);

  AmfaIniDocument *ended = NULL;

  if (!original || amfa_section_take_edits (document, name, section, original, error))
    ended = strip_session (document, name, error);
  if (ended && original)
    {
      g_autoptr (AmfaSecret) text = amfa_ini_document_get_section_text (document, name);
      gsize before = amfa_secret_get_length (amfa_ini_document_get_text (document));
      gsize after = amfa_secret_get_length (amfa_ini_document_get_text (ended));

      g_clear_pointer (&original->ended, amfa_secret_unref);
      original->ended = amfa_ini_document_get_text_at (
          ended, name, amfa_secret_get_length (text) - (before - after));
      mark_text (original, ended, name);
    }
  return ended;
}
