#define G_LOG_DOMAIN "amfa-ini"

#include "ini-private.h"

#include <string.h>

/* Edits of whole sections. */

static gboolean
ends_with_break (const char *start, const char *end)
{
  return end > start && (end[-1] == '\n' || end[-1] == '\r');
}

/* Whether @result means of a key what @key does. */
static gboolean
has_same_key (AmfaIniDocument *result, const char *section, const AmfaIniKey *key)
{
  AmfaIniKey *there = amfa_ini_document_find_own (result, section, key->name);
  g_autoptr (AmfaSecret) meant = amfa_ini_key_get_value (key);
  g_autoptr (AmfaSecret) value = there ? amfa_ini_key_get_value (there) : NULL;

  return amfa_secret_equal (meant, value);
}

/* Whether each part is read as it was: what stands behind the new text goes on with its last value
 * if it is indented deeper.
 *
 * @behind: where the part of @old that stays begins */
static gboolean
are_both_there (AmfaIniDocument *result,
                AmfaSecret *new_text,
                const AmfaIniSection *old,
                const char *behind)
{
  g_autoptr (AmfaIniDocument) source = amfa_ini_document_parse (new_text, NULL);
  const AmfaIniSection *new = source ? amfa_ini_document_find (source, old->name) : NULL;

  for (guint i = 0; new &&i < new->keys->len; i++)
    if (!has_same_key (result, old->name, g_ptr_array_index (new->keys, i)))
      return FALSE;
  for (guint i = 0; i < old->keys->len; i++)
    {
      const AmfaIniKey *key = g_ptr_array_index (old->keys, i);

      if (key->start >= behind && !has_same_key (result, old->name, key))
        return FALSE;
    }
  return new != NULL;
}

/**
 * amfa_ini_document_replace_section:
 * @section: a section of @self
 * @old_length: how much to replace, from its header on; 0: its text
 * @section_text: its new text, taken verbatim: header and lines, without the last one's terminator
 * @error: %AMFA_ERROR_FILE_UNUSABLE if the result would not mean what is meant
 *
 * Returns: (transfer full): the edited document
 */
AmfaIniDocument *
amfa_ini_document_replace_section (AmfaIniDocument *self,
                                   const char *section,
                                   gsize old_length,
                                   AmfaSecret *section_text,
                                   GError **error)
{
  g_autoptr (GArray) pieces = amfa_ini_pieces_new ();
  g_autoptr (AmfaIniDocument) result = NULL;
  AmfaIniSection *found;
  const char *old_end;

  g_return_val_if_fail (self != NULL && section != NULL && section_text != NULL, NULL);

  found = amfa_ini_document_find (self, section);
  g_return_val_if_fail (found != NULL, NULL);
  g_return_val_if_fail (old_length <= (gsize) (self->end - found->header.start), NULL);
  old_end = old_length > 0 ? found->header.start + old_length : amfa_ini_section_end (found);

  amfa_ini_add (pieces, self->start, found->header.start);
  amfa_ini_add_secret (pieces, section_text);
  amfa_ini_add (pieces, old_end, self->end);

  result = amfa_ini_finish (self, pieces, section, NULL, error);
  if (result && (!amfa_ini_document_find (result, section) ||
                 !are_both_there (result, section_text, found, old_end)))
    return amfa_ini_refuse (self, section, error);
  return g_steal_pointer (&result);
}

/* A blank line in front of a section that is appended, unless there is one or nothing at all. */
static char *
make_separator (AmfaIniDocument *self, const char *line_break)
{
  gboolean terminated = ends_with_break (self->start, self->end);
  AmfaIniLine last = { NULL };

  if (self->start == self->end)
    return g_strdup ("");

  for (const char *at = self->start; amfa_ini_line_read (&last, at, self->end);)
    at = last.next;

  /* Together "\r" and "\n" would be one line break, and no blank line. */
  if (terminated && self->end[-1] == '\r' && *line_break == '\n')
    line_break = "\r";
  return g_strconcat (terminated ? "" : line_break,
                      amfa_ini_line_is_blank (&last) ? "" : line_break, NULL);
}

/* A "\n" in @text becomes @line_break; other line ends stay. */
static void
add_converted (GArray *pieces, AmfaSecret *text, const char *line_break)
{
  const char *at = amfa_secret_peek (text);
  const char *end = at + amfa_secret_get_length (text);
  AmfaIniLine line;

  for (; amfa_ini_line_read (&line, at, end); at = line.next)
    {
      gboolean is_plain = line.next - line.end == 1 && *line.end == '\n';

      amfa_ini_add (pieces, line.start, is_plain ? line.end : line.next);
      if (is_plain)
        amfa_ini_add_text (pieces, line_break);
    }
}

