#pragma once

#include <glib.h>

/* Token codes, serial numbers and the ARNs that they are derived from. */

G_BEGIN_DECLS

#define AMFA_CODE_LENGTH 6
#define AMFA_CODE_STEP_SECONDS 30 /* RFC 6238, the step that AWS uses */

typedef enum
{
  AMFA_DEVICE_VIRTUAL,
  AMFA_DEVICE_HARDWARE,
  AMFA_DEVICE_FIDO, /* AWS offers these to the console only */
  AMFA_DEVICE_INVALID,
} AmfaDeviceKind;

/* One MFA device of a user, as IAM lists it. */
typedef struct
{
  char *serial;
  char *user_name;    /* nullable */
  gint64 enable_date; /* Unix seconds, 0 if unknown */
} AmfaDevice;

/* Who a key belongs to, as GetCallerIdentity tells it. */
typedef struct
{
  char *account;
  char *arn;
  char *user_id; /* nullable */
} AmfaIdentity;

char *amfa_code_normalize (const char *text);
char *amfa_code_parse (const char *text, GError **error);
guint amfa_code_seconds_to_next (gint64 now);

AmfaDeviceKind amfa_serial_get_kind (const char *serial);
gboolean amfa_serial_check (const char *serial, const char *owner, GError **error);
char *amfa_serial_get_name (const char *serial);
char *amfa_serial_derive (const char *user_arn);

char *amfa_arn_get_account (const char *arn);
char *amfa_arn_get_name (const char *arn);
gboolean amfa_arn_is_root (const char *arn);

AmfaDevice *amfa_device_new (const char *serial, const char *user_name, gint64 enable_date);
void amfa_device_free (AmfaDevice *self);
AmfaIdentity *amfa_identity_new (const char *account, const char *arn, const char *user_id);
void amfa_identity_free (AmfaIdentity *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaDevice, amfa_device_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaIdentity, amfa_identity_free)

G_END_DECLS
