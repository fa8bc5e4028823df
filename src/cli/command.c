#define G_LOG_DOMAIN "amfa-command"

#include "command.h"

#include "amfa-config.h"
#include "core/io/process.h"
#include "core/model/error.h"
#include "core/model/profile-name.h"
#include "exit-status.h"
#include "messages/formats.h"
#include "messages/messages.h"
#include "messages/own-command.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_PROFILE "default"

void
amfa_command_clear (AmfaCommand *self)
{
  g_clear_pointer (&self->backend, amfa_backend_unref);
  g_clear_object (&self->cancellable);
  amfa_options_clear (&self->options);
}

static void
compose (AmfaCommand *self)
{
  AmfaEnvironment *environment = amfa_process_read_environment (self->envp, AMFA_APPLICATION_ID);

  amfa_environment_read_keys (environment, self->envp);
  self->backend = amfa_backend_new (environment, self->dirs->schemas);
  self->profile = self->options.profile  ? self->options.profile
                  : environment->profile ? environment->profile
                                         : DEFAULT_PROFILE;
}

static gboolean
check_profile (const AmfaCommand *self, GError **error)
{
  if (amfa_name_is_bounded (self->profile))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("A profile name can have at most %d bytes."), AMFA_NAME_MAX);
  return FALSE;
}

/**
 * amfa_command_parse:
 * @entries: (nullable): the verb's own options
 * @parsing: whether options may follow operands
 * @arguments: (inout): the command line from the verb on; consumed
 * @operands: (out): the operands, never %NULL
 * @error: #GOptionError
 *
 * Takes the verb's options and those that every verb has, and puts the backend together. Prints
 * the verb's help or the version and exits where that is asked for.
 */
gboolean
amfa_command_parse (AmfaCommand *self,
                    const GOptionEntry *entries,
                    AmfaParsing parsing,
                    GStrv *arguments,
                    GStrv *operands,
                    GError **error)
{
  g_auto (GStrv) rest = NULL;
  /* As bytes: an operand may be a path, and a code in another encoding has to be called wrong. */
  const GOptionEntry remaining[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new (self->operands ? _ (self->operands) : NULL);

  g_option_context_set_main_group (context,
                                   amfa_options_new_group (&self->options, self->takes, FALSE));
  if (self->summary)
    g_option_context_set_summary (context, _ (self->summary));
  if (entries)
    g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, remaining, NULL);
  g_option_context_set_strict_posix (context, parsing == AMFA_PARSE_OPTIONS_FIRST);
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (self->options.help)
    exit (amfa_command_help (context));
  if (self->options.version)
    exit (amfa_command_version ());
  if (self->options.restore)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--restore takes no code and no command. Use: awsmfa --restore"));
      return FALSE;
    }

  compose (self);
  if (!check_profile (self, error))
    return FALSE;
  *operands = rest ? g_steal_pointer (&rest) : g_new0 (char *, 1);
  return TRUE;
}

/**
 * amfa_command_refuse_operands:
 * @operands: what amfa_command_parse() left over
 * @error: #GOptionError if there are any
 */
gboolean
amfa_command_refuse_operands (GStrv operands, GError **error)
{
  g_autofree char *shown = operands[0] ? g_filename_display_name (operands[0]) : NULL;

  if (!shown)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("Unexpected argument “%s”. See: %s --help"), shown, g_get_prgname ());
  return FALSE;
}

/**
 * amfa_command_get_profile_options:
 * @said: (out caller-allocates): what the user said about the profile; strings belong to @self
 */
void
amfa_command_get_profile_options (const AmfaCommand *self, AmfaProfileOptions *said)
{
  *said = (AmfaProfileOptions){
    .region = self->options.region,
    .serial = self->options.serial,
    .duration = self->options.duration,
    .accept_account = self->options.accept_account,
  };
}

/* A callback that keeps the result for who awaits it. */
void
amfa_command_on_result (GObject *source, GAsyncResult *result, gpointer slot)
{
  *(GAsyncResult **) slot = g_object_ref (result);
}

