#define G_LOG_DOMAIN "amfa-secret-items"

#include "secret-items.h"

#include "secret-item.h"
#include "secret-service.h"

#include "core/model/error.h"

#include <stdlib.h>
#include <string.h>

/* What a search of all collections found, and the default collection beside it. */
typedef struct
{
  char *collection; /* NULL if there is none */
  gboolean collection_locked;
  GStrv unlocked;
  GStrv locked;
} Found;

static void
found_clear (Found *self)
{
  g_clear_pointer (&self->collection, g_free);
  g_clear_pointer (&self->unlocked, g_strfreev);
  g_clear_pointer (&self->locked, g_strfreev);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static gboolean
search (GDBusConnection *bus,
        GHashTable *attributes,
        Found *found,
        GCancellable *cancellable,
        GError **error)
{
  found_clear (found);
  return amfa_secret_service_find_default (bus, &found->collection, &found->collection_locked,
                                           cancellable, error) &&
         amfa_secret_service_search (bus, attributes, &found->unlocked, &found->locked, cancellable,
                                     error);
}

static gboolean
is_inside (const char *path, const char *collection)
{
  return collection && g_str_has_prefix (path, collection) && path[strlen (collection)] == '/';
}

/* Of one collection after another, the default one first: what a service answers to a search of all
 * of them may be a prompt.
 *
 * @default_path: (nullable): the default collection
 * @is_one_enough: whether the others are left out if something is in it
 * Returns: (transfer full) (nullable): paths of the items, locked or not */
static GStrv
search_quietly (GDBusConnection *bus,
                const char *default_path,
                GHashTable *attributes,
                gboolean is_one_enough,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GStrvBuilder) items = g_strv_builder_new ();
  g_auto (GStrv) inside = NULL;
  g_auto (GStrv) collections = NULL;

  if (default_path && !amfa_secret_service_search_collection (bus, default_path, attributes,
                                                              &inside, cancellable, error))
    return NULL;
  if (is_one_enough && inside && inside[0])
    return g_steal_pointer (&inside);
  if (inside)
    g_strv_builder_addv (items, (const char **) inside);

  collections = amfa_secret_service_list_collections (bus, cancellable, error);
  for (gsize i = 0; collections && collections[i]; i++)
    {
      g_auto (GStrv) others = NULL;

      if (g_strcmp0 (collections[i], default_path) == 0)
        continue;
      if (!amfa_secret_service_search_collection (bus, collections[i], attributes, &others,
                                                  cancellable, error))
        return NULL;
      g_strv_builder_addv (items, (const char **) others);
    }
  return collections ? g_strv_builder_end (items) : NULL;
}

/* As search(), without a prompt. */
static gboolean
find_quietly (GDBusConnection *bus,
              GHashTable *attributes,
              Found *found,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GStrvBuilder) unlocked = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) locked = g_strv_builder_new ();
  g_auto (GStrv) items = NULL;

  found_clear (found);
  if (!amfa_secret_service_find_default (bus, &found->collection, &found->collection_locked,
                                         cancellable, error) ||
      !(items = search_quietly (bus, found->collection, attributes, FALSE, cancellable, error)))
    return FALSE;
  for (char **item = items; *item; item++)
    g_strv_builder_add (amfa_secret_item_is_locked (bus, *item, cancellable) ? locked : unlocked,
                        *item);
  found->unlocked = g_strv_builder_end (unlocked);
  found->locked = g_strv_builder_end (locked);
  return TRUE;
}

static const char *
find_inside (char **paths, const char *collection)
{
  while (*paths && !is_inside (*paths, collection))
    paths++;
  return *paths;
}

/* Stores go to the default collection, so what lies there is the newest; an item elsewhere is of a
 * time when another collection was the default. */
static const char *
choose (const Found *found)
{
  const char *unlocked = find_inside (found->unlocked, found->collection);
  const char *locked = find_inside (found->locked, found->collection);

  if (unlocked || locked)
    return unlocked ? unlocked : locked;
  return found->unlocked[0] ? found->unlocked[0] : found->locked[0];
}

