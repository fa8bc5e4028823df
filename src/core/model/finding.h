#pragma once

#include <glib.h>

/* What the doctor has to say, as data. The sentence is made by src/messages. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_SEVERITY_FINE,
  AMFA_SEVERITY_ADVICE,
  AMFA_SEVERITY_PROBLEM,
} AmfaSeverity;

/* Beside what AmfaFinding says of every kind: what subject, other, names and number are. */
typedef enum
{
  /* the environment; variable */
  AMFA_FINDING_ENVIRONMENT_KEYS,          /* subject: the key id; names: what to unset */
  AMFA_FINDING_ENVIRONMENT_KEYS_PARTIAL,  /* names */
  AMFA_FINDING_ENVIRONMENT_SESSION,       /* subject, names; number: when it ends */
  AMFA_FINDING_ENVIRONMENT_SESSION_ENDED, /* the same */
  AMFA_FINDING_ENVIRONMENT_LEFTOVERS,     /* names */
  AMFA_FINDING_ENVIRONMENT_WEB_IDENTITY,
  AMFA_FINDING_ENVIRONMENT_CREDENTIAL_FILE,
  AMFA_FINDING_ENVIRONMENT_PROFILE,         /* subject: its value; other: the profile meant */
  AMFA_FINDING_ENVIRONMENT_PROFILE_EMPTY,   /* names */
  AMFA_FINDING_ENVIRONMENT_PROFILES_DIFFER, /* subject, other: the two values */
  AMFA_FINDING_ENVIRONMENT_REGIONS_DIFFER,  /* subject, other: the two values */
  AMFA_FINDING_ENVIRONMENT_FILE,
  /* where requests go; variable, or path and line */
  AMFA_FINDING_ENDPOINT_OVERRIDE,   /* subject: the URL */
  AMFA_FINDING_ENDPOINT_PLAIN_HTTP, /* the same */
  AMFA_FINDING_ENDPOINT_MALFORMED,  /* the same */
  AMFA_FINDING_ENDPOINT_SERVICES,   /* the same: a [services …] that is not there */
  AMFA_FINDING_ENDPOINT_VARIANT,    /* the same: FIPS or dual stack with a custom endpoint */
  AMFA_FINDING_REGION_MALFORMED,    /* subject: the region */
  AMFA_FINDING_REGION_MISSING,      /* subject: what is used instead */
  AMFA_FINDING_CA_BUNDLE,
  /* the profile's section of the config file; path, line */
  AMFA_FINDING_ROLE,
  AMFA_FINDING_ROLE_ALONE,        /* subject: the profile that has the keys */
  AMFA_FINDING_ROLE_OVER_SESSION, /* the role is assumed with the session */
  AMFA_FINDING_SSO,
  AMFA_FINDING_WEB_IDENTITY,
  AMFA_FINDING_PROCESS,
  AMFA_FINDING_PROCESS_SHADOWED,         /* our own, by keys in the credentials file */
  AMFA_FINDING_FOREIGN_PROCESS_SHADOWED, /* somebody else's */
  AMFA_FINDING_PROCESS_WINS,             /* over keys in the config file */
  AMFA_FINDING_CONFIG_KEYS,
  AMFA_FINDING_CONFIG_SECTION_IGNORED,
  AMFA_FINDING_CREDENTIALS_SECTION_IGNORED,
  AMFA_FINDING_SERIAL_MALFORMED,
  AMFA_FINDING_SERIAL_FIDO,
  AMFA_FINDING_DURATION_IGNORED,
  AMFA_FINDING_SETTING_IGNORED, /* of aws-vault; subject: its name */
  /* files; path */
  AMFA_FINDING_FILE,
  AMFA_FINDING_DUPLICATE_SECTION, /* line; subject: its name */
  AMFA_FINDING_DUPLICATE_KEY,     /* line; subject: its name */
  AMFA_FINDING_FILE_MALFORMED,    /* line; error */
  AMFA_FINDING_FILE_UNREADABLE,   /* error */
  AMFA_FINDING_FILE_MODE,         /* number: the permission bits */
  AMFA_FINDING_FOLDER_MODE,       /* the same */
  AMFA_FINDING_FILE_LINK,         /* subject: where it leads */
  AMFA_FINDING_FILE_HARD_LINK,
  AMFA_FINDING_FILE_MOUNT_POINT,
  AMFA_FINDING_FILE_OWNER, /* number: the user id */
  AMFA_FINDING_FILE_IMMUTABLE,
  AMFA_FINDING_FOLDER_READ_ONLY,
  AMFA_FINDING_FILE_LEFTOVER, /* number: 1 if no run of ours can remove it */
  /* the profile's section of the credentials file; path, line */
  AMFA_FINDING_SESSION,               /* subject: the key id; number: when it ends */
  AMFA_FINDING_SESSION_ENDED,         /* the same */
  AMFA_FINDING_FOREIGN_SESSION,       /* the same, somebody else's; number: 0 if unknown */
  AMFA_FINDING_FOREIGN_SESSION_ENDED, /* the same */
  AMFA_FINDING_SESSION_LEFTOVERS,
  AMFA_FINDING_STALE_TOKEN,              /* subject: the key id */
  AMFA_FINDING_SECURITY_TOKEN,           /* beats another aws_session_token */
  AMFA_FINDING_SECURITY_TOKEN_ALONE,     /* not every tool reads it */
  AMFA_FINDING_SECURITY_TOKEN_INHERITED, /* in [DEFAULT] */
  AMFA_FINDING_KEYS_PARTIAL,
  AMFA_FINDING_KEY_MISNAMED, /* of either file; subject: the name meant; other: the one there */
  AMFA_FINDING_KEY_ID_MALFORMED,
  AMFA_FINDING_VALUE_MALFORMED, /* subject: the key of the file */
  AMFA_FINDING_LONG_TERM_KEYS,  /* subject: the key id */
  AMFA_FINDING_KEY_DIFFERS,     /* subject: the file's key id; other: the keyring's */
  AMFA_FINDING_PROCESS_SESSION, /* in the keyring alone; number: when it ends */
  AMFA_FINDING_NO_SESSION,
  AMFA_FINDING_NO_KEYS,
  AMFA_FINDING_PROFILE_UNKNOWN, /* names: those that there are */
  /* what other tools have left; path, line; other: the tool */
  AMFA_FINDING_FOREIGN_KEYS,         /* subject: the key id, which the keyring does not have */
  AMFA_FINDING_FOREIGN_COPY,         /* subject: the key id; the keyring has one */
  AMFA_FINDING_FOREIGN_COPY_MIXED,   /* the same, in a file with other things in it */
  AMFA_FINDING_FOREIGN_MANAGER,      /* the section is written anew by the tool */
  AMFA_FINDING_CODE_COMMAND_UNKNOWN, /* subject: a program that is not there */
  /* the keyring */
  AMFA_FINDING_KEYRING,
  AMFA_FINDING_KEYRING_LOCKED,
  AMFA_FINDING_KEYRING_ABSENT,
  AMFA_FINDING_KEYRING_NO_DEFAULT,
  AMFA_FINDING_KEYRING_FAILED, /* error */
  AMFA_FINDING_BASE_LOST,
  /* AWS */
  AMFA_FINDING_ONLINE_SKIPPED, /* number: 1 if the files or the endpoints stand in the way, 0 if the
                                  base key cannot be had without a prompt */
  AMFA_FINDING_OFFLINE,
  AMFA_FINDING_IDENTITY,        /* subject: the ARN; other: the account */
  AMFA_FINDING_ROOT_KEY,        /* subject: the key id */
  AMFA_FINDING_ACCOUNT_CHANGED, /* subject: the account now; other: the one before */
  AMFA_FINDING_KEY_REFUSED,     /* subject: the key id */
  AMFA_FINDING_SECRET_WRONG,    /* subject: the key id */
  AMFA_FINDING_CLOCK_OFF,       /* number: AWS's clock minus ours, seconds */
  AMFA_FINDING_UNREACHABLE,     /* error */
  AMFA_FINDING_AWS_REFUSED,     /* error */
  AMFA_FINDING_DEVICE,          /* subject: the serial */
  AMFA_FINDING_DEVICES_HIDDEN,
  AMFA_FINDING_DEVICE_CHOICE, /* names: the serials */
  AMFA_FINDING_NO_DEVICE,
  AMFA_FINDING_FIDO_ONLY,
  AMFA_FINDING_DEVICE_UNKNOWN, /* subject: the configured serial; names: the serials there are */
  AMFA_N_FINDINGS,
} AmfaFindingKind;

/**
 * AmfaFinding:
 * @profile: (nullable): whose finding it is
 * @path: (nullable): the file that it is about
 * @line: the line there, from 1; 0 if none
 * @variable: (nullable): the environment variable that it is about
 * @names: (nullable): several things that are named
 * @error: (nullable): what went wrong
 *
 * No secret is in any of it.
 */
typedef struct
{
  AmfaFindingKind kind;
  const char *profile;
  const char *path;
  guint line;
  const char *variable;
  const char *subject;
  const char *other;
  const char *const *names;
  gint64 number;
  const GError *error;
} AmfaFinding;

GPtrArray *amfa_findings_new (void);
void amfa_findings_add (GPtrArray *findings, const AmfaFinding *finding);
void amfa_findings_sort (GPtrArray *findings);
guint amfa_findings_count (GPtrArray *findings, AmfaSeverity severity);

const char *amfa_finding_get_id (const AmfaFinding *self);
AmfaSeverity amfa_finding_get_severity (const AmfaFinding *self);
const char *amfa_severity_to_string (AmfaSeverity severity);

G_END_DECLS
