#define G_LOG_DOMAIN "amfa-mfa"

#include "mfa.h"

#include <string.h>

#include "error.h"
#include "secret.h"

/* The bounds of STS's SerialNumber parameter. */
#define SERIAL_MIN 9
#define SERIAL_MAX 256
#define ACCOUNT_LENGTH 12
#define SERIAL_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_+=/:,.@-"

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; the resource may hold further colons. */
enum
{
  ARN_PREFIX,
  ARN_PARTITION,
  ARN_SERVICE,
  ARN_REGION,
  ARN_ACCOUNT,
  ARN_RESOURCE,
  ARN_PARTS,
};

/* NULL if it is none. */
static GStrv
arn_split (const char *arn)
{
  g_auto (GStrv) parts = g_strsplit (arn, ":", ARN_PARTS);

  if (g_strv_length (parts) != ARN_PARTS || !g_str_equal (parts[ARN_PREFIX], "arn") ||
      *parts[ARN_PARTITION] == '\0' || *parts[ARN_RESOURCE] == '\0')
    return NULL;
  return g_steal_pointer (&parts);
}

static const char *
last_segment (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash ? slash + 1 : path;
}

/* "mfa/" + at least a name, of any path. */
static gboolean
resource_is (const char *resource, const char *type)
{
  return g_str_has_prefix (resource, type) && *last_segment (resource) != '\0';
}

#define FULL_WIDTH_ZERO 0xff10

/* A blank (NBSP and line ends too) or any dash, as people and authenticators group the digits, or
 * what cannot be seen: marks of direction and the like that web pages and messengers put around. */
static gboolean
is_forgiven (gunichar character)
{
  GUnicodeType type = g_unichar_type (character);

  return g_unichar_isspace (character) || type == G_UNICODE_DASH_PUNCTUATION ||
         type == G_UNICODE_FORMAT;
}

/* Input methods of East Asia type digits in full width. */
static gunichar
narrow (gunichar character)
{
  return character >= FULL_WIDTH_ZERO && character <= FULL_WIDTH_ZERO + 9
             ? '0' + (character - FULL_WIDTH_ZERO)
             : character;
}

/**
 * amfa_code_normalize:
 * @text: what somebody typed or pasted; need not be UTF-8
 *
 * Drops what is forgiven in a code: blanks, hyphens and what cannot be seen. Digits in full width
 * become plain ones; the rest is kept.
 *
 * Returns: (transfer full): the code as an entry would show it, to be wiped
 */
char *
amfa_code_normalize (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  /* Sized beforehand: a string that grows leaves unwiped copies behind. */
  GString *out = g_string_sized_new (strlen (text) + 1);

  while (*text)
    {
      gunichar character = g_utf8_get_char_validated (text, -1);
      gboolean valid = character != (gunichar) -1 && character != (gunichar) -2;
      gsize length = valid ? g_utf8_skip[*(const guchar *) text] : 1;

      if (!valid)
        g_string_append_len (out, text, length);
      else if (!is_forgiven (character))
        g_string_append_unichar (out, narrow (character));
      text += length;
    }
  return g_string_free (out, FALSE);
}

/**
 * amfa_code_parse:
 * @text: what somebody typed or pasted
 * @error: (out): %AMFA_ERROR_BAD_CODE
 *
 * Returns: (transfer full): exactly six ASCII digits, to be wiped
 */
char *
amfa_code_parse (const char *text, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  amfa_autowipe char *code = amfa_code_normalize (text);

  if (strlen (code) != AMFA_CODE_LENGTH || strspn (code, G_CSET_DIGITS) != AMFA_CODE_LENGTH)
    {
      amfa_set_error (error, AMFA_ERROR_BAD_CODE, NULL);
      return NULL;
    }
  return g_steal_pointer (&code);
}

/**
 * amfa_code_seconds_to_next:
 * @now: Unix seconds
 *
 * Returns: seconds until the device shows another code, from 1 to 30
 */
