#pragma once

#include "backend.h"
#include "core/model/section.h"

/* What can be said about one profile's session without unlocking anything and without the network.
 * Blocks: call from a worker thread. */

G_BEGIN_DECLS

/* What is asked. */
typedef enum
{
  AMFA_REACH_FILES,   /* at once */
  AMFA_REACH_KEYRING, /* and a peek into the keyring, within AMFA_KEYRING_PEEK_MS for all */
} AmfaReach;

typedef struct
{
  char *profile;
  AmfaSectionKind kind; /* of the credentials file's section */
  gboolean is_process;  /* AWS tools ask awsmfa for keys, since they find none in the section: the
                           session is in the keyring alone */
  gboolean has_session; /* one of ours, perhaps expired */
  char *key_id;         /* that the section holds, whosoever it is; nullable */
  gint64 expires;       /* by the server's clock, Unix seconds; 0 without a session */
  gint64 granted;       /* how long the session was granted for, seconds; 0 if unknown */
  gint64 clock_offset;  /* server clock minus ours, seconds */
  char *account;        /* nullable */
  char *identity;       /* ARN; nullable */
  char *user;           /* ARN of the user whose keys these are; nullable */
  char *role;           /* its ARN, if the session is a role's; nullable */
  gint64 user_expires;  /* of the user's own session, which roles come from, by the server's clock;
                           0 if unknown */
  GPtrArray *roles;     /* of AmfaRole, those that the user can assume; NULL if nobody looked */
  char *serial;         /* of the device used last; nullable */
  char *base_key_id;    /* of the base credentials used last; nullable */
  gboolean can_restore;
  gboolean
      is_unsure; /* the keyring was not asked, or did not answer: what it has may add to this */
} AmfaProfileStatus;

GCancellable *amfa_reach_begin (AmfaReach reach, GCancellable *cancellable);

AmfaProfileStatus *amfa_profile_status_new (const char *profile);
AmfaProfileStatus *amfa_profile_status_read (AmfaBackend *backend,
                                             AmfaIniDocument *credentials,
                                             AmfaIniDocument *config,
                                             const char *profile,
                                             GCancellable *cancellable);
void amfa_profile_status_free (AmfaProfileStatus *self);
gboolean amfa_profile_status_same_session (const AmfaProfileStatus *a, const AmfaProfileStatus *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaProfileStatus, amfa_profile_status_free)

G_END_DECLS
