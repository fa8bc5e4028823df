#pragma once

#include <gio/gio.h>

#include "core/model/environment.h"
#include "core/model/secret.h"

/* The user's keyring (Secret Service), with two doors: look (never prompts, never reads a secret)
 * and open (may prompt; only inside a deed that the user asked for). Inside such a deed, once the
 * keyring is open, read, store and remove ask for no password. Every call blocks: call from a
 * worker thread; several may call at once. */

G_BEGIN_DECLS

#define AMFA_TYPE_KEYRING (amfa_keyring_get_type ())
G_DECLARE_FINAL_TYPE (AmfaKeyring, amfa_keyring, AMFA, KEYRING, GObject)

typedef enum
{
  AMFA_ITEM_BASE,
  AMFA_ITEM_BASE_OLD,
  AMFA_ITEM_SESSION,
  AMFA_ITEM_ORIGINAL,
} AmfaItemKind;

/* Which item: for which profile of which credentials file. */
typedef struct
{
  AmfaItemKind kind;
  const char *profile;
  const char *role; /* ARN; nullable */
  const char *file; /* digest of the resolved path, or "-" for ~/.aws/credentials */
} AmfaItem;

typedef enum
{
  AMFA_LOOK_NOT_STORED,
  AMFA_LOOK_STORED,
  AMFA_LOOK_LOCKED, /* nothing to be seen, and the default collection is locked */
  AMFA_LOOK_ABSENT, /* no Secret Service, or one without a default collection */
} AmfaLook;

AmfaKeyring *amfa_keyring_new (const AmfaEnvironment *environment);
AmfaLook amfa_keyring_look (AmfaKeyring *self, const AmfaItem *item, GCancellable *cancellable);
gboolean amfa_keyring_unlock (AmfaKeyring *self, GCancellable *cancellable, GError **error);
gboolean amfa_keyring_check (AmfaKeyring *self, GCancellable *cancellable, GError **error);
gboolean amfa_keyring_open (AmfaKeyring *self,
                            const AmfaItem *item,
                            AmfaSecret **secret,
                            GCancellable *cancellable,
                            GError **error);
gboolean amfa_keyring_read (AmfaKeyring *self,
                            const AmfaItem *item,
                            AmfaSecret **secret,
                            GCancellable *cancellable,
                            GError **error);
GPtrArray *amfa_keyring_read_for_all_roles (AmfaKeyring *self,
                                            const AmfaItem *item,
                                            gboolean may_unlock,
                                            GCancellable *cancellable,
                                            GError **error);
gboolean amfa_keyring_store (AmfaKeyring *self,
                             const AmfaItem *item,
                             AmfaSecret *secret,
                             GCancellable *cancellable,
                             GError **error);
gboolean amfa_keyring_remove (AmfaKeyring *self,
                              const AmfaItem *item,
                              GCancellable *cancellable,
                              GError **error);
gboolean amfa_keyring_remove_for_all_roles (AmfaKeyring *self,
                                            const AmfaItem *item,
                                            GCancellable *cancellable,
                                            GError **error);
gboolean amfa_keyring_make_durable (AmfaKeyring *self, GError **error);

G_END_DECLS
