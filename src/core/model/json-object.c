#define G_LOG_DOMAIN "amfa-json-object"

#include "json-object.h"

#include <string.h>

/* json-glib leaves copies of all strings in memory that it frees. Here a string goes from one
 * AmfaSecret into another, character by character.
 *
 * RFC 8259 is taken to the letter; what has U+0000 in a string, which would end it early, or is
 * nested deeper than DEPTH_MAX is refused, too. Nothing is built while a text is read: whoever asks
 * for a member has the text, which is short, gone over once more. The last one of a name counts. */

#define DEPTH_MAX 32

/* What follows a backslash, and what it means. */
static const char ESCAPES[] = "\"\\/bfnrt";
static const char MEANINGS[] = "\"\\/\b\f\n\r\t";

struct _AmfaJsonObject
{
  AmfaSecret *text;
};

static gboolean skip_value (const char **at, guint depth);

static void
skip_space (const char **at)
{
  *at += strspn (*at, " \t\n\r");
}

/* Over space and @wanted; FALSE if something else comes. */
static gboolean
skip_char (const char **at, char wanted)
{
  skip_space (at);
  if (**at != wanted)
    return FALSE;
  (*at)++;
  return TRUE;
}

static gboolean
skip_word (const char **at, const char *word)
{
  if (!g_str_has_prefix (*at, word))
    return FALSE;
  *at += strlen (word);
  return TRUE;
}

static gboolean
skip_digits (const char **at)
{
  gsize n = strspn (*at, "0123456789");

  *at += n;
  return n > 0;
}

static gboolean
skip_number (const char **at)
{
  skip_word (at, "-");
  if (!skip_word (at, "0") && !skip_digits (at)) /* no digit may follow a zero */
    return FALSE;
  if (skip_word (at, ".") && !skip_digits (at))
    return FALSE;
  if (!skip_word (at, "e") && !skip_word (at, "E"))
    return TRUE;
  if (!skip_word (at, "+"))
    skip_word (at, "-");
  return skip_digits (at);
}

/* Four hexadecimal digits; 0 if they are not there. */
static gunichar
read_unit (const char **at)
{
  gunichar unit = 0;

  for (const char *end = *at + 4; *at < end; (*at)++)
    {
      if (!g_ascii_isxdigit (**at))
        return 0;
      unit = unit << 4 | (gunichar) g_ascii_xdigit_value (**at);
    }
  return unit;
}

/* What is said behind a backslash; 0 if it is nothing. Characters beyond U+FFFF are said as two
 * surrogates, of which neither means anything alone. */
static gunichar
read_escape (const char **at)
{
  const char *escape = **at ? strchr (ESCAPES, **at) : NULL;
  gunichar high, low;

  if (escape)
    {
      (*at)++;
      return (guchar) MEANINGS[escape - ESCAPES];
    }
  if (!skip_word (at, "u"))
    return 0;
  high = read_unit (at);
  if (high < 0xd800 || high > 0xdfff)
    return high;
  if (high > 0xdbff || !skip_word (at, "\\u"))
    return 0;
  low = read_unit (at);
  return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00) : 0;
}

/* A character within a string; 0 if it may not be there. */
static gunichar
read_character (const char **at)
{
  gunichar character;

  if (skip_word (at, "\\"))
    return read_escape (at);
  character = g_utf8_get_char (*at);
  *at = g_utf8_next_char (*at);
  return character < 0x20 ? 0 : character;
}

/**
 * read_string:
 * @at: (inout): where it begins; where it ends
 * @bytes: (nullable): where to put what it says
 *
 * Returns: of how many bytes that is; -1 if there is no string
 */
static gssize
read_string (const char **at, char *bytes)
{
  gssize length = 0;

  if (!skip_char (at, '"'))
    return -1;
  while (**at != '"')
    {
      gunichar character = **at ? read_character (at) : 0;

      if (character == 0)
        return -1;
      length += g_unichar_to_utf8 (character, bytes ? bytes + length : NULL);
    }
  (*at)++;
  return length;
}

/* @at is at the string's quote. */
static gboolean
string_is (const char *at, const char *text)
{
  at++;
  for (; *at != '"' && *text; text = g_utf8_next_char (text))
    if (read_character (&at) != g_utf8_get_char (text))
      return FALSE;
  return *at == '"' && !*text;
}

