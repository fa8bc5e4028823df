#define G_LOG_DOMAIN "amfa-ini"

#include "ini-private.h"

#include <string.h>

/* Edits of keys. */

static AmfaIniKey *
find_source (const AmfaIniEdit *edit, const char *section)
{
  return edit->source ? amfa_ini_document_find_own (edit->source, section, edit->key) : NULL;
}

static gboolean
edit_sets (const AmfaIniEdit *edit, const char *section)
{
  return edit->value || find_source (edit, section);
}

/* The lines of a key of another document. They are taken as they are if they are indented as far as
 * they shall be, else they are moved: deeper than the key above they would go on with its value. */
static void
add_source_lines (GArray *pieces, const AmfaIniKey *source, const AmfaIniKey *place)
{
  AmfaIniLine line;

  if (source->indent == place->indent)
    {
      amfa_ini_add (pieces, source->start, source->end);
      return;
    }

  for (const char *at = source->start; amfa_ini_line_read (&line, at, source->end); at = line.next)
    {
      if (amfa_ini_line_is_blank (&line) || amfa_ini_line_is_comment (&line))
        {
          amfa_ini_add (pieces, line.start, line.next);
          continue;
        }
      amfa_ini_add (pieces, place->start, place->text);
      amfa_ini_add (pieces, g_utf8_offset_to_pointer (line.start, source->indent), line.next);
    }
}

/* @place says how far to indent. */
static void
add_key_lines (GArray *pieces,
               const AmfaIniEdit *edit,
               const char *section,
               const AmfaIniKey *place)
{
  if (edit->value)
    {
      amfa_ini_add (pieces, place->start, place->text);
      amfa_ini_add_text (pieces, edit->key);
      amfa_ini_add_text (pieces, amfa_secret_get_length (edit->value) > 0 ? " = " : " =");
      amfa_ini_add_secret (pieces, edit->value);
    }
  else
    {
      add_source_lines (pieces, find_source (edit, section), place);
    }
}

static const AmfaIniEdit *
find_edit (const AmfaIniEdit *edits, gsize n_edits, const char *key)
{
  for (gsize i = 0; i < n_edits; i++)
    if (g_str_equal (edits[i].key, key))
      return &edits[i];
  return NULL;
}

/* How far the keys of a section without keys are to be indented: as far as a header behind it,
 * which would be taken for a part of their value if it were deeper; else not at all. */
static AmfaIniKey
place_without_keys (AmfaIniDocument *self, const AmfaIniSection *section)
{
  AmfaIniKey place = { .start = self->start, .text = self->start };
  guint index = 0;

  g_ptr_array_find (self->sections, section, &index);
  if (index + 1 < self->sections->len)
    {
      const AmfaIniSection *next = g_ptr_array_index (self->sections, index + 1);

      place.start = next->header.start;
      place.text = next->header.text;
      place.indent = next->header.indent;
    }
  return place;
}

/* Whether comments or blank lines stand between the last key that stays and keys that leave below
 * it. With those the section's end would move over lines that nobody owns, and they would come
 * twice when the section's old text returns. */
static gboolean
strands_lines (const AmfaIniSection *section, const AmfaIniEdit *edits, gsize n)
{
  for (guint i = section->keys->len; i-- > 0;)
    {
      const AmfaIniKey *key = g_ptr_array_index (section->keys, i);
      const AmfaIniEdit *edit = find_edit (edits, n, key->name);
      const AmfaIniKey *above = i > 0 ? g_ptr_array_index (section->keys, i - 1) : NULL;

      if (!edit || edit_sets (edit, section->name))
        return FALSE;
      if (amfa_ini_line_break_before (key->start, section->header.start) !=
          (above ? above->end : section->header.end))
        return TRUE;
    }
  return FALSE;
}

/* The keys that go to the section's end, in the order given: the new ones; if there are none and
 * the end must be held, the last one that is set. */
static GPtrArray *
collect_tail (AmfaIniDocument *self,
              const AmfaIniSection *section,
              const AmfaIniEdit *edits,
              gsize n_edits)
{
  const char *name = section->name;
  GPtrArray *tail = g_ptr_array_new ();
  const AmfaIniEdit *last = NULL;

  for (gsize i = 0; i < n_edits; i++)
    {
      if (!edit_sets (&edits[i], name))
        continue;
      last = &edits[i];
      if (!amfa_ini_document_find_own (self, name, edits[i].key))
        g_ptr_array_add (tail, (gpointer) last);
    }
  if (tail->len == 0 && last && strands_lines (section, edits, n_edits))
    g_ptr_array_add (tail, (gpointer) last);
  return tail;
}

/**
 * amfa_ini_value_is_writable:
 * @value: what a key shall hold
 *
 * Returns: whether botocore would read exactly that: one line of UTF-8 without blanks around it
 */
gboolean
amfa_ini_value_is_writable (AmfaSecret *value)
{
  g_return_val_if_fail (value != NULL, FALSE);

  const char *start = amfa_secret_peek (value);
  const char *end = start + amfa_secret_get_length (value);

  if (!g_utf8_validate_len (start, end - start, NULL) ||
      amfa_ini_skip_space (start, end, NULL) != start || amfa_ini_trim_end (start, end) != end)
    return FALSE;
  for (const char *at = start; at < end; at = g_utf8_next_char (at))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (at));

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
          type == G_UNICODE_PARAGRAPH_SEPARATOR)
        return FALSE;
    }
  return TRUE;
}

