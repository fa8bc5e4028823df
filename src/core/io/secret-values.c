#define G_LOG_DOMAIN "amfa-secret-values"

#include "secret-values.h"

#include "secret-service.h"

#include "core/model/error.h"

#include <libsecret/secret.h>

/* What libsecret is for. It is talked to afresh for each call: its shared objects outlive neither a
 * restart of the service nor, made in a worker thread, the main context that would tell them of it.
 * With SECRET_BACKEND=file only its secret_password_*() calls go through its back ends. */

static const SecretSchema schema = {
  "com.example.AwsMfa",
  SECRET_SCHEMA_DONT_MATCH_NAME,
  {
      { "application", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "profile", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "kind", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "role", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "file", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
};

typedef SecretValue AmfaSecretValue;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaSecretValue, secret_value_unref)

static void
translate_error (const GError *from, GError **error)
{
  if (g_error_matches (from, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    amfa_set_error (error, AMFA_ERROR_KEYRING_LOCKED, NULL);
  else
    amfa_secret_service_translate_error (from, error);
}

/* SECRET_BACKEND=file */

/* The back end reads its file once; another process may have written it since. And libsecret gets
 * no cancellable: a look-up that is cancelled at the wrong moment crashes (0.20.5), and a write
 * that is leaves the file and its copy empty, with whatever was in it. */
static gboolean
file_begin (GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  secret_service_disconnect ();
  return TRUE;
}

/**
 * amfa_secret_values_file_look:
 * @stored: (out): whether there is such an item
 * @error: the file cannot be read
 */
gboolean
amfa_secret_values_file_look (GHashTable *attributes,
                              gboolean *stored,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!file_begin (cancellable, error))
    return FALSE;

  GList *found =
      secret_password_searchv_sync (&schema, attributes, SECRET_SEARCH_NONE, NULL, &local_error);

  *stored = found != NULL;
  g_list_free_full (found, g_object_unref);
  if (local_error)
    translate_error (local_error, error);
  return local_error == NULL;
}

/**
 * amfa_secret_values_file_open:
 * @secret: (out) (transfer full) (nullable): what the item holds; %NULL if it is not stored
 */
gboolean
amfa_secret_values_file_open (GHashTable *attributes,
                              AmfaSecret **secret,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *secret = NULL;
  if (!file_begin (cancellable, error))
    return FALSE;

  char *text = secret_password_lookupv_nonpageable_sync (&schema, attributes, NULL, &local_error);

  *secret = text ? amfa_secret_new (text, -1) : NULL;
  secret_password_free (text);
  if (local_error)
    translate_error (local_error, error);
  return local_error == NULL;
}

static AmfaSecret *
dup_retrieved (SecretRetrievable *item, GError **error)
{
  g_autoptr (AmfaSecretValue) value = secret_retrievable_retrieve_secret_sync (item, NULL, error);
  gsize length = 0;
  const char *bytes = value ? secret_value_get (value, &length) : NULL;

  return bytes ? amfa_secret_new (bytes, (gssize) length) : NULL;
}

/* Returns: (transfer full) (element-type AmfaSecret): what all the items hold that have @attributes
 */
GPtrArray *
amfa_secret_values_file_list (GHashTable *attributes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) secrets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_secret_unref);
  g_autoptr (GError) local_error = NULL;

  if (!file_begin (cancellable, error))
    return NULL;

  GList *found =
      secret_password_searchv_sync (&schema, attributes, SECRET_SEARCH_ALL, NULL, &local_error);

  for (GList *l = found; l && !local_error; l = l->next)
    {
      AmfaSecret *secret = dup_retrieved (l->data, &local_error);

      if (secret)
        g_ptr_array_add (secrets, secret);
    }
  g_list_free_full (found, g_object_unref);
  if (!local_error)
    return g_steal_pointer (&secrets);
  translate_error (local_error, error);
  return NULL;
}

gboolean
amfa_secret_values_file_store (GHashTable *attributes,
                               const char *label,
                               AmfaSecret *secret,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!file_begin (cancellable, error))
    return FALSE;
  if (secret_password_storev_sync (&schema, attributes, SECRET_COLLECTION_DEFAULT, label,
                                   amfa_secret_peek (secret), NULL, &local_error))
    return TRUE;

  translate_error (local_error, error);
  return FALSE;
}