/* An item, and what says which of several is the newest. */
typedef struct
{
  char *path;
  gboolean is_inside; /* the default collection */
  guint64 modified;   /* in seconds: what we just wrote may be as old as another one */
  gboolean is_ours;
} Candidate;

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *one = a, *other = b;

  if (one->is_inside != other->is_inside)
    return one->is_inside ? -1 : 1;
  if (one->modified != other->modified)
    return one->modified > other->modified ? -1 : 1;
  return other->is_ours - one->is_ours;
}

/* Returns: (transfer full): the unlocked items, the newest first */
static GStrv
sort_unlocked (GDBusConnection *bus, const Found *found, GCancellable *cancellable)
{
  guint n = g_strv_length (found->unlocked);
  g_autofree Candidate *candidates = g_new0 (Candidate, n);
  GStrv sorted = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    {
      candidates[i].path = found->unlocked[i];
      candidates[i].is_inside = is_inside (found->unlocked[i], found->collection);
      if (n == 1)
        continue;
      candidates[i].modified = amfa_secret_item_get_modified (bus, found->unlocked[i], cancellable);
      candidates[i].is_ours = amfa_secret_item_is_of_schema (bus, found->unlocked[i], cancellable);
    }
  if (n > 1)
    qsort (candidates, n, sizeof (Candidate), compare_candidates);
  for (guint i = 0; i < n; i++)
    sorted[i] = g_strdup (candidates[i].path);
  return sorted;
}

static gboolean
fail_locked (GError **error)
{
  amfa_set_error (error, AMFA_ERROR_KEYRING_LOCKED, NULL);
  return FALSE;
}

/**
 * amfa_secret_items_look:
 * @attributes: (element-type utf8 utf8): what the item must have
 * @items: (out): what is there
 *
 * Unlocks nothing, prompts nobody, reads no secret.
 */
gboolean
amfa_secret_items_look (GDBusConnection *bus,
                        GHashTable *attributes,
                        AmfaSecretItems *items,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autofree char *collection = NULL;
  g_auto (GStrv) paths = NULL;
  gboolean is_locked;

  if (!amfa_secret_service_find_default (bus, &collection, &is_locked, cancellable, error) ||
      !(paths = search_quietly (bus, collection, attributes, TRUE, cancellable, error)))
    return FALSE;

  *items = paths[0]      ? AMFA_SECRET_ITEMS_STORED
           : !collection ? AMFA_SECRET_ITEMS_NO_COLLECTION
           : is_locked   ? AMFA_SECRET_ITEMS_LOCKED
                         : AMFA_SECRET_ITEMS_NONE;
  return TRUE;
}

/* In one call, for one prompt: where @best lies in the default collection, those beside it, too.
 * @best: (nullable): an item; %NULL: whatever the default collection hides */
static gboolean
unlock (GDBusConnection *bus,
        const Found *found,
        const char *best,
        GCancellable *cancellable,
        GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (char **item = found->locked; *item; item++)
    if (is_inside (*item, found->collection))
      g_ptr_array_add (paths, *item);
  if (paths->len == 0)
    g_ptr_array_add (paths, (gpointer) (best ? best : found->collection));
  g_ptr_array_add (paths, NULL);
  return amfa_secret_service_unlock (bus, (const char *const *) paths->pdata, cancellable, error);
}

/**
 * amfa_secret_items_find:
 * @attributes: (element-type utf8 utf8): what the items must have
 * @may_unlock: whether locked items may be unlocked, which may prompt; else it is an error
 * @items: (out) (transfer full): paths of unlocked items, the newest of the default collection
 *   first; mostly one or none, but others may copy an item, or change one into the same
 *
 * Returns: whether the answer is known
 */
