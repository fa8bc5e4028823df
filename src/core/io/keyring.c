#define G_LOG_DOMAIN "amfa-keyring"

#include "keyring-private.h"

#include "disk-sync.h"
#include "secret-bus.h"
#include "secret-deeds.h"
#include "secret-file.h"
#include "secret-items.h"
#include "secret-service.h"

#include "core/model/error.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* What must hold:
 *
 * - Items are matched by all five attributes and not by the schema's name: a gnome-keyring that has
 *   not been unlocked since it started does not tell that name. A store replaces what has all the
 *   attributes of the new item and perhaps more, so none may ever be added.
 * - Only unlock() and open() let the service ask for a password. read(), store() and remove() run
 *   while the credentials file is locked and say KEYRING_LOCKED instead.
 * - Every call has an end, by its caller's budget or by one of its own (keyring-budget.c).
 * - With SECRET_BACKEND=file there is no service, and libsecret keeps one file for the whole
 *   process: two threads would take it away from each other, hence the mutex. */

struct _AmfaKeyring
{
  GObject parent_instance;

  char *application;
  char *home;         /* nullable */
  char *keyrings_dir; /* gnome-keyring's */
  char *wallets_dir;  /* KWallet's */
  AmfaItemTest is_readable;
  GMutex bus_mutex;
  GDBusConnection *bus; /* nullable; ours alone */
  gboolean is_file;
  GMutex file_mutex; /* one call at a time where @is_file */
  int n_asking;      /* calls that may have a prompt on the screen; atomic */
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
  g_free (self->home);
  g_free (self->keyrings_dir);
  g_free (self->wallets_dir);
  g_clear_object (&self->bus);
  g_mutex_clear (&self->bus_mutex);
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
  g_mutex_init (&self->bus_mutex);
  g_mutex_init (&self->file_mutex);
}

/* Takes away a connection that broke. */
static GDBusConnection *
ref_bus (AmfaKeyring *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->bus_mutex);

  if (self->bus && g_dbus_connection_is_closed (self->bus))
    g_clear_object (&self->bus);
  return self->bus ? g_object_ref (self->bus) : NULL;
}

/* Another thread may have been faster. */
static GDBusConnection *
keep_bus (AmfaKeyring *self, GDBusConnection *bus)
{
  g_autoptr (GDBusConnection) fresh = bus;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->bus_mutex);

  if (!self->bus || g_dbus_connection_is_closed (self->bus))
    g_set_object (&self->bus, fresh);
  return g_object_ref (self->bus);
}

/**
 * amfa_keyring_connect:
 *
 * One connection as long as it holds: KeePassXC lets the user allow access to each anew.
 *
 * Returns: (transfer full) (nullable): the bus; without one %AMFA_ERROR_KEYRING_ABSENT
 */
GDBusConnection *
amfa_keyring_connect (AmfaKeyring *self, GCancellable *cancellable, GError **error)
{
  GDBusConnection *bus = ref_bus (self);

  if (bus)
    return bus;
  bus = amfa_secret_bus_connect (cancellable, error);
  return bus ? keep_bus (self, bus) : NULL;
}

static GCancellable *
begin (GCancellable *cancellable)
{
  return amfa_keyring_budget_ensure (cancellable, AMFA_KEYRING_OPERATION_MS);
}

/* For a call that may have a prompt on the screen: with some services stores and removals, too. */
static GCancellable *
begin_asking (AmfaKeyring *self, GCancellable *cancellable)
{
  g_atomic_int_inc (&self->n_asking);
  return begin (cancellable);
}

/* Whether it was the user or the time that ended a call.
 * @problem: (transfer full) (nullable): how it ended */
static gboolean
conclude (GCancellable *budget, GError *problem, GError **error)
{
  g_autoptr (GError) original = problem;

  if (!original)
    return TRUE;
  if (amfa_error_is_cancelled (original) && amfa_keyring_budget_is_over (budget))
    amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                    &(AmfaErrorDetails){ .reason = AMFA_KEYRING_PROBLEM_SILENT });
  else
    g_propagate_error (error, g_steal_pointer (&original));
  return FALSE;
}

static gboolean
conclude_asking (AmfaKeyring *self, GCancellable *budget, GError *problem, GError **error)
{
  g_atomic_int_add (&self->n_asking, -1);
  return conclude (budget, problem, error);
}

