#define G_LOG_DOMAIN "amfa-keyring"

#include "keyring.h"

#include "disk-sync.h"
#include "secret-deeds.h"
#include "secret-values.h"

#include "core/model/error.h"

/* What must hold:
 *
 * - Items are matched by all five attributes and not by the schema's name: a gnome-keyring that has
 *   not been unlocked since it started does not tell that name. A store replaces what has all the
 *   attributes of the new item and perhaps more, so none may ever be added.
 * - Only unlock() and open() let the service ask for a password. read(), store() and remove() run
 *   while the credentials file is locked and say KEYRING_LOCKED instead.
 * - With SECRET_BACKEND=file there is no service, and libsecret keeps one file for the whole
 *   process: two threads would take it away from each other, hence the mutex. */

struct _AmfaKeyring
{
  GObject parent_instance;

  char *application;
  char *keyrings_dir;
  gboolean is_file;
  GMutex file_mutex; /* one call at a time where @is_file */
};

G_DEFINE_FINAL_TYPE (AmfaKeyring, amfa_keyring, G_TYPE_OBJECT)

/* The kind's attribute, and what people see of it in their keyring manager. */
static const struct
{
  const char *name;
  const char *label;
} kinds[] = {
  [AMFA_ITEM_BASE] = { "base", "AWS base credentials" },
  [AMFA_ITEM_BASE_OLD] = { "base-old", "Former AWS base credentials" },
  [AMFA_ITEM_SESSION] = { "session", "AWS session" },
  [AMFA_ITEM_ORIGINAL] = { "original", "Original AWS credentials" },
};

static void
amfa_keyring_finalize (GObject *object)
{
  AmfaKeyring *self = AMFA_KEYRING (object);

  g_free (self->application);
  g_free (self->keyrings_dir);
  g_mutex_clear (&self->file_mutex);

  G_OBJECT_CLASS (amfa_keyring_parent_class)->finalize (object);
}

static void
amfa_keyring_class_init (AmfaKeyringClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = amfa_keyring_finalize;
}

static void
amfa_keyring_init (AmfaKeyring *self)
{
  g_mutex_init (&self->file_mutex);
}

/* Returns: (transfer full) (nullable): held until it is freed */
static GMutexLocker *
lock_file (AmfaKeyring *self)
{
  return self->is_file ? g_mutex_locker_new (&self->file_mutex) : NULL;
}

static GHashTable *
item_attributes (AmfaKeyring *self, const AmfaItem *item)
{
  GHashTable *attributes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  g_hash_table_insert (attributes, (gpointer) "application", g_strdup (self->application));
  g_hash_table_insert (attributes, (gpointer) "profile", g_strdup (item->profile));
  g_hash_table_insert (attributes, (gpointer) "kind", g_strdup (kinds[item->kind].name));
  g_hash_table_insert (attributes, (gpointer) "role", g_strdup (item->role ? item->role : "-"));
  g_hash_table_insert (attributes, (gpointer) "file", g_strdup (item->file));
  return attributes;
}

static char *
item_label (const AmfaItem *item)
{
  return g_strdup_printf ("%s: %s", kinds[item->kind].label, item->profile);
}

static gboolean
is_item (const AmfaItem *item)
{
  return item && item->kind < G_N_ELEMENTS (kinds) && item->profile && item->file;
}

static AmfaLook
file_look (GHashTable *attributes, GCancellable *cancellable)
{
  gboolean stored = FALSE;

  if (!amfa_secret_values_file_look (attributes, &stored, cancellable, NULL))
    return AMFA_LOOK_ABSENT;
  return stored ? AMFA_LOOK_STORED : AMFA_LOOK_NOT_STORED;
}

/**
 * amfa_keyring_new:
 * @environment: says where keyrings lie and which back end libsecret uses
 *
 * Returns: (transfer full): the keyring; nothing is asked of it yet
 */
AmfaKeyring *
amfa_keyring_new (const AmfaEnvironment *environment)
{
  g_return_val_if_fail (environment != NULL, NULL);

  AmfaKeyring *self = g_object_new (AMFA_TYPE_KEYRING, NULL);

  self->application = g_strdup (environment->application_id);
  self->keyrings_dir = g_strdup (environment->keyrings_dir);
  self->is_file = environment->keyring_is_file;
  return self;
}

