#define G_LOG_DOMAIN "amfa-original"

#include "section.h"

#include "response.h"

/* Those of about 20 sessions: what is older no longer stands in any file. */
#define MAX_MARKS 80

/**
 * amfa_original_new:
 * @degree: how much was there
 * @text: (transfer none) (nullable): the section's text
 *
 * Returns: (transfer full): a record without marks
 */
AmfaOriginal *
amfa_original_new (AmfaOriginalDegree degree, AmfaSecret *text)
{
  AmfaOriginal *self = g_new0 (AmfaOriginal, 1);

  self->degree = degree;
  self->text = text ? amfa_secret_ref (text) : NULL;
  self->marks = g_new0 (char *, 1);
  return self;
}

AmfaOriginal *
amfa_original_copy (const AmfaOriginal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  AmfaOriginal *copy = amfa_original_new (self->degree, self->text);

  copy->ended = self->ended ? amfa_secret_ref (self->ended) : NULL;
  copy->separator = g_strdup (self->separator);
  g_strfreev (copy->marks);
  copy->marks = g_strdupv (self->marks);
  return copy;
}

void
amfa_original_free (AmfaOriginal *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->text, amfa_secret_unref);
  g_clear_pointer (&self->ended, amfa_secret_unref);
  g_free (self->separator);
  g_strfreev (self->marks);
  g_free (self);
}

/**
 * amfa_original_dup_keys:
 * @name: the profile
 *
 * Returns: (transfer full) (nullable): the long-term keys that a restore would put back
 */
AmfaCredentials *
amfa_original_dup_keys (const AmfaOriginal *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  g_autoptr (AmfaIniDocument) source =
      self->text ? amfa_ini_document_parse (self->text, NULL) : NULL;
  g_autoptr (AmfaSection) section = source ? amfa_section_classify (source, name, NULL) : NULL;

  return section && amfa_section_holds_long_term (section)
             ? amfa_credentials_ref (section->credentials)
             : NULL;
}

/**
 * amfa_original_is_superseded:
 * @name: the profile
 * @base: the key that the profile has now
 * @former_ids: (nullable): ids of those that it had before
 *
 * Returns: whether @base has replaced the original's key since, over however many others
 */
gboolean
amfa_original_is_superseded (const AmfaOriginal *self,
                             const char *name,
                             AmfaCredentials *base,
                             const char *const *former_ids)
{
  g_return_val_if_fail (self != NULL && name != NULL && base != NULL, FALSE);

  g_autoptr (AmfaCredentials) keys = amfa_original_dup_keys (self, name);
  const char *key_id = keys ? amfa_credentials_get_key_id (keys) : NULL;

  return keys && former_ids && !g_str_equal (key_id, amfa_credentials_get_key_id (base)) &&
         g_strv_contains (former_ids, key_id);
}

/* What is left of a section can be as short as its header, with which it begins for ever. */
static gboolean
has_keys (AmfaIniDocument *document, const char *name)
{
  for (gsize i = 0; i < AMFA_N_SESSION_KEYS; i++)
    if (amfa_ini_document_owns_key (document, name, amfa_session_keys[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_break (AmfaSecret *longer, gsize at)
{
  char next = amfa_secret_peek (longer)[at];

  return next == '\n' || next == '\r';
}

/**
 * amfa_original_is_ended_in:
 * @document: the credentials file
 * @name: the profile
 *
 * Returns: whether the section still is what "End session" left of it
 */
gboolean
amfa_original_is_ended_in (const AmfaOriginal *self, AmfaIniDocument *document, const char *name)
{
  g_return_val_if_fail (self != NULL && document != NULL && name != NULL, FALSE);

  if (!self->ended || has_keys (document, name))
    return FALSE;

  gsize length = amfa_secret_get_length (self->ended);
  g_autoptr (AmfaSecret) same = amfa_ini_document_get_text_at (document, name, length);
  g_autoptr (AmfaSecret) more = amfa_ini_document_get_text_at (document, name, length + 1);

  return amfa_secret_equal (same, self->ended) && (!more || is_break (more, length));
}

/**
 * amfa_marks_merge:
 * @marks: (nullable): marks
 * @more: (nullable): newer ones
 *
 * Returns: (transfer full): both, each once; the oldest are dropped when there are too many
 */
GStrv
amfa_marks_merge (const char *const *marks, const char *const *more)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_null_terminated (8, g_free, TRUE);

  for (gsize i = 0; marks && marks[i]; i++)
    if (!more || !g_strv_contains (more, marks[i]))
      g_ptr_array_add (all, g_strdup (marks[i]));
  for (gsize i = 0; more && more[i]; i++)
    g_ptr_array_add (all, g_strdup (more[i]));

  if (all->len > MAX_MARKS)
    g_ptr_array_remove_range (all, 0, all->len - MAX_MARKS);
  if (!all->pdata)
    return g_new0 (char *, 1);
  return (GStrv) g_ptr_array_steal (all, NULL);
}

/**
 * amfa_marks_add:
 * @marks: (nullable): marks
 * @mark: a new one
 *
 * A mark is a trace of what we wrote, by which we know it again later: a key id, an expiration,
 * the digest of a token or of a whole section's text. None of them is a secret.
 *
 * Returns: (transfer full): the marks with @mark as the newest
 */
GStrv
amfa_marks_add (const char *const *marks, const char *mark)
{
  const char *const more[] = { mark, NULL };

  return amfa_marks_merge (marks, more);
}

/**
 * amfa_marks_add_session:
 * @marks: (nullable): marks
 * @session: a session that is about to be written
 *
 * Returns: (transfer full): @marks with those of @session
 */
GStrv
amfa_marks_add_session (const char *const *marks, AmfaCredentials *session)
{
  AmfaSecret *token = amfa_credentials_get_token (session);
  g_autofree char *digest = token ? amfa_secret_digest (token) : NULL;
  g_autofree char *expiration = amfa_time_format (amfa_credentials_get_expiration (session));
  const char *const more[] = { amfa_credentials_get_key_id (session), expiration, digest, NULL };

  return amfa_marks_merge (marks, more);
}
