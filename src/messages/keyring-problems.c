#define G_LOG_DOMAIN "amfa-keyring-problems"

#include "keyring-problems.h"

#include "formats.h"

#include <glib/gi18n.h>

/**
 * amfa_message_for_keyring_absence:
 * @details: of an %AMFA_ERROR_KEYRING_ABSENT
 *
 * Returns: (transfer full): what is missing
 */
char *
amfa_message_for_keyring_absence (const AmfaErrorDetails *details)
{
  switch ((AmfaKeyringAbsence) details->reason)
    {
    case AMFA_KEYRING_NOT_RUNNING:
      return g_strdup (_ ("No keyring is running: start GNOME Keyring, KWallet or KeePassXC."));
    case AMFA_KEYRING_BUS_SILENT:
      return g_strdup (_ ("The keyring cannot be reached: the message bus of this desktop session "
                          "does not answer."));
    case AMFA_KEYRING_BUS_GONE:
      return g_strdup (
          _ ("The keyring cannot be reached: the connection to the message bus of this "
             "desktop session broke."));
    case AMFA_KEYRING_NO_DEFAULT:
      return g_strdup (_ ("There is no default keyring: create one in your keyring manager, or let "
                          "KeePassXC share a database with the Secret Service."));
    default:
      g_return_val_if_reached (g_strdup (""));
    }
}

/**
 * amfa_message_for_keyring_problem:
 * @details: of an %AMFA_ERROR_KEYRING_FAILED
 *
 * Returns: (transfer full): what the keyring failed at
 */
char *
amfa_message_for_keyring_problem (const AmfaErrorDetails *details)
{
  g_autofree char *quote = amfa_format_excerpt (details->quote);

  switch ((AmfaKeyringProblem) details->reason)
    {
    case AMFA_KEYRING_PROBLEM_TOLD:
      return g_strdup_printf (_ ("The keyring failed: %s"), quote);
    case AMFA_KEYRING_PROBLEM_PROMPT:
      return g_strdup (_ ("The keyring went away while it asked for its password."));
    case AMFA_KEYRING_PROBLEM_SILENT:
      return g_strdup (_ ("The keyring does not answer."));
    case AMFA_KEYRING_PROBLEM_NO_ITEM:
      return g_strdup (_ ("The keyring did not store what it was given."));
    case AMFA_KEYRING_PROBLEM_ITEM_GONE:
      return g_strdup (_ ("The keyring's items for this profile are being replaced all the time."));
    case AMFA_KEYRING_PROBLEM_DIFFERENT:
      return g_strdup (_ ("The keyring does not give back what it was given."));
    case AMFA_KEYRING_PROBLEM_GARBLED:
      return g_strdup (_ ("What the keyring holds for this profile cannot be understood: another "
                          "program, or a newer version of this one, has written it."));
    case AMFA_KEYRING_PROBLEM_NOT_DURABLE:
      return g_strdup_printf (_ ("The keyring's files could not be written to the disk: %s."),
                              quote);
    default:
      g_return_val_if_reached (g_strdup (""));
    }
}
