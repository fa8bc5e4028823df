#define G_LOG_DOMAIN "amfa-clock-format"

#include "clock-format.h"

#include <langinfo.h>
#include <string.h>

/* GNOME's panel clock has a setting of its own, whose value is "24h" wherever nobody has set it; so
 * it says something only where that clock is on the screen. */
#define SCHEMA "org.gnome.desktop.interface"
#define KEY "clock-format"

/**
 * amfa_clock_format_is_12_hours:
 * @format: a time of day for strftime()
 *
 * The locale's own word for noon is no sign: C has one, too.
 */
gboolean
amfa_clock_format_is_12_hours (const char *format)
{
  static const char *const conversions[] = { "%r", "%I", "%l", "%p", "%P", "%OI" };
  gboolean found = FALSE;

  g_return_val_if_fail (format != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (conversions) && !found; i++)
    found = strstr (format, conversions[i]) != NULL;
  return found;
}

static gboolean
has_gnome_clock (void)
{
  const char *desktops = g_getenv ("XDG_CURRENT_DESKTOP");
  g_auto (GStrv) names = g_strsplit (desktops ? desktops : "", ":", -1);

  return g_strv_contains ((const char *const *) names, "GNOME") ||
         g_strv_contains ((const char *const *) names, "Unity");
}

/**
 * amfa_clock_format_get_settings:
 *
 * Returns: (transfer full) (nullable): what says how the desktop's own clock looks, in
 *   "clock-format"; %NULL where nothing but the locale does
 */
GSettings *
amfa_clock_format_get_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source && has_gnome_clock () ? g_settings_schema_source_lookup (source, SCHEMA, TRUE) : NULL;

  return schema && g_settings_schema_has_key (schema, KEY)
             ? g_settings_new_full (schema, NULL, NULL)
             : NULL;
}

/* As the desktop's clock, else as the locale has it. */
gboolean
amfa_clock_format_has_12_hours (void)
{
  g_autoptr (GSettings) settings = amfa_clock_format_get_settings ();
  g_autofree char *chosen = settings ? g_settings_get_string (settings, KEY) : NULL;

  return chosen ? g_str_equal (chosen, "12h") : amfa_clock_format_is_12_hours (nl_langinfo (T_FMT));
}