/**
 * amfa_keyring_look:
 * @item: which item
 *
 * Never unlocks, never prompts, never reads a secret. What cannot be asked counts as absent.
 */
AmfaLook
amfa_keyring_look (AmfaKeyring *self, const AmfaItem *item, GCancellable *cancellable)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self) && is_item (item), AMFA_LOOK_ABSENT);

  g_autoptr (GHashTable) attributes = item_attributes (self, item);
  g_autoptr (GMutexLocker) locker = lock_file (self);

  return self->is_file ? file_look (attributes, cancellable)
                       : amfa_secret_deeds_look (attributes, cancellable);
}

/**
 * amfa_keyring_unlock:
 *
 * Makes sure that the default collection can be written to; the service may prompt once, for its
 * password or, where there is no such collection, for a new one.
 *
 * Errors: %AMFA_ERROR_KEYRING_LOCKED (dismissed), %AMFA_ERROR_KEYRING_ABSENT,
 * %AMFA_ERROR_KEYRING_FAILED, %G_IO_ERROR_CANCELLED.
 */
gboolean
amfa_keyring_unlock (AmfaKeyring *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self), FALSE);

  if (self->is_file)
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  return amfa_secret_deeds_unlock (cancellable, error);
}

/**
 * amfa_keyring_check:
 *
 * Whether the default collection can be written to now. Never prompts; tells more of what is absent
 * than amfa_keyring_look().
 *
 * Errors: as for amfa_keyring_unlock().
 */
gboolean
amfa_keyring_check (AmfaKeyring *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self), FALSE);

  if (self->is_file)
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  return amfa_secret_deeds_check (cancellable, error);
}

static gboolean
load (AmfaKeyring *self,
      const AmfaItem *item,
      gboolean may_unlock,
      AmfaSecret **secret,
      GCancellable *cancellable,
      GError **error)
{
  g_autoptr (GHashTable) attributes = item_attributes (self, item);
  g_autoptr (GMutexLocker) locker = lock_file (self);

  if (self->is_file)
    return amfa_secret_values_file_open (attributes, secret, cancellable, error);
  return amfa_secret_deeds_open (attributes, may_unlock, secret, cancellable, error);
}

/**
 * amfa_keyring_open:
 * @item: which item
 * @secret: (out) (transfer full) (nullable): what it holds; %NULL if it is not stored
 *
 * Unlocks what it must; the service may prompt for that.
 *
 * Errors: as for amfa_keyring_unlock().
 *
 * Returns: whether the answer is known
 */
gboolean
amfa_keyring_open (AmfaKeyring *self,
                   const AmfaItem *item,
                   AmfaSecret **secret,
                   GCancellable *cancellable,
                   GError **error)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self) && is_item (item) && secret != NULL, FALSE);

  return load (self, item, TRUE, secret, cancellable, error);
}

/**
 * amfa_keyring_read:
 * @item: which item
 * @secret: (out) (transfer full) (nullable): what it holds; %NULL if it is not stored
 *
 * Never prompts: unlock first. That an item is locked, or may be hidden in a locked collection, is
 * an error.
 *
 * Errors: as for amfa_keyring_store().
 *
 * Returns: whether the answer is known
 */
gboolean
amfa_keyring_read (AmfaKeyring *self,
                   const AmfaItem *item,
                   AmfaSecret **secret,
                   GCancellable *cancellable,
                   GError **error)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self) && is_item (item) && secret != NULL, FALSE);

  return load (self, item, FALSE, secret, cancellable, error);
}

/**
 * amfa_keyring_read_for_all_roles:
 * @item: which items, whatever their roles
 * @may_unlock: whether the service may prompt
 *
 * Errors: as for amfa_keyring_open() or amfa_keyring_read().
 *
 * Returns: (transfer full) (element-type AmfaSecret): what they hold
 */