guint
amfa_code_seconds_to_next (gint64 now)
{
  gint64 into = now % AMFA_CODE_STEP_SECONDS;

  if (into < 0)
    into += AMFA_CODE_STEP_SECONDS;
  return AMFA_CODE_STEP_SECONDS - into;
}

/**
 * amfa_serial_get_kind:
 * @serial: a serial number
 *
 * IAM does not tell the type of a device: its serial does (IAM user guide, "MFA serial number").
 * An ARN of anything else, such as the user's, is no serial.
 */
AmfaDeviceKind
amfa_serial_get_kind (const char *serial)
{
  g_return_val_if_fail (serial != NULL, AMFA_DEVICE_INVALID);

  gsize length = strlen (serial);

  if (length < SERIAL_MIN || length > SERIAL_MAX || strspn (serial, SERIAL_CHARACTERS) != length)
    return AMFA_DEVICE_INVALID;
  if (!g_str_has_prefix (serial, "arn:"))
    return strpbrk (serial, ":/") ? AMFA_DEVICE_INVALID : AMFA_DEVICE_HARDWARE;

  g_auto (GStrv) arn = arn_split (serial);

  if (!arn || !g_str_equal (arn[ARN_SERVICE], "iam"))
    return AMFA_DEVICE_INVALID;
  if (resource_is (arn[ARN_RESOURCE], "mfa/"))
    return AMFA_DEVICE_VIRTUAL;
  return resource_is (arn[ARN_RESOURCE], "u2f/") ? AMFA_DEVICE_FIDO : AMFA_DEVICE_INVALID;
}

static gboolean
refuse (const char *serial, AmfaSerialProblem problem, const char *owner, GError **error)
{
  gboolean is_arn = g_str_has_prefix (serial, "arn:");

  /* What is no ARN may be anything that was in the clipboard. */
  amfa_set_error (error, AMFA_ERROR_BAD_SERIAL,
                  &(AmfaErrorDetails){
                      .subject = is_arn ? serial : NULL,
                      .reason = problem,
                      .other = owner,
                  });
  return FALSE;
}

static gboolean
is_account (const char *text)
{
  return strlen (text) == ACCOUNT_LENGTH && strspn (text, G_CSET_DIGITS) == ACCOUNT_LENGTH;
}

/**
 * amfa_serial_check:
 * @serial: what somebody typed or configured
 * @owner: (nullable): the ARN of the user whose key goes with it
 * @error: %AMFA_ERROR_BAD_SERIAL
 *
 * Returns: whether it can be the serial number of a device that STS takes codes of
 */
gboolean
amfa_serial_check (const char *serial, const char *owner, GError **error)
{
  g_return_val_if_fail (serial != NULL, FALSE);

  AmfaDeviceKind kind = amfa_serial_get_kind (serial);
  g_auto (GStrv) device = NULL;
  g_auto (GStrv) user = NULL;

  if (kind == AMFA_DEVICE_HARDWARE)
    return TRUE;
  if (kind == AMFA_DEVICE_FIDO)
    return refuse (serial, AMFA_SERIAL_PROBLEM_FIDO, NULL, error);
  device = arn_split (serial);
  if (kind == AMFA_DEVICE_INVALID || !is_account (device[ARN_ACCOUNT]) || *device[ARN_REGION])
    return refuse (serial, AMFA_SERIAL_PROBLEM_MALFORMED, NULL, error);
  user = owner ? arn_split (owner) : NULL;
  if (!user)
    return TRUE;
  if (!g_str_equal (user[ARN_PARTITION], device[ARN_PARTITION]))
    return refuse (serial, AMFA_SERIAL_PROBLEM_PARTITION, user[ARN_PARTITION], error);
  if (!g_str_equal (user[ARN_ACCOUNT], device[ARN_ACCOUNT]))
    return refuse (serial, AMFA_SERIAL_PROBLEM_ACCOUNT, user[ARN_ACCOUNT], error);
  return TRUE;
}