/* Returns: (transfer full) (nullable): held until it is freed */
static GMutexLocker *
lock_file (AmfaKeyring *self)
{
  return self->is_file ? g_mutex_locker_new (&self->file_mutex) : NULL;
}

static void
target_init (AmfaSecretTarget *target, AmfaKeyring *self, const AmfaItem *item)
{
  GHashTable *attributes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  g_hash_table_insert (attributes, (gpointer) "application", g_strdup (self->application));
  g_hash_table_insert (attributes, (gpointer) "profile", g_strdup (item->profile));
  g_hash_table_insert (attributes, (gpointer) "kind", g_strdup (kinds[item->kind].name));
  g_hash_table_insert (attributes, (gpointer) "role", g_strdup (item->role ? item->role : "-"));
  g_hash_table_insert (attributes, (gpointer) "file", g_strdup (item->file));
  target->attributes = attributes;
  target->label = g_strdup_printf ("%s: %s", kinds[item->kind].label, item->profile);
  target->kind = item->kind;
  target->is_readable = self->is_readable;
}

static void
target_clear (AmfaSecretTarget *target)
{
  g_hash_table_unref (target->attributes);
  g_free (target->label);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AmfaSecretTarget, target_clear)

static gboolean
is_item (const AmfaItem *item)
{
  return item && item->kind < G_N_ELEMENTS (kinds) && item->profile && item->file;
}

static AmfaLook
file_look (GHashTable *attributes, GCancellable *cancellable)
{
  gboolean stored = FALSE;

  if (!amfa_secret_file_look (attributes, &stored, cancellable, NULL))
    return AMFA_LOOK_ABSENT;
  return stored ? AMFA_LOOK_STORED : AMFA_LOOK_NOT_STORED;
}

static AmfaLook
service_look (AmfaKeyring *self, const AmfaSecretTarget *target, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (self, cancellable, &error);
  AmfaLook look =
      bus ? amfa_secret_deeds_look (bus, target, cancellable, &error) : AMFA_LOOK_ABSENT;

  if (error)
    g_debug ("no look into the keyring: %s", error->message);
  return look;
}

static AmfaLook
service_peek (AmfaKeyring *self, const AmfaSecretTarget *target, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (self, cancellable, &error);
  AmfaSecretPresence presence = AMFA_SECRET_ABSENT;
  AmfaLook look = AMFA_LOOK_ABSENT;

  if (bus && amfa_secret_service_find (bus, &presence, cancellable, &error))
    switch (presence)
      {
      case AMFA_SECRET_RUNNING:
        look = amfa_secret_deeds_look (bus, target, cancellable, &error);
        break;
      case AMFA_SECRET_STARTABLE:
        return AMFA_LOOK_UNKNOWN;
      case AMFA_SECRET_ABSENT:
      default:
        return AMFA_LOOK_ABSENT;
      }
  if (!error)
    return look;
  g_debug ("no peek into the keyring: %s", error->message);
  return g_error_matches (error, AMFA_ERROR, AMFA_ERROR_KEYRING_ABSENT) ? AMFA_LOOK_ABSENT
                                                                        : AMFA_LOOK_UNKNOWN;
}

/**
 * amfa_keyring_new:
 * @environment: says where keyrings lie and which back end libsecret uses
 * @is_readable: (nullable): of several items that pass for one, the newest that can be read counts
 *
 * Returns: (transfer full): the keyring; nothing is asked of it yet
 */
AmfaKeyring *
amfa_keyring_new (const AmfaEnvironment *environment, AmfaItemTest is_readable)
{
  g_return_val_if_fail (environment != NULL, NULL);

  AmfaKeyring *self = g_object_new (AMFA_TYPE_KEYRING, NULL);
  g_autofree char *data =
      environment->keyrings_dir ? g_path_get_dirname (environment->keyrings_dir) : NULL;

  self->application = g_strdup (environment->application_id);
  self->home = g_strdup (environment->home);
  self->keyrings_dir = g_strdup (environment->keyrings_dir);
  self->wallets_dir = data ? g_build_filename (data, "kwalletd", NULL) : NULL;
  self->is_readable = is_readable;
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

  g_autoptr (GCancellable) budget = begin (cancellable);
  g_autoptr (GMutexLocker) locker = lock_file (self);
  g_auto (AmfaSecretTarget) target;

  target_init (&target, self, item);
  return self->is_file ? file_look (target.attributes, budget)
                       : service_look (self, &target, budget);
}

