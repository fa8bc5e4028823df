#pragma once

#include "preflight.h"
#include "vault.h"

G_BEGIN_DECLS

/* What AWS granted, and what is to be remembered of it. Reference-counted; nobody changes it. */
typedef struct
{
  gatomicrefcount references;
  AmfaCredentials *base; /* nullable if it is in no need of being kept */
  AmfaBaseOrigin origin;
  AmfaLoginTarget target;
  AmfaCredentials *seen; /* what the section held at the preflight; nullable */
  AmfaPreflight *over;   /* the only thing that @session may take the place of; nullable: a code was
                            spent on it, and it goes over whatever is there */
  AmfaCredentials *session;
  char *role;            /* ARN, if @session is a role's; nullable */
  AmfaCredentials *user; /* the user's session that @role was assumed from; nullable */
  char *serial;
  char *account; /* the user's; nullable */
  char *arn;     /* the user's; nullable */
  gint64 clock_offset;
  gint64 granted;     /* when, by the server's clock; 0: now */
  gboolean into_file; /* even where AWS tools ask us for the keys */
} AmfaGrant;

AmfaGrant *amfa_grant_new (void);
AmfaGrant *amfa_grant_new_again (const AmfaProfileState *state);
AmfaGrant *amfa_grant_load (AmfaVault *vault,
                            AmfaPreflight *over,
                            const char *role,
                            GCancellable *cancellable,
                            GError **error);
void amfa_grant_learn (const AmfaGrant *self, AmfaProfileState *state);
void amfa_grant_date (const AmfaGrant *self, AmfaCredentials *session, AmfaProfileState *state);
gboolean amfa_grant_is_of_new_key (const AmfaGrant *self, const char *known_key_id);
gboolean amfa_grant_store_sessions (const AmfaGrant *self,
                                    AmfaVault *vault,
                                    const char *const *marks,
                                    AmfaSecret *ended,
                                    GCancellable *cancellable,
                                    GError **error);
AmfaGrant *amfa_grant_ref (AmfaGrant *self);
void amfa_grant_unref (AmfaGrant *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaGrant, amfa_grant_unref)

G_END_DECLS
