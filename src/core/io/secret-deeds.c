#define G_LOG_DOMAIN "amfa-secret-deeds"

#include "secret-deeds.h"

#include "secret-bus.h"
#include "secret-items.h"
#include "secret-values.h"

/* Each deed looks for the bus anew: a service may have been restarted in between. */

AmfaLook
amfa_secret_deeds_look (GHashTable *attributes, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = amfa_secret_bus_connect (cancellable, &error);
  AmfaSecretItems items;

  if (!bus || !amfa_secret_items_look (bus, attributes, &items, cancellable, &error))
    {
      g_debug ("no look into the keyring: %s", error->message);
      return AMFA_LOOK_ABSENT;
    }

  switch (items)
    {
    case AMFA_SECRET_ITEMS_STORED:
      return AMFA_LOOK_STORED;
    case AMFA_SECRET_ITEMS_LOCKED:
      return AMFA_LOOK_LOCKED;
    case AMFA_SECRET_ITEMS_NONE:
      return AMFA_LOOK_NOT_STORED;
    case AMFA_SECRET_ITEMS_NO_COLLECTION:
    default:
      return AMFA_LOOK_ABSENT;
    }
}

/**
 * amfa_secret_deeds_open:
 * @may_unlock: whether the service may prompt for what is locked; else that is an error
 * @secret: (out) (transfer full) (nullable): what the item holds; %NULL if it is not stored
 *
 * Returns: whether the answer is known
 */
gboolean
amfa_secret_deeds_open (GHashTable *attributes,
                        gboolean may_unlock,
                        AmfaSecret **secret,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GDBusConnection) bus = amfa_secret_bus_connect (cancellable, error);
  g_autofree char *item = NULL;

  *secret = NULL;
  if (!bus || !amfa_secret_items_find (bus, attributes, may_unlock, &item, cancellable, error))
    return FALSE;
  if (!item)
    return TRUE;

  *secret = amfa_secret_values_load (attributes, item, cancellable, error);
  return *secret != NULL;
}

/**
 * amfa_secret_deeds_list:
 * @may_unlock: as for amfa_secret_deeds_open()
 *
 * Returns: (transfer full) (element-type AmfaSecret): what all the items hold that have @attributes
 */
GPtrArray *
amfa_secret_deeds_list (GHashTable *attributes,
                        gboolean may_unlock,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GDBusConnection) bus = amfa_secret_bus_connect (cancellable, error);
  g_autoptr (GPtrArray) secrets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_secret_unref);
  g_auto (GStrv) items = NULL;

  if (!bus || !amfa_secret_items_list (bus, attributes, may_unlock, &items, cancellable, error))
    return NULL;
  for (gsize i = 0; items[i]; i++)
    {
      AmfaSecret *secret = amfa_secret_values_load (attributes, items[i], cancellable, error);

      if (!secret)
        return NULL;
      g_ptr_array_add (secrets, secret);
    }
  return g_steal_pointer (&secrets);
}

/* Never prompts. */
gboolean
amfa_secret_deeds_store (GHashTable *attributes,
                         const char *label,
                         AmfaSecret *secret,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GDBusConnection) bus = amfa_secret_bus_connect (cancellable, error);

  return bus && amfa_secret_items_check_writable (bus, cancellable, error) &&
         amfa_secret_values_create (attributes, label, secret, cancellable, error);
}

/* Whether something can be stored now. Never prompts. */
gboolean
amfa_secret_deeds_check (GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusConnection) bus = amfa_secret_bus_connect (cancellable, error);

  return bus && amfa_secret_items_check_writable (bus, cancellable, error);
}

/* Makes it so that something can be stored: the service may prompt once. */
gboolean
amfa_secret_deeds_unlock (GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusConnection) bus = amfa_secret_bus_connect (cancellable, error);

  return bus && amfa_secret_items_make_writable (bus, cancellable, error);
}

/* Whatever has all of @attributes. Never prompts for a password. */
gboolean
amfa_secret_deeds_remove (GHashTable *attributes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusConnection) bus = amfa_secret_bus_connect (cancellable, error);

  return bus && amfa_secret_items_remove (bus, attributes, cancellable, error);
}