static gboolean
edit_is_valid (const AmfaIniEdit *edit)
{
  g_autofree char *lower = edit->key ? g_ascii_strdown (edit->key, -1) : NULL;

  return lower && *lower && g_str_equal (lower, edit->key) && g_str_is_ascii (lower) &&
         !strpbrk (lower, " \t\r\n=:#;[]") && !(edit->value && edit->source) &&
         (!edit->value || amfa_ini_value_is_writable (edit->value));
}

static gboolean
edit_is_done (AmfaIniDocument *result, const char *section, const AmfaIniEdit *edit)
{
  AmfaIniKey *key = amfa_ini_document_find_own (result, section, edit->key);
  AmfaIniKey *source = find_source (edit, section);
  g_autoptr (AmfaSecret) now = key ? amfa_ini_key_get_value (key) : NULL;
  g_autoptr (AmfaSecret) meant = source ? amfa_ini_key_get_value (source) : NULL;

  return amfa_secret_equal (now, edit->value ? edit->value : meant);
}

static void
add_tail (GArray *pieces,
          GPtrArray *tail,
          const char *section,
          const AmfaIniKey *place,
          const char *line_break)
{
  for (guint i = 0; i < tail->len; i++)
    {
      if (i > 0)
        amfa_ini_add_text (pieces, line_break);
      add_key_lines (pieces, g_ptr_array_index (tail, i), section, place);
    }
}

/* The old text with the edits done. */
static void
add_edited_text (GArray *pieces,
                 AmfaIniDocument *self,
                 const AmfaIniSection *section,
                 const AmfaIniEdit *edits,
                 gsize n_edits)
{
  g_autoptr (GPtrArray) tail = collect_tail (self, section, edits, n_edits);
  const char *line_break = amfa_ini_choose_line_break (self, section);
  AmfaIniKey place = place_without_keys (self, section);
  const char *copied = self->start;
  gboolean tail_added = FALSE;

  for (guint i = 0; i < section->keys->len; i++)
    {
      const AmfaIniKey *key = g_ptr_array_index (section->keys, i);
      const AmfaIniEdit *edit = find_edit (edits, n_edits, key->name);
      gboolean is_last = i + 1 == section->keys->len;

      place = *key;
      if (!edit)
        continue;

      if (edit_sets (edit, section->name) && !g_ptr_array_find (tail, edit, NULL))
        {
          amfa_ini_add (pieces, copied, key->start);
          add_key_lines (pieces, edit, section->name, key);
        }
      else if (is_last && tail->len > 0)
        {
          amfa_ini_add (pieces, copied, key->start);
          add_tail (pieces, tail, section->name, key, line_break);
          tail_added = TRUE;
        }
      else
        {
          amfa_ini_add (pieces, copied, amfa_ini_line_break_before (key->start, self->start));
        }
      copied = key->end;
    }

  if (tail->len > 0 && !tail_added)
    {
      amfa_ini_add (pieces, copied, amfa_ini_section_end (section));
      amfa_ini_add_text (pieces, line_break);
      add_tail (pieces, tail, section->name, &place, line_break);
      copied = amfa_ini_section_end (section);
    }
  amfa_ini_add (pieces, copied, self->end);
}

/**
 * amfa_ini_document_edit:
 * @section: a section of @self
 * @edits: (array length=n_edits): what shall become of some of its keys; not the same key twice,
 * and no value with control characters, line breaks or white space around it
 * @error: %AMFA_ERROR_FILE_UNUSABLE if the result would not mean what is meant
 *
 * A key that is there keeps its place and its indentation and loses the further lines of its value.
 * New ones follow the last key in the order given. (If that one leaves and comments stand above it,
 * a key that is set takes its place, so that the section still ends where it ended.)
 *
 * Returns: (transfer full): the edited document
 */
AmfaIniDocument *
amfa_ini_document_edit (AmfaIniDocument *self,
                        const char *section,
                        const AmfaIniEdit *edits,
                        gsize n_edits,
                        GError **error)
{
  g_autoptr (GArray) pieces = amfa_ini_pieces_new ();
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  g_autoptr (AmfaIniDocument) result = NULL;

  g_return_val_if_fail (self != NULL && section != NULL, NULL);
  g_return_val_if_fail (amfa_ini_document_has_section (self, section), NULL);
  for (gsize i = 0; i < n_edits; i++)
    {
      g_return_val_if_fail (edit_is_valid (&edits[i]), NULL);
      g_return_val_if_fail (find_edit (edits, i, edits[i].key) == NULL, NULL);
      g_ptr_array_add (keys, (gpointer) edits[i].key);
    }
  g_ptr_array_add (keys, NULL);

  add_edited_text (pieces, self, amfa_ini_document_find (self, section), edits, n_edits);
  result = amfa_ini_finish (self, pieces, section, (const char *const *) keys->pdata, error);
  for (gsize i = 0; result && i < n_edits; i++)
    if (!edit_is_done (result, section, &edits[i]))
      return amfa_ini_refuse (self, section, error);
  return g_steal_pointer (&result);
}
