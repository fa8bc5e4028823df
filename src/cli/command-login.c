#define G_LOG_DOMAIN "amfa-command"

#include "command.h"

#include "core/model/error.h"
#include "core/operations/login.h"
#include "exit-status.h"
#include "messages/formats.h"
#include "messages/messages.h"

#include <glib/gi18n.h>

typedef struct
{
  gboolean finished;
  AmfaLoginResult outcome;
  GError *error;
} Progress;

static void
on_login_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Progress *progress = user_data;

  amfa_login_start_finish (AMFA_LOGIN (source), result, &progress->outcome, &progress->error);
  progress->finished = TRUE;
}

static void
say_warnings (const AmfaLoginResult *outcome)
{
  if (outcome->warnings & AMFA_LOGIN_WARNING_IMPORTED)
    amfa_command_say (_ ("Your long-term key has moved from the file into the keyring. “awsmfa "
                         "--restore” puts it back."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_SESSION_NOT_STORED)
    amfa_command_say (_ ("The session is in the file, but the keyring did not take it."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_NOT_DURABLE)
    amfa_command_say (_ ("The disk did not confirm the change of the credentials file: it may be "
                         "lost if the power fails now."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_STATE)
    amfa_command_say (_ ("What was learnt about the MFA device could not be remembered."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_CLOCK)
    {
      const AmfaErrorDetails details = { .seconds = outcome->clock_offset };
      g_autoptr (GError) error = amfa_error_new (AMFA_ERROR_CLOCK_OFF, &details);
      g_autofree char *sentence = amfa_message_for_error (error);

      amfa_command_say ("%s", sentence);
    }
}

/**
 * amfa_command_login:
 * @command: what every verb gets
 * @code: the code
 *
 * `awsmfa CODE`: a session into the profile's section.
 *
 * Returns: the exit status
 */
int
amfa_command_login (const AmfaCommand *command, const char *code)
{
  g_autoptr (AmfaLogin) login = amfa_login_new (command->backend, command->profile, NULL);
  Progress progress = { FALSE };

  amfa_login_start_async (login, code, command->cancellable, on_login_ready, &progress);
  while (!progress.finished)
    g_main_context_iteration (NULL, TRUE);

  g_autoptr (GError) error = progress.error;

  if (error)
    return amfa_command_fail (error);

  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *time = amfa_format_time (progress.outcome.expires, now);
  g_autofree char *span = amfa_format_duration (progress.outcome.expires - now);

  say_warnings (&progress.outcome);
  /* Translators: a profile, a time of day and a duration. */
  g_print (_ ("Profile %s has a session until %s (%s).\n"), command->profile, time, span);
  return amfa_command_done ();
}