/**
 * amfa_command_await:
 * @slot: what amfa_command_on_result() fills
 *
 * Runs the main loop until the result is there.
 */
void
amfa_command_await (GAsyncResult **slot)
{
  while (!*slot)
    g_main_context_iteration (NULL, TRUE);
}

static void G_GNUC_PRINTF (1, 0) say (const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  g_printerr ("awsmfa: %s\n", text);
}

/**
 * amfa_command_say:
 * @format: words for the person at the terminal, as for printf()
 */
void
amfa_command_say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  say (format, args);
  va_end (args);
}

/**
 * amfa_command_tell:
 * @format: words that --quiet silences, as for printf()
 */
void
amfa_command_tell (const AmfaCommand *self, const char *format, ...)
{
  va_list args;

  if (self->options.quiet)
    return;
  va_start (args, format);
  say (format, args);
  va_end (args);
}

/* The terminal's own "what next", one command or nothing. */
static char *
next_step (const GError *error)
{
  const AmfaErrorDetails *details =
      error->domain == AMFA_ERROR ? amfa_error_get_details (error) : NULL;
  const char *profile = details ? details->subject : NULL;
  g_autofree char *own = NULL;

  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_DEVICE_UNKNOWN) ||
      g_error_matches (error, AMFA_ERROR, AMFA_ERROR_DEVICE_REFUSED))
    return g_strdup (_ ("Name the device with --serial, or with “mfa_serial = …” in the profile's "
                        "section of ~/.aws/config."));
  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_BAD_SERIAL))
    return g_strdup (_ ("Those of the user are listed by: awsmfa devices"));
  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NO_KEYS))
    {
      own = amfa_own_command ("setup", profile);
      return g_strdup_printf (_ ("Add them with: %s"), own);
    }
  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NO_DESKTOP))
    {
      own = amfa_own_command ("123456", profile);
      return g_strdup_printf (_ ("Start one with the code of your MFA device: %s"), own);
    }
  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_ONLY_COPY))
    {
      g_autofree char *again = amfa_own_command ("forget-keys", profile);

      own = amfa_own_command ("forget-keys --discard", profile);
      /* Translators: both are commands. */
      return g_strdup_printf (_ ("Take the other keys out of the file, then use: %s\n"
                                 "To delete the key without a copy: %s"),
                              again, own);
    }
  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_ACCOUNT_CHANGED))
    return g_strdup (_ ("If you mean the new account, add --accept-account."));
  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_SHADOWED))
    {
      g_autofree char *quoted = amfa_quote_word (profile);

      /* Translators: %s is a profile. */
      return g_strdup_printf (_ ("A session for one command needs no file: awsmfa exec -p %s -- "
                                 "COMMAND"),
                              quoted);
    }
  return NULL;
}

/**
 * amfa_command_fail:
 * @error: what went wrong
 *
 * Says so, unless the user interrupted it.
 *
 * Returns: the exit status
 */
int
amfa_command_fail (const GError *error)
{
  g_autofree char *message = amfa_message_for_error (error);
  g_autofree char *next = next_step (error);

  if (*message)
    amfa_command_say ("%s", message);
  if (next)
    amfa_command_say ("%s", next);
  return amfa_exit_status_for_error (error);
}

/**
 * amfa_command_done:
 *
 * Returns: the exit status of a verb that has printed its result: a result that could not be
 *   written is a failure
 */
int
amfa_command_done (void)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return AMFA_EXIT_DONE;

  amfa_command_say (_ ("cannot write the result: %s"), g_strerror (errno));
  return AMFA_EXIT_FAILED;
}

/**
 * amfa_command_help:
 *
 * Prints the help. GLib's own would not notice that it cannot be written.
 *
 * Returns: the exit status
 */
int
amfa_command_help (GOptionContext *context)
{
  g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

  g_print ("%s", help);
  return amfa_command_done ();
}

/* Returns: the exit status */
int
amfa_command_version (void)
{
  g_print ("awsmfa %s\n", AMFA_VERSION);
  return amfa_command_done ();
}
