#pragma once

#include "credentials.h"
#include "endpoint.h"

/* What the process environment says to this program, read once by main() and passed as a value. */

G_BEGIN_DECLS

/**
 * AmfaSurroundings:
 * @home: the user's home, absolute
 * @directory: the working folder, absolute: what relative paths start from
 * @runtime_dir: the user's runtime folder
 * @dup_home_of: (nullable): the home of another user (transfer full), %NULL if there is none
 *
 * What a process knows besides its variables.
 */
typedef struct
{
  const char *home;
  const char *directory;
  const char *runtime_dir;
  char *(*dup_home_of) (const char *user);
} AmfaSurroundings;

typedef struct
{
  char *application_id;
  char *home;
  char *directory; /* what relative paths start from */
  char *(*dup_home_of) (const char *user);
  char *credentials_path;        /* absolute, not resolved */
  char *config_path;             /* absolute, not resolved */
  gboolean own_credentials_path; /* AWS_SHARED_CREDENTIALS_FILE is set */
  char *state_dir;               /* $XDG_STATE_HOME/awsmfa */
  char *autostart_path;          /* the desktop file that starts the applet at log-in */
  char *runtime_dir;
  char *keyrings_dir;  /* $XDG_DATA_HOME/keyrings */
  char *profile;       /* AWS_PROFILE, AWS_DEFAULT_PROFILE; nullable */
  char *region;        /* nullable */
  char *region_origin; /* the variable's name */
  char *endpoint_url;  /* AWS_ENDPOINT_URL; nullable */
  char *endpoint_url_sts;
  char *endpoint_url_iam;
  int ignore_configured_endpoints; /* -1 not set, else a boolean; so are the next ones */
  int use_fips;
  int use_dual_stack;
  char *sts_regional_endpoints;  /* AWS_STS_REGIONAL_ENDPOINTS; nullable */
  char *ca_bundle;               /* AWS_CA_BUNDLE, absolute; nullable */
  char *last_ca_bundle;          /* REQUESTS_CA_BUNDLE, where nothing else is said; nullable */
  char *https_proxy;             /* nullable */
  char *no_proxy;                /* nullable */
  gboolean keyring_is_file;      /* SECRET_BACKEND=file */
  gboolean notifies_freedesktop; /* GNOTIFICATION_BACKEND=freedesktop */
  AmfaCredentials *keys;         /* long-term ones, see amfa_environment_read_keys(); nullable */
} AmfaEnvironment;

AmfaEnvironment *amfa_environment_new (const char *const *envp,
                                       const char *default_application_id,
                                       const AmfaSurroundings *surroundings);
char *amfa_environment_dup_path (const AmfaEnvironment *self, const char *path);
void amfa_environment_read_keys (AmfaEnvironment *self, const char *const *envp);
void amfa_environment_free (AmfaEnvironment *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaEnvironment, amfa_environment_free)

G_END_DECLS
