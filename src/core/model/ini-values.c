#define G_LOG_DOMAIN "amfa-ini"

#include "ini-private.h"

#include <string.h>

/**
 * amfa_ini_key_is_nested:
 *
 * Whether the value begins with a line break, which is how botocore knows a nested block.
 */
gboolean
amfa_ini_key_is_nested (const AmfaIniKey *key)
{
  AmfaIniLine line;

  return key->value == key->value_end && amfa_ini_line_read (&line, key->start, key->end) &&
         line.next < key->end;
}

/**
 * amfa_ini_key_get_value:
 *
 * Returns: (transfer full): the value, its lines stripped and joined by "\n"
 */
AmfaSecret *
amfa_ini_key_get_value (const AmfaIniKey *key)
{
  gsize capacity = key->end - key->start;
  g_autofree char *joined = NULL;
  AmfaSecret *value;
  AmfaIniLine line;
  char *at;

  if (!amfa_ini_line_read (&line, key->start, key->end) || line.next == key->end)
    return amfa_secret_new (key->value, key->value_end - key->value);

  joined = g_malloc (capacity);
  at = mempcpy (joined, key->value, key->value_end - key->value);
  while (amfa_ini_line_read (&line, line.next, key->end))
    if (!amfa_ini_line_is_comment (&line))
      {
        *at++ = '\n';
        at = mempcpy (at, line.text, line.text_end - line.text);
      }

  value = amfa_secret_new (joined, at - joined);
  amfa_wipe (joined, capacity);
  return value;
}

/**
 * amfa_ini_document_get_value:
 *
 * Returns: (nullable) (transfer full): the value of @key, its own or inherited; of a nested block
 *   the text, which begins with a line break
 */
AmfaSecret *
amfa_ini_document_get_value (AmfaIniDocument *self, const char *section, const char *key)
{
  AmfaIniKey *found;

  g_return_val_if_fail (self != NULL && section != NULL && key != NULL, NULL);

  found = amfa_ini_document_find_inherited (self, section, key);
  return found ? amfa_ini_key_get_value (found) : NULL;
}

/**
 * amfa_ini_document_dup_text:
 *
 * For what is no secret. A NUL byte becomes U+FFFD, so that the text is not cut short.
 *
 * Returns: (nullable) (transfer full): the same as text
 */
char *
amfa_ini_document_dup_text (AmfaIniDocument *self, const char *section, const char *key)
{
  g_autoptr (AmfaSecret) value = amfa_ini_document_get_value (self, section, key);

  return value ? g_utf8_make_valid (amfa_secret_peek (value), amfa_secret_get_length (value))
               : NULL;
}

/**
 * amfa_ini_document_dup_nested:
 * @sub_key: a key of the nested block, as it is written there: these are not lower-cased
 *
 * Returns: (nullable) (transfer full): the text of @sub_key in the nested block of @key; the last
 *   one if it comes twice
 */
char *
amfa_ini_document_dup_nested (AmfaIniDocument *self,
                              const char *section,
                              const char *key,
                              const char *sub_key)
{
  AmfaIniKey *found;
  AmfaIniLine line;
  char *value = NULL;

  g_return_val_if_fail (self && section && key && sub_key, NULL);

  found = amfa_ini_document_find_inherited (self, section, key);
  if (!found || !amfa_ini_key_is_nested (found))
    return NULL;

  amfa_ini_line_read (&line, found->start, found->end);
  while (amfa_ini_line_read (&line, line.next, found->end))
    {
      const char *at = line.text;
      const char *piece;
      const char *piece_end;

      while (!amfa_ini_line_is_comment (&line) &&
             amfa_ini_next_piece (&at, line.text_end, &piece, &piece_end))
        {
          const char *delimiter = memchr (piece, '=', piece_end - piece);
          gsize length = amfa_ini_trim_end (piece, delimiter) - piece;
          const char *start = amfa_ini_skip_space (delimiter + 1, piece_end, NULL);

          if (length == strlen (sub_key) && memcmp (piece, sub_key, length) == 0)
            {
              g_free (value);
              value = g_utf8_make_valid (start, piece_end - start);
            }
        }
    }
  return value;
}
