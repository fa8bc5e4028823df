#define G_LOG_DOMAIN "amfa-records"

#include "records.h"

#include "section.h"

/**
 * amfa_records_new:
 * @marks: (nullable): those that the state file has
 * @known_id: (nullable): key id of the base as the state file remembers it
 *
 * Returns: (transfer full): what is known without the keyring
 */
AmfaRecords *
amfa_records_new (const char *const *marks, const char *known_id)
{
  AmfaRecords *self = g_new0 (AmfaRecords, 1);

  self->known_id = g_strdup (known_id);
  self->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_credentials_unref);
  self->ended = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_secret_unref);
  self->keyring_marks = g_new0 (char *, 1);
  self->marks = amfa_marks_merge (NULL, marks);
  return self;
}

void
amfa_records_free (AmfaRecords *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->original, amfa_original_free);
  g_clear_pointer (&self->base, amfa_credentials_unref);
  g_clear_pointer (&self->former, amfa_credentials_unref);
  g_strfreev (self->former_ids);
  g_free (self->known_id);
  g_ptr_array_unref (self->sessions);
  g_ptr_array_unref (self->ended);
  g_strfreev (self->keyring_marks);
  g_strfreev (self->marks);
  g_free (self);
}

/* @base: (nullable): as the keyring has it now */
void
amfa_records_set_base (AmfaRecords *self, AmfaCredentials *base)
{
  g_return_if_fail (self != NULL);

  g_autoptr (AmfaCredentials) old = g_steal_pointer (&self->base);

  self->base = base ? amfa_credentials_ref (base) : NULL;
}

/* @original: (nullable): as the keyring has it now */
void
amfa_records_set_original (AmfaRecords *self, const AmfaOriginal *original)
{
  g_return_if_fail (self != NULL);

  g_autoptr (AmfaOriginal) old = g_steal_pointer (&self->original);

  self->original = original ? amfa_original_copy (original) : NULL;
  if (original)
    amfa_records_add_marks (self, (const char *const *) original->marks);
}

/* @marks: (nullable): of an item of the keyring. None is dropped here, and they count as newer than
 * the state file's: a forged one must not make the others forgotten. */
void
amfa_records_add_marks (AmfaRecords *self, const char *const *marks)
{
  g_return_if_fail (self != NULL);

  g_auto (GStrv) of_keyring = g_steal_pointer (&self->keyring_marks);
  g_auto (GStrv) all = g_steal_pointer (&self->marks);

  self->keyring_marks = amfa_marks_join ((const char *const *) of_keyring, marks);
  self->marks = amfa_marks_join ((const char *const *) all, marks);
}

/**
 * amfa_records_add_session:
 * @session: what a session item of the keyring holds
 * @marks: (nullable): what else it holds
 * @ended: (nullable): what an end would leave
 */
void
amfa_records_add_session (AmfaRecords *self,
                          AmfaCredentials *session,
                          const char *const *marks,
                          AmfaSecret *ended)
{
  g_return_if_fail (self != NULL && session != NULL);

  g_ptr_array_add (self->sessions, amfa_credentials_ref (session));
  if (ended)
    g_ptr_array_add (self->ended, amfa_secret_ref (ended));
  amfa_records_add_marks (self, marks);
}

/* Returns: whether @id is that of a long-term key of the profile, which no session has */
gboolean
amfa_records_know_long_term (const AmfaRecords *self, const char *name, const char *id)
{
  g_return_val_if_fail (self != NULL && name != NULL && id != NULL, FALSE);

  g_autoptr (AmfaCredentials) keys =
      self->original ? amfa_original_dup_keys (self->original, name) : NULL;

  return g_strcmp0 (self->known_id, id) == 0 ||
         (self->base && g_str_equal (amfa_credentials_get_key_id (self->base), id)) ||
         (self->former_ids && g_strv_contains ((const char *const *) self->former_ids, id)) ||
         (keys && g_str_equal (amfa_credentials_get_key_id (keys), id));
}

/* Takes @ended over if that is what the section holds now. */
static gboolean
try_ended (AmfaRecords *self, AmfaIniDocument *document, const char *name, AmfaSecret *ended)
{
  g_autoptr (AmfaOriginal) tried = amfa_original_copy (self->original);

  g_clear_pointer (&tried->ended, amfa_secret_unref);
  tried->ended = amfa_secret_ref (ended);
  if (!amfa_original_is_ended_in (tried, document, name))
    return FALSE;
  amfa_original_free (self->original);
  self->original = g_steal_pointer (&tried);
  return TRUE;
}

