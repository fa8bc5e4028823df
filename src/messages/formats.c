#define G_LOG_DOMAIN "amfa-formats"

#include "formats.h"

#include "clock-format.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * amfa_format_time:
 * @time: Unix seconds
 * @now: Unix seconds
 *
 * Returns: (transfer full): the hour as the user's clock shows it, with the day if it is not
 *   today's: "17:40", "Tue 5:40 PM"
 */
char *
amfa_format_time (gint64 time, gint64 now)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (time);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now);
  /* Translators: a time of day for g_date_time_format(), on a clock of 12 hours and of 24. */
  const char *format = amfa_clock_format_has_12_hours () ? _ ("%-I:%M %p") : _ ("%H:%M");
  gboolean is_today = at && today && g_date_time_get_year (at) == g_date_time_get_year (today) &&
                      g_date_time_get_day_of_year (at) == g_date_time_get_day_of_year (today);
  g_autofree char *hour = at ? g_date_time_format (at, format) : NULL;

  if (!hour)
    return g_strdup ("?");
  if (is_today)
    return g_steal_pointer (&hour);

  g_autofree char *day = g_date_time_format (at, "%a");

  /* Translators: a day of the week and a time of day: "Tue 17:40". */
  return g_strdup_printf (_ ("%s %s"), day, hour);
}

/* Returns: (transfer full) (nullable): the day; %NULL for 0 */
char *
amfa_format_date (gint64 time)
{
  g_autoptr (GDateTime) at = time > 0 ? g_date_time_new_from_unix_local (time) : NULL;

  /* Translators: a day for g_date_time_format(). */
  return at ? g_date_time_format (at, _ ("%Y-%m-%d")) : NULL;
}

/**
 * amfa_format_duration:
 * @seconds: a length of time
 *
 * Returns: (transfer full): in words: "3 hours 12 minutes", "45 seconds"
 */
char *
amfa_format_duration (gint64 seconds)
{
  int hours = (int) (seconds / 3600);
  int minutes = (int) (seconds % 3600 / 60);
  g_autofree char *hours_text = NULL;
  g_autofree char *minutes_text = NULL;

  if (seconds < 60)
    return g_strdup_printf (ngettext ("%d second", "%d seconds", MAX (seconds, 0)),
                            (int) MAX (seconds, 0));
  hours_text = g_strdup_printf (ngettext ("%d hour", "%d hours", hours), hours);
  minutes_text = g_strdup_printf (ngettext ("%d minute", "%d minutes", minutes), minutes);
  if (hours == 0)
    return g_steal_pointer (&minutes_text);
  if (minutes == 0)
    return g_steal_pointer (&hours_text);
  /* Translators: hours and minutes: "3 hours 12 minutes". */
  return g_strdup_printf (_ ("%s %s"), hours_text, minutes_text);
}

/**
 * amfa_quote_word:
 * @word: a word of a command that is shown
 *
 * Returns: (transfer full): the word, quoted only where a shell would take it for something else
 */
char *
amfa_quote_word (const char *word)
{
  const char *p = word;

  while (g_ascii_isalnum (*p) || (*p && strchr ("_./:@%+,-", *p)))
    p++;
  return *p || p == word ? g_shell_quote (word) : g_strdup (word);
}

/* Of what another program says; a notification has room for little more. */
#define MAX_EXCERPT 200

/**
 * amfa_format_excerpt:
 * @text: (nullable): another program's words, however many
 *
 * Returns: (transfer full): as much of them as a sentence can quote; "?" for none
 */
char *
amfa_format_excerpt (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text && *text ? text : "?", -1);
  g_autofree char *start = NULL;

  if (g_utf8_strlen (valid, -1) <= MAX_EXCERPT)
    return g_steal_pointer (&valid);
  start = g_utf8_substring (valid, 0, MAX_EXCERPT);
  return g_strconcat (start, "…", NULL);
}

/* More characters than this push what follows a name off a menu. */
#define LONGEST_NAME 40

