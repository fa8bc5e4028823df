#pragma once

#include "backend.h"
#include "core/model/profile.h"
#include "core/model/section.h"

/* The two local halves of a login: what is made sure of before AWS is asked, and what is written
 * after it answered. Both block: call from a worker thread. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_BASE_UNKNOWN, /* the keyring is locked, absent, or not yet looked at */
  AMFA_BASE_NONE,    /* nothing anywhere: ask for keys */
  AMFA_BASE_FILE,    /* in the credentials file: will be imported */
  AMFA_BASE_KEYRING,
  AMFA_BASE_CONFIG, /* in the config file: used, not moved */
  AMFA_BASE_TYPED,  /* given by the user just now */
} AmfaBaseOrigin;

typedef enum
{
  AMFA_LOGIN_WARNING_NONE = 0,
  AMFA_LOGIN_WARNING_SESSION_NOT_STORED = 1 << 0, /* the keyring did not take the session item */
  AMFA_LOGIN_WARNING_CLOCK = 1 << 1,              /* the request had to be signed again */
  AMFA_LOGIN_WARNING_NOT_DURABLE = 1 << 2,        /* the folder could not be synced */
  AMFA_LOGIN_WARNING_STATE = 1 << 3,              /* the state file could not be written */
  AMFA_LOGIN_WARNING_IMPORTED = 1 << 4,           /* the base key left the file for the keyring */
} AmfaLoginWarnings;

/* What is known of a profile before AWS is asked. */
typedef struct
{
  AmfaProfile *profile;
  AmfaSection *section;
  AmfaProfileState *state;
  AmfaBaseOrigin origin;
  AmfaCredentials *base; /* NULL if unknown or none */
} AmfaPreflight;

/* What AWS granted, and what is to be remembered of it. Reference-counted; nobody changes it. */
typedef struct
{
  gatomicrefcount references;
  AmfaCredentials *base;
  AmfaBaseOrigin origin;
  AmfaCredentials *seen; /* what the section held at the preflight; nullable */
  AmfaCredentials *session;
  char *serial;
  char *account; /* nullable */
  char *arn;     /* nullable */
  gint64 clock_offset;
} AmfaGrant;

AmfaPreflight *amfa_transaction_look (AmfaBackend *backend,
                                      const char *name,
                                      const AmfaProfileOptions *options,
                                      AmfaCredentials *typed,
                                      GCancellable *cancellable,
                                      GError **error);
AmfaPreflight *amfa_transaction_preflight (AmfaBackend *backend,
                                           const char *name,
                                           const AmfaProfileOptions *options,
                                           AmfaCredentials *typed,
                                           GCancellable *cancellable,
                                           GError **error);
gboolean amfa_transaction_commit (AmfaBackend *backend,
                                  const char *name,
                                  const AmfaGrant *grant,
                                  AmfaLoginWarnings *warnings,
                                  GCancellable *cancellable,
                                  GError **error);

void amfa_preflight_free (AmfaPreflight *self);
AmfaGrant *amfa_grant_new (void);
AmfaGrant *amfa_grant_ref (AmfaGrant *self);
void amfa_grant_unref (AmfaGrant *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaPreflight, amfa_preflight_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaGrant, amfa_grant_unref)

G_END_DECLS
