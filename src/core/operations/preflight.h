#pragma once

#include "backend.h"
#include "core/model/profile.h"
#include "core/model/section.h"

/* What is found out and made sure of before AWS is asked. Blocks: call from a worker thread. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_BASE_UNKNOWN,  /* the keyring is locked, absent, or not yet looked at */
  AMFA_BASE_NONE,     /* nothing anywhere: ask for keys */
  AMFA_BASE_FILE,     /* in the credentials file: will be imported */
  AMFA_BASE_DEFAULTS, /* in its [DEFAULT], for every profile: kept in the keyring, not moved */
  AMFA_BASE_KEYRING,
  AMFA_BASE_PAIR,        /* in the section that aws-mfa keeps them in: used, not moved */
  AMFA_BASE_CONFIG,      /* in the config file: used, not moved */
  AMFA_BASE_ENVIRONMENT, /* in the environment of awsmfa: used, not moved */
  AMFA_BASE_TYPED,       /* given by the user just now */
} AmfaBaseOrigin;

/* Where the session will go. */
typedef enum
{
  AMFA_TARGET_FILE, /* where every AWS tool finds it: the profile's section; in process mode the
                       keyring alone */
  AMFA_TARGET_LOAN, /* one process: no file is written, and the keyring is a cache at most */
  AMFA_TARGET_LOAN_UNKEPT, /* a loan, and the user has kept the keyring locked just now */
} AmfaLoginTarget;

/* What a reading of the files insists on. */
typedef enum
{
  AMFA_DEMAND_NOTHING = 0,
  AMFA_DEMAND_WRITABLE = 1 << 0, /* a session can be written into the section */
  AMFA_DEMAND_KNOWN = 1 << 1,    /* the profile is in a file, or was used before */
  AMFA_DEMAND_HEEDED = 1 << 2,   /* AWS tools would use keys in the section */
} AmfaReadDemands;

/* What is known of a profile before AWS is asked. */
typedef struct
{
  AmfaProfile *profile;
  AmfaSection *section;
  AmfaProfileState *state;
  AmfaBaseOrigin origin;
  AmfaCredentials *base; /* NULL if unknown or none */
  gboolean no_keyring;   /* it failed; a loan does without */
  gboolean ends_process; /* keys in the section make AWS tools pass over a credential_process of
                            somebody else, which they use now */
} AmfaPreflight;

AmfaBaseOrigin amfa_base_origin_of_section (const AmfaSection *section);
AmfaPreflight *amfa_preflight_look (AmfaBackend *backend,
                                    const char *name,
                                    const AmfaProfileOptions *options,
                                    AmfaLoginTarget target,
                                    AmfaCredentials *typed,
                                    GCancellable *cancellable,
                                    GError **error);
AmfaPreflight *amfa_preflight_run (AmfaBackend *backend,
                                   const char *name,
                                   const AmfaProfileOptions *options,
                                   AmfaLoginTarget target,
                                   AmfaCredentials *typed,
                                   GCancellable *cancellable,
                                   GError **error);
AmfaPreflight *amfa_preflight_read (AmfaBackend *backend,
                                    const char *name,
                                    const AmfaProfileOptions *options,
                                    AmfaReadDemands demands,
                                    const AmfaRecords *records,
                                    GError **error);
gboolean amfa_preflight_writes_file (const AmfaPreflight *self);
gboolean amfa_preflight_check_known (const char *name,
                                     const AmfaProfileState *state,
                                     AmfaIniDocument *credentials,
                                     AmfaIniDocument *config,
                                     GError **error);
void amfa_preflight_free (AmfaPreflight *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaPreflight, amfa_preflight_free)

G_END_DECLS