#define FIRST_STRONG_ISOLATE 0x2068
#define POP_DIRECTIONAL_ISOLATE 0x2069

/* What changes the direction of text (Unicode Standard Annex #9, 2). */
static gboolean
is_direction (gunichar character)
{
  return character == 0x061c || character == 0x200e || character == 0x200f ||
         (character >= 0x202a && character <= 0x202e) ||
         (character >= 0x2066 && character <= 0x2069);
}

static GString *
drop_directions (const char *name)
{
  GString *plain = g_string_sized_new (strlen (name));

  for (const char *p = name; *p; p = g_utf8_next_char (p))
    if (!is_direction (g_utf8_get_char (p)))
      g_string_append_unichar (plain, g_utf8_get_char (p));
  return plain;
}

static void
ellipsize_middle (GString *name)
{
  glong length = g_utf8_strlen (name->str, -1);
  const char *head = g_utf8_offset_to_pointer (name->str, MIN (length, LONGEST_NAME / 2));
  const char *tail;

  if (length <= LONGEST_NAME)
    return;

  /* An accent stays with its letter. */
  tail = g_utf8_offset_to_pointer (name->str, length - (LONGEST_NAME / 2 - 1));
  while (head > name->str && g_unichar_ismark (g_utf8_get_char (head)))
    head = g_utf8_prev_char (head);
  while (*tail && g_unichar_ismark (g_utf8_get_char (tail)))
    tail = g_utf8_next_char (tail);

  gssize at = head - name->str;

  g_string_erase (name, at, tail - head);
  g_string_insert (name, at, "…");
}

/**
 * amfa_format_name:
 * @name: a name that people give, of any length and script
 *
 * Returns: (transfer full): the name as a part of a line: shortened in the middle, since names
 *   often differ at the end, and isolated from the direction of the text around it
 */
char *
amfa_format_name (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  g_autofree char *valid = g_utf8_make_valid (name, -1);
  GString *shown = drop_directions (valid);

  ellipsize_middle (shown);
  /* Without other letters than ASCII's it goes from left to right by itself. */
  if (!g_str_is_ascii (valid))
    {
      g_string_prepend_unichar (shown, FIRST_STRONG_ISOLATE);
      g_string_append_unichar (shown, POP_DIRECTIONAL_ISOLATE);
    }
  return g_string_free (shown, FALSE);
}

/**
 * amfa_format_printable:
 * @text: a text with names that come from files or from AWS
 *
 * Returns: (transfer full): the text without what a terminal would obey
 */
char *
amfa_format_printable (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *printable = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      g_string_append_unichar (printable, g_unichar_isprint (character) ? character : '?');
    }
  return g_string_free (printable, FALSE);
}

/* What typography has beyond ASCII, and what stood for it on typewriters. */
static const char *
get_plain (gunichar character)
{
  switch (character)
    {
    case 0x2018: /* single quotation marks */
    case 0x2019:
    case 0x201a:
    case 0x201b:
    case 0x2039:
    case 0x203a:
      return "'";
    case 0x201c: /* double ones */
    case 0x201d:
    case 0x201e:
    case 0x201f:
    case 0x00ab:
    case 0x00bb:
      return "\"";
    case 0x2010: /* hyphens and dashes */
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
      return "-";
    case 0x2026:
      return "...";
    case 0x00a0: /* blanks */
    case 0x2009:
    case 0x202f:
      return " ";
    case 0x00b7: /* dots */
    case 0x2022:
      return "*";
    default:
      return NULL;
    }
}

/**
 * amfa_format_plain:
 * @text: UTF-8
 *
 * Returns: (transfer full): the text with quotation marks, dashes and ellipses of ASCII
 */
char *
amfa_format_plain (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  GString *plain = g_string_sized_new (strlen (text));

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);
      const char *stand_in = get_plain (character);

      if (stand_in)
        g_string_append (plain, stand_in);
      else
        g_string_append_unichar (plain, character);
    }
  return g_string_free (plain, FALSE);
}
