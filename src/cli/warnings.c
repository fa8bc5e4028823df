#define G_LOG_DOMAIN "amfa-warnings"

#include "warnings.h"

#include "core/model/error.h"
#include "messages/messages.h"
#include "messages/own-command.h"

#include <glib/gi18n.h>

/**
 * amfa_say_warnings:
 * @target: where the session went
 * @outcome: what the login said
 *
 * On stderr, unless the user wants to hear of errors only.
 */
void
amfa_say_warnings (const AmfaCommand *command,
                   AmfaLoginTarget target,
                   const AmfaLoginResult *outcome)
{
  if (command->options.quiet)
    return;
  if (outcome->warnings & AMFA_LOGIN_WARNING_IMPORTED)
    {
      g_autofree char *own = amfa_own_command ("--restore", command->profile);

      amfa_command_say (
          _ ("Your long-term key has moved from the file into the keyring. “%s” puts it back."),
          own);
    }
  if (outcome->warnings & AMFA_LOGIN_WARNING_SAVE_KEYRING)
    amfa_command_say (_ ("Save your keyring's database now: it holds the only copy of your "
                         "long-term key."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_ROOT)
    amfa_command_say (_ ("This is the key of the root user, whose sessions last an hour at most. "
                         "AWS recommends deleting it and using an IAM user's."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_PROCESS_ENDED)
    amfa_command_say (
        _ ("AWS tools no longer ask the credential_process of profile %s: the keys in "
           "the credentials file come first."),
        command->profile);
  if (outcome->warnings & AMFA_LOGIN_WARNING_SESSION_NOT_STORED)
    amfa_command_say (
        "%s", target == AMFA_TARGET_FILE
                  ? _ ("The session is in the file, but could not be stored in the keyring.")
                  : _ ("The session could not be stored in the keyring: the next command needs a "
                       "new code."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_NOT_DURABLE)
    amfa_command_say (_ ("The disk did not confirm the change of the credentials file: it may be "
                         "lost if the power fails now."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_STATE)
    amfa_command_say (_ ("The MFA device could not be remembered."));
  if (outcome->warnings & AMFA_LOGIN_WARNING_CLOCK)
    {
      const AmfaErrorDetails details = { .seconds = outcome->clock_offset };
      g_autoptr (GError) error = amfa_error_new (AMFA_ERROR_CLOCK_OFF, &details);
      g_autofree char *sentence = amfa_message_for_error (error);

      amfa_command_say ("%s", sentence);
    }
}
