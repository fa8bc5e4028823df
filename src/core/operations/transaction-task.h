#pragma once

#include "transaction.h"

/* The worker's half of a login as tasks: each runs in a thread of its own. */

G_BEGIN_DECLS

typedef enum
{
  AMFA_INQUIRY_LOOK,      /* amfa_preflight_look() */
  AMFA_INQUIRY_PREFLIGHT, /* amfa_preflight_run(): may prompt */
} AmfaInquiry;

void amfa_inquire_async (AmfaBackend *backend,
                         AmfaInquiry inquiry,
                         const char *name,
                         const AmfaProfileOptions *options,
                         AmfaLoginTarget target,
                         AmfaCredentials *typed,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
AmfaPreflight *amfa_inquire_finish (GAsyncResult *result, GError **error);

void amfa_commit_async (AmfaBackend *backend,
                        const char *name,
                        AmfaGrant *grant,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
gboolean amfa_commit_finish (GAsyncResult *result, AmfaLoginWarnings *warnings, GError **error);

G_END_DECLS
