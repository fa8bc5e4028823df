#define G_LOG_DOMAIN "amfa-original"

#include "original.h"

#include "section.h"

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
  copy->is_restored = self->is_restored;
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

static gboolean
are_same (AmfaSecret *a, AmfaSecret *b)
{
  return a && b ? amfa_secret_equal (a, b) : a == b;
}

/* Whether a restore would do the same with both; the marks do not count. */
gboolean
amfa_original_equal (const AmfaOriginal *a, const AmfaOriginal *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->degree == b->degree && a->is_restored == b->is_restored &&
         are_same (a->text, b->text) && are_same (a->ended, b->ended) &&
         g_strcmp0 (a->separator, b->separator) == 0;
}

void
amfa_original_set_marks (AmfaOriginal *self, const char *const *marks)
{
  g_return_if_fail (self != NULL && marks != NULL);

  GStrv copy = amfa_marks_merge (NULL, marks);

  g_strfreev (self->marks);
  self->marks = copy;
}