/**
 * amfa_keyring_peek:
 * @item: which item
 * @cancellable: (nullable): cancelled: nothing is asked
 *
 * As amfa_keyring_look(), for what nobody asked for: starts no service, and does not wait long for
 * one.
 */
AmfaLook
amfa_keyring_peek (AmfaKeyring *self, const AmfaItem *item, GCancellable *cancellable)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self) && is_item (item), AMFA_LOOK_UNKNOWN);

  if (g_cancellable_is_cancelled (cancellable))
    return AMFA_LOOK_UNKNOWN;

  g_autoptr (GCancellable) budget = amfa_keyring_budget_ensure (cancellable, AMFA_KEYRING_PEEK_MS);
  g_autoptr (GMutexLocker) locker = lock_file (self);
  g_auto (AmfaSecretTarget) target;

  target_init (&target, self, item);
  return self->is_file ? file_look (target.attributes, budget)
                       : service_peek (self, &target, budget);
}

/* What a store opens, and what else is opened beside it. */
#define SPARE_DESCRIPTORS 12

/* GLib and libgcrypt end the process where they cannot open what they need. */
static gboolean
has_spare_descriptors (GError **error)
{
  int spare[SPARE_DESCRIPTORS];
  int saved_errno = 0;
  gsize n = 0;

  while (n < SPARE_DESCRIPTORS && saved_errno == 0)
    {
      spare[n] = fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
      if (spare[n] < 0)
        saved_errno = errno;
      else
        n++;
    }
  while (n > 0)
    close (spare[--n]);
  if (saved_errno != 0)
    amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                    &(AmfaErrorDetails){ .quote = g_strerror (saved_errno) });
  return saved_errno == 0;
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
    return has_spare_descriptors (error) &&
           !g_cancellable_set_error_if_cancelled (cancellable, error);

  g_autoptr (GCancellable) budget = begin_asking (self, cancellable);
  GError *problem = NULL;
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (self, budget, &problem);

  if (bus && !has_spare_descriptors (&problem))
    g_clear_object (&bus);
  if (bus)
    amfa_secret_items_make_writable (bus, budget, &problem);
  return conclude_asking (self, budget, problem, error);
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

  g_autoptr (GCancellable) budget = begin (cancellable);
  GError *problem = NULL;
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (self, budget, &problem);
  g_autofree char *collection =
      bus ? amfa_secret_items_find_writable (bus, budget, &problem) : NULL;

  return conclude (budget, problem, error);
}

static gboolean
load (AmfaKeyring *self,
      const AmfaItem *item,
      gboolean may_unlock,
      AmfaSecret **secret,
      GCancellable *cancellable,
      GError **error)
{
  g_auto (AmfaSecretTarget) target;
  GError *problem = NULL;

  target_init (&target, self, item);
  *secret = NULL;
  if (self->is_file)
    {
      g_autoptr (GMutexLocker) locker = lock_file (self);

      return amfa_secret_file_open (target.attributes, secret, cancellable, error);
    }

  g_autoptr (GCancellable) budget = begin_asking (self, cancellable);
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (self, budget, &problem);

  if (bus)
    amfa_secret_deeds_open (bus, &target, may_unlock, secret, budget, &problem);
  return conclude_asking (self, budget, problem, error);
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

/* Reads back and compares, as amfa_secret_deeds_store() does. */
static gboolean
store_in_file (AmfaKeyring *self,
               const AmfaSecretTarget *target,
               AmfaSecret *secret,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GMutexLocker) locker = lock_file (self);
  g_autoptr (AmfaSecret) stored = NULL;

  if (!amfa_secret_file_store (target->attributes, target->label, secret, cancellable, error) ||
      !amfa_secret_file_open (target->attributes, &stored, NULL, error))
    return FALSE;
  if (amfa_secret_equal (stored, secret))
    return TRUE;
  amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                  &(AmfaErrorDetails){ .reason = AMFA_KEYRING_PROBLEM_DIFFERENT });
  return FALSE;
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

  g_auto (AmfaSecretTarget) target;
  g_autoptr (GPtrArray) secrets = NULL;
  GError *problem = NULL;

  target_init (&target, self, item);
  g_hash_table_remove (target.attributes, "role");
  if (self->is_file)
    {
      g_autoptr (GMutexLocker) locker = lock_file (self);

      return amfa_secret_file_list (target.attributes, cancellable, error);
    }

  g_autoptr (GCancellable) budget = begin_asking (self, cancellable);
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (self, budget, &problem);

  if (bus)
    secrets = amfa_secret_deeds_list (bus, &target, may_unlock, budget, &problem);
  return conclude_asking (self, budget, problem, error) ? g_steal_pointer (&secrets) : NULL;
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

  g_auto (AmfaSecretTarget) target;
  GError *problem = NULL;

  target_init (&target, self, item);
  if (self->is_file)
    return store_in_file (self, &target, secret, cancellable, error);

  g_autoptr (GCancellable) budget = begin_asking (self, cancellable);
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (self, budget, &problem);

  if (bus)
    amfa_secret_deeds_store (bus, &target, secret, budget, &problem);
  return conclude_asking (self, budget, problem, error);
}

