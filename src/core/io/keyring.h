#pragma once

#include <gio/gio.h>

#include "keyring-budget.h"

#include "core/model/environment.h"
#include "core/model/secret.h"

/* The user's keyring (Secret Service), with two doors: look (never prompts, never reads a secret)
 * and open (may prompt; only inside a deed that the user asked for). Inside such a deed, once the
 * keyring is open, read, store and remove ask for no password. Every call blocks: call from a
 * worker thread; several may call at once.
 *
 * Time: a keyring that does not answer costs what its caller has for it, not that much for each
 * call. An operation makes one budget and gives it to all its calls as their cancellable:
 *
 *   g_autoptr (GCancellable) budget =
 *       amfa_keyring_budget_new (AMFA_KEYRING_OPERATION_MS, cancellable);
 *
 * and inside it another one by amfa_keyring_budget_new_under_lock(), of AMFA_KEYRING_LOCKED_MS, for
 * the part that runs while a file is locked. A call that gets another cancellable, or none, has
 * AMFA_KEYRING_OPERATION_MS for itself. Prompts are counted under the lock only. A budget is for
 * the keyring's calls only: whatever else it cancels would look as if the user had. When time is
 * up, the call under way fails with %AMFA_ERROR_KEYRING_FAILED (%AMFA_KEYRING_PROBLEM_SILENT), and
 * so does every further one. */

G_BEGIN_DECLS

#define AMFA_TYPE_KEYRING (amfa_keyring_get_type ())
G_DECLARE_FINAL_TYPE (AmfaKeyring, amfa_keyring, AMFA, KEYRING, GObject)

/* Starting a service takes a while on a computer that was just switched on. */
#define AMFA_KEYRING_OPERATION_MS 15000
#define AMFA_KEYRING_LOCKED_MS 6000
#define AMFA_KEYRING_PEEK_MS 1000 /* for what nobody asked for, all together */

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
  AMFA_LOOK_LOCKED,  /* nothing to be seen, and the default collection is locked */
  AMFA_LOOK_ABSENT,  /* no Secret Service, or one without a default collection */
  AMFA_LOOK_UNKNOWN, /* a peek only: it would have to be started, or does not answer in time */
} AmfaLook;

/* Whether what an item of @kind holds has a form that we know. */
typedef gboolean (*AmfaItemTest) (AmfaItemKind kind, AmfaSecret *secret);

AmfaKeyring *amfa_keyring_new (const AmfaEnvironment *environment, AmfaItemTest is_readable);
AmfaLook amfa_keyring_look (AmfaKeyring *self, const AmfaItem *item, GCancellable *cancellable);
AmfaLook amfa_keyring_peek (AmfaKeyring *self, const AmfaItem *item, GCancellable *cancellable);
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
void amfa_keyring_await_prompts (AmfaKeyring *self);
gboolean amfa_keyring_make_durable (AmfaKeyring *self, GCancellable *budget, GError **error);
gboolean amfa_keyring_is_saved_at_once (AmfaKeyring *self, GCancellable *cancellable);

G_END_DECLS