gboolean
amfa_secret_items_find (GDBusConnection *bus,
                        GHashTable *attributes,
                        gboolean may_unlock,
                        GStrv *items,
                        GCancellable *cancellable,
                        GError **error)
{
  g_auto (Found) found = { NULL };

  *items = NULL;
  for (guint attempt = 0; attempt < 2; attempt++)
    {
      if (!(may_unlock ? search : find_quietly) (bus, attributes, &found, cancellable, error))
        return FALSE;

      const char *best = choose (&found);

      if (best ? g_strv_contains ((const char *const *) found.unlocked, best)
               : !found.collection_locked)
        {
          *items = sort_unlocked (bus, &found, cancellable);
          return TRUE;
        }

      /* A service may hide what is locked, so finding nothing is no answer either. */
      if (!may_unlock || attempt > 0)
        break;
      if (!unlock (bus, &found, best, cancellable, error))
        return FALSE;
    }
  return fail_locked (error);
}

/**
 * amfa_secret_items_find_unlocked:
 * @attributes: (element-type utf8 utf8): what the items must have
 * @items: (out) (transfer full): as for amfa_secret_items_find()
 * @are_several: (out): whether more than one has them, locked ones included
 *
 * Before a store: an item may be locked though its collection is not (KeePassXC asks about each),
 * and the service then sees to it.
 */
gboolean
amfa_secret_items_find_unlocked (GDBusConnection *bus,
                                 GHashTable *attributes,
                                 GStrv *items,
                                 gboolean *are_several,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_auto (Found) found = { NULL };

  if (!search (bus, attributes, &found, cancellable, error))
    return FALSE;
  *items = sort_unlocked (bus, &found, cancellable);
  *are_several = g_strv_length (found.unlocked) + g_strv_length (found.locked) > 1;
  return TRUE;
}

/**
 * amfa_secret_items_remove:
 * @attributes: (element-type utf8 utf8): what the items must have
 *
 * Removes the items that have them, from all collections. Unlocks nothing: it is an error if one is
 * locked, or may be hidden in the locked default collection.
 */
gboolean
amfa_secret_items_remove (GDBusConnection *bus,
                          GHashTable *attributes,
                          GCancellable *cancellable,
                          GError **error)
{
  g_auto (Found) found = { NULL };

  if (!search (bus, attributes, &found, cancellable, error))
    return FALSE;

  for (char **item = found.unlocked; *item; item++)
    {
      if (!amfa_secret_item_delete (bus, *item, cancellable, error))
        return FALSE;
    }
  return (!*found.locked && !found.collection_locked) || fail_locked (error);
}

/**
 * amfa_secret_items_find_writable:
 *
 * Returns: (transfer full) (nullable): the default collection, if it can be written to now, without
 *   a prompt
 */
char *
amfa_secret_items_find_writable (GDBusConnection *bus, GCancellable *cancellable, GError **error)
{
  g_autofree char *collection = NULL;
  gboolean locked;

  if (!amfa_secret_service_find_default (bus, &collection, &locked, cancellable, error))
    return NULL;
  if (!collection)
    amfa_set_error (error, AMFA_ERROR_KEYRING_ABSENT,
                    &(AmfaErrorDetails){ .reason = AMFA_KEYRING_NO_DEFAULT });
  else if (locked)
    fail_locked (error);
  return locked ? NULL : g_steal_pointer (&collection);
}

/**
 * amfa_secret_items_make_writable:
 *
 * Unlocks or makes the default collection; the service prompts once at most.
 */
gboolean
amfa_secret_items_make_writable (GDBusConnection *bus, GCancellable *cancellable, GError **error)
{
  g_autofree char *collection = NULL;
  g_autofree char *writable = NULL;
  gboolean locked;

  if (!amfa_secret_service_find_default (bus, &collection, &locked, cancellable, error))
    return FALSE;
  if (collection && !locked)
    return TRUE;

  const char *const paths[] = { collection, NULL };

  if (collection ? !amfa_secret_service_unlock (bus, paths, cancellable, error)
                 : !amfa_secret_service_create_default (bus, cancellable, error))
    return FALSE;

  writable = amfa_secret_items_find_writable (bus, cancellable, error);
  return writable != NULL;
}
