#include "json-reference.h"

#include "core/model/json-object.h"
#include "core/model/json-writer.h"

#include <json-glib/json-glib.h>
#include <string.h>

static JsonObject *
parse (AmfaSecret *text)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (!json_parser_load_from_data (parser, amfa_secret_peek (text),
                                   (gssize) amfa_secret_get_length (text), NULL) ||
      !json_parser_get_root (parser) || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return NULL;
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

static gint64
get_integer (JsonNode *node)
{
  return json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;
}

static GStrv
dup_names (JsonNode *node)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array && i < json_array_get_length (array); i++)
    if (json_node_get_value_type (json_array_get_element (array, i)) == G_TYPE_STRING)
      g_strv_builder_add (builder, json_array_get_string_element (array, i));
  return g_strv_builder_end (builder);
}

static void
check_member (AmfaJsonObject *object, const char *name, JsonNode *node)
{
  gboolean is_string = json_node_get_value_type (node) == G_TYPE_STRING;
  gboolean is_flag = json_node_get_value_type (node) == G_TYPE_BOOLEAN;
  gint64 integer = amfa_json_object_get_integer (object, name);
  g_autoptr (AmfaSecret) text = amfa_json_object_dup_text (object, name);
  g_auto (GStrv) names = amfa_json_object_dup_names (object, name);
  g_auto (GStrv) their_names = dup_names (node);

  g_assert_cmpstr (text ? amfa_secret_peek (text) : NULL, ==,
                   is_string ? json_node_get_string (node) : NULL);
  g_assert_cmpint (amfa_json_object_get_flag (object, name), ==,
                   is_flag && json_node_get_boolean (node));
  g_assert_cmpstrv (names, their_names);
  /* What is too big for them goes round. */
  if (integer != G_MAXINT64 && integer != G_MININT64)
    g_assert_cmpint (integer, ==, get_integer (node));
}

/* Returns: whether @text is an object; then it is one for json-glib, too, and says the same */
gboolean
json_reference_check_parse (AmfaSecret *text)
{
  g_autoptr (AmfaJsonObject) object = amfa_json_object_parse (text);
  /* It knows no bound of depth. */
  g_autoptr (JsonObject) theirs = object ? parse (text) : NULL;
  JsonObjectIter members;
  const char *name;
  JsonNode *node;

  if (!object)
    return FALSE;
  g_assert_nonnull (theirs);
  json_object_iter_init (&members, theirs);
  while (json_object_iter_next (&members, &name, &node))
    check_member (object, name, node);
  return TRUE;
}

static void
copy_member (AmfaJsonWriter *writer, JsonObject *object, const char *name, JsonNode *node)
{
  GType type = json_node_get_value_type (node);
  g_auto (GStrv) names = dup_names (node);

  if (type == G_TYPE_STRING)
    amfa_json_writer_add_text (writer, name, json_node_get_string (node));
  else if (type == G_TYPE_BOOLEAN)
    amfa_json_writer_add_flag (writer, name, json_node_get_boolean (node));
  else if (type == G_TYPE_INT64)
    amfa_json_writer_add_integer (writer, name, json_node_get_int (node));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_array_new ();

      amfa_json_writer_add_names (writer, name, (const char *const *) names);
      for (gsize i = 0; names[i]; i++)
        json_array_add_string_element (array, names[i]);
      json_object_set_array_member (object, name, array);
      return;
    }
  else
    return;
  json_object_set_member (object, name, json_node_copy (node));
}

static void
check_style (JsonObject *theirs, gboolean is_indented)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);
  AmfaJsonWriter *writer = amfa_json_writer_new (is_indented);
  JsonObjectIter members;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&members, theirs);
  while (json_object_iter_next (&members, &name, &node))
    if (!is_indented || !JSON_NODE_HOLDS_ARRAY (node))
      copy_member (writer, object, name, node);

  g_autoptr (AmfaSecret) written = amfa_json_writer_end (writer);
  g_autofree char *expected = json_to_string (root, is_indented);

  g_assert_cmpuint (amfa_secret_get_length (written), ==, strlen (amfa_secret_peek (written)));
  /* json-glib does not escape this one. */
  if (!strchr (expected, '\037'))
    g_assert_cmpstr (amfa_secret_peek (written), ==, expected);
  g_assert_true (json_reference_check_parse (written));
}

/* What the members of the object @text say is written as json-glib writes it. */
void
json_reference_check_writer (AmfaSecret *text)
{
  g_autoptr (JsonObject) theirs = parse (text);

  if (!theirs)
    return;
  check_style (theirs, FALSE);
  check_style (theirs, TRUE);
}
