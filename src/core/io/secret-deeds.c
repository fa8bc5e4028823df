#define G_LOG_DOMAIN "amfa-secret-deeds"

#include "secret-deeds.h"

#include "secret-item.h"
#include "secret-items.h"
#include "secret-session.h"

#include "core/model/error.h"

/* Others are at work in the same keyring: another of our processes, or a person in a keyring
 * manager.
 *
 * - An item that was found may be gone when it is read or written, since somebody replaced it: it
 *   is looked for again. Only what a new search does not find is not there.
 * - Two items may have the same attributes: one was copied, emptied or edited, or a newer version
 *   wrote it in its own way. The newest that can be read counts, and the other is neither
 *   overwritten nor removed by a store, for it may hold the only copy of a key.
 *
 * Whoever replaces items all the time is given up. */
#define MAX_TRIES 5

/* Returns: what is there; %AMFA_LOOK_ABSENT with @error */
AmfaLook
amfa_secret_deeds_look (GDBusConnection *bus,
                        const AmfaSecretTarget *target,
                        GCancellable *cancellable,
                        GError **error)
{
  AmfaSecretItems items;

  if (!amfa_secret_items_look (bus, target->attributes, &items, cancellable, error))
    return AMFA_LOOK_ABSENT;

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

static gboolean
fail (GError **error, AmfaKeyringProblem problem)
{
  amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED, &(AmfaErrorDetails){ .reason = (int) problem });
  return FALSE;
}

/* @secret: (out) (transfer full) (nullable): %NULL if the item is gone */
static gboolean
read_item (GDBusConnection *bus,
           AmfaSecretSession *session,
           const char *item,
           AmfaSecret **secret,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GVariant) encoded = NULL;

  *secret = NULL;
  if (!amfa_secret_item_get_secret (bus, item, amfa_secret_session_get_path (session), &encoded,
                                    cancellable, error))
    return FALSE;
  if (!encoded)
    return TRUE;

  *secret = amfa_secret_session_decode (session, encoded);
  if (!*secret)
    *secret = amfa_secret_new ("", 0); /* which nobody can read either */
  return TRUE;
}

static gboolean
is_readable (const AmfaSecretTarget *target, AmfaSecret *secret)
{
  return !target->is_readable || target->is_readable (target->kind, secret);
}

/* What there is of several items that pass for one. */
typedef struct
{
  const char *item;   /* the newest that can be read, %NULL if none can */
  AmfaSecret *secret; /* what it holds; without it, what the newest of all holds */
  gboolean is_gone;   /* one of them was replaced meanwhile */
} Choice;

static void
choice_clear (Choice *self)
{
  g_clear_pointer (&self->secret, amfa_secret_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Choice, choice_clear)

/* @items: the newest first */
static gboolean
choose (GDBusConnection *bus,
        AmfaSecretSession *session,
        const AmfaSecretTarget *target,
        char **items,
        Choice *choice,
        GCancellable *cancellable,
        GError **error)
{
  for (; *items && !choice->item; items++)
    {
      g_autoptr (AmfaSecret) secret = NULL;

      if (!read_item (bus, session, *items, &secret, cancellable, error))
        return FALSE;
      if (!secret)
        {
          choice->is_gone = TRUE;
          return TRUE;
        }
      if (is_readable (target, secret))
        choice->item = *items;
      if (choice->item || !choice->secret)
        {
          g_clear_pointer (&choice->secret, amfa_secret_unref);
          choice->secret = g_steal_pointer (&secret);
        }
    }
  return TRUE;
}

/**
 * amfa_secret_deeds_open:
 * @may_unlock: whether the service may prompt for what is locked; else that is an error
 * @secret: (out) (transfer full) (nullable): what the item holds; %NULL if it is not stored
 *
 * Returns: whether the answer is known
 */
gboolean
amfa_secret_deeds_open (GDBusConnection *bus,
                        const AmfaSecretTarget *target,
                        gboolean may_unlock,
                        AmfaSecret **secret,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (AmfaSecretSession) session = NULL;

  *secret = NULL;
  for (guint i = 0; i < MAX_TRIES; i++)
    {
      g_auto (GStrv) items = NULL;
      g_auto (Choice) choice = { NULL };

      if (!amfa_secret_items_find (bus, target->attributes, may_unlock, &items, cancellable, error))
        return FALSE;
      if (!*items)
        return TRUE;
      if (!session)
        session = amfa_secret_session_open (bus, cancellable, error);
      if (!session || !choose (bus, session, target, items, &choice, cancellable, error))
        return FALSE;
      if (!choice.is_gone)
        {
          *secret = g_steal_pointer (&choice.secret);
          return TRUE;
        }
    }
  return fail (error, AMFA_KEYRING_PROBLEM_ITEM_GONE);
}

/**
 * amfa_secret_deeds_list:
 * @may_unlock: as for amfa_secret_deeds_open()
 *
 * Those that go meanwhile are not there.
 *
 * Returns: (transfer full) (element-type AmfaSecret): what all the items hold that have the
 *   attributes of @target
 */
GPtrArray *
amfa_secret_deeds_list (GDBusConnection *bus,
                        const AmfaSecretTarget *target,
                        gboolean may_unlock,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GPtrArray) secrets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_secret_unref);
  g_autoptr (AmfaSecretSession) session = NULL;
  g_auto (GStrv) items = NULL;

  if (!amfa_secret_items_find (bus, target->attributes, may_unlock, &items, cancellable, error))
    return NULL;
  if (*items && !(session = amfa_secret_session_open (bus, cancellable, error)))
    return NULL;
  for (gsize i = 0; items[i]; i++)
    {
      AmfaSecret *secret = NULL;

      if (!read_item (bus, session, items[i], &secret, cancellable, error))
        return NULL;
      if (secret)
        g_ptr_array_add (secrets, secret);
    }
  return g_steal_pointer (&secrets);
}

