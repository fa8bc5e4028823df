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

/**
 * amfa_options_new_group:
 * @self: zeroed; lives longer than the group
 * @before_verb: whether --restore is offered, which stands alone; it is understood anywhere, so
 *   that it can be refused in words
 *
 * Returns: (transfer full): a group that fills @self; texts are still to be translated
 */
GOptionGroup *
amfa_options_new_group (AmfaOptions *self, gboolean before_verb)
{
  const GOptionEntry entries[] = {
    { "profile", 'p', 0, G_OPTION_ARG_STRING, &self->profile,
      N_ ("Profile of the AWS files (otherwise AWS_PROFILE, then “default”)"), N_ ("NAME") },
    { "duration", 'd', 0, G_OPTION_ARG_CALLBACK, on_duration, N_ ("How long the session lasts"),
      "12h|90m|3600s" },
    { "serial", 0, 0, G_OPTION_ARG_STRING, &self->serial, N_ ("ARN or serial number of the device"),
      N_ ("SERIAL") },
    { "role", 0, 0, G_OPTION_ARG_STRING, &self->role,
      N_ ("Role to assume as the profile's user (“-”: none)"), N_ ("ARN") },
    { "region", 0, 0, G_OPTION_ARG_STRING, &self->region, N_ ("AWS region to ask"), N_ ("REGION") },
    { "accept-account", 0, 0, G_OPTION_ARG_NONE, &self->accept_account,
      N_ ("Use a key that belongs to another account than so far"), NULL },
    { "restore", 'r', before_verb ? G_OPTION_FLAG_NONE : G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE,
      &self->restore, N_ ("Put the original credentials back"), NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet, N_ ("Say nothing but errors"), NULL },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &self->verbose,
      N_ ("Say which requests were made, and how long they took"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &self->help, N_ ("Print this help"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, N_ ("Print the version"), NULL },
    { NULL },
  };
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
