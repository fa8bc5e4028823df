#define G_LOG_DOMAIN "amfa-json-forms"

#include "json-forms.h"

#include "ini-document.h"
#include "json-object.h"
#include "json-writer.h"
#include "response.h"

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
 * grows only when an older program could no longer make sense of the rest. */

#define VERSION 1

static const char *const degrees[] = {
  [AMFA_ORIGINAL_SECTION] = "section",
  [AMFA_ORIGINAL_NO_SECTION] = "no-section",
  [AMFA_ORIGINAL_NO_FILE] = "no-file",
  [AMFA_ORIGINAL_NO_FOLDER] = "no-folder",
};

/* g_base64_decode() skips what it does not know and forgives a cut end: only a text that says
 * exactly what we would have written counts. */
static AmfaSecret *
get_bytes (AmfaJsonObject *object, const char *name)
{
  g_autoptr (AmfaSecret) base64 = amfa_json_object_dup_text (object, name);

  if (!base64)
    return NULL;

  gsize length = 0;
  guchar *bytes = g_base64_decode (amfa_secret_peek (base64), &length);
  amfa_autowipe char *again = g_base64_encode (bytes, length);
  AmfaSecret *secret = g_str_equal (again, amfa_secret_peek (base64))
                           ? amfa_secret_new ((const char *) bytes, (gssize) length)
                           : NULL;

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
add_bytes (AmfaJsonWriter *writer, const char *name, AmfaSecret *bytes)
{
  amfa_autowipe char *text = bytes ? g_base64_encode ((const guchar *) amfa_secret_peek (bytes),
                                                      amfa_secret_get_length (bytes))
                                   : NULL;

  if (text)
    amfa_json_writer_add_text (writer, name, text);
}

static AmfaJsonWriter *
write_credentials (AmfaCredentials *credentials)
{
  AmfaSecret *secret = amfa_credentials_get_secret (credentials);
  AmfaSecret *token = amfa_credentials_get_token (credentials);

  g_return_val_if_fail (is_text (secret) && (!token || is_text (token)), NULL);

  AmfaJsonWriter *writer = amfa_json_writer_new (FALSE);

  amfa_json_writer_add_integer (writer, "v", VERSION);
  amfa_json_writer_add_text (writer, "key_id", amfa_credentials_get_key_id (credentials));
  amfa_json_writer_add_text (writer, "secret", amfa_secret_peek (secret));
  if (token)
    amfa_json_writer_add_text (writer, "token", amfa_secret_peek (token));
  if (amfa_credentials_get_expiration (credentials) != 0)
    amfa_json_writer_add_integer (writer, "expiration",
                                  amfa_credentials_get_expiration (credentials));
  if (amfa_credentials_get_session_name (credentials))
    amfa_json_writer_add_text (writer, "name", amfa_credentials_get_session_name (credentials));
  return writer;
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

  AmfaJsonWriter *writer = write_credentials (credentials);

  return writer ? amfa_json_writer_end (writer) : NULL;
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

  AmfaJsonWriter *writer = write_credentials (base);

  if (writer && is_from_file)
    amfa_json_writer_add_flag (writer, "from_file", TRUE);
  return writer ? amfa_json_writer_end (writer) : NULL;
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

  AmfaJsonWriter *writer = write_credentials (session);

  if (!writer)
    return NULL;
  amfa_json_writer_add_names (writer, "marks", marks);
  add_bytes (writer, "ended", ended);
  return amfa_json_writer_end (writer);
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
credentials_from_object (AmfaJsonObject *object)
{
  g_autoptr (AmfaSecret) id = amfa_json_object_dup_text (object, "key_id");
  g_autoptr (AmfaSecret) secret = amfa_json_object_dup_text (object, "secret");
  g_autoptr (AmfaSecret) token = amfa_json_object_dup_text (object, "token");
  g_autoptr (AmfaSecret) name = amfa_json_object_dup_text (object, "name");
  gint64 expiration = amfa_json_object_get_integer (object, "expiration");
  g_autoptr (AmfaCredentials) credentials = NULL;

  if (amfa_json_object_get_integer (object, "v") != VERSION || !id || !secret || !is_filled (id) ||
      !is_filled (secret) || (token && !amfa_ini_value_is_writable (token)) || expiration < 0 ||
      expiration > LAST_TIME)
    return NULL;
  credentials = amfa_credentials_new (amfa_secret_peek (id), secret, token, expiration);
  return amfa_credentials_new_named (credentials, name ? amfa_secret_peek (name) : NULL);
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

  g_autoptr (AmfaJsonObject) object = amfa_json_object_parse (json);

  return object ? credentials_from_object (object) : NULL;
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

  g_autoptr (AmfaJsonObject) object = amfa_json_object_parse (json);

  *is_from_file = object && amfa_json_object_get_flag (object, "from_file");
  return object ? credentials_from_object (object) : NULL;
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

  g_autoptr (AmfaJsonObject) object = amfa_json_object_parse (json);

  *marks = object ? amfa_json_object_dup_names (object, "marks") : g_new0 (char *, 1);
  *ended = object ? get_bytes (object, "ended") : NULL;
  return object ? credentials_from_object (object) : NULL;
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

  AmfaJsonWriter *writer = write_credentials (credentials);

  if (!writer)
    return NULL;
  amfa_json_writer_add_names (writer, "earlier", earlier);
  return amfa_json_writer_end (writer);
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

  g_autoptr (AmfaJsonObject) object = amfa_json_object_parse (json);
  g_autoptr (AmfaCredentials) credentials = object ? credentials_from_object (object) : NULL;

  if (!credentials)
    return NULL;

  g_auto (GStrv) earlier = amfa_json_object_dup_names (object, "earlier");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

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
  AmfaJsonWriter *writer = amfa_json_writer_new (FALSE);

  amfa_json_writer_add_integer (writer, "Version", 1);
  amfa_json_writer_add_text (writer, "AccessKeyId", amfa_credentials_get_key_id (session));
  amfa_json_writer_add_text (writer, "SecretAccessKey",
                             amfa_secret_peek (amfa_credentials_get_secret (session)));
  if (token)
    amfa_json_writer_add_text (writer, "SessionToken", amfa_secret_peek (token));
  if (time)
    amfa_json_writer_add_text (writer, "Expiration", time);
  if (account)
    amfa_json_writer_add_text (writer, "AccountId", account);
  return amfa_json_writer_end (writer);
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

  AmfaJsonWriter *writer = amfa_json_writer_new (FALSE);

  amfa_json_writer_add_integer (writer, "v", VERSION);
  amfa_json_writer_add_text (writer, "degree", degrees[original->degree]);
  add_bytes (writer, "text", original->text);
  add_bytes (writer, "ended", original->ended);
  if (original->separator)
    amfa_json_writer_add_text (writer, "separator", original->separator);
  if (original->is_restored)
    amfa_json_writer_add_flag (writer, "restored", TRUE);
  amfa_json_writer_add_names (writer, "marks", (const char *const *) original->marks);
  return amfa_json_writer_end (writer);
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

  g_autoptr (AmfaJsonObject) object = amfa_json_object_parse (json);
  g_autoptr (AmfaSecret) name = object ? amfa_json_object_dup_text (object, "degree") : NULL;
  guint degree = 0;

  if (!name || amfa_json_object_get_integer (object, "v") != VERSION)
    return NULL;
  while (degree < G_N_ELEMENTS (degrees) && !g_str_equal (amfa_secret_peek (name), degrees[degree]))
    degree++;
  if (degree == G_N_ELEMENTS (degrees))
    return NULL;

  g_autoptr (AmfaSecret) text = get_bytes (object, "text");
  g_autoptr (AmfaSecret) separator = amfa_json_object_dup_text (object, "separator");

  if ((degree == AMFA_ORIGINAL_SECTION) != (text != NULL))
    return NULL;

  AmfaOriginal *original = amfa_original_new ((AmfaOriginalDegree) degree, text);

  original->ended = get_bytes (object, "ended");
  g_free (original->separator);
  original->separator = separator ? g_strdup (amfa_secret_peek (separator)) : NULL;
  original->is_restored = amfa_json_object_get_flag (object, "restored");
  g_strfreev (original->marks);
  original->marks = amfa_json_object_dup_names (object, "marks");
  return original;
}
