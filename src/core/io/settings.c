#define G_LOG_DOMAIN "amfa-settings"

#include "settings.h"

#include "amfa-config.h"
#include "core/model/profile.h"

/* What the schema says, for where there is no schema. */
static const guint default_warnings[] = { 15 * 60, 5 * 60 };

struct _AmfaSettings
{
  GObject parent_instance;

  GSettings *settings; /* NULL without the schema */
};

G_DEFINE_FINAL_TYPE (AmfaSettings, amfa_settings, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
amfa_settings_dispose (GObject *object)
{
  AmfaSettings *self = AMFA_SETTINGS (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (amfa_settings_parent_class)->dispose (object);
}

static void
amfa_settings_class_init (AmfaSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = amfa_settings_dispose;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
amfa_settings_init (AmfaSettings *self)
{
}

static void
on_changed (AmfaSettings *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* GSettings aborts when it is asked for a key that the schema lacks or has with another type:
 * a schema left over from another version counts as none. */
static gboolean
has_key (GSettingsSchema *schema, const char *name, const GVariantType *type)
{
  if (!g_settings_schema_has_key (schema, name))
    return FALSE;

  g_autoptr (GSettingsSchemaKey) key = g_settings_schema_get_key (schema, name);

  return g_variant_type_equal (g_settings_schema_key_get_value_type (key), type);
}

static GSettingsSchema *
find_schema (const char *schema_dir)
{
  g_autoptr (GError) error = NULL;
  GSettingsSchemaSource *standard = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) own =
      schema_dir ? g_settings_schema_source_new_from_directory (schema_dir, standard, FALSE, &error)
                 : NULL;
  GSettingsSchemaSource *source = own ? own : standard;

  if (error)
    g_message ("no schemas in %s: %s", schema_dir, error->message);
  if (!source)
    return NULL;

  g_autoptr (GSettingsSchema) schema =
      g_settings_schema_source_lookup (source, AMFA_APPLICATION_ID, TRUE);

  if (!schema || !has_key (schema, "duration", G_VARIANT_TYPE_UINT32) ||
      !has_key (schema, "durations", G_VARIANT_TYPE ("a{su}")) ||
      !has_key (schema, "profiles", G_VARIANT_TYPE_STRING_ARRAY) ||
      !has_key (schema, "warnings", G_VARIANT_TYPE ("au")))
    return NULL;
  return g_steal_pointer (&schema);
}

/**
 * amfa_settings_new:
 * @schema_dir: (nullable): a folder to look for the schema in, before the standard ones
 *
 * Returns: (transfer full): the preferences; "changed" comes in the thread-default main context
 */
AmfaSettings *
amfa_settings_new (const char *schema_dir)
{
  AmfaSettings *self = g_object_new (AMFA_TYPE_SETTINGS, NULL);
  g_autoptr (GSettingsSchema) schema = find_schema (schema_dir);

  if (!schema)
    {
      g_message ("the settings schema %s is not installed: defaults are used", AMFA_APPLICATION_ID);
      return self;
    }

  self->settings = g_settings_new_full (schema, NULL, NULL);
  g_signal_connect_object (self->settings, "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

static guint
get_general_duration (AmfaSettings *self)
{
  return self->settings ? g_settings_get_uint (self->settings, "duration") : AMFA_DURATION_DEFAULT;
}

/* Returns: the profile's own, 0: none */
static guint
get_own_duration (AmfaSettings *self, const char *profile)
{
  g_autoptr (GVariant) all =
      self->settings ? g_settings_get_value (self->settings, "durations") : NULL;
  guint seconds = 0;

  if (!all || !g_variant_lookup (all, profile, "u", &seconds) || seconds < AMFA_DURATION_MIN ||
      seconds > AMFA_DURATION_MAX)
    return 0;
  return seconds;
}

/**
 * amfa_settings_get_duration:
 * @profile: a profile
 *
 * Returns: how long its sessions shall be valid, in seconds
 */
guint
amfa_settings_get_duration (AmfaSettings *self, const char *profile)
{
  g_return_val_if_fail (AMFA_IS_SETTINGS (self) && profile != NULL, AMFA_DURATION_DEFAULT);

  guint own = get_own_duration (self, profile);

  return own > 0 ? own : get_general_duration (self);
}

/**
 * amfa_settings_set_duration:
 * @profile: a profile
 * @seconds: how long its sessions shall be valid; forgotten if all the others are, too
 */
void
amfa_settings_set_duration (AmfaSettings *self, const char *profile, guint seconds)
{
  g_return_if_fail (AMFA_IS_SETTINGS (self) && profile != NULL);

  if (!self->settings)
    return;

  g_autoptr (GVariant) all = g_settings_get_value (self->settings, "durations");
  gboolean is_general = seconds == get_general_duration (self);
  GVariantBuilder builder;
  GVariantIter iter;
  const char *name;
  guint of_name;

  if (g_variant_lookup (all, profile, "u", &of_name) ? of_name == seconds : is_general)
    return;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{su}"));
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "{&su}", &name, &of_name))
    if (!g_str_equal (name, profile))
      g_variant_builder_add (&builder, "{su}", name, of_name);
  if (!is_general)
    g_variant_builder_add (&builder, "{su}", profile, seconds);
  if (!g_settings_set_value (self->settings, "durations", g_variant_builder_end (&builder)))
    g_info ("the duration for profile %s cannot be stored", profile);
}

/**
 * amfa_settings_dup_profiles:
 *
 * Returns: (transfer full): the profiles that the tray shows; empty: all that have keys
 */
char **
amfa_settings_dup_profiles (AmfaSettings *self)
{
  g_return_val_if_fail (AMFA_IS_SETTINGS (self), NULL);

  return self->settings ? g_settings_get_strv (self->settings, "profiles") : g_new0 (char *, 1);
}

static int
compare_descending (gconstpointer a, gconstpointer b)
{
  guint first = *(const guint *) a, second = *(const guint *) b;

  return (first < second) - (first > second);
}

/**
 * amfa_settings_dup_warnings:
 * @n_warnings: (out): how many
 *
 * Returns: (transfer full) (nullable): how long before the end of a session to warn, in seconds:
 *   longest first, each once, none zero; %NULL if the user wants none
 */
guint *
amfa_settings_dup_warnings (AmfaSettings *self, gsize *n_warnings)
{
  g_return_val_if_fail (AMFA_IS_SETTINGS (self), NULL);
  g_return_val_if_fail (n_warnings != NULL, NULL);

  g_autoptr (GVariant) value = self->settings
                                   ? g_settings_get_value (self->settings, "warnings")
                                   : g_variant_ref_sink (g_variant_new_fixed_array (
                                         G_VARIANT_TYPE_UINT32, default_warnings,
                                         G_N_ELEMENTS (default_warnings), sizeof (guint)));
  gsize n = 0;
  const guint *set = g_variant_get_fixed_array (value, &n, sizeof (guint));
  g_autoptr (GArray) warnings = g_array_sized_new (FALSE, FALSE, sizeof (guint), (guint) n);

  if (n > 0)
    g_array_append_vals (warnings, set, (guint) n);
  g_array_sort (warnings, compare_descending);

  for (guint i = 0; i < warnings->len;)
    {
      guint warning = g_array_index (warnings, guint, i);

      if (warning == 0 || (i > 0 && warning == g_array_index (warnings, guint, i - 1)))
        g_array_remove_index (warnings, i);
      else
        i++;
    }
  return g_array_steal (warnings, n_warnings);
}
