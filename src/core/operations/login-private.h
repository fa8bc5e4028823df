#pragma once

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
  AmfaGrant *grant; /* granted, not yet written */
  AmfaLoan *loan;   /* what the last login granted, unless for the file */
};

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

G_END_DECLS
