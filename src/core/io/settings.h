#pragma once

#include <gio/gio.h>

/* Preferences. Without the schema: its defaults and a log line. */

G_BEGIN_DECLS

#define AMFA_TYPE_SETTINGS (amfa_settings_get_type ())
G_DECLARE_FINAL_TYPE (AmfaSettings, amfa_settings, AMFA, SETTINGS, GObject)

AmfaSettings *amfa_settings_new (const char *schema_dir);
guint amfa_settings_get_duration (AmfaSettings *self, const char *profile);
void amfa_settings_set_duration (AmfaSettings *self, const char *profile, guint seconds);
char **amfa_settings_dup_profiles (AmfaSettings *self);
guint *amfa_settings_dup_warnings (AmfaSettings *self, gsize *n_warnings);

/* signal "changed" () */

G_END_DECLS
