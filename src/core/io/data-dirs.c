#define G_LOG_DOMAIN "amfa-data-dirs"

#include "data-dirs.h"

#include "amfa-config.h"

#define SCHEMAS "glib-2.0/schemas"
#define APPLET "aws-mfa-applet"

static char *
find_program_folder (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_file_read_link ("/proc/self/exe", &error);

  if (program)
    return g_path_get_dirname (program);

  g_message ("where the program lies is not known: %s", error->message);
  return NULL;
}

static gboolean
has_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/* The programs are installed beside each other. */
static char *
find_applet (const char *program_folder, const char *where)
{
  g_autofree char *folder = g_canonicalize_filename (where, program_folder);
  g_autofree char *path = g_build_filename (folder, APPLET, NULL);

  return g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&path) : NULL;
}

/* The programs are at src/<program>/ of the build folder, what they use at data/ and po/. */
static AmfaDataDirs *
find_in_build_folder (const char *program_folder)
{
  g_autofree char *build = g_canonicalize_filename ("../..", program_folder);

  if (!has_file (build, "amfa-config.h") || !has_file (build, "data/gschemas.compiled"))
    return NULL;

  AmfaDataDirs *self = g_new0 (AmfaDataDirs, 1);

  self->schemas = g_build_filename (build, "data", NULL);
  self->icons = g_build_filename (build, "data", "icons", NULL);
  self->locale = g_build_filename (build, "po", NULL);
  self->applet = find_applet (program_folder, "../applet");
  return self;
}

/* An installation may have been moved as a whole: what lies beside the program comes first. */
static char *
find_share (const char *program_folder)
{
  g_autofree char *share =
      program_folder ? g_canonicalize_filename ("../share", program_folder) : NULL;

  if (share && has_file (share, SCHEMAS "/" AMFA_APPLICATION_ID ".gschema.xml"))
    return g_steal_pointer (&share);
  return g_strdup (AMFA_DATADIR);
}

static gboolean
is_system_data_dir (const char *share)
{
  const char *const *dirs = g_get_system_data_dirs ();

  for (; *dirs; dirs++)
    {
      g_autofree char *dir = g_canonicalize_filename (*dirs, "/");

      if (g_str_equal (dir, share))
        return TRUE;
    }
  return FALSE;
}

/**
 * amfa_data_dirs_new:
 *
 * Returns: (transfer full): where schema, icons, translations and the applet are
 */
AmfaDataDirs *
amfa_data_dirs_new (void)
{
  g_autofree char *program_folder = find_program_folder ();
  AmfaDataDirs *self = program_folder ? find_in_build_folder (program_folder) : NULL;

  if (self)
    return self;

  self = g_new0 (AmfaDataDirs, 1);

  g_autofree char *share = find_share (program_folder);
  g_autofree char *locale = g_build_filename (share, "locale", NULL);

  if (!is_system_data_dir (share))
    {
      if (has_file (share, SCHEMAS "/gschemas.compiled"))
        self->schemas = g_build_filename (share, SCHEMAS, NULL);
      self->icons = g_build_filename (share, "awsmfa", "icons", NULL);
    }
  self->locale = g_file_test (locale, G_FILE_TEST_IS_DIR) ? g_steal_pointer (&locale)
                                                          : g_strdup (AMFA_LOCALEDIR);
  self->applet = program_folder ? find_applet (program_folder, ".") : NULL;
  return self;
}

void
amfa_data_dirs_free (AmfaDataDirs *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->schemas);
  g_free (self->icons);
  g_free (self->locale);
  g_free (self->applet);
  g_free (self);
}
