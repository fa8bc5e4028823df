#pragma once

#include "credentials.h"
#include "endpoint.h"
#include "environment.h"
#include "ini-document.h"

G_BEGIN_DECLS

#define AMFA_DEFAULT_REGION "us-east-1"
#define AMFA_DURATION_DEFAULT (12 * 3600)
#define AMFA_DURATION_MIN 900
#define AMFA_DURATION_MAX (36 * 3600)
#define AMFA_DURATION_ROOT_MAX 3600 /* of the root user */

/* What the command line or the dialog says; everything may be left out. */
typedef struct
{
  const char *region;
  const char *serial;
  guint duration;          /* seconds, 0: not said */
  gboolean accept_account; /* a key of another account than so far is meant */
} AmfaProfileOptions;

/**
 * AmfaProfile:
 *
 * A profile resolved from the two files, the environment and the options: all that a login needs
 * to know before it asks anybody.
 */
typedef struct
{
  char *name;
  AmfaEndpoint *sts;
  AmfaEndpoint *iam;
  char *region;
  gboolean region_is_said;      /* somewhere; otherwise it is %AMFA_DEFAULT_REGION */
  char *serial;                 /* option or config mfa_serial; nullable */
  char *serial_origin;          /* where it is configured; nullable */
  guint duration;               /* seconds, 0: not said */
  guint config_duration;        /* the same, by the config alone */
  char *ca_bundle;              /* absolute; nullable: the system's authorities */
  char *ca_bundle_origin;       /* where that is set; nullable */
  AmfaCredentials *pair_keys;   /* long-term keys in the section of aws-mfa; nullable */
  AmfaCredentials *config_keys; /* long-term keys in the config file; nullable */
  gboolean is_process;          /* its credential_process is ours */
  char *code_command;           /* mfa_process: prints the code; nullable */
} AmfaProfile;

AmfaProfile *amfa_profile_resolve (const char *name,
                                   AmfaIniDocument *credentials,
                                   AmfaIniDocument *config,
                                   const AmfaEnvironment *environment,
                                   const AmfaProfileOptions *options,
                                   GError **error);
guint amfa_profile_parse_duration (const char *text);
void amfa_profile_free (AmfaProfile *self);
char *amfa_profile_config_section (AmfaIniDocument *config, const char *name);
char *amfa_profile_dup_code_command (AmfaIniDocument *config, const char *name);
gboolean amfa_profile_is_process (AmfaIniDocument *credentials,
                                  AmfaIniDocument *config,
                                  const char *name);
char **amfa_profile_list_names (AmfaIniDocument *credentials, AmfaIniDocument *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaProfile, amfa_profile_free)

G_END_DECLS
