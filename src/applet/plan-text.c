#define G_LOG_DOMAIN "amfa-plan-text"

#include "plan-text.h"

#include "messages/formats.h"

#include <glib/gi18n.h>

/* Returns: (transfer full): the user's name, or else the profile's stands for it (NULL). */
char *
amfa_plan_text_who (const AmfaLoginPlan *plan)
{
  return plan->arn ? amfa_arn_get_name (plan->arn) : NULL;
}

char *
amfa_plan_text_account (const AmfaLoginPlan *plan, const char *profile)
{
  g_autofree char *from_arn = plan->arn ? amfa_arn_get_account (plan->arn) : NULL;
  const char *account = plan->account ? plan->account : from_arn;
  g_autofree char *shown = amfa_format_name (profile);

  if (!account)
    /* Translators: %s is the name of a profile in the AWS configuration. */
    return g_strdup_printf (_ ("Account unknown yet · profile %s"), shown);

  /* Translators: an AWS account number and the name of a profile in the AWS configuration. */
  return g_strdup_printf (_ ("Account %s · profile %s"), account, shown);
}

static char *
origin_in_file (const AmfaLoginPlan *plan)
{
  if (plan->other_key_id)
    return g_strdup_printf (_ ("The credentials file holds access key %s, your keyring %s. The one "
                               "from the file will be used and kept in the keyring, which will "
                               "then hold the only copy; the other stays there as the old key."),
                            plan->key_id, plan->other_key_id);

  return g_strdup_printf (_ ("Access key %s is in the credentials file. It will be kept in your "
                             "keyring, which will then hold the only copy."),
                          plan->key_id);
}

/**
 * amfa_plan_text_origin:
 * @plan: the plan
 *
 * Returns: (transfer full) (nullable): where the base credentials are and what becomes of them,
 *   %NULL if there is nothing to say
 */
char *
amfa_plan_text_origin (const AmfaLoginPlan *plan)
{
  switch (plan->origin)
    {
    case AMFA_BASE_FILE:
      return origin_in_file (plan);
    case AMFA_BASE_DEFAULTS:
      return g_strdup_printf (_ ("Access key %s is in [DEFAULT] of the credentials file, and stays "
                                 "there: other profiles have it from there, too."),
                              plan->key_id);
    case AMFA_BASE_KEYRING:
      return plan->key_id ? g_strdup_printf (_ ("Access key %s, from your keyring"), plan->key_id)
                          : g_strdup (_ ("Access key from your keyring"));
    case AMFA_BASE_CONFIG:
      return g_strdup_printf (_ ("Access key %s, from the config file, where it stays"),
                              plan->key_id);
    case AMFA_BASE_PAIR:
      /* Translators: aws-mfa is another program; %s is an access key's ID. */
      return g_strdup_printf (_ ("Access key %s, from where aws-mfa keeps it, and where it stays"),
                              plan->key_id);
    case AMFA_BASE_TYPED:
      return g_strdup_printf (_ ("Access key %s, as typed. It will be kept in your keyring."),
                              plan->key_id);
    case AMFA_BASE_ENVIRONMENT: /* the terminal's alone */
    case AMFA_BASE_UNKNOWN:
    case AMFA_BASE_NONE:
      return NULL;
    default:
      g_return_val_if_reached (NULL);
    }
}

/**
 * amfa_plan_text_device:
 * @serial: (nullable): a device's serial number
 *
 * Returns: (transfer full): the device's name and kind
 */
char *
amfa_plan_text_device (const char *serial)
{
  g_autofree char *name = NULL;

  if (!serial)
    return g_strdup (_ ("not known yet"));

  name = amfa_serial_get_name (serial);
  switch (amfa_serial_get_kind (serial))
    {
    case AMFA_DEVICE_VIRTUAL:
      /* Translators: the name of an MFA device; virtual: an authenticator app. */
      return g_strdup_printf (_ ("%s (virtual)"), name);
    case AMFA_DEVICE_HARDWARE:
      /* Translators: the serial number of an MFA device that is a thing of its own. */
      return g_strdup_printf (_ ("%s (hardware)"), name);
    case AMFA_DEVICE_FIDO:
    case AMFA_DEVICE_INVALID:
    default:
      return g_strdup (serial);
    }
}

/**
 * amfa_plan_text_session:
 * @plan: the plan
 * @needs_code: whether its identity is to be had with a code only
 * @now: Unix seconds
 *
 * Returns: (transfer full) (nullable): until when a session runs, if one does, and whether a code
 *   is needed at all
 */
char *
amfa_plan_text_session (const AmfaLoginPlan *plan, gboolean needs_code, gint64 now)
{
  g_autofree char *time = NULL;

  if (!needs_code)
    {
      time = amfa_format_time (plan->at_hand_until, now);
      /* Translators: %s is a time of day, perhaps with a date. */
      return g_strdup_printf (_ ("Until %s, you can switch to this identity without a code."),
                              time);
    }
  if (plan->session_expires <= now)
    return NULL;

  time = amfa_format_time (plan->session_expires, now);
  if (plan->role_duration > 0)
    /* Translators: %s is a time of day, perhaps with a date. */
    return g_strdup_printf (_ ("The session that runs now ends at %s. A role for longer than an "
                               "hour needs a code of its own."),
                            time);
  /* Translators: %s is a time of day, perhaps with a date. */
  return g_strdup_printf (_ ("The session that runs now ends at %s."), time);
}

/* Returns: (transfer none) (nullable): what is to be known about how long it will be valid. */
const char *
amfa_plan_text_duration (const AmfaLoginPlan *plan)
{
  if (plan->role_duration > 0)
    return _ ("A role for longer than an hour lasts as long as its profile says "
              "(duration_seconds).");
  if (plan->role)
    return _ ("How long your session lasts. The role's keys expire after an hour and are renewed "
              "automatically until then.");
  return NULL;
}
