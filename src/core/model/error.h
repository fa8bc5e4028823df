#pragma once

#include <glib.h>

/* Errors of the core: a code for every decision that a caller takes, and the data that a sentence
 * about it needs. The sentence itself is made by src/messages. */

G_BEGIN_DECLS

#define AMFA_ERROR (amfa_error_quark ())

typedef enum
{
  /* AWS answered */
  AMFA_ERROR_CODE_REFUSED,
  AMFA_ERROR_DEVICE_REFUSED,  /* subject: the serial */
  AMFA_ERROR_KEY_REFUSED,     /* subject: the key id; region: one that accounts have to enable */
  AMFA_ERROR_SECRET_WRONG,    /* subject: the key id */
  AMFA_ERROR_CLOCK_OFF,       /* seconds: server clock minus ours */
  AMFA_ERROR_SCOPE_REFUSED,   /* subject: the host; origin: where that is set; reason:
                                 AmfaScopeProblem; other: the region or service that was signed
                                 for; region: if that is the one that was asked for; meant */
  AMFA_ERROR_NOT_ALLOWED,     /* quote: AWS's message; reason: AmfaDenial */
  AMFA_ERROR_REGION_DISABLED, /* subject: the region; quote; region: the same, if it was asked for
                               */
  AMFA_ERROR_BAD_REQUEST,     /* quote; reason: AmfaRequestProblem */
  AMFA_ERROR_NEEDS_LONG_TERM, /* subject: the key id */
  AMFA_ERROR_SESSION_EXPIRED, /* subject: the key id of a session that AWS took back */
  AMFA_ERROR_SERVICE,         /* subject: the host; quote */
  /* nobody answered, or not AWS */
  AMFA_ERROR_NETWORK,  /* subject: the host; quote: the transport's words; reason:
                          G_IO_ERROR_TIMED_OUT if nothing came in time, G_IO_ERROR_PROXY_… if it was
                          the proxy, G_IO_ERROR_NOT_SUPPORTED if it does not take Basic (quote:
                          what it takes); other: the proxy's host and port; origin: where it is
                          set; region: one that nobody knows; meant */
  AMFA_ERROR_TLS,      /* subject: the host, or the proxy's host and port; quote; reason:
                          GTlsCertificateFlags, or an AmfaTlsProblem; other: the CA bundle, if there
                          is one; origin: where that is set; region, meant: as above */
  AMFA_ERROR_PROTOCOL, /* subject: the host; reason: AmfaProtocolProblem */
  /* who and what */
  AMFA_ERROR_NO_DEVICE,       /* reason: number of FIDO devices that cannot be used */
  AMFA_ERROR_DEVICE_UNKNOWN,  /* the caller has to choose or type a serial */
  AMFA_ERROR_BASE_LOST,       /* subject: the profile; other: the key id, if a restore brings it
                                 back into the file */
  AMFA_ERROR_NO_KEYS,         /* subject: the profile */
  AMFA_ERROR_PROFILE_UNKNOWN, /* subject: the profile; other: those that there are; reason: not 0
                               * if it is the applet that does not know it */
  AMFA_ERROR_ROLE_UNUSABLE,   /* subject: the profile; reason: AmfaRoleProblem; other: the value */
  AMFA_ERROR_ENDPOINT_BAD,    /* subject: the value; other: where it is set; reason; meant */
  AMFA_ERROR_BAD_CODE,
  AMFA_ERROR_CODE_COMMAND, /* subject: the program; reason: AmfaCodeCommandProblem; other: its exit
                              status or signal; quote: its last word; seconds: what it had */
  /* keyring */
  AMFA_ERROR_KEYRING_LOCKED,
  AMFA_ERROR_KEYRING_ABSENT, /* reason: AmfaKeyringAbsence; quote: the bus's words */
  AMFA_ERROR_KEYRING_FAILED, /* reason: AmfaKeyringProblem; quote */
  /* files */
  AMFA_ERROR_FILE_UNUSABLE,   /* subject: path; line; reason: AmfaFileProblem; other: name; quote */
  AMFA_ERROR_CONFIG_UNUSABLE, /* the same for the config file */
  AMFA_ERROR_FILE_WRITE,      /* subject: path; quote: strerror */
  AMFA_ERROR_FILE_CHANGED,    /* subject: path */
  AMFA_ERROR_BUSY,            /* subject: path */
  AMFA_ERROR_NOTHING_TO_RESTORE, /* subject: foreign temporary key id, or NULL;
                                    reason: AmfaNothingReason; other: the profile */
  AMFA_ERROR_NO_SESSION,         /* subject: the profile; seconds: what is left of one that is too
                                    short */
  /* asking through the applet */
  AMFA_ERROR_DECLINED,   /* subject: the profile */
  AMFA_ERROR_NO_DESKTOP, /* nobody can be asked; subject: the profile; quote */
  AMFA_ERROR_NO_ANSWER,  /* subject: the profile; seconds: how long it was waited */
  AMFA_ERROR_ONLY_COPY,  /* subject: the profile; other: the key id */
  /* what a login is refused for */
  AMFA_ERROR_BAD_SERIAL, /* subject: the serial, if it is an ARN; reason: AmfaSerialProblem; other:
                            whose key it is; quote: where it is set, if it was not typed */
  AMFA_ERROR_ACCOUNT_CHANGED, /* subject: the account that the key belongs to; other: the one that
                                 the profile has been used with */
  AMFA_ERROR_SHADOWED,        /* subject: the profile; other: the setting that beats keys in the
                                 credentials file; quote: the path where it stands; line;
                                 reason: whether there are no keys of its own */
} AmfaError;

