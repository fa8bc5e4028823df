#define G_LOG_DOMAIN "amfa-autostart"

#include "autostart.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "amfa-config.h"
#include "core/model/error.h"
#include "link-chain.h"

/* A desktop file in the user's folder for them says so (freedesktop.org, Desktop Application
 * Autostart Specification). The file alone is the state: the desktop's own settings write it too,
 * and switch it off without removing it, each in its own way. */

#define GROUP G_KEY_FILE_DESKTOP_GROUP
#define HIDDEN G_KEY_FILE_DESKTOP_KEY_HIDDEN

/* Each switches it off where it is there and not true. */
static const char *const enabled_keys[] = { "X-GNOME-Autostart-enabled",
                                            "X-MATE-Autostart-enabled" };

/* What needs no quotes in a command line of a desktop file. */
#define PLAIN_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/._-+:@,"

static GKeyFile *
read_file (const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  const GKeyFileFlags flags = G_KEY_FILE_KEEP_COMMENTS | G_KEY_FILE_KEEP_TRANSLATIONS;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) ||
      !g_key_file_load_from_file (file, path, flags, NULL))
    return NULL;
  return g_steal_pointer (&file);
}

static gboolean
is_enabled (GKeyFile *file)
{
  for (gsize i = 0; i < G_N_ELEMENTS (enabled_keys); i++)
    if (g_key_file_has_key (file, GROUP, enabled_keys[i], NULL) &&
        !g_key_file_get_boolean (file, GROUP, enabled_keys[i], NULL))
      return FALSE;
  return TRUE;
}

/**
 * amfa_autostart_is_on:
 * @path: the desktop file, which may be absent
 *
 * Returns: whether the applet starts at log-in
 */
gboolean
amfa_autostart_is_on (const char *path)
{
  g_return_val_if_fail (path != NULL, FALSE);

  g_autoptr (GKeyFile) file = read_file (path);

  return file && g_key_file_has_group (file, GROUP) &&
         !g_key_file_get_boolean (file, GROUP, HIDDEN, NULL) && is_enabled (file);
}

/* As the key Exec wants it (Desktop Entry Specification, "The Exec key"). What every string of a
 * desktop file has to have escaped, GKeyFile escapes. */
static char *
quote (const char *program)
{
  GString *quoted;

  if (program[strspn (program, PLAIN_CHARACTERS)] == '\0')
    return g_strdup (program);
  quoted = g_string_new ("\"");
  for (const char *p = program; *p; p++)
    {
      if (strchr ("\"`$\\", *p))
        g_string_append_c (quoted, '\\');
      else if (*p == '%')
        g_string_append_c (quoted, '%');
      g_string_append_c (quoted, *p);
    }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

static gboolean
fail (const char *path, const char *why, GError **error)
{
  amfa_set_error (error, AMFA_ERROR_FILE_WRITE,
                  &(AmfaErrorDetails){ .subject = path, .quote = why });
  return FALSE;
}

/* What else the user wrote there, such as a delay, stays; so does a link, into a repository of such
 * files for example. A desktop that finds the program gone does not try to start it. */
static gboolean
switch_on (const char *path, const char *program, GError **error)
{
  g_autoptr (AmfaLinkChain) chain = amfa_link_chain_new (path);
  g_autofree char *folder = g_path_get_dirname (chain->target);
  g_autofree char *quoted = quote (program);
  g_autofree char *command = g_strconcat (quoted, " --gapplication-service", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GKeyFile) file = read_file (path);
  g_autoptr (GError) problem = NULL;

  if (!g_utf8_validate (program, -1, NULL))
    return fail (path, g_strerror (EILSEQ), error);
  if (chain->problem != 0)
    return fail (path, g_strerror (chain->problem), error);
  if (!file)
    file = g_key_file_new ();
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_TYPE,
                         G_KEY_FILE_DESKTOP_TYPE_APPLICATION);
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_NAME, "AWS MFA");
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_ICON, AMFA_APPLICATION_ID);
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_TRY_EXEC, program);
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, command);
  g_key_file_remove_key (file, GROUP, HIDDEN, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (enabled_keys); i++)
    g_key_file_remove_key (file, GROUP, enabled_keys[i], NULL);
  text = g_key_file_to_data (file, NULL, NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail (path, g_strerror (errno), error);
  if (!g_file_set_contents_full (chain->target, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                 &problem))
    return fail (path, problem->message, error);
  return TRUE;
}

/**
 * amfa_autostart_set:
 * @path: the desktop file
 * @program: (nullable): the absolute path of the applet; %NULL if it is not to start at log-in
 * @error: %AMFA_ERROR_FILE_WRITE
 */
gboolean
amfa_autostart_set (const char *path, const char *program, GError **error)
{
  g_return_val_if_fail (path != NULL, FALSE);

  if (program)
    return switch_on (path, program, error);
  if (g_unlink (path) != 0 && errno != ENOENT && errno != ENOTDIR)
    return fail (path, g_strerror (errno), error);
  return TRUE;
}
