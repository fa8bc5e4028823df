#define G_LOG_DOMAIN "amfa-state-icon"

#include "state-icon.h"

#include "amfa-config.h"

const char *
amfa_state_icon_get_name (AmfaSessionState state)
{
  switch (state)
    {
    case AMFA_SESSION_ACTIVE:
      return AMFA_APPLICATION_ID "-active-symbolic";
    case AMFA_SESSION_EXPIRING:
      return AMFA_APPLICATION_ID "-expiring-symbolic";
    case AMFA_SESSION_EXPIRED:
      return AMFA_APPLICATION_ID "-expired-symbolic";
    case AMFA_SESSION_NONE:
    default:
      return AMFA_APPLICATION_ID "-none-symbolic";
    }
}

/**
 * amfa_state_icon_new:
 * @name: an icon's name
 * @icon_path: (nullable): an icon theme search path that other programs do not know
 *
 * Returns: (transfer full): the icon for another program, by its file where the name alone would
 *   not be found
 */
GIcon *
amfa_state_icon_new (const char *name, const char *icon_path)
{
  const char *folder = g_str_has_suffix (name, "-symbolic") ? "symbolic" : "scalable";
  g_autofree char *file_name = g_strconcat (name, ".svg", NULL);
  g_autofree char *path =
      icon_path ? g_build_filename (icon_path, "hicolor", folder, "apps", file_name, NULL) : NULL;

  if (path && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_autoptr (GFile) file = g_file_new_for_path (path);

      return g_file_icon_new (file);
    }
  return g_themed_icon_new (name);
}
