#define G_LOG_DOMAIN "amfa-ini"

#include "ini-private.h"

#include "error.h"

#include <string.h>

/* The rules are told in ini-document.c. */

static gboolean
refuse (GError **error, guint line, AmfaFileProblem reason, const char *name)
{
  g_autofree char *other = name ? g_utf8_make_valid (name, -1) : NULL;

  amfa_set_error (error, AMFA_ERROR_FILE_UNUSABLE,
                  &(AmfaErrorDetails){ .line = line, .reason = reason, .other = other });
  return FALSE;
}

static gboolean
check_encoding (AmfaIniDocument *self, GError **error)
{
  const char *bad = amfa_ini_find_not_utf8 (self->start, self->end);
  const char *at = self->start;
  AmfaIniLine line;
  guint number = 1;

  if (!bad && g_str_has_prefix (self->start, "\xef\xbb\xbf"))
    return refuse (error, 1, AMFA_FILE_PROBLEM_BYTE_ORDER_MARK, NULL);
  if (!bad)
    return TRUE;

  /* Up to there the text is UTF-8. */
  for (; amfa_ini_line_read (&line, at, bad) && line.next > line.end; number++)
    at = line.next;
  return refuse (error, number, AMFA_FILE_PROBLEM_NOT_UTF8, NULL);
}

static AmfaIniSection *
add_section (AmfaIniDocument *self,
             const AmfaIniLine *line,
             const char *name_end,
             guint number,
             GError **error)
{
  AmfaIniSection *section = g_new0 (AmfaIniSection, 1);

  section->name = amfa_ini_name (line->text + 1, name_end, FALSE);
  section->header = *line;
  section->number = number;
  section->keys = g_ptr_array_new ();
  g_ptr_array_add (self->sections, section);

  if (!g_str_equal (section->name, AMFA_INI_DEFAULT) &&
      !g_hash_table_insert (self->by_name, section->name, section))
    {
      refuse (error, number, AMFA_FILE_PROBLEM_SECTION_TWICE, section->name);
      return NULL;
    }
  return section;
}

static AmfaIniKey *
add_key (AmfaIniDocument *self,
         AmfaIniSection *section,
         const AmfaIniLine *line,
         guint number,
         GError **error)
{
  gboolean is_default = g_str_equal (section->name, AMFA_INI_DEFAULT);
  gconstpointer scope = is_default ? (gconstpointer) self : section;
  const char *delimiter = line->text;
  g_autofree char *name = NULL;
  const char *name_end;
  AmfaIniKey *key;

  while (delimiter < line->text_end && *delimiter != '=' && *delimiter != ':')
    delimiter++;
  name_end = amfa_ini_trim_end (line->text, delimiter);
  if (delimiter == line->text_end || name_end == line->text)
    {
      /* The line is not quoted: it may well be a secret that went astray. */
      refuse (error, number,
              *line->text == '[' ? AMFA_FILE_PROBLEM_HEADER_MALFORMED
                                 : AMFA_FILE_PROBLEM_KEY_WITHOUT_VALUE,
              NULL);
      return NULL;
    }

  name = amfa_ini_name (line->text, name_end, TRUE);
  if (amfa_ini_document_find_in_scope (self, scope, name))
    {
      refuse (error, number, AMFA_FILE_PROBLEM_KEY_TWICE, name);
      return NULL;
    }

  key = g_new0 (AmfaIniKey, 1);
  key->name = g_steal_pointer (&name);
  key->scope = scope;
  key->start = line->start;
  key->text = line->text;
  key->value = amfa_ini_skip_space (delimiter + 1, line->text_end, NULL);
  key->value_end = line->text_end;
  key->end = line->end;
  key->number = number;
  key->indent = line->indent;
  g_hash_table_add (self->keys, key);
  g_ptr_array_add (section->keys, key);
  if (is_default)
    g_ptr_array_add (self->defaults, key);
  return key;
}

/* RawConfigParser._read () */
static gboolean
read_lines (AmfaIniDocument *self, GError **error)
{
  AmfaIniSection *section = NULL;
  AmfaIniKey *key = NULL; /* the one that a deeper line would go on with */
  guint level = 0;
  AmfaIniLine line;
  guint number = 1;

  for (const char *at = self->start; amfa_ini_line_read (&line, at, self->end); number++)
    {
      gboolean bracket = line.text < line.text_end && *line.text == '[';
      const char *close = bracket ? memrchr (line.text, ']', line.text_end - line.text) : NULL;

      at = line.next;
      if (amfa_ini_line_is_blank (&line) || amfa_ini_line_is_comment (&line))
        continue;

      if (key && line.indent > level)
        {
          key->end = line.end;
          continue;
        }

      level = line.indent;
      if (close && close > line.text + 1)
        {
          key = NULL;
          section = add_section (self, &line, close, number, error);
          if (!section)
            return FALSE;
        }
      else if (!section)
        {
          return refuse (error, number,
                         bracket ? AMFA_FILE_PROBLEM_HEADER_MALFORMED
                                 : AMFA_FILE_PROBLEM_TEXT_BEFORE_HEADER,
                         NULL);
        }
      else
        {
          key = add_key (self, section, &line, number, error);
          if (!key)
            return FALSE;
        }
    }
  return TRUE;
}

/* botocore's _parse_nested (); 0 if it can read the block, else the line that it cannot. */
static guint
find_nested_problem (const AmfaIniKey *key)
{
  guint number = key->number;
  AmfaIniLine line;

  if (!amfa_ini_key_is_nested (key))
    return 0;

  amfa_ini_line_read (&line, key->start, key->end);
  while (amfa_ini_line_read (&line, line.next, key->end))
    {
      const char *at = line.text;
      const char *piece;
      const char *piece_end;

      number++;
      if (amfa_ini_line_is_comment (&line))
        continue;
      while (amfa_ini_next_piece (&at, line.text_end, &piece, &piece_end))
        if (!memchr (piece, '=', piece_end - piece))
          return number;
    }
  return 0;
}

static gboolean
check_nested (AmfaIniDocument *self, GError **error)
{
  for (guint i = 0; i < self->sections->len; i++)
    {
      AmfaIniSection *section = g_ptr_array_index (self->sections, i);

      for (guint j = 0; j < section->keys->len; j++)
        {
          AmfaIniKey *key = g_ptr_array_index (section->keys, j);
          guint number = find_nested_problem (key);

          if (number > 0 && key->scope == section)
            return refuse (error, number, AMFA_FILE_PROBLEM_NESTED, key->name);

          /* What stands in [DEFAULT] is only looked at where it is inherited. */
          for (guint k = 0; number > 0 && k < self->sections->len; k++)
            {
              AmfaIniSection *heir = g_ptr_array_index (self->sections, k);

              if (!g_str_equal (heir->name, AMFA_INI_DEFAULT) &&
                  !amfa_ini_document_find_own (self, heir->name, key->name))
                return refuse (error, number, AMFA_FILE_PROBLEM_NESTED, key->name);
            }
        }
    }
  return TRUE;
}

/**
 * amfa_ini_parse:
 * @self: a document with nothing but its text
 * @error: %AMFA_ERROR_FILE_UNUSABLE
 *
 * Finds the document's sections and keys.
 */
gboolean
amfa_ini_parse (AmfaIniDocument *self, GError **error)
{
  return check_encoding (self, error) && read_lines (self, error) && check_nested (self, error);
}
