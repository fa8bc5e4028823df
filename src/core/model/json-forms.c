#define G_LOG_DOMAIN "amfa-json-forms"

#include "json-forms.h"

#include "ini-document.h"
#include "response.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Each form is one line and one object:
 *
 *   {"v":1,"key_id":"…","secret":"…","from_file":true}
 *   {"v":1,"key_id":"…","secret":"…","token":"…","expiration":1767323045,"name":"…",
 *    "marks":["…"],"ended":"<base64>"}
 *   {"v":1,"key_id":"…","secret":"…","earlier":["…"]}
 *   {"v":1,"degree":"section","text":"<base64>","ended":"<base64>","separator":"\n",
 *    "restored":true,"marks":["…"]}
 *
 * Members that are empty may be left out, members that are not known are ignored, and the version
 * grows only when an older program could no longer make sense of the rest. What json-glib copied
 * while it worked is beyond our reach; our own copies are wiped. */

#define VERSION 1

static const char *const degrees[] = {
  [AMFA_ORIGINAL_SECTION] = "section",
  [AMFA_ORIGINAL_NO_SECTION] = "no-section",
  [AMFA_ORIGINAL_NO_FILE] = "no-file",
  [AMFA_ORIGINAL_NO_FOLDER] = "no-folder",
};

static AmfaSecret *
generate (JsonObject *object)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);
  char *line = json_to_string (root, FALSE);

  return amfa_secret_new_steal (&line);
}

static JsonObject *
parse (AmfaSecret *json)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (!json_parser_load_from_data (parser, amfa_secret_peek (json),
                                   (gssize) amfa_secret_get_length (json), NULL))
    return NULL;

  JsonNode *root = json_parser_get_root (parser);

  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  return json_object_ref (json_node_get_object (root));
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                  : NULL;
}

static gint64
get_integer (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;
}

static gboolean
get_flag (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

static GStrv
get_strings (JsonObject *object, const char *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (json_node_get_value_type (element) == G_TYPE_STRING)
        g_strv_builder_add (builder, json_node_get_string (element));
    }
  return g_strv_builder_end (builder);
}

static void
set_strings (JsonObject *object, const char *name, const char *const *strings)
{
  JsonArray *array = json_array_new ();

  for (gsize i = 0; strings && strings[i]; i++)
    json_array_add_string_element (array, strings[i]);
  json_object_set_array_member (object, name, array);
}

/* g_base64_decode() skips what it does not know and forgives a cut end: only a text that says
 * exactly what we would have written counts. */
static AmfaSecret *
decode (const char *base64)
{
  gsize length = 0;
  guchar *bytes = g_base64_decode (base64, &length);
  amfa_autowipe char *again = g_base64_encode (bytes, length);
  AmfaSecret *secret =
      g_str_equal (again, base64) ? amfa_secret_new ((const char *) bytes, (gssize) length) : NULL;

  amfa_wipe (bytes, length);
  g_free (bytes);
  return secret;
}

static gboolean
is_text (AmfaSecret *secret)
{
  return g_utf8_validate (amfa_secret_peek (secret), (gssize) amfa_secret_get_length (secret),
                          NULL);
}

static void
set_bytes (JsonObject *object, const char *name, AmfaSecret *bytes)
{
  amfa_autowipe char *text = bytes ? g_base64_encode ((const guchar *) amfa_secret_peek (bytes),
                                                      amfa_secret_get_length (bytes))
                                   : NULL;

  if (text)
    json_object_set_string_member (object, name, text);
}

static JsonObject *
object_from_credentials (AmfaCredentials *credentials)
{
  AmfaSecret *secret = amfa_credentials_get_secret (credentials);
  AmfaSecret *token = amfa_credentials_get_token (credentials);

  g_return_val_if_fail (is_text (secret) && (!token || is_text (token)), NULL);

  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "v", VERSION);
  json_object_set_string_member (object, "key_id", amfa_credentials_get_key_id (credentials));
  json_object_set_string_member (object, "secret", amfa_secret_peek (secret));
  if (token)
    json_object_set_string_member (object, "token", amfa_secret_peek (token));
  if (amfa_credentials_get_expiration (credentials) != 0)
    json_object_set_int_member (object, "expiration",
                                amfa_credentials_get_expiration (credentials));
  if (amfa_credentials_get_session_name (credentials))
    json_object_set_string_member (object, "name", amfa_credentials_get_session_name (credentials));
  return object;
}

/**
 * amfa_json_from_credentials:
 * @credentials: keys; their secret and token are UTF-8
 *
 * Returns: (transfer full): their form
 */
AmfaSecret *
amfa_json_from_credentials (AmfaCredentials *credentials)
{
  g_return_val_if_fail (credentials != NULL, NULL);

  g_autoptr (JsonObject) object = object_from_credentials (credentials);

  return object ? generate (object) : NULL;
}

