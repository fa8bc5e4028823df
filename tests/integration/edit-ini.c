#include "core/model/error.h"
#include "core/model/ini-document.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Answers each line of JSON, {"text": …, "section": …, "nested": [[section, key, sub key]…]}, with
 * what the document says and becomes: {"refused": reason, "line": n} or
 *
 *   {"sections": {name: {key: value}}, "nested": [value…],
 *    "texts": {"edited": …, "restored": …, "appended": …, "removed": …}}
 *
 * where an edit that is refused is left out. "section" is edited, and restored line by line; the
 * section of that name in upper case is appended and removed. Texts and values are base64. */

static void
set_secret (JsonObject *object, const char *name, AmfaSecret *secret)
{
  g_autofree char *encoded =
      g_base64_encode ((const guchar *) amfa_secret_peek (secret), amfa_secret_get_length (secret));

  json_object_set_string_member (object, name, encoded);
}

static JsonObject *
describe (AmfaIniDocument *document)
{
  JsonObject *described = json_object_new ();
  g_auto (GStrv) sections = amfa_ini_document_list_sections (document);

  for (char **section = sections; *section; section++)
    {
      JsonObject *values = json_object_new ();
      g_auto (GStrv) keys = amfa_ini_document_list_keys (document, *section);

      for (char **key = keys; *key; key++)
        {
          g_autoptr (AmfaSecret) value = amfa_ini_document_get_value (document, *section, *key);

          set_secret (values, *key, value);
        }
      json_object_set_object_member (described, *section, values);
    }
  return described;
}

static JsonArray *
look_up (AmfaIniDocument *document, JsonArray *lookups)
{
  JsonArray *values = json_array_new ();

  for (guint i = 0; i < json_array_get_length (lookups); i++)
    {
      JsonArray *lookup = json_array_get_array_element (lookups, i);
      g_autofree char *text = amfa_ini_document_dup_nested (
          document, json_array_get_string_element (lookup, 0),
          json_array_get_string_element (lookup, 1), json_array_get_string_element (lookup, 2));
      g_autofree char *encoded =
          text ? g_base64_encode ((const guchar *) text, strlen (text)) : NULL;

      json_array_add_string_element (values, encoded);
    }
  return values;
}

static AmfaIniDocument *
edit (AmfaIniDocument *document, const char *section, AmfaIniDocument *source)
{
  g_autoptr (AmfaSecret) value = source ? NULL : amfa_secret_new ("new = value", -1);
  const AmfaIniEdit edits[] = {
    { .key = "aws_access_key_id", .value = value, .source = source },
    { .key = "aws_session_token", .value = value, .source = source },
    { .key = "expiration", .value = value, .source = source },
    { .key = "aws_security_token", .source = source },
  };

  return amfa_ini_document_edit (document, section, edits, G_N_ELEMENTS (edits), NULL);
}

static JsonObject *
describe_edits (AmfaIniDocument *document, const char *section)
{
  JsonObject *texts = json_object_new ();
  g_autoptr (AmfaIniDocument) edited = NULL;
  g_autoptr (AmfaIniDocument) restored = NULL;
  g_autoptr (AmfaIniDocument) appended = NULL;
  g_autoptr (AmfaIniDocument) removed = NULL;
  g_autofree char *upper = g_ascii_strup (section, -1);
  g_autoptr (AmfaSecret) text = amfa_secret_new_join ("[", upper, "]\nx = 1\n  2", NULL);
  g_autofree char *separator = NULL;

  if (amfa_ini_document_has_section (document, section))
    edited = edit (document, section, NULL);
  if (edited)
    restored = edit (edited, section, document);
  appended = amfa_ini_document_append_section (document, text, &separator, NULL);
  if (appended)
    removed = amfa_ini_document_remove_section (appended, upper, separator, NULL);

  if (edited)
    set_secret (texts, "edited", amfa_ini_document_get_text (edited));
  if (restored)
    set_secret (texts, "restored", amfa_ini_document_get_text (restored));
  if (appended)
    set_secret (texts, "appended", amfa_ini_document_get_text (appended));
  if (removed)
    set_secret (texts, "removed", amfa_ini_document_get_text (removed));
  return texts;
}

static char *
answer_line (const char *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonObject *question = json_node_get_object (node);
  gsize length;
  g_autofree guchar *bytes =
      g_base64_decode (json_object_get_string_member (question, "text"), &length);
  g_autoptr (AmfaSecret) text = amfa_secret_new ((const char *) bytes, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaIniDocument) document = amfa_ini_document_parse (text, &error);
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);

  if (document)
    {
      json_object_set_object_member (answer, "sections", describe (document));
      json_object_set_array_member (
          answer, "nested", look_up (document, json_object_get_array_member (question, "nested")));
      json_object_set_object_member (
          answer, "texts",
          describe_edits (document, json_object_get_string_member (question, "section")));
    }
  else
    {
      const AmfaErrorDetails *details = amfa_error_get_details (error);

      json_object_set_int_member (answer, "refused", details->reason);
      json_object_set_int_member (answer, "line", details->line);
    }
  json_node_set_object (root, answer);
  return json_to_string (root, FALSE);
}

int
main (void)
{
  char *line = NULL;
  size_t size = 0;

  while (getline (&line, &size, stdin) > 0)
    {
      g_autofree char *answer = answer_line (line);

      puts (answer);
    }
  free (line);
  return EXIT_SUCCESS;
}
