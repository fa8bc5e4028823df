#pragma once

#include "core/aws/sts.h"
#include "login.h"
#include "session-loan.h"
#include "transaction-task.h"

/* What login.c and login-start.c share. */

G_BEGIN_DECLS

struct _AmfaLogin
{
  GObject parent;

  AmfaBackend *backend;
  char *profile;
  AmfaLoginKnowledge *known;
  AmfaLoginTarget target;
  AmfaRolePlan *roles; /* nullable: the user's own session is wanted */
  gboolean chooses_identity;
  char *wanted_role;     /* where it does: ARN, AMFA_ROLE_NONE or, until it is known, NULL */
  gboolean role_refused; /* what AWS granted last is the user's session alone */
  AmfaGrant *grant;      /* granted, not yet written */
  AmfaLoan *loan;        /* what the last login granted, unless for the file */
};

void amfa_login_find_identity (AmfaLogin *self, GAsyncReadyCallback callback, GTask *task);
gboolean amfa_login_find_identity_finish (AmfaLogin *self, GAsyncResult *result, GError **error);

void amfa_login_inquire (AmfaLogin *self,
                         AmfaInquiry inquiry,
                         GAsyncReadyCallback callback,
                         GTask *task);
gboolean amfa_login_inquire_finish (AmfaLogin *self, GAsyncResult *result, GError **error);
void amfa_login_discover (AmfaLogin *self, GAsyncReadyCallback callback, GTask *task);
gboolean amfa_login_discover_finish (AmfaLogin *self,
                                     AmfaQueryClient *client,
                                     GAsyncResult *result,
                                     GError **error);

void amfa_login_commit (AmfaLogin *self, GTask *task);
void amfa_login_assume_roles (AmfaLogin *self, GTask *task);
void amfa_login_assume_directly (AmfaLogin *self,
                                 const char *serial,
                                 const char *code,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

G_END_DECLS
