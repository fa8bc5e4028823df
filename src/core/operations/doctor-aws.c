#define G_LOG_DOMAIN "amfa-doctor"

#include "doctor-checks.h"

#include "core/model/error.h"

/* AWS refuses a signature that is 5 minutes off; what is less is a drift on its way there. */
#define CLOCK_OFF_SECONDS 60

/* Nothing is wrong: a login makes it. */
static gboolean
lacks_default_keyring (const GError *error)
{
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT) &&
         amfa_error_get_details (error)->reason == AMFA_KEYRING_NO_DEFAULT;
}

/**
 * amfa_doctor_check_keyring:
 * @look: what there is to be seen
 * @error: (nullable): why the base credentials could not be read quietly
 */
void
amfa_doctor_check_keyring (const AmfaCase *self, AmfaLook look, const GError *error)
{
  AmfaFinding finding = { .kind = AMFA_FINDING_KEYRING, .profile = self->profile };

  if (look == AMFA_LOOK_LOCKED || g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED))
    finding.kind = AMFA_FINDING_KEYRING_LOCKED;
  else if (lacks_default_keyring (error))
    finding.kind = AMFA_FINDING_KEYRING_NO_DEFAULT;
  else if (look == AMFA_LOOK_ABSENT ||
           g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT))
    finding.kind = AMFA_FINDING_KEYRING_ABSENT;
  else if (error)
    {
      finding.kind = AMFA_FINDING_KEYRING_FAILED;
      finding.error = error;
    }
  else if (look != AMFA_LOOK_STORED)
    return;
  amfa_findings_add (self->findings, &finding);
}

/**
 * amfa_doctor_check_clock:
 * @offset: AWS's clock minus ours, seconds
 */
void
amfa_doctor_check_clock (const AmfaCase *self, gint64 offset)
{
  if (ABS (offset) >= CLOCK_OFF_SECONDS)
    amfa_findings_add (self->findings,
                       &(AmfaFinding){ .kind = AMFA_FINDING_CLOCK_OFF, .number = offset });
}

/**
 * amfa_doctor_check_identity:
 * @identity: whom AWS says that @base belongs to
 */
void
amfa_doctor_check_identity (const AmfaCase *self,
                            AmfaCredentials *base,
                            const AmfaIdentity *identity)
{
  amfa_findings_add (self->findings, &(AmfaFinding){ .kind = AMFA_FINDING_IDENTITY,
                                                     .profile = self->profile,
                                                     .subject = identity->arn,
                                                     .other = identity->account });
  if (g_str_has_suffix (identity->arn, ":root"))
    amfa_findings_add (self->findings,
                       &(AmfaFinding){ .kind = AMFA_FINDING_ROOT_KEY,
                                       .profile = self->profile,
                                       .subject = amfa_credentials_get_key_id (base) });
  if (self->state->account && !g_str_equal (self->state->account, identity->account))
    amfa_findings_add (self->findings, &(AmfaFinding){ .kind = AMFA_FINDING_ACCOUNT_CHANGED,
                                                       .profile = self->profile,
                                                       .subject = identity->account,
                                                       .other = self->state->account });
}

/**
 * amfa_doctor_check_aws_error:
 * @base: the keys that were tried
 * @error: what came of it
 */
void
amfa_doctor_check_aws_error (const AmfaCase *self, AmfaCredentials *base, const GError *error)
{
  AmfaFinding finding = { .kind = AMFA_FINDING_AWS_REFUSED, .profile = self->profile };

  if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEY_REFUSED))
    finding.kind = AMFA_FINDING_KEY_REFUSED;
  else if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_SECRET_WRONG))
    finding.kind = AMFA_FINDING_SECRET_WRONG;
  else if (g_error_matches (error, AMFA_ERROR, AMFA_ERROR_CLOCK_OFF))
    {
      finding.kind = AMFA_FINDING_CLOCK_OFF;
      finding.number = amfa_error_get_details (error)->seconds;
    }
  else if (!amfa_error_is_answer (error) || g_error_matches (error, AMFA_ERROR, AMFA_ERROR_SERVICE))
    finding.kind = AMFA_FINDING_UNREACHABLE;

  if (finding.kind == AMFA_FINDING_UNREACHABLE || finding.kind == AMFA_FINDING_AWS_REFUSED)
    finding.error = error;
  else if (finding.kind != AMFA_FINDING_CLOCK_OFF)
    finding.subject = amfa_credentials_get_key_id (base);
  amfa_findings_add (self->findings, &finding);
}

/**
 * amfa_doctor_check_devices:
 * @wanted: (nullable): the configured or remembered serial
 * @devices: (nullable) (element-type AmfaDevice): the user's; %NULL if AWS does not tell
 */
void
amfa_doctor_check_devices (const AmfaCase *self, const char *wanted, GPtrArray *devices)
{
  g_autoptr (GPtrArray) serials = g_ptr_array_new ();
  AmfaFinding finding = { .kind = AMFA_FINDING_DEVICE, .profile = self->profile };

  for (guint i = 0; devices && i < devices->len; i++)
    {
      const AmfaDevice *device = g_ptr_array_index (devices, i);
      AmfaDeviceKind kind = amfa_serial_get_kind (device->serial);

      if (kind == AMFA_DEVICE_VIRTUAL || kind == AMFA_DEVICE_HARDWARE)
        g_ptr_array_add (serials, device->serial);
    }
  g_ptr_array_add (serials, NULL);

  const char *const *names = (const char *const *) serials->pdata;
  guint n = serials->len - 1;

  finding.subject = wanted ? wanted : names[0];
  if (!devices)
    {
      finding.kind = AMFA_FINDING_DEVICES_HIDDEN;
      finding.subject = NULL;
    }
  else if (n == 0)
    finding.kind = devices->len > 0 ? AMFA_FINDING_FIDO_ONLY : AMFA_FINDING_NO_DEVICE;
  else if (wanted && !g_strv_contains (names, wanted))
    {
      AmfaPlace place;

      amfa_doctor_find_setting (self, "mfa_serial", &place);
      finding.kind = AMFA_FINDING_DEVICE_UNKNOWN;
      finding.path = place.path;
      finding.line = place.line;
      finding.names = names;
    }
  else if (!wanted && n > 1)
    {
      finding.kind = AMFA_FINDING_DEVICE_CHOICE;
      finding.subject = NULL;
      finding.names = names;
    }
  amfa_findings_add (self->findings, &finding);
}