/* Why there is no keyring. */
typedef enum
{
  AMFA_KEYRING_NOT_RUNNING,
  AMFA_KEYRING_BUS_SILENT, /* the message bus takes connections and does not answer */
  AMFA_KEYRING_BUS_GONE,   /* the connection to the message bus broke */
  AMFA_KEYRING_NO_DEFAULT, /* a service, without a collection for what is new */
} AmfaKeyringAbsence;

/* What the keyring failed at. */
typedef enum
{
  AMFA_KEYRING_PROBLEM_TOLD,   /* quote: its own words */
  AMFA_KEYRING_PROBLEM_PROMPT, /* it went away while it asked the user */
  AMFA_KEYRING_PROBLEM_SILENT, /* it did not answer in time */
  AMFA_KEYRING_PROBLEM_NO_ITEM,
  AMFA_KEYRING_PROBLEM_ITEM_GONE,   /* between finding and reading it */
  AMFA_KEYRING_PROBLEM_DIFFERENT,   /* it does not give back what it was given */
  AMFA_KEYRING_PROBLEM_GARBLED,     /* an item is not in a form that we write */
  AMFA_KEYRING_PROBLEM_NOT_DURABLE, /* quote: strerror */
} AmfaKeyringProblem;

/* Why a credentials or config file was left alone. */
typedef enum
{
  /* what botocore cannot read */
  AMFA_FILE_PROBLEM_NOT_UTF8,
  AMFA_FILE_PROBLEM_BYTE_ORDER_MARK,
  AMFA_FILE_PROBLEM_TEXT_BEFORE_HEADER,
  AMFA_FILE_PROBLEM_HEADER_MALFORMED,  /* "[" without "]", "[]" */
  AMFA_FILE_PROBLEM_SECTION_TWICE,     /* other: the section */
  AMFA_FILE_PROBLEM_KEY_TWICE,         /* other: the key */
  AMFA_FILE_PROBLEM_KEY_WITHOUT_VALUE, /* a line without "=" or ":" */
  AMFA_FILE_PROBLEM_NESTED,            /* a nested block whose line has no "=" */
  AMFA_FILE_PROBLEM_INHERITED_TOKEN,   /* aws_security_token in [DEFAULT] would beat ours */
  AMFA_FILE_PROBLEM_KEY_ID,            /* no access key id; it may be a secret */
  AMFA_FILE_PROBLEM_LONE_KEY_ID,       /* no secret beside it, and not one that we know */
  AMFA_FILE_PROBLEM_LONE_SECRET,       /* no key id beside it, and no copy of it anywhere */
  AMFA_FILE_PROBLEM_RIVAL,             /* other: a key that beats our credential_process */
  /* what cannot be read or replaced */
  AMFA_FILE_PROBLEM_TOO_BIG,
  AMFA_FILE_PROBLEM_NOT_REGULAR,
  AMFA_FILE_PROBLEM_HARD_LINK,
  AMFA_FILE_PROBLEM_MOUNT_POINT,
  AMFA_FILE_PROBLEM_OWNER,
  AMFA_FILE_PROBLEM_LINK_LOOP,
  AMFA_FILE_PROBLEM_NO_FOLDER, /* a part of its path is something else */
  AMFA_FILE_PROBLEM_LOCK,      /* other: what has the lock file's name */
  AMFA_FILE_PROBLEM_READ,      /* quote: strerror */
} AmfaFileProblem;

