#define G_LOG_DOMAIN "amfa-ini"

#include "ini-private.h"

#include <string.h>

/* The text below the grammar, as Python sees it: universal newlines, str.strip (), str.lower () and
 * str.splitlines (). All functions but amfa_ini_find_not_utf8 () want valid UTF-8, in which NUL
 * bytes are characters like others. */

/* str.isspace (): not the same set as g_unichar_isspace (), which lacks U+001C…U+001F and more. */
static gboolean
is_space (gunichar c)
{
  return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
         c == 0x205f || c == 0x3000;
}

/* Where str.splitlines () splits. */
static gboolean
is_break (gunichar c)
{
  return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

/**
 * amfa_ini_skip_space:
 * @count: (out) (optional): how many characters were skipped
 *
 * Returns: the first character in @at…@end that is no white space, or @end
 */
const char *
amfa_ini_skip_space (const char *at, const char *end, guint *count)
{
  guint skipped = 0;

  for (; at < end && is_space (g_utf8_get_char (at)); skipped++)
    at = g_utf8_next_char (at);

  if (count)
    *count = skipped;
  return at;
}

/**
 * amfa_ini_trim_end:
 *
 * Returns: the end of @start…@end without the white space there
 */
const char *
amfa_ini_trim_end (const char *start, const char *end)
{
  while (end > start)
    {
      const char *last = g_utf8_prev_char (end);

      if (!is_space (g_utf8_get_char (last)))
        break;
      end = last;
    }
  return end;
}

/**
 * amfa_ini_line_read:
 * @line: (out caller-allocates): the line
 * @at: where a line begins
 * @limit: the end of the text
 *
 * Lines end with "\n", "\r\n" or "\r", the last one perhaps with nothing.
 *
 * Returns: %FALSE if there is no line left
 */
gboolean
amfa_ini_line_read (AmfaIniLine *line, const char *at, const char *limit)
{
  if (at == limit)
    return FALSE;

  line->start = at;
  while (at < limit && *at != '\n' && *at != '\r')
    at++;
  line->end = at;
  line->next = at;
  if (at < limit)
    line->next += at + 1 < limit && at[0] == '\r' && at[1] == '\n' ? 2 : 1;

  line->text = amfa_ini_skip_space (line->start, line->end, &line->indent);
  line->text_end = amfa_ini_trim_end (line->text, line->end);
  return TRUE;
}

gboolean
amfa_ini_line_is_blank (const AmfaIniLine *line)
{
  return line->text == line->text_end;
}

gboolean
amfa_ini_line_is_comment (const AmfaIniLine *line)
{
  return !amfa_ini_line_is_blank (line) && (*line->text == '#' || *line->text == ';');
}

/**
 * amfa_ini_line_break_before:
 * @at: the beginning of a line that is not the first
 * @start: the beginning of the text
 *
 * Returns: where the terminator of the line before begins
 */
const char *
amfa_ini_line_break_before (const char *at, const char *start)
{
  g_assert (at > start && (at[-1] == '\n' || at[-1] == '\r'));

  return at - start >= 2 && at[-2] == '\r' && at[-1] == '\n' ? at - 2 : at - 1;
}

/**
 * amfa_ini_next_piece:
 * @at: (inout): where to go on
 * @end: the end of a line's text
 * @piece: (out): the next piece of it that is not blank, white space around it stripped
 * @piece_end: (out): its end
 *
 * A nested block is split at more characters than the file was.
 *
 * Returns: %FALSE if there is no piece left
 */
gboolean
amfa_ini_next_piece (const char **at, const char *end, const char **piece, const char **piece_end)
{
  /* Every such character is white space too. */
  const char *stop = amfa_ini_skip_space (*at, end, NULL);

  if (stop == end)
    return FALSE;

  *piece = stop;
  while (stop < end && !is_break (g_utf8_get_char (stop)))
    stop = g_utf8_next_char (stop);
  *piece_end = amfa_ini_trim_end (*piece, stop);
  *at = stop;
  return TRUE;
}

/* str.lower () of one character; g_unichar_tolower () leaves capitals that are no letters alone:
 * Roman numerals and letters in circles. */
static gunichar
to_lower (gunichar c)
{
  if (c >= 0x2160 && c <= 0x216f)
    return c + 0x10;
  if (c >= 0x24b6 && c <= 0x24cf)
    return c + 0x1a;
  return g_unichar_tolower (c);
}

/**
 * amfa_ini_name:
 * @lower: whether in lower case, as Python's str.lower () would
 *
 * A NUL byte in the name becomes C0 80: no valid text holds that, so that different names stay
 * different. g_utf8_strdown () would go by the locale: in a Turkish one "ID" is not "id". Unlike
 * Python's, a final capital sigma becomes the ordinary small one.
 *
 * Returns: (transfer full): @start…@end as a name
 */
char *
amfa_ini_name (const char *start, const char *end, gboolean lower)
{
  GString *name = g_string_sized_new (end - start + 1);

  for (const char *at = start; at < end; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == 0)
        g_string_append (name, "\xc0\x80");
      else if (c < 0x80)
        g_string_append_c (name, lower ? g_ascii_tolower (c) : (char) c);
      else if (lower && c == 0x130)
        g_string_append (name, "i\xcc\x87");
      else
        g_string_append_unichar (name, lower ? to_lower (c) : c);
    }
  return g_string_free (name, FALSE);
}

gboolean
amfa_ini_name_has_nul (const char *name)
{
  return strstr (name, "\xc0\x80") != NULL;
}

/**
 * amfa_ini_find_not_utf8:
 *
 * Returns: (nullable): the first byte of @start…@end that is not UTF-8
 */
const char *
amfa_ini_find_not_utf8 (const char *start, const char *end)
{
  const char *stop = NULL;

  /* g_utf8_validate_len () stops at NUL bytes. */
  for (; !g_utf8_validate_len (start, end - start, &stop); start = stop + 1)
    if (*stop != '\0' || stop == end)
      return stop;
  return NULL;
}
