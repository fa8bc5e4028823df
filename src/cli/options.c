#define G_LOG_DOMAIN "amfa-options"

#include "options.h"

#include "core/model/profile.h"
#include "duration.h"

#include <glib/gi18n.h>

static gboolean
on_duration (const char *option, const char *value, gpointer data, GError **error)
{
  AmfaOptions *self = data;

  if (!amfa_duration_parse (value, &self->duration, error))
    return FALSE;
  if (self->duration >= AMFA_DURATION_MIN && self->duration <= AMFA_DURATION_MAX)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("AWS gives sessions of 15 minutes (15m) to 36 hours (36h)."));
  return FALSE;
}

/* As bytes, which are UTF-8 as in the files: GLib's own text options are in the locale's encoding,
 * and where AWS tools start us (cron, services) that is often none that can tell such a name. */
static gboolean
on_text (const char *option, const char *value, gpointer data, GError **error)
{
  AmfaOptions *self = data;
  char **place = g_str_equal (option, "--serial")   ? &self->serial
                 : g_str_equal (option, "--role")   ? &self->role
                 : g_str_equal (option, "--region") ? &self->region
                                                    : &self->profile;

  if (!*value || !g_utf8_validate (value, -1, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   /* Translators: an option. */
                   *value ? _ ("What follows %s is not UTF-8.") : _ ("What follows %s is empty."),
                   option);
      return FALSE;
    }
  g_free (*place);
  *place = g_strdup (value);
  return TRUE;
}

/**
 * amfa_options_new_group:
 * @self: zeroed; lives longer than the group
 * @shown: those that the help names
 * @before_verb: whether --restore is offered, which stands alone; it is understood anywhere, so
 *   that it can be refused in words
 *
 * Returns: (transfer full): a group that fills @self; texts are still to be translated
 */
GOptionGroup *
amfa_options_new_group (AmfaOptions *self, AmfaOptionSet shown, gboolean before_verb)
{
  static const AmfaOptionSet sets[] = {
    AMFA_TAKES_PROFILE, AMFA_TAKES_DURATION, AMFA_TAKES_SERIAL, AMFA_TAKES_ROLE,
    AMFA_TAKES_REGION,  AMFA_TAKES_ACCOUNT,  AMFA_TAKES_QUIET,  AMFA_TAKES_VERBOSE,
  };
  GOptionEntry entries[] = {
    { "profile", 'p', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, on_text,
      N_ ("Profile of the AWS files (otherwise AWS_PROFILE, then “default”)"), N_ ("NAME") },
    { "duration", 'd', 0, G_OPTION_ARG_CALLBACK, on_duration, N_ ("How long the session lasts"),
      "12h|90m|3600s" },
    { "serial", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, on_text,
      N_ ("ARN or serial number of the device"), N_ ("SERIAL") },
    { "role", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, on_text,
      N_ ("Role to assume as the profile's user (“-”: none)"), N_ ("ARN") },
    { "region", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, on_text, N_ ("AWS region to ask"),
      N_ ("REGION") },
    { "accept-account", 0, 0, G_OPTION_ARG_NONE, &self->accept_account,
      N_ ("Accept a key from a different account than before"), NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet, N_ ("Say nothing but errors"), NULL },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &self->verbose,
      N_ ("Say which requests were made, and how long they took"), NULL },
    { "restore", 'r', before_verb ? G_OPTION_FLAG_NONE : G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE,
      &self->restore, N_ ("Put the original credentials back"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &self->help, N_ ("Print this help"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, N_ ("Print the version"), NULL },
    { NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    if (!(shown & sets[i]))
      entries[i].flags |= G_OPTION_FLAG_HIDDEN;

  GOptionGroup *group = g_option_group_new ("awsmfa", NULL, NULL, self, NULL);

  g_option_group_add_entries (group, entries);
  g_option_group_set_translation_domain (group, NULL);
  return group;
}

void
amfa_options_clear (AmfaOptions *self)
{
  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->serial, g_free);
  g_clear_pointer (&self->role, g_free);
  g_clear_pointer (&self->region, g_free);
}