/**
 * amfa_json_from_base:
 * @base: a long-term key
 * @is_from_file: it came out of the section that the item is for
 *
 * Returns: (transfer full): a form of credentials that says more
 */
AmfaSecret *
amfa_json_from_base (AmfaCredentials *base, gboolean is_from_file)
{
  g_return_val_if_fail (base != NULL, NULL);

  g_autoptr (JsonObject) object = object_from_credentials (base);

  if (object && is_from_file)
    json_object_set_boolean_member (object, "from_file", TRUE);
  return object ? generate (object) : NULL;
}

/**
 * amfa_json_from_session:
 * @session: temporary credentials
 * @marks: (nullable): by which what we wrote is known again
 * @ended: (nullable): what an end of the session would leave of the section
 *
 * Returns: (transfer full): a form of credentials that says more
 */
AmfaSecret *
amfa_json_from_session (AmfaCredentials *session, const char *const *marks, AmfaSecret *ended)
{
  g_return_val_if_fail (session != NULL, NULL);

  g_autoptr (JsonObject) object = object_from_credentials (session);

  if (!object)
    return NULL;
  set_strings (object, "marks", marks);
  set_bytes (object, "ended", ended);
  return generate (object);
}

/* The last second of the year 9999: later ones have no RFC 3339 form. */
#define LAST_TIME 253402300799

static gboolean
is_filled (AmfaSecret *value)
{
  return amfa_secret_get_length (value) > 0 && amfa_ini_value_is_writable (value);
}

/* None that a credentials file could not hold. */
static AmfaCredentials *
credentials_from_object (JsonObject *object)
{
  const char *key_id = object ? get_string (object, "key_id") : NULL;
  const char *secret_text = object ? get_string (object, "secret") : NULL;

  if (!key_id || !secret_text || get_integer (object, "v") != VERSION)
    return NULL;

  const char *token_text = get_string (object, "token");
  g_autoptr (AmfaSecret) id = amfa_secret_new (key_id, -1);
  g_autoptr (AmfaSecret) secret = amfa_secret_new (secret_text, -1);
  g_autoptr (AmfaSecret) token = token_text ? amfa_secret_new (token_text, -1) : NULL;
  gint64 expiration = get_integer (object, "expiration");
  g_autoptr (AmfaCredentials) credentials = NULL;

  if (!is_filled (id) || !is_filled (secret) || (token && !amfa_ini_value_is_writable (token)) ||
      expiration < 0 || expiration > LAST_TIME)
    return NULL;
  credentials = amfa_credentials_new (key_id, secret, token, expiration);
  return amfa_credentials_new_named (credentials, get_string (object, "name"));
}

/**
 * amfa_json_to_credentials:
 * @json: a keyring item's secret
 *
 * Returns: (transfer full) (nullable): the keys; %NULL if @json is not their form, or if they are
 *   none that a credentials file could hold
 */
AmfaCredentials *
amfa_json_to_credentials (AmfaSecret *json)
{
  g_return_val_if_fail (json != NULL, NULL);

  g_autoptr (JsonObject) object = parse (json);

  return credentials_from_object (object);
}

/**
 * amfa_json_to_base:
 * @json: a keyring item's secret
 * @is_from_file: (out): it came out of the section that the item is for; the items of version 0.1.0
 *   do not say so
 *
 * Returns: (transfer full) (nullable): as for amfa_json_to_credentials()
 */
AmfaCredentials *
amfa_json_to_base (AmfaSecret *json, gboolean *is_from_file)
{
  g_return_val_if_fail (json != NULL && is_from_file != NULL, NULL);

  g_autoptr (JsonObject) object = parse (json);

  *is_from_file = object && get_flag (object, "from_file");
  return credentials_from_object (object);
}

/**
 * amfa_json_to_session:
 * @json: a keyring item's secret
 * @marks: (out) (transfer full): by which what we wrote is known again
 * @ended: (out) (nullable) (transfer full): what an end of the session would leave of the section
 *
 * Returns: (transfer full) (nullable): as for amfa_json_to_credentials()
 */
AmfaCredentials *
amfa_json_to_session (AmfaSecret *json, GStrv *marks, AmfaSecret **ended)
{
  g_return_val_if_fail (json != NULL && marks != NULL && ended != NULL, NULL);

  g_autoptr (JsonObject) object = parse (json);
  const char *base64 = object ? get_string (object, "ended") : NULL;

  *marks = object ? get_strings (object, "marks") : g_new0 (char *, 1);
  *ended = base64 ? decode (base64) : NULL;
  return credentials_from_object (object);
}

/**
 * amfa_json_from_former:
 * @credentials: long-term keys that others have replaced
 * @earlier: (nullable): ids of those that they had replaced themselves
 *
 * Returns: (transfer full): a form of credentials that remembers more
 */