/* Writes, and tells where to; @item is %NULL if that is not known. */
static gboolean
write_once (GDBusConnection *bus,
            AmfaSecretSession **session,
            const AmfaSecretTarget *target,
            AmfaSecret *secret,
            char **item,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *collection = amfa_secret_items_find_writable (bus, cancellable, error);
  g_auto (GStrv) items = NULL;
  g_auto (Choice) choice = { NULL };
  g_autoptr (GVariant) encoded = NULL;
  gboolean are_several, is_gone = FALSE;

  *item = NULL;
  if (!collection || !amfa_secret_items_find_unlocked (bus, target->attributes, &items,
                                                       &are_several, cancellable, error))
    return FALSE;
  if (!*session)
    *session = amfa_secret_session_open (bus, cancellable, error);
  if (!*session)
    return FALSE;

  /* Of several the service would replace any. */
  if (are_several && !choose (bus, *session, target, items, &choice, cancellable, error))
    return FALSE;
  /* Which of them there are now is to be seen once more. */
  if (choice.is_gone)
    return TRUE;
  encoded = amfa_secret_session_encode (*session, secret);
  if (!choice.item)
    return amfa_secret_item_create (bus, collection, target->attributes, target->label, encoded,
                                    !are_several, item, cancellable, error);
  if (!amfa_secret_item_set_secret (bus, choice.item, encoded, &is_gone, cancellable, error))
    return FALSE;
  *item = is_gone ? NULL : g_strdup (choice.item);
  return TRUE;
}

/* @secret: (out) (transfer full) (nullable): what @item holds, %NULL if it is gone; where it is not
 * known which that is, what is found */
static gboolean
read_back (GDBusConnection *bus,
           AmfaSecretSession *session,
           const AmfaSecretTarget *target,
           const char *item,
           AmfaSecret **secret,
           GCancellable *cancellable,
           GError **error)
{
  return item ? read_item (bus, session, item, secret, cancellable, error)
              : amfa_secret_deeds_open (bus, target, FALSE, secret, cancellable, error);
}

/**
 * amfa_secret_deeds_store:
 *
 * Reads back and compares. Never prompts for a password.
 */
gboolean
amfa_secret_deeds_store (GDBusConnection *bus,
                         const AmfaSecretTarget *target,
                         AmfaSecret *secret,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (AmfaSecretSession) session = NULL;
  g_autoptr (AmfaSecret) stored = NULL;

  for (guint i = 0; i < MAX_TRIES; i++)
    {
      g_autofree char *item = NULL;

      g_clear_pointer (&stored, amfa_secret_unref);
      if (!write_once (bus, &session, target, secret, &item, cancellable, error) ||
          !read_back (bus, session, target, item, &stored, cancellable, error))
        return FALSE;
      if (amfa_secret_equal (stored, secret))
        return TRUE;
    }
  return fail (error, stored ? AMFA_KEYRING_PROBLEM_DIFFERENT : AMFA_KEYRING_PROBLEM_NO_ITEM);
}