/* What has changed. */
typedef enum
{
  AMFA_CHANGE_OF_FILE, /* while it was being written: may be tried again */
  AMFA_CHANGE_OF_KEYS, /* they are not those that were asked about */
} AmfaChange;

/* Why there is nothing to restore. */
typedef enum
{
  AMFA_NOTHING_IN_PLACE,   /* the original credentials are where they belong */
  AMFA_NOTHING_OTHER_KEY,  /* long-term: subject; the keyring has another one: other */
  AMFA_NOTHING_NO_PROCESS, /* AWS tools do not ask us for the keys */
  AMFA_NOTHING_IN_KEYRING, /* it has no keys to forget */
} AmfaNothingReason;

/* Why an answer cannot come from AWS. */
typedef enum
{
  AMFA_PROTOCOL_PROBLEM_NOT_XML,
  AMFA_PROTOCOL_PROBLEM_TRUNCATED,
  AMFA_PROTOCOL_PROBLEM_TOO_BIG,
  AMFA_PROTOCOL_PROBLEM_REDIRECT,
  AMFA_PROTOCOL_PROBLEM_INCOMPLETE, /* well-formed, but a field that must be there is not */
  AMFA_PROTOCOL_PROBLEM_EMPTY,
  AMFA_PROTOCOL_PROBLEM_IMPLAUSIBLE, /* complete, but nothing that AWS gives for what was asked */
} AmfaProtocolProblem;

/* What is wrong with an encrypted connection besides its certificate: beyond GTlsCertificateFlags.
 */
typedef enum
{
  AMFA_TLS_PROBLEM_TOO_OLD = 1 << 16,        /* quote: the version, such as "TLS 1.0" */
  AMFA_TLS_PROBLEM_BUNDLE = 1 << 17,         /* the CA bundle cannot be used; quote: why */
  AMFA_TLS_PROBLEM_NOT_REGULAR = 1 << 18,    /* it is no regular file */
  AMFA_TLS_PROBLEM_NO_CERTIFICATE = 1 << 19, /* it has none */
  AMFA_TLS_PROBLEM_OF_PROXY = 1 << 20,       /* beside another one; proxy_origin */
} AmfaTlsProblem;

/* What is wrong with the credential scope, by which a request says what it is for. */
typedef enum
{
  AMFA_SCOPE_PROBLEM_REGION,
  AMFA_SCOPE_PROBLEM_SERVICE, /* the endpoint is one of another service */
} AmfaScopeProblem;

/* Whose policy forbids what was asked for. */
typedef enum
{
  AMFA_DENIAL_UNSAID,
  AMFA_DENIAL_ORGANIZATION, /* a service or resource control policy */
  AMFA_DENIAL_BOUNDARY,     /* a permissions boundary */
  AMFA_DENIAL_SESSION,      /* a session policy */
  AMFA_DENIAL_NETWORK,      /* a policy of the VPC endpoint */
  AMFA_DENIAL_USER,         /* a policy of the user or role that asks */
  AMFA_DENIAL_TRUST,        /* the role's trust policy */
  AMFA_DENIAL_NO_GRANT,     /* none that allows a role to be assumed */
} AmfaDenial;

/* What is wrong with a request. */
typedef enum
{
  AMFA_REQUEST_PROBLEM_TOLD,    /* quote has it */
  AMFA_REQUEST_PROBLEM_ALTERED, /* it arrived otherwise than it was sent */
} AmfaRequestProblem;

