#include "core/io/data-dirs.h"
#include "core/io/settings.h"

#include <glib/gstdio.h>

#include "amfa-config.h"

static void
assert_warnings (AmfaSettings *settings, const guint *expected, gsize n_expected)
{
  gsize n = 0;
  g_autofree guint *warnings = amfa_settings_dup_warnings (settings, &n);

  g_assert_cmpmem (warnings, n * sizeof (guint), expected, n_expected * sizeof (guint));
}

static void
on_changed (AmfaSettings *settings, guint *n_changes)
{
  (*n_changes)++;
}

static void
test_settings_data_dirs (void)
{
  g_autoptr (AmfaDataDirs) dirs = amfa_data_dirs_new ();
  g_autofree char *compiled = g_build_filename (dirs->schemas, "gschemas.compiled", NULL);

  /* This program lies as deep in the build folder as the programs do. */
  g_assert_true (g_file_test (compiled, G_FILE_TEST_EXISTS));
  g_assert_true (g_str_has_suffix (dirs->icons, "/data/icons"));
  g_assert_true (g_str_has_suffix (dirs->locale, "/po"));
}

static void
assert_in_range (GSettingsSchema *schema, guint duration, gboolean in_range)
{
  g_autoptr (GSettingsSchemaKey) key = g_settings_schema_get_key (schema, "duration");
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_uint32 (duration));

  g_assert_true (g_settings_schema_key_range_check (key, value) == in_range);
}

static void
assert_durations (GSettings *stored, const char *expected)
{
  g_autoptr (GVariant) value = g_settings_get_value (stored, "durations");
  g_autofree char *text = g_variant_print (value, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

/* A profile's own beats the general one; what STS grants nobody counts as none. */
static void
assert_own_durations (AmfaSettings *settings, GSettings *stored)
{
  g_settings_set_value (stored, "durations",
                        g_variant_new_parsed ("{'work': uint32 3600, 'short': 899, 'long': 129601,"
                                              " 'least': 900, 'most': 129600}"));
  g_assert_cmpuint (amfa_settings_get_duration (settings, "work"), ==, 3600);
  g_assert_cmpuint (amfa_settings_get_duration (settings, "default"), ==, 43200);
  g_assert_cmpuint (amfa_settings_get_duration (settings, "short"), ==, 43200);
  g_assert_cmpuint (amfa_settings_get_duration (settings, "long"), ==, 43200);
  g_assert_cmpuint (amfa_settings_get_duration (settings, "least"), ==, 900);
  g_assert_cmpuint (amfa_settings_get_duration (settings, "most"), ==, 129600);

  g_settings_set_value (stored, "durations", g_variant_new_parsed ("{'work': uint32 3600}"));
  amfa_settings_set_duration (settings, "a b", 7200);
  g_assert_cmpuint (amfa_settings_get_duration (settings, "a b"), ==, 7200);
  amfa_settings_set_duration (settings, "work", 900);
  assert_durations (stored, "{'a b': 7200, 'work': 900}");
  amfa_settings_set_duration (settings, "default", 43200);
  amfa_settings_set_duration (settings, "a b", 43200);
  assert_durations (stored, "{'work': 900}");
  g_settings_set_value (stored, "durations", g_variant_new_parsed ("{'work': uint32 1}"));
  amfa_settings_set_duration (settings, "work", 43200);
  assert_durations (stored, "{}");
  g_settings_reset (stored, "durations");
}

static void
test_settings_of_schema (void)
{
  g_autoptr (AmfaDataDirs) dirs = amfa_data_dirs_new ();
  g_autoptr (AmfaSettings) settings = amfa_settings_new (dirs->schemas);
  g_autoptr (GSettingsSchemaSource) source =
      g_settings_schema_source_new_from_directory (dirs->schemas, NULL, FALSE, NULL);
  g_autoptr (GSettingsSchema) schema =
      g_settings_schema_source_lookup (source, AMFA_APPLICATION_ID, FALSE);
  g_autoptr (GSettings) stored = g_settings_new_full (schema, NULL, NULL);
  guint n_changes = 0;

  g_signal_connect (settings, "changed", G_CALLBACK (on_changed), &n_changes);
  g_assert_cmpuint (amfa_settings_get_duration (settings, "default"), ==, 43200);
  assert_warnings (settings, (const guint[]){ 900, 300 }, 2);

  g_assert_true (g_settings_set_uint (stored, "duration", 3600));
  g_assert_cmpuint (amfa_settings_get_duration (settings, "default"), ==, 3600);
  g_assert_cmpuint (n_changes, ==, 1);
  assert_in_range (schema, 899, FALSE);
  assert_in_range (schema, 900, TRUE);
  assert_in_range (schema, 129600, TRUE);
  assert_in_range (schema, 129601, FALSE);

  g_settings_reset (stored, "duration");
  assert_own_durations (settings, stored);

  g_settings_set (stored, "warnings", "au",
                  (GVariantBuilder[]){ G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("au")) });
  assert_warnings (settings, NULL, 0);
  g_settings_set_value (stored, "warnings",
                        g_variant_new_parsed ("[@u 0, 300, 900, 0, 4294967295, 300, 60]"));
  assert_warnings (settings, (const guint[]){ G_MAXUINT32, 900, 300, 60 }, 4);
}

static void
assert_defaults (const char *schema_dir)
{
  g_autoptr (AmfaSettings) settings = amfa_settings_new (schema_dir);

  g_assert_cmpuint (amfa_settings_get_duration (settings, "default"), ==, 43200);
  amfa_settings_set_duration (settings, "default", 900);
  g_assert_cmpuint (amfa_settings_get_duration (settings, "default"), ==, 43200);
  assert_warnings (settings, (const guint[]){ 900, 300 }, 2);
}

static void
test_settings_without_schema (void)
{
  assert_defaults (NULL);
  assert_defaults ("/nonexistent");
}

/* A schema of that name from another version: GSettings would abort on a missing key. */
static void
test_settings_other_schema (void)
{
  static const char *const xml[] = {
    "<key name='duration' type='u'><default>60</default></key>",
    "<key name='duration' type='s'><default>''</default></key>"
    "<key name='warnings' type='au'><default>[]</default></key>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (xml); i++)
    {
      g_autofree char *folder = g_dir_make_tmp ("amfa-settings-XXXXXX", NULL);
      g_autofree char *source = g_build_filename (folder, "x.gschema.xml", NULL);
      g_autofree char *compiled = g_build_filename (folder, "gschemas.compiled", NULL);
      g_autofree char *text =
          g_strconcat ("<schemalist><schema id='" AMFA_APPLICATION_ID "' path='/x/'>", xml[i],
                       "</schema></schemalist>", NULL);
      const char *const argv[] = { "glib-compile-schemas", folder, NULL };
      int status = -1;

      g_assert_true (g_file_set_contents (source, text, -1, NULL));
      g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                                   NULL, NULL, &status, NULL));
      g_assert_cmpint (status, ==, 0);
      assert_defaults (folder);

      g_unlink (source);
      g_unlink (compiled);
      g_rmdir (folder);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_unsetenv ("GSETTINGS_SCHEMA_DIR");
  g_setenv ("XDG_DATA_DIRS", "/nonexistent", TRUE);
  g_setenv ("XDG_DATA_HOME", "/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/settings/data-dirs", test_settings_data_dirs);
  g_test_add_func ("/settings/of-schema", test_settings_of_schema);
  g_test_add_func ("/settings/without-schema", test_settings_without_schema);
  g_test_add_func ("/settings/other-schema", test_settings_other_schema);

  return g_test_run ();
}
