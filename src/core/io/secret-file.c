#define G_LOG_DOMAIN "amfa-secret-file"

#include "secret-file.h"

#include "secret-call.h"

#include "core/model/error.h"

#include <libsecret/secret.h>

/* SECRET_BACKEND=file, which only libsecret's secret_password_*() calls heed. */

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

static void
translate_error (const GError *from, GError **error)
{
  if (g_error_matches (from, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    amfa_set_error (error, AMFA_ERROR_KEYRING_LOCKED, NULL);
  else
    amfa_secret_call_translate_error (from, error);
}

/* The back end reads its file once; another process may have written it since. And libsecret gets
 * no cancellable: a look-up that is cancelled at the wrong moment crashes (0.20.5), and a write
 * that is leaves the file and its copy empty, with whatever was in it. */
static gboolean
begin (GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  secret_service_disconnect ();
  return TRUE;
}

/**
 * amfa_secret_file_look:
 * @stored: (out): whether there is such an item
 * @error: the file cannot be read
 */
gboolean
amfa_secret_file_look (GHashTable *attributes,
                       gboolean *stored,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!begin (cancellable, error))
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
 * amfa_secret_file_open:
 * @secret: (out) (transfer full) (nullable): what the item holds; %NULL if it is not stored
 */
gboolean
amfa_secret_file_open (GHashTable *attributes,
                       AmfaSecret **secret,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *secret = NULL;
  if (!begin (cancellable, error))
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
  SecretValue *value = secret_retrievable_retrieve_secret_sync (item, NULL, error);
  gsize length = 0;
  const char *bytes = value ? secret_value_get (value, &length) : NULL;
  AmfaSecret *secret = bytes ? amfa_secret_new (bytes, (gssize) length) : NULL;

  g_clear_pointer (&value, secret_value_unref);
  return secret;
}

/* Returns: (transfer full) (element-type AmfaSecret): what all the items hold that have @attributes
 */
GPtrArray *
amfa_secret_file_list (GHashTable *attributes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) secrets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_secret_unref);
  g_autoptr (GError) local_error = NULL;

  if (!begin (cancellable, error))
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
amfa_secret_file_store (GHashTable *attributes,
                        const char *label,
                        AmfaSecret *secret,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!begin (cancellable, error))
    return FALSE;
  if (secret_password_storev_sync (&schema, attributes, SECRET_COLLECTION_DEFAULT, label,
                                   amfa_secret_peek (secret), NULL, &local_error))
    return TRUE;

  translate_error (local_error, error);
  return FALSE;
}

gboolean
amfa_secret_file_remove (GHashTable *attributes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!begin (cancellable, error))
    return FALSE;
  secret_password_clearv_sync (&schema, attributes, NULL, &local_error);
  if (local_error)
    translate_error (local_error, error);
  return local_error == NULL;
}