gboolean
amfa_secret_values_file_remove (GHashTable *attributes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!file_begin (cancellable, error))
    return FALSE;
  secret_password_clearv_sync (&schema, attributes, NULL, &local_error);
  if (local_error)
    translate_error (local_error, error);
  return local_error == NULL;
}

/* The Secret Service */

/* libsecret's proxies are told of changes in the thread-default main context. A worker thread has
 * none, and the main thread would work on them while we do: hence one of our own, iterated only to
 * let go of what the proxies left in it. */
typedef GMainContext PrivateContext;

static PrivateContext *
private_context_push (void)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  return context;
}

static void
private_context_pop (PrivateContext *context)
{
  while (g_main_context_iteration (context, FALSE))
    continue;
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PrivateContext, private_context_pop)

static SecretService *
open_session (GCancellable *cancellable, GError **error)
{
  return secret_service_open_sync (SECRET_TYPE_SERVICE, AMFA_SECRET_SERVICE_NAME,
                                   SECRET_SERVICE_OPEN_SESSION, cancellable, error);
}

static SecretItem *
find_item (GList *items, const char *path)
{
  for (; items; items = items->next)
    {
      if (g_str_equal (g_dbus_proxy_get_object_path (items->data), path))
        return items->data;
    }
  return NULL;
}

/* Reads the unlocked item at @path. That it left between the search and now is an error and not
 * "not stored": somebody else is at work. */
static AmfaSecret *
load_secret (GHashTable *attributes, const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (PrivateContext) context = private_context_push ();
  g_autoptr (SecretService) service = open_session (cancellable, error);

  if (!service)
    return NULL;

  GList *items = secret_service_search_sync (service, &schema, attributes, SECRET_SEARCH_ALL,
                                             cancellable, error);
  SecretItem *item = find_item (items, path);
  AmfaSecret *secret = NULL;

  if (item && secret_item_load_secret_sync (item, cancellable, error))
    {
      g_autoptr (AmfaSecretValue) value = secret_item_get_secret (item);
      gsize length = 0;
      const char *bytes = value ? secret_value_get (value, &length) : NULL;

      if (bytes)
        secret = amfa_secret_new (bytes, (gssize) length);
    }
  g_list_free_full (items, g_object_unref);

  if (!secret && error && !*error)
    amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                    &(AmfaErrorDetails){ .reason = AMFA_KEYRING_PROBLEM_ITEM_GONE });
  return secret;
}

/**
 * amfa_secret_values_load:
 * @attributes: what is searched by
 * @item: the object path of an unlocked item
 *
 * Returns: (transfer full): what the item holds
 */
AmfaSecret *
amfa_secret_values_load (GHashTable *attributes,
                         const char *item,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GError) local_error = NULL;
  AmfaSecret *secret = load_secret (attributes, item, cancellable, &local_error);

  if (!secret)
    translate_error (local_error, error);
  return secret;
}

/**
 * amfa_secret_values_create:
 * @attributes: all that the item has
 * @label: for people
 * @secret: text
 *
 * Creates the item in the unlocked default collection, or replaces the one that has @attributes.
 */
gboolean
amfa_secret_values_create (GHashTable *attributes,
                           const char *label,
                           AmfaSecret *secret,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PrivateContext) context = private_context_push ();
  g_autoptr (AmfaSecretValue) value = secret_value_new (
      amfa_secret_peek (secret), (gssize) amfa_secret_get_length (secret), "text/plain");
  g_autoptr (SecretService) service = open_session (cancellable, &local_error);
  g_autoptr (SecretCollection) collection =
      service ? secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT,
                                                  SECRET_COLLECTION_NONE, cancellable, &local_error)
              : NULL;
  g_autoptr (SecretItem) item =
      collection ? secret_item_create_sync (collection, &schema, attributes, label, value,
                                            SECRET_ITEM_CREATE_REPLACE, cancellable, &local_error)
                 : NULL;

  if (item)
    return TRUE;
  if (local_error)
    translate_error (local_error, error);
  else
    amfa_set_error (error, AMFA_ERROR_KEYRING_FAILED,
                    &(AmfaErrorDetails){ .reason = AMFA_KEYRING_PROBLEM_NO_ITEM });
  return FALSE;
}