/* Whatever has all of @attributes. */
static gboolean
remove_all (AmfaKeyring *self, GHashTable *attributes, GCancellable *cancellable, GError **error)
{
  GError *problem = NULL;

  if (self->is_file)
    {
      g_autoptr (GMutexLocker) locker = lock_file (self);

      return amfa_secret_file_remove (attributes, cancellable, error);
    }

  g_autoptr (GCancellable) budget = begin_asking (self, cancellable);
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (self, budget, &problem);

  if (bus)
    amfa_secret_items_remove (bus, attributes, budget, &problem);
  return conclude_asking (self, budget, problem, error);
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

  g_auto (AmfaSecretTarget) target;

  target_init (&target, self, item);
  return remove_all (self, target.attributes, cancellable, error);
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

  g_auto (AmfaSecretTarget) target;

  target_init (&target, self, item);
  g_hash_table_remove (target.attributes, "role");
  return remove_all (self, target.attributes, cancellable, error);
}

/* How long the service may take to let go of a prompt that is dismissed. */
#define DISMISSAL_US G_USEC_PER_SEC

/**
 * amfa_keyring_await_prompts:
 *
 * For the end of the program, after all calls were cancelled: waits a moment until those that may
 * have a prompt on the screen have dismissed it.
 */
void
amfa_keyring_await_prompts (AmfaKeyring *self)
{
  g_return_if_fail (AMFA_IS_KEYRING (self));

  gint64 end = g_get_monotonic_time () + DISMISSAL_US;

  while (g_atomic_int_get (&self->n_asking) > 0 && g_get_monotonic_time () < end)
    g_usleep (10 * 1000);
}

/**
 * amfa_keyring_make_durable:
 * @budget: (nullable): whose time a slow disk does not use up
 *
 * Writes the file systems to the disk where the known services keep their files, and that of the
 * home, where others may: a service replies before its file is safe.
 *
 * Errors: %AMFA_ERROR_KEYRING_FAILED.
 */
gboolean
amfa_keyring_make_durable (AmfaKeyring *self, GCancellable *budget, GError **error)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self), FALSE);

  const char *const folders[] = { self->keyrings_dir, self->wallets_dir, self->home, NULL };
  int saved_errno;

  amfa_keyring_budget_pause (budget, AMFA_PAUSE_DISK);
  saved_errno = amfa_disk_sync (folders);
  amfa_keyring_budget_resume (budget, AMFA_PAUSE_DISK);
  if (saved_errno != 0)
    amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                    &(AmfaErrorDetails){
                        .reason = AMFA_KEYRING_PROBLEM_NOT_DURABLE,
                        .quote = g_strerror (saved_errno),
                    });
  return saved_errno == 0;
}

/**
 * amfa_keyring_is_saved_at_once:
 *
 * Starts no service.
 *
 * Returns: whether what is stored is in a file at once, so that amfa_keyring_make_durable() makes
 *   it so; otherwise the user may have to save a database (KeePassXC)
 */
gboolean
amfa_keyring_is_saved_at_once (AmfaKeyring *self, GCancellable *cancellable)
{
  g_return_val_if_fail (AMFA_IS_KEYRING (self), FALSE);

  if (self->is_file)
    return TRUE;

  g_autoptr (GCancellable) budget = begin (cancellable);
  g_autoptr (GDBusConnection) bus = amfa_keyring_connect (self, budget, NULL);

  return bus && amfa_secret_service_is_known (bus, budget);
}
