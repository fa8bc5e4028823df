#define G_LOG_DOMAIN "amfa-login-words"

#include "login-words.h"

#include <glib/gi18n.h>

/**
 * amfa_login_words_say_origin:
 *
 * Which keys are used, where that may be news.
 */
void
amfa_login_words_say_origin (const AmfaCommand *command, AmfaLogin *login)
{
  const AmfaLoginPlan *plan = amfa_login_get_plan (login);

  if (plan->origin == AMFA_BASE_ENVIRONMENT)
    amfa_command_tell (command,
                       _ ("Using access key %s from the environment; it is not moved to the "
                          "keyring."),
                       plan->key_id);
  else if (plan->origin == AMFA_BASE_DEFAULTS)
    amfa_command_tell (command,
                       _ ("Access key %s is in [DEFAULT] of the credentials file, and stays there: "
                          "other profiles have it from there, too."),
                       plan->key_id);
  else if (plan->origin == AMFA_BASE_PAIR)
    amfa_command_tell (command,
                       _ ("Using access key %s from the section [%s-long-term], where it stays. "
                          "To move it to the keyring: awsmfa setup --import"),
                       plan->key_id, command->profile);
  else if (plan->origin == AMFA_BASE_CONFIG)
    amfa_command_tell (command, _ ("Using access key %s from the config file, where it stays."),
                       plan->key_id);
}

/**
 * amfa_login_words_say_import:
 * @target: where the session goes
 *
 * What becomes of a key in the credentials file, to be told before the code is typed.
 */
void
amfa_login_words_say_import (const AmfaCommand *command, AmfaLogin *login, AmfaLoginTarget target)
{
  const AmfaLoginPlan *plan = amfa_login_get_plan (login);

  if (plan->origin != AMFA_BASE_FILE || target != AMFA_TARGET_FILE)
    return;
  if (plan->other_key_id)
    amfa_command_tell (command,
                       _ ("The credentials file holds access key %s, your keyring %s. The one from "
                          "the file will be used and kept in the keyring; the other stays there as "
                          "the old key."),
                       plan->key_id, plan->other_key_id);
  else
    amfa_command_tell (command,
                       _ ("Access key %s is in the credentials file. It will be kept in your "
                          "keyring, which will then hold the only copy."),
                       plan->key_id);
}

/**
 * amfa_login_words_compose_prompt:
 *
 * Returns: (transfer full): the question for the code, with who and which device
 */
char *
amfa_login_words_compose_prompt (AmfaLogin *login)
{
  const AmfaLoginPlan *plan = amfa_login_get_plan (login);
  g_autofree char *who = plan->arn ? amfa_arn_get_name (plan->arn) : NULL;
  g_autofree char *device = plan->serial ? amfa_serial_get_name (plan->serial) : NULL;

  if (who && plan->account && device)
    /* Translators: asks for the code in the terminal: a user's name, an account number and the name
     * of a device. */
    return g_strdup_printf (_ ("MFA code for %s (account %s, device %s): "), who, plan->account,
                            device);
  if (who && plan->account)
    return g_strdup_printf (_ ("MFA code for %s (account %s): "), who, plan->account);
  if (device)
    /* Translators: the name of a profile and the name of a device. */
    return g_strdup_printf (_ ("MFA code for profile %s (device %s): "),
                            amfa_login_get_profile (login), device);
  return g_strdup_printf (_ ("MFA code for profile %s: "), amfa_login_get_profile (login));
}