GPtrArray *
amfa_keyring_read_for_all_roles (AmfaKeyring *self,
                                 const AmfaItem *item,
                                 gboolean may_unlock,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self) && is_item (item), NULL);

  g_autoptr (GHashTable) attributes = item_attributes (self, item);
  g_autoptr (GMutexLocker) locker = lock_file (self);

  g_hash_table_remove (attributes, "role");
  return self->is_file ? amfa_secret_values_file_list (attributes, cancellable, error)
                       : amfa_secret_deeds_list (attributes, may_unlock, cancellable, error);
}

/**
 * amfa_keyring_store:
 * @item: which item; replaced if it is stored
 * @secret: what it shall hold: text
 *
 * Reads it back and compares. Never prompts: unlock first. A cancellation comes too late for a file
 * that is being written.
 *
 * Errors: %AMFA_ERROR_KEYRING_LOCKED, %AMFA_ERROR_KEYRING_ABSENT, %AMFA_ERROR_KEYRING_FAILED,
 * %G_IO_ERROR_CANCELLED.
 */
gboolean
amfa_keyring_store (AmfaKeyring *self,
                    const AmfaItem *item,
                    AmfaSecret *secret,
                    GCancellable *cancellable,
                    GError **error)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self) && is_item (item) && secret != NULL, FALSE);

  g_autoptr (GHashTable) attributes = item_attributes (self, item);
  g_autofree char *label = item_label (item);
  g_autoptr (AmfaSecret) stored = NULL;
  g_autoptr (GMutexLocker) locker = lock_file (self);
  gboolean ok =
      self->is_file
          ? amfa_secret_values_file_store (attributes, label, secret, cancellable, error) &&
                amfa_secret_values_file_open (attributes, &stored, NULL, error)
          : amfa_secret_deeds_store (attributes, label, secret, cancellable, error) &&
                amfa_secret_deeds_open (attributes, FALSE, &stored, cancellable, error);

  if (ok && !amfa_secret_equal (stored, secret))
    {
      amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                      &(AmfaErrorDetails){ .reason = AMFA_KEYRING_PROBLEM_DIFFERENT });
      return FALSE;
    }
  return ok;
}

/* Whatever has all of @attributes. */
static gboolean
remove_all (AmfaKeyring *self, GHashTable *attributes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = lock_file (self);

  if (self->is_file)
    return amfa_secret_values_file_remove (attributes, cancellable, error);
  return amfa_secret_deeds_remove (attributes, cancellable, error);
}

/**
 * amfa_keyring_remove:
 * @item: which item; fine if it is not stored
 *
 * Never asks for a password: unlock first.
 *
 * Errors: as for amfa_keyring_store().
 */
gboolean
amfa_keyring_remove (AmfaKeyring *self,
                     const AmfaItem *item,
                     GCancellable *cancellable,
                     GError **error)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self) && is_item (item), FALSE);

  g_autoptr (GHashTable) attributes = item_attributes (self, item);

  return remove_all (self, attributes, cancellable, error);
}

/**
 * amfa_keyring_remove_for_all_roles:
 * @item: which items, whatever their roles
 *
 * As amfa_keyring_remove().
 */
gboolean
amfa_keyring_remove_for_all_roles (AmfaKeyring *self,
                                   const AmfaItem *item,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self) && is_item (item), FALSE);

  g_autoptr (GHashTable) attributes = item_attributes (self, item);

  g_hash_table_remove (attributes, "role");
  return remove_all (self, attributes, cancellable, error);
}

/**
 * amfa_keyring_make_durable:
 *
 * Writes the file system where keyrings lie to the disk: a service replies before its file is safe.
 *
 * Errors: %AMFA_ERROR_KEYRING_FAILED.
 */
gboolean
amfa_keyring_make_durable (AmfaKeyring *self, GError **error)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self), FALSE);

  int saved_errno = amfa_disk_sync (self->keyrings_dir);

  if (saved_errno != 0)
    amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                    &(AmfaErrorDetails){
                        .reason = AMFA_KEYRING_PROBLEM_NOT_DURABLE,
                        .quote = g_strerror (saved_errno),
                    });
  return saved_errno == 0;
}