/* Why a profile's role cannot be assumed. */
typedef enum
{
  AMFA_ROLE_PROBLEM_ARN,
  AMFA_ROLE_PROBLEM_EXTERNAL_ID,
  AMFA_ROLE_PROBLEM_SESSION_NAME,
  AMFA_ROLE_PROBLEM_NO_SOURCE,
  AMFA_ROLE_PROBLEM_TWO_SOURCES,
  AMFA_ROLE_PROBLEM_CREDENTIAL_SOURCE, /* none that a person's computer has */
  AMFA_ROLE_PROBLEM_SOURCE_UNKNOWN,
  AMFA_ROLE_PROBLEM_LOOP,
  AMFA_ROLE_PROBLEM_NO_ENVIRONMENT,
  AMFA_ROLE_PROBLEM_DURATION,         /* other: the role; seconds */
  AMFA_ROLE_PROBLEM_CHAINED_DURATION, /* the same */
} AmfaRoleProblem;

/* Why the program that prints the code gave none. */
typedef enum
{
  AMFA_CODE_COMMAND_NOT_STARTED, /* quote: why */
  AMFA_CODE_COMMAND_FAILED,      /* other: the exit status */
  AMFA_CODE_COMMAND_KILLED,      /* other: the signal's name */
  AMFA_CODE_COMMAND_TOO_SLOW,
  AMFA_CODE_COMMAND_NO_CODE, /* it printed something else, or nothing */
} AmfaCodeCommandProblem;

/* Why a serial number is refused. */
typedef enum
{
  AMFA_SERIAL_PROBLEM_MALFORMED,
  AMFA_SERIAL_PROBLEM_FIDO,      /* AWS takes those in its console only */
  AMFA_SERIAL_PROBLEM_PARTITION, /* another than the key's */
  AMFA_SERIAL_PROBLEM_ACCOUNT,   /* another than the key's */
} AmfaSerialProblem;

/* Why an endpoint is refused. */
typedef enum
{
  AMFA_ENDPOINT_PROBLEM_REGION,      /* malformed region */
  AMFA_ENDPOINT_PROBLEM_URL,         /* malformed URL */
  AMFA_ENDPOINT_PROBLEM_PLAIN_HTTP,  /* http beyond loopback */
  AMFA_ENDPOINT_PROBLEM_CUSTOM_FIPS, /* FIPS or dual stack with a custom endpoint */
  AMFA_ENDPOINT_PROBLEM_PROXY,       /* no address of a proxy; no subject */
  AMFA_ENDPOINT_PROBLEM_SERVICES,    /* no such [services …] */
} AmfaEndpointProblem;

/**
 * AmfaErrorDetails:
 * @subject: (nullable): what the error is about; see the code
 * @other: (nullable): a second name; see the code
 * @origin: (nullable): where a value is set, such as "HTTPS_PROXY"
 * @proxy_origin: (nullable): where the proxy is set that it is about; %NULL: by the desktop
 * @region: (nullable): the region that was asked for, where it may be the cause
 * @region_origin: (nullable): where @region is set; %NULL: nowhere, it is the default
 * @meant: (nullable): what exists and may have been meant
 * @quote: (nullable): somebody else's words (AWS, strerror, GLib), never a secret
 * @request_id: (nullable): AWS's request id
 * @line: line in a file, from 1; 0 if none
 * @reason: a number whose enumeration the code names
 * @seconds: a difference in seconds
 */
typedef struct
{
  const char *subject;
  const char *other;
  const char *origin;
  const char *proxy_origin;
  const char *region;
  const char *region_origin;
  const char *meant;
  const char *quote;
  const char *request_id;
  guint line;
  int reason;
  gint64 seconds;
} AmfaErrorDetails;

GQuark amfa_error_quark (void);

GError *amfa_error_new (AmfaError code, const AmfaErrorDetails *details);
GError *amfa_error_with_subject (GError *error, const char *subject);
void amfa_error_set_origin (GError *error, const char *origin);
void amfa_error_set_region (GError *error,
                            const char *region,
                            const char *origin,
                            const char *meant);
gboolean amfa_error_is_answer (const GError *error);
void amfa_set_error (GError **error, AmfaError code, const AmfaErrorDetails *details);
AmfaFileProblem amfa_file_problem_of_path (int code);
const AmfaErrorDetails *amfa_error_get_details (const GError *error);
void amfa_error_set_path (GError *error, const char *path);
gboolean amfa_error_is_cancelled (const GError *error);

G_END_DECLS
