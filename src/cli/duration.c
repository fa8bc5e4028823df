#define G_LOG_DOMAIN "amfa-duration"

#include "duration.h"

#include <glib/gi18n.h>
#include <string.h>

static guint
get_unit (const char *suffix)
{
  if (g_str_equal (suffix, "h"))
    return 3600;
  if (g_str_equal (suffix, "m"))
    return 60;
  return g_str_equal (suffix, "s") ? 1 : 0;
}

/**
 * amfa_duration_parse:
 * @text: "12h", "90m" or "3600s"
 * @seconds: (out): its length
 * @error: #GOptionError; a bare number is refused, since tools disagree about what it would count
 */
gboolean
amfa_duration_parse (const char *text, guint *seconds, GError **error)
{
  gsize digits = strspn (text, "0123456789");
  g_autofree char *number = g_strndup (text, digits);
  guint unit = get_unit (text + digits);
  guint64 count;

  if (unit > 0 && g_ascii_string_to_unsigned (number, 10, 0, G_MAXINT / unit, &count, NULL))
    {
      *seconds = (guint) count * unit;
      return TRUE;
    }

  g_autofree char *shown = g_filename_display_name (text);

  if (digits > 0 && text[digits] == '\0')
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("“%s” has no unit. Use %sh, %sm or %ss for hours, minutes or seconds."), shown,
                 shown, shown, shown);
  else
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("“%s” is not a duration. Use 12h, 90m or 3600s."), shown);
  return FALSE;
}
