#include "messages/clock-format.h"

#include <locale.h>

static void
test_of_a_locale (void)
{
  static const struct
  {
    const char *format;
    gboolean has_12_hours;
  } rows[] = {
    { "%r", TRUE },           /* en_US */
    { "%I:%M:%S %p", TRUE },  /* en_IN before glibc 2.36 */
    { "%l:%M:%S %P", TRUE },  /* es_MX's */
    { "%p %I:%M:%S", TRUE },  /* ko_KR's */
    { "%OI:%M:%S %p", TRUE }, /* with digits of its own */
    { "%T", FALSE },          /* de_DE */
    { "%H:%M:%S", FALSE },    /* C */
    { "%OH:%OM:%OS", FALSE }, /* fa_IR's */
    { "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].format);
      g_assert_cmpint (amfa_clock_format_is_12_hours (rows[i].format), ==, rows[i].has_12_hours);
    }
  g_assert_false (amfa_clock_format_has_12_hours ()); /* of C */
}

/* GNOME's setting is there wherever GTK is, and says nothing where another panel is used. */
static void
test_of_a_desktop (void)
{
  static const struct
  {
    const char *desktops;
    gboolean has_setting;
  } rows[] = {
    { "GNOME", TRUE },        { "ubuntu:GNOME", TRUE }, { "GNOME-Classic:GNOME", TRUE },
    { "Unity:ubuntu", TRUE }, { "KDE", FALSE },         { "XFCE", FALSE },
    { "X-Cinnamon", FALSE },  { "MATE", FALSE },        { "", FALSE },
  };

  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source ? g_settings_schema_source_lookup (source, "org.gnome.desktop.interface", TRUE) : NULL;

  if (!schema)
    {
      g_test_skip ("the schema of GNOME's settings is not installed");
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GSettings) settings = NULL;

      g_test_message ("%s", rows[i].desktops);
      g_setenv ("XDG_CURRENT_DESKTOP", rows[i].desktops, TRUE);
      settings = amfa_clock_format_get_settings ();
      g_assert_cmpint (settings != NULL, ==, rows[i].has_setting);
      if (!settings)
        continue;
      g_settings_set_string (settings, "clock-format", "12h");
      g_assert_true (amfa_clock_format_has_12_hours ());
      g_settings_set_string (settings, "clock-format", "24h");
      g_assert_false (amfa_clock_format_has_12_hours ());
    }
  g_unsetenv ("XDG_CURRENT_DESKTOP");
}

int
main (int argc, char **argv)
{
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock-format/of-a-locale", test_of_a_locale);
  g_test_add_func ("/clock-format/of-a-desktop", test_of_a_desktop);
  return g_test_run ();
}