/* The original's text without its keys, with or without the end of the last line. */
static void
try_without_keys (AmfaRecords *self, AmfaIniDocument *document, const char *name)
{
  g_autoptr (AmfaIniDocument) source =
      self->original->text ? amfa_ini_document_parse (self->original->text, NULL) : NULL;
  g_autoptr (AmfaIniDocument) rest =
      source ? amfa_section_remove_session (source, name, NULL) : NULL;

  if (!rest)
    return;

  AmfaSecret *text = amfa_ini_document_get_text (rest);
  g_autoptr (AmfaSecret) trimmed = amfa_ini_document_get_section_text (rest, name);

  if (!try_ended (self, document, name, text))
    try_ended (self, document, name, trimmed);
}

/**
 * amfa_records_adopt_ended:
 * @document: the credentials file
 * @name: the profile
 *
 * An end without the keyring could not tell the original what it left. The login before it foresaw
 * that; without such a record it is the original without its keys.
 */
void
amfa_records_adopt_ended (AmfaRecords *self, AmfaIniDocument *document, const char *name)
{
  g_return_if_fail (self != NULL && document != NULL && name != NULL);

  if (!self->original || !amfa_ini_document_has_section (document, name) ||
      amfa_original_is_ended_in (self->original, document, name))
    return;

  for (guint i = 0; i < self->ended->len; i++)
    if (try_ended (self, document, name, self->ended->pdata[i]))
      return;
  try_without_keys (self, document, name);
}

static gboolean
is_secret_of (AmfaCredentials *keys, AmfaSecret *secret)
{
  return keys && amfa_secret_equal (amfa_credentials_get_secret (keys), secret);
}

/* Proof (a): the keyring gave that very secret back. */
static gboolean
keyring_has (const AmfaRecords *self, const char *name, AmfaSecret *secret)
{
  g_autoptr (AmfaIniDocument) original = self->original && self->original->text
                                             ? amfa_ini_document_parse (self->original->text, NULL)
                                             : NULL;
  g_autoptr (AmfaSecret) there =
      original ? amfa_ini_document_get_value (original, name, "aws_secret_access_key") : NULL;

  if (is_secret_of (self->base, secret) || is_secret_of (self->former, secret) ||
      (there && amfa_secret_equal (there, secret)))
    return TRUE;
  for (guint i = 0; i < self->sessions->len; i++)
    if (is_secret_of (self->sessions->pdata[i], secret))
      return TRUE;
  return FALSE;
}

/* Proof (c), which cannot be had for a long-term key. */
static gboolean
is_session (const AmfaRecords *self, AmfaIniDocument *document, const char *name)
{
  g_autoptr (AmfaCredentials) keys = amfa_section_dup_credentials (document, name);

  return keys && amfa_credentials_get_token (keys) &&
         amfa_key_id_is_temporary (amfa_credentials_get_key_id (keys)) &&
         amfa_marks_allow_secret ((const char *const *) self->marks,
                                  amfa_credentials_get_token (keys),
                                  amfa_credentials_get_secret (keys));
}

/**
 * amfa_records_allow_removal:
 * @document: the credentials file
 * @name: a profile
 *
 * Whether the secret access key that the section has of its own may leave the file, or be replaced
 * there. It takes a proof that it is kept elsewhere, or is no long-term one:
 *
 *  (a) the keyring gave it back in this operation, if only in the text of the original;
 *  (b) an item that was read from the keyring knows it as that of a session;
 *  (c) a token stands beside it that we wrote (the state file may say so), the id is a temporary
 *      key's, and nothing says that another secret belongs to that token.
 *
 * A memory alone, the state file, is no proof against what may be the only copy of a key.
 */
gboolean
amfa_records_allow_removal (const AmfaRecords *self, AmfaIniDocument *document, const char *name)
{
  g_return_val_if_fail (self != NULL && document != NULL && name != NULL, FALSE);

  if (!amfa_ini_document_has_section (document, name) ||
      !amfa_ini_document_owns_key (document, name, "aws_secret_access_key"))
    return TRUE;

  g_autoptr (AmfaSecret) secret =
      amfa_ini_document_get_value (document, name, "aws_secret_access_key");

  return amfa_secret_get_length (secret) == 0 || keyring_has (self, name, secret) ||
         amfa_marks_know_secret ((const char *const *) self->keyring_marks, secret) ||
         is_session (self, document, name);
}
