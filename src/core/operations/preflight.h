#pragma once

#include "backend.h"
#include "core/model/profile.h"
#include "core/model/section.h"

/* What is found out and made sure of before AWS is asked. Blocks: call from a worker thread. */

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

/* What is known of a profile before AWS is asked. */
typedef struct
{
  AmfaProfile *profile;
  AmfaSection *section;
  AmfaProfileState *state;
  AmfaBaseOrigin origin;
  AmfaCredentials *base; /* NULL if unknown or none */
} AmfaPreflight;

AmfaPreflight *amfa_preflight_look (AmfaBackend *backend,
                                    const char *name,
                                    const AmfaProfileOptions *options,
                                    AmfaCredentials *typed,
                                    GCancellable *cancellable,
                                    GError **error);
AmfaPreflight *amfa_preflight_run (AmfaBackend *backend,
                                   const char *name,
                                   const AmfaProfileOptions *options,
                                   AmfaCredentials *typed,
                                   GCancellable *cancellable,
                                   GError **error);
void amfa_preflight_free (AmfaPreflight *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaPreflight, amfa_preflight_free)

G_END_DECLS
