#define G_LOG_DOMAIN "amfa-messages"

#include "devices.h"

#include <glib/gi18n.h>

const char *
amfa_describe_device_kind (AmfaDeviceKind kind)
{
  switch (kind)
    {
    case AMFA_DEVICE_VIRTUAL:
      return _ ("virtual");
    case AMFA_DEVICE_HARDWARE:
      return _ ("hardware");
    case AMFA_DEVICE_FIDO:
      return _ ("FIDO");
    case AMFA_DEVICE_INVALID:
    default:
      return _ ("unknown");
    }
}

/* Returns: (nullable): why no login can use such a device; %NULL if one can */
const char *
amfa_describe_device_problem (AmfaDeviceKind kind)
{
  switch (kind)
    {
    case AMFA_DEVICE_VIRTUAL:
    case AMFA_DEVICE_HARDWARE:
      return NULL;
    case AMFA_DEVICE_FIDO:
      return _ ("security keys and passkeys work in the AWS console only");
    case AMFA_DEVICE_INVALID:
    default:
      return _ ("not a device that AWS takes codes of");
    }
}

static char *
describe (const AmfaErrorDetails *d)
{
  const char *serial = d->subject ? d->subject : "?";
  const char *other = d->other ? d->other : "?";

  switch ((AmfaSerialProblem) d->reason)
    {
    case AMFA_SERIAL_PROBLEM_FIDO:
      return g_strdup_printf (
          _ ("%s is a security key or passkey (FIDO), and AWS takes those in its "
             "console only. Use an authenticator app or a hardware token."),
          serial);
    case AMFA_SERIAL_PROBLEM_PARTITION:
      /* Translators: an ARN, and a partition such as aws-cn. */
      return g_strdup_printf (_ ("MFA device %s cannot be the one for this key, which belongs to "
                                 "partition %s."),
                              serial, other);
    case AMFA_SERIAL_PROBLEM_ACCOUNT:
      /* Translators: an ARN, and an account number. */
      return g_strdup_printf (_ ("MFA device %s cannot be the one for this key, which belongs to "
                                 "account %s."),
                              serial, other);
    case AMFA_SERIAL_PROBLEM_MALFORMED:
    default:
      if (d->subject)
        return g_strdup_printf (_ ("%s is not the ARN of an MFA device, which looks like "
                                   "arn:aws:iam::123456789012:mfa/name."),
                                serial);
      return g_strdup (_ ("An MFA device has an ARN such as arn:aws:iam::123456789012:mfa/name, or "
                          "the serial number of a hardware token. This is neither."));
    }
}

/**
 * amfa_message_for_serial_problem:
 * @details: of an %AMFA_ERROR_BAD_SERIAL
 *
 * Returns: (transfer full): a sentence or two
 */
char *
amfa_message_for_serial_problem (const AmfaErrorDetails *details)
{
  g_autofree char *sentence = describe (details);

  if (!details->quote)
    return g_steal_pointer (&sentence);
  /* Translators: a sentence about an MFA device, and where that device is configured. */
  return g_strdup_printf (_ ("%s It is set by %s."), sentence, details->quote);
}
