#define G_LOG_DOMAIN "amfa-secret-items"

#include "secret-items.h"

#include "secret-service.h"

#include "core/model/error.h"

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

static const char *
find_inside (char **paths, const char *collection)
{
  for (; collection && *paths; paths++)
    {
      if (g_str_has_prefix (*paths, collection) && (*paths)[strlen (collection)] == '/')
        return *paths;
    }
  return NULL;
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
  g_auto (Found) found = { NULL };

  if (!search (bus, attributes, &found, cancellable, error))
    return FALSE;

  *items = choose (&found)           ? AMFA_SECRET_ITEMS_STORED
           : !found.collection       ? AMFA_SECRET_ITEMS_NO_COLLECTION
           : found.collection_locked ? AMFA_SECRET_ITEMS_LOCKED
                                     : AMFA_SECRET_ITEMS_NONE;
  return TRUE;
}

/**
 * amfa_secret_items_find:
 * @attributes: (element-type utf8 utf8): what the item must have
 * @may_unlock: whether a locked item may be unlocked, which may prompt; else it is an error
 * @item: (out) (transfer full) (nullable): path of an unlocked item, %NULL if there is none
 *
 * Returns: whether the answer is known
 */
gboolean
amfa_secret_items_find (GDBusConnection *bus,
                        GHashTable *attributes,
                        gboolean may_unlock,
                        char **item,
                        GCancellable *cancellable,
                        GError **error)
{
  g_auto (Found) found = { NULL };

  *item = NULL;
  for (guint attempt = 0; attempt < 2; attempt++)
    {
      if (!search (bus, attributes, &found, cancellable, error))
        return FALSE;

      const char *best = choose (&found);

      if (best && g_strv_contains ((const char *const *) found.unlocked, best))
        {
          *item = g_strdup (best);
          return TRUE;
        }
      if (!best && !found.collection_locked)
        return TRUE;

      /* A service may hide what is locked, so finding nothing is no answer either. */
      if (!may_unlock || attempt > 0)
        break;
      if (!amfa_secret_service_unlock (bus, best ? best : found.collection, cancellable, error))
        return FALSE;
    }
  return fail_locked (error);
}

/**
 * amfa_secret_items_list:
 * @attributes: (element-type utf8 utf8): what the items must have
 * @may_unlock: as for amfa_secret_items_find()
 * @items: (out) (transfer full): paths of unlocked items
 *
 * Returns: whether the answer is known
 */
gboolean
amfa_secret_items_list (GDBusConnection *bus,
                        GHashTable *attributes,
                        gboolean may_unlock,
                        GStrv *items,
                        GCancellable *cancellable,
                        GError **error)
{
  g_auto (Found) found = { NULL };
  g_autofree char *first = NULL;

  *items = NULL;
  if (!amfa_secret_items_find (bus, attributes, may_unlock, &first, cancellable, error) ||
      !search (bus, attributes, &found, cancellable, error))
    return FALSE;
  *items = g_steal_pointer (&found.unlocked);
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
      if (!amfa_secret_service_delete (bus, *item, cancellable, error))
        return FALSE;
    }
  return (!*found.locked && !found.collection_locked) || fail_locked (error);
}

/**
 * amfa_secret_items_check_writable:
 *
 * The default collection can be written to now, without a prompt.
 */
gboolean
amfa_secret_items_check_writable (GDBusConnection *bus, GCancellable *cancellable, GError **error)
{
  g_autofree char *collection = NULL;
  gboolean locked;

  if (!amfa_secret_service_find_default (bus, &collection, &locked, cancellable, error))
    return FALSE;
  if (collection)
    return !locked || fail_locked (error);

  amfa_set_error (error, AMFA_ERROR_KEYRING_ABSENT,
                  &(AmfaErrorDetails){ .reason = AMFA_KEYRING_NO_DEFAULT });
  return FALSE;
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
  gboolean locked;

  if (!amfa_secret_service_find_default (bus, &collection, &locked, cancellable, error))
    return FALSE;
  if (collection && !locked)
    return TRUE;
  if (collection ? !amfa_secret_service_unlock (bus, collection, cancellable, error)
                 : !amfa_secret_service_create_default (bus, cancellable, error))
    return FALSE;

  return amfa_secret_items_check_writable (bus, cancellable, error);
}
