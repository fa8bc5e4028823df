#define G_LOG_DOMAIN "amfa-command"

#include "command.h"

#include "core/model/error.h"
#include "exit-status.h"
#include "messages/messages.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>

/**
 * amfa_command_say:
 * @format: words for the person at the terminal, as for printf()
 */
void
amfa_command_say (const char *format, ...)
{
  va_list args;

  va_start (args, format);

  g_autofree char *text = g_strdup_vprintf (format, args);

  va_end (args);
  g_printerr ("awsmfa: %s\n", text);
}

/* The terminal's own "what next", one command or nothing. */
static const char *
next_step (const GError *error)
{
  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_DEVICE_UNKNOWN) ||
      g_error_matches (error, AMFA_ERROR, AMFA_ERROR_DEVICE_REFUSED))
    return _ ("Set the device with “mfa_serial = …” in the profile's section of ~/.aws/config.");
  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NO_KEYS))
    return _ ("Put them there with: aws configure");
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
  const char *next = next_step (error);

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
