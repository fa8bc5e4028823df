#include <gtk/gtk.h>

#include "amfa-config.h"
#include "core/io/data-dirs.h"

/* A panel may look for the icons in the path that it is given, and nowhere else. */

static void
test_own_path (void)
{
  static const char *const names[] = {
    AMFA_APPLICATION_ID,
    AMFA_APPLICATION_ID "-symbolic",
    AMFA_APPLICATION_ID "-none-symbolic",
    AMFA_APPLICATION_ID "-active-symbolic",
    AMFA_APPLICATION_ID "-expiring-symbolic",
    AMFA_APPLICATION_ID "-expired-symbolic",
  };
  g_autoptr (AmfaDataDirs) dirs = amfa_data_dirs_new ();
  g_autoptr (GtkIconTheme) theme = gtk_icon_theme_new ();
  const char *path[] = { dirs->icons };

  gtk_icon_theme_set_search_path (theme, path, G_N_ELEMENTS (path));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (int size = 16; size <= 256; size *= 2)
      {
        g_autoptr (GtkIconInfo) info = gtk_icon_theme_lookup_icon (theme, names[i], size, 0);

        g_test_message ("%s, %d", names[i], size);
        g_assert_nonnull (info);
        g_assert_true (g_str_has_prefix (gtk_icon_info_get_filename (info), dirs->icons));
      }
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/icons/own-path", test_own_path);
  return g_test_run ();
}
