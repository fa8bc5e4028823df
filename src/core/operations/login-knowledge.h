#pragma once

#include "discovery.h"
#include "role-choice.h"
#include "transaction.h"

/* What a login knows, from which source, and which source counts. */

G_BEGIN_DECLS

/* For who looks on; strings belong to the knowledge. */
typedef struct
{
  AmfaBaseOrigin origin;
  const char *key_id;       /* base key id, if known; nullable */
  const char *other_key_id; /* a different one that the keyring held for this profile; nullable */
  const char *account;      /* nullable */
  const char *arn;          /* nullable */
  const char *serial;       /* the device that will be used; nullable */
  gboolean is_root;         /* the user is the account's root user */
  guint n_fido;             /* devices of the user that do not work with the AWS API, as listed */
  guint duration;           /* seconds, as said or as configured for the profile; 0 if neither */
  guint config_duration;    /* the same, by the config alone */
  gint64 session_expires;   /* of the session in the file, 0 if none */
  const char *code_command; /* prints the code; nullable */

  /* whose session it will be; see amfa_login_set_identity() */
  const char *identity; /* ARN of the role, else of the user; nullable */
  const char *role;     /* ARN; nullable: the user's own */
  GPtrArray *roles;     /* of AmfaRole: those that can be chosen; nullable */
  guint role_duration;  /* seconds, of a role that has its own code and length; else 0 */
  gint64 at_hand_until; /* by our clock, until when it comes from the user's session, without a
                           code; 0: it takes one, or is what the profile has */
} AmfaLoginPlan;

typedef struct
{
  /* said by the user; beats everything */
  char *region;
  char *serial;
  guint duration;
  AmfaCredentials *typed;
  gboolean accepts_any_account;
  char *accepted_account; /* nullable */

  char *role_code_command;  /* from the files, of the role that is wanted; nullable */
  AmfaRoleChoice *choice;   /* from the files; nullable */
  AmfaPreflight *found;     /* from the files, the keyring and the state file; nullable */
  AmfaDiscovery *discovery; /* from AWS, about @key_id; nullable */
  char *key_id;
  char *refused_serial; /* AWS did not know it; nullable */
  char *account;
  AmfaLoginPlan plan;
} AmfaLoginKnowledge;

AmfaLoginKnowledge *amfa_login_knowledge_new (const AmfaProfileOptions *options);
void amfa_login_knowledge_free (AmfaLoginKnowledge *self);

void amfa_login_knowledge_set_code_command (AmfaLoginKnowledge *self, const char *of_role);
void amfa_login_knowledge_take_found (AmfaLoginKnowledge *self, AmfaPreflight *found);
void amfa_login_knowledge_take_choice (AmfaLoginKnowledge *self, AmfaRoleChoice *choice);
void amfa_login_knowledge_take_discovery (AmfaLoginKnowledge *self, AmfaDiscovery *discovery);
void amfa_login_knowledge_take_list (AmfaLoginKnowledge *self,
                                     const char *key_id,
                                     AmfaDiscovery *list);
void amfa_login_knowledge_set_serial (AmfaLoginKnowledge *self, const char *serial);
void amfa_login_knowledge_set_duration (AmfaLoginKnowledge *self, guint seconds);
void amfa_login_knowledge_refuse_serial (AmfaLoginKnowledge *self, const char *serial);

const char *amfa_login_knowledge_get_arn (const AmfaLoginKnowledge *self);
const char *amfa_login_knowledge_get_serial (const AmfaLoginKnowledge *self);
gboolean amfa_login_knowledge_check (const AmfaLoginKnowledge *self, GError **error);
gboolean amfa_login_knowledge_needs_discovery (const AmfaLoginKnowledge *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaLoginKnowledge, amfa_login_knowledge_free)

G_END_DECLS