/**
 * amfa_serial_get_name:
 * @serial: a serial number
 *
 * Returns: (transfer full): the device's own name, or @serial itself if it is no ARN
 */
char *
amfa_serial_get_name (const char *serial)
{
  g_return_val_if_fail (serial != NULL, NULL);

  char *name = amfa_arn_get_name (serial);

  return name ? name : g_strdup (serial);
}

/**
 * amfa_serial_derive:
 * @user_arn: the caller's ARN, from GetCallerIdentity
 *
 * The serial that a virtual device has if it was named like its user, as the console suggests (and
 * always did): the path of the user is not part of it.
 *
 * Returns: (transfer full) (nullable): the serial; %NULL if the caller is neither an IAM user nor
 *   the root user
 */
char *
amfa_serial_derive (const char *user_arn)
{
  g_return_val_if_fail (user_arn != NULL, NULL);

  g_auto (GStrv) arn = arn_split (user_arn);

  if (!arn || !g_str_equal (arn[ARN_SERVICE], "iam") || *arn[ARN_ACCOUNT] == '\0')
    return NULL;

  gboolean is_root = g_str_equal (arn[ARN_RESOURCE], "root");

  if (!is_root && !resource_is (arn[ARN_RESOURCE], "user/"))
    return NULL;
  return g_strdup_printf ("arn:%s:iam::%s:mfa/%s", arn[ARN_PARTITION], arn[ARN_ACCOUNT],
                          is_root ? "root-account-mfa-device" : last_segment (arn[ARN_RESOURCE]));
}

/**
 * amfa_arn_get_account:
 *
 * Returns: (transfer full) (nullable): the account; %NULL if @arn is none or names none
 */
char *
amfa_arn_get_account (const char *arn)
{
  g_return_val_if_fail (arn != NULL, NULL);

  g_auto (GStrv) parts = arn_split (arn);

  return parts && *parts[ARN_ACCOUNT] ? g_strdup (parts[ARN_ACCOUNT]) : NULL;
}

/**
 * amfa_arn_get_name:
 *
 * Returns: (transfer full) (nullable): the last segment of the resource ("alice" of
 *   "user/team/alice"); %NULL if @arn is none
 */
char *
amfa_arn_get_name (const char *arn)
{
  g_return_val_if_fail (arn != NULL, NULL);

  g_auto (GStrv) parts = arn_split (arn);
  const char *name = parts ? last_segment (parts[ARN_RESOURCE]) : "";

  return *name ? g_strdup (name) : NULL;
}

/* Whether it is the account's root user, and no IAM user. */
gboolean
amfa_arn_is_root (const char *arn)
{
  g_return_val_if_fail (arn != NULL, FALSE);

  g_auto (GStrv) parts = arn_split (arn);

  return parts && g_str_equal (parts[ARN_SERVICE], "iam") &&
         g_str_equal (parts[ARN_RESOURCE], "root");
}

AmfaDevice *
amfa_device_new (const char *serial, const char *user_name, gint64 enable_date)
{
  g_return_val_if_fail (serial != NULL, NULL);

  AmfaDevice *self = g_new0 (AmfaDevice, 1);

  self->serial = g_strdup (serial);
  self->user_name = g_strdup (user_name);
  self->enable_date = enable_date;
  return self;
}

void
amfa_device_free (AmfaDevice *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->serial);
  g_free (self->user_name);
  g_free (self);
}

AmfaIdentity *
amfa_identity_new (const char *account, const char *arn, const char *user_id)
{
  g_return_val_if_fail (account && arn, NULL);

  AmfaIdentity *self = g_new0 (AmfaIdentity, 1);

  self->account = g_strdup (account);
  self->arn = g_strdup (arn);
  self->user_id = g_strdup (user_id);
  return self;
}

void
amfa_identity_free (AmfaIdentity *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->account);
  g_free (self->arn);
  g_free (self->user_id);
  g_free (self);
}
