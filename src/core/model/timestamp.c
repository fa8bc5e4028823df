#define G_LOG_DOMAIN "amfa-timestamp"

#include <string.h>

#include "response.h"

/* The last second that has a year of four digits: 9999-12-31T23:59:59Z. */
#define TIME_MAX G_GINT64_CONSTANT (253402300799)

/* AWS's JSON writes seconds as a number, also as 1.7673e9. */
static gint64
parse_number (const char *text)
{
  char *end;
  double seconds = g_ascii_strtod (text, &end);

  return *end == '\0' && seconds < (double) TIME_MAX ? (gint64) seconds : 0;
}

/* "2026-01-02" with "T" or a blank and "03:04:05" behind it: GLib would take weeks and days of a
 * year too. */
static gboolean
is_date_and_time (const char *text)
{
  static const char shape[] = "0000-00-00 00:00:00";

  for (gsize i = 0; shape[i]; i++)
    {
      gboolean fits = shape[i] == '0'   ? g_ascii_isdigit (text[i])
                      : shape[i] == ' ' ? text[i] == 'T' || text[i] == 't' || text[i] == ' '
                                        : text[i] == shape[i];

      if (!fits)
        return FALSE;
    }
  return TRUE;
}

/**
 * amfa_time_parse:
 * @text: RFC 3339 with or without a fraction, the same with a blank or without a zone (aws-mfa
 *   writes "2026-01-02 03:04:05" and means UTC), or seconds since 1970
 *
 * Returns: Unix seconds, fractions cut off; 0 if @text is none of these
 */
gint64
amfa_time_parse (const char *text)
{
  g_return_val_if_fail (text != NULL, 0);

  g_autofree char *trimmed = g_strstrip (g_ascii_strup (text, -1));

  if (g_ascii_isdigit (*trimmed) && strspn (trimmed, G_CSET_DIGITS ".E+") == strlen (trimmed))
    return parse_number (trimmed);
  if (!is_date_and_time (trimmed))
    return 0;

  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (trimmed, utc);
  gint64 seconds = time ? g_date_time_to_unix (time) : 0;

  /* West of Greenwich the last year of four digits goes on. */
  return seconds > 0 && seconds <= TIME_MAX ? seconds : 0;
}

/**
 * amfa_time_format:
 * @time: Unix seconds; it may have been read somewhere, so whatever no year of four digits holds
 *   counts as the nearest that one does
 *
 * Returns: (transfer full): RFC 3339 in UTC, "2026-01-02T03:04:05Z"
 */
char *
amfa_time_format (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (CLAMP (time, 0, TIME_MAX));

  return g_date_time_format (utc, "%Y-%m-%dT%H:%M:%SZ");
}