/**
 * amfa_ini_document_append_section:
 * @section_text: one section that @self does not have: header and lines, without the last one's
 *   terminator
 * @separator: (out) (transfer full): what was put in front of it, for
 *   amfa_ini_document_remove_section()
 * @error: %AMFA_ERROR_FILE_UNUSABLE if the result would not mean what is meant
 *
 * The result ends with a line terminator if the old text did or was empty.
 *
 * Returns: (transfer full): the edited document
 */
AmfaIniDocument *
amfa_ini_document_append_section (AmfaIniDocument *self,
                                  AmfaSecret *section_text,
                                  char **separator,
                                  GError **error)
{
  g_autoptr (GArray) pieces = amfa_ini_pieces_new ();
  g_autoptr (AmfaIniDocument) section = NULL;
  g_autoptr (AmfaIniDocument) result = NULL;
  g_autofree char *between = NULL;
  const AmfaIniSection *added;
  const char *line_break;

  g_return_val_if_fail (self != NULL && section_text != NULL && separator != NULL, NULL);

  section = amfa_ini_document_parse (section_text, error);
  if (!section)
    return NULL;
  added = section->sections->len > 0 ? g_ptr_array_index (section->sections, 0) : NULL;
  /* It may come out of the keyring, and that from anybody. */
  if (section->sections->len != 1 || ends_with_break (section->start, section->end))
    return amfa_ini_refuse (self, added ? added->name : "", error);

  line_break = amfa_ini_choose_line_break (self, NULL);
  between = make_separator (self, line_break);
  amfa_ini_add (pieces, self->start, self->end);
  amfa_ini_add_text (pieces, between);
  add_converted (pieces, section_text, line_break);
  if (self->start == self->end || ends_with_break (self->start, self->end))
    amfa_ini_add_text (pieces, line_break);

  result = amfa_ini_finish (self, pieces, added->name, NULL, error);
  if (!result)
    return NULL;
  if (!amfa_ini_document_find (result, added->name))
    return amfa_ini_refuse (result, added->name, error);

  *separator = g_steal_pointer (&between);
  return g_steal_pointer (&result);
}

/* Where the separator in front of the section begins, if it is still there. */
static const char *
find_separator (AmfaIniDocument *self, const char *start, const char *separator)
{
  gsize length = strlen (separator);
  const char *at = start - length;

  if ((gsize) (start - self->start) < length || memcmp (at, separator, length) != 0)
    return start;
  /* The second half of a "\r\n" is not what we put there. */
  if (length > 0 && *at == '\n' && at > self->start && at[-1] == '\r')
    return start;
  return at;
}

/**
 * amfa_ini_document_remove_section:
 * @section: a section of @self
 * @separator: (nullable): what amfa_ini_document_append_section() put in front of it
 * @error: %AMFA_ERROR_FILE_UNUSABLE if the result would not mean what is meant
 *
 * Takes exactly what was appended; without the separator in front, the section's lines.
 *
 * Returns: (transfer full): the edited document
 */
AmfaIniDocument *
amfa_ini_document_remove_section (AmfaIniDocument *self,
                                  const char *section,
                                  const char *separator,
                                  GError **error)
{
  g_autoptr (GArray) pieces = amfa_ini_pieces_new ();
  g_autoptr (AmfaIniDocument) result = NULL;
  AmfaIniSection *found;
  const char *start;
  const char *end;
  AmfaIniLine rest;

  g_return_val_if_fail (self != NULL && section != NULL, NULL);

  found = amfa_ini_document_find (self, section);
  g_return_val_if_fail (found != NULL, NULL);

  start = find_separator (self, found->header.start, separator ? separator : "");
  end = amfa_ini_section_end (found);
  /* If the text in front had no line end of its own, the separator gave it one, and nothing was put
   * behind the section; what follows now has come with its own line break. */
  if ((start == self->start || ends_with_break (self->start, start)) &&
      amfa_ini_line_read (&rest, end, self->end))
    end = rest.next;

  amfa_ini_add (pieces, self->start, start);
  amfa_ini_add (pieces, end, self->end);

  result = amfa_ini_finish (self, pieces, section, NULL, error);
  if (result && amfa_ini_document_find (result, section))
    return amfa_ini_refuse (self, section, error);
  return g_steal_pointer (&result);
}