AmfaSecret *
amfa_json_from_former (AmfaCredentials *credentials, const char *const *earlier)
{
  g_return_val_if_fail (credentials != NULL, NULL);

  g_autoptr (JsonObject) object = object_from_credentials (credentials);

  if (!object)
    return NULL;
  set_strings (object, "earlier", earlier);
  return generate (object);
}

/**
 * amfa_json_to_former_ids:
 * @json: a keyring item's secret
 *
 * Returns: (transfer full) (nullable): the earlier ids and that of the credentials, as the last;
 *   %NULL if @json is not their form
 */
GStrv
amfa_json_to_former_ids (AmfaSecret *json)
{
  g_return_val_if_fail (json != NULL, NULL);

  g_autoptr (AmfaCredentials) credentials = amfa_json_to_credentials (json);
  g_autoptr (JsonObject) object = credentials ? parse (json) : NULL;
  g_auto (GStrv) earlier = object ? get_strings (object, "earlier") : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!credentials)
    return NULL;
  g_strv_builder_addv (builder, (const char **) earlier);
  g_strv_builder_add (builder, amfa_credentials_get_key_id (credentials));
  return g_strv_builder_end (builder);
}

/**
 * amfa_json_for_sdk:
 * @session: temporary credentials; their secret and token are UTF-8
 * @account: (nullable): whose they are
 *
 * What AWS SDKs read from a credential_process (AWS SDKs and Tools Reference Guide, "Process
 * credential provider").
 *
 * Returns: (transfer full): one line without its end
 */
AmfaSecret *
amfa_json_for_sdk (AmfaCredentials *session, const char *account)
{
  g_return_val_if_fail (session != NULL, NULL);

  AmfaSecret *token = amfa_credentials_get_token (session);
  gint64 expiration = amfa_credentials_get_expiration (session);
  g_autofree char *time = expiration != 0 ? amfa_time_format (expiration) : NULL;
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_int_member (object, "Version", 1);
  json_object_set_string_member (object, "AccessKeyId", amfa_credentials_get_key_id (session));
  json_object_set_string_member (object, "SecretAccessKey",
                                 amfa_secret_peek (amfa_credentials_get_secret (session)));
  if (token)
    json_object_set_string_member (object, "SessionToken", amfa_secret_peek (token));
  if (time)
    json_object_set_string_member (object, "Expiration", time);
  if (account)
    json_object_set_string_member (object, "AccountId", account);
  return generate (object);
}

/**
 * amfa_json_from_original:
 * @original: what a section held before we first wrote into it
 *
 * Returns: (transfer full): its form
 */
AmfaSecret *
amfa_json_from_original (const AmfaOriginal *original)
{
  g_return_val_if_fail (original != NULL, NULL);
  g_return_val_if_fail (original->degree < G_N_ELEMENTS (degrees), NULL);

  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_int_member (object, "v", VERSION);
  json_object_set_string_member (object, "degree", degrees[original->degree]);
  set_bytes (object, "text", original->text);
  set_bytes (object, "ended", original->ended);
  if (original->separator)
    json_object_set_string_member (object, "separator", original->separator);
  if (original->is_restored)
    json_object_set_boolean_member (object, "restored", TRUE);
  set_strings (object, "marks", (const char *const *) original->marks);
  return generate (object);
}

/**
 * amfa_json_to_original:
 * @json: a keyring item's secret
 *
 * Returns: (transfer full) (nullable): the original; %NULL if @json is not its form, or if it has
 *   lost the text that it must have
 */
AmfaOriginal *
amfa_json_to_original (AmfaSecret *json)
{
  g_return_val_if_fail (json != NULL, NULL);

  g_autoptr (JsonObject) object = parse (json);
  const char *name = object ? get_string (object, "degree") : NULL;
  const char *base64 = object ? get_string (object, "text") : NULL;
  const char *ended = object ? get_string (object, "ended") : NULL;
  guint degree = 0;

  while (degree < G_N_ELEMENTS (degrees) && g_strcmp0 (name, degrees[degree]) != 0)
    degree++;
  if (degree == G_N_ELEMENTS (degrees) || get_integer (object, "v") != VERSION)
    return NULL;

  g_autoptr (AmfaSecret) text = base64 ? decode (base64) : NULL;

  if ((degree == AMFA_ORIGINAL_SECTION) != (text != NULL))
    return NULL;

  AmfaOriginal *original = amfa_original_new ((AmfaOriginalDegree) degree, text);

  if (ended)
    original->ended = decode (ended);
  g_free (original->separator);
  original->separator = g_strdup (get_string (object, "separator"));
  original->is_restored = get_flag (object, "restored");
  g_strfreev (original->marks);
  original->marks = get_strings (object, "marks");
  return original;
}