/* @name is %NULL, or the name of the member whose @value is wanted. */
static gboolean
skip_object (const char **at, guint depth, const char *name, const char **value)
{
  if (!skip_char (at, '{'))
    return FALSE;
  if (skip_char (at, '}'))
    return TRUE;
  do
    {
      const char *member;

      skip_space (at);
      member = *at;
      if (read_string (at, NULL) < 0 || !skip_char (at, ':'))
        return FALSE;
      skip_space (at);
      if (name && string_is (member, name))
        *value = *at;
      if (!skip_value (at, depth))
        return FALSE;
    }
  while (skip_char (at, ','));
  return skip_char (at, '}');
}

/* @strings is %NULL, or gets the elements that are strings. */
static gboolean
skip_array (const char **at, guint depth, GPtrArray *strings)
{
  if (!skip_char (at, '['))
    return FALSE;
  if (skip_char (at, ']'))
    return TRUE;
  do
    {
      const char *element;

      skip_space (at);
      element = *at;
      if (!skip_value (at, depth))
        return FALSE;
      if (strings && *element == '"')
        {
          char *string = g_malloc0 ((gsize) (*at - element)); /* without the quotes */

          read_string (&element, string);
          g_ptr_array_add (strings, string);
        }
    }
  while (skip_char (at, ','));
  return skip_char (at, ']');
}

static gboolean
skip_value (const char **at, guint depth)
{
  switch (**at)
    {
    case '"':
      return read_string (at, NULL) >= 0;
    case '{':
      return depth > 1 && skip_object (at, depth - 1, NULL, NULL);
    case '[':
      return depth > 1 && skip_array (at, depth - 1, NULL);
    case 't':
      return skip_word (at, "true");
    case 'f':
      return skip_word (at, "false");
    case 'n':
      return skip_word (at, "null");
    default:
      return skip_number (at);
    }
}

/**
 * amfa_json_object_parse:
 * @text: an object, and nothing else
 *
 * Returns: (transfer full) (nullable): it; %NULL if @text is something else
 */
AmfaJsonObject *
amfa_json_object_parse (AmfaSecret *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  const char *at = amfa_secret_peek (text);
  AmfaJsonObject *self;

  /* Beside what is not UTF-8 this finds NUL bytes. */
  if (!g_utf8_validate_len (at, amfa_secret_get_length (text), NULL) ||
      !skip_object (&at, DEPTH_MAX, NULL, NULL))
    return NULL;
  skip_space (&at);
  if (*at)
    return NULL;
  self = g_new0 (AmfaJsonObject, 1);
  self->text = amfa_secret_ref (text);
  return self;
}

void
amfa_json_object_free (AmfaJsonObject *self)
{
  g_return_if_fail (self != NULL);

  amfa_secret_unref (self->text);
  g_free (self);
}

/* Where the value of the last member of that name begins; "" if there is none. */
static const char *
find (const AmfaJsonObject *self, const char *name)
{
  const char *at = amfa_secret_peek (self->text);
  const char *value = "";

  skip_object (&at, DEPTH_MAX, name, &value);
  return value;
}

/**
 * amfa_json_object_dup_text:
 *
 * Returns: (transfer full) (nullable): the string of that name
 */
AmfaSecret *
amfa_json_object_dup_text (const AmfaJsonObject *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  const char *at = find (self, name);
  const char *again = at;
  gssize length = read_string (&at, NULL);
  AmfaSecret *text;
  char *bytes;

  if (length < 0)
    return NULL;
  text = amfa_secret_new_sized ((gsize) length, &bytes);
  read_string (&again, bytes);
  return text;
}

/* Returns: the integer of that name, the nearest there is if it is too big; 0 if there is none */
gint64
amfa_json_object_get_integer (const AmfaJsonObject *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, 0);

  const char *value = find (self, name);
  const char *end = value;
  char *integer_end = NULL;
  gint64 integer = g_ascii_strtoll (value, &integer_end, 10);

  return skip_number (&end) && integer_end == end ? integer : 0;
}

/* Returns: whether there is a true of that name */
gboolean
amfa_json_object_get_flag (const AmfaJsonObject *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, FALSE);

  return *find (self, name) == 't';
}

/**
 * amfa_json_object_dup_names:
 *
 * For what is no secret: these are plain strings.
 *
 * Returns: (transfer full): the strings in the array of that name; none if there is none
 */
GStrv
amfa_json_object_dup_names (const AmfaJsonObject *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  g_autoptr (GPtrArray) strings = g_ptr_array_new ();
  const char *at = find (self, name);

  skip_array (&at, DEPTH_MAX, strings);
  g_ptr_array_add (strings, NULL);
  return (GStrv) g_ptr_array_steal (strings, NULL);
}
