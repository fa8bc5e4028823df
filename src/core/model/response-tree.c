#define G_LOG_DOMAIN "amfa-response"

#include "response-tree.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "error.h"
#include "secret.h"

/* Answers are small and flat. What is deeper or longer does not come from AWS, and would only cost
 * stack or memory: the bounds are far above a full page of devices. */
#define DEPTH_MAX 32
#define NODES_MAX 10000
#define JSON_BRACKETS_MAX 2000

struct _AmfaNode
{
  char *name;
  char *text;          /* nullable; may be a secret */
  GPtrArray *children; /* nullable */
};

typedef struct
{
  AmfaNode *root;
  GPtrArray *open; /* the elements around the one to come, borrowed */
  guint n_nodes;
} Builder;

static void
set_problem (GError **error, AmfaProtocolProblem problem)
{
  amfa_set_error (error, AMFA_ERROR_PROTOCOL, &(AmfaErrorDetails){ .reason = (int) problem });
}

static AmfaNode *
node_new (const char *name)
{
  AmfaNode *self = g_new0 (AmfaNode, 1);

  self->name = g_strdup (name);
  return self;
}

static void
node_add_child (AmfaNode *self, AmfaNode *child)
{
  if (!self->children)
    self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_node_free);
  g_ptr_array_add (self->children, child);
}

/* Never by realloc, which would leave a copy behind. */
static void
node_add_text (AmfaNode *self, const char *text, gsize length)
{
  gsize before = self->text ? strlen (self->text) : 0;
  char *joined = g_malloc (before + length + 1);

  if (before > 0)
    memcpy (joined, self->text, before);
  memcpy (joined + before, text, length);
  joined[before + length] = '\0';
  amfa_wipe_and_free (self->text);
  self->text = joined;
}

static void
on_start_element (GMarkupParseContext *context,
                  const char *element_name,
                  const char **attribute_names,
                  const char **attribute_values,
                  gpointer user_data,
                  GError **error)
{
  Builder *builder = user_data;
  const char *colon = strrchr (element_name, ':');
  const char *name = colon ? colon + 1 : element_name;

  if (builder->open->len >= DEPTH_MAX || builder->n_nodes >= NODES_MAX)
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_TOO_BIG);
      return;
    }
  /* A page for people may well be well-formed. */
  if (builder->open->len == 0 && (builder->root || g_ascii_strcasecmp (name, "html") == 0))
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_NOT_XML);
      return;
    }

  AmfaNode *node = node_new (name);

  if (builder->open->len == 0)
    builder->root = node;
  else
    node_add_child (g_ptr_array_index (builder->open, builder->open->len - 1), node);
  g_ptr_array_add (builder->open, node);
  builder->n_nodes++;
}

static void
on_end_element (GMarkupParseContext *context,
                const char *element_name,
                gpointer user_data,
                GError **error)
{
  Builder *builder = user_data;

  g_ptr_array_set_size (builder->open, builder->open->len - 1);
}

static void
on_text (GMarkupParseContext *context,
         const char *text,
         gsize length,
         gpointer user_data,
         GError **error)
{
  Builder *builder = user_data;

  if (builder->open->len > 0)
    node_add_text (g_ptr_array_index (builder->open, builder->open->len - 1), text, length);
  else if (strspn (text, " \t\r\n") < length)
    set_problem (error, AMFA_PROTOCOL_PROBLEM_NOT_XML);
}

/* GMarkup's errors in our terms: what only the document's end brings up is truncation. */
static void
take_markup_error (GError **error, GError *cause, AmfaProtocolProblem problem)
{
  if (cause->domain == AMFA_ERROR)
    g_propagate_error (error, cause);
  else
    {
      set_problem (error, problem);
      g_error_free (cause);
    }
}

/**
 * amfa_node_parse_xml:
 * @text: a document
 * @length: its length
 * @error: (out): %AMFA_ERROR_PROTOCOL with an #AmfaProtocolProblem
 *
 * Prefixes of names are dropped, as are attributes.
 *
 * Returns: (transfer full): the root element
 */
AmfaNode *
amfa_node_parse_xml (const char *text, gsize length, GError **error)
{
  static const GMarkupParser parser = { on_start_element, on_end_element, on_text, NULL, NULL };
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  Builder builder = { NULL, open, 0 };
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &builder, NULL);
  GError *cause = NULL;
  gboolean done = FALSE;

  /* Before GMarkup, which warns of its own mistake where it finds two of ours. */
  if (!g_utf8_validate_len (text, length, NULL))
    set_problem (error, AMFA_PROTOCOL_PROBLEM_NOT_XML);
  else if (!g_markup_parse_context_parse (context, text, length, &cause))
    take_markup_error (error, cause, AMFA_PROTOCOL_PROBLEM_NOT_XML);
  else if (!g_markup_parse_context_end_parse (context, &cause))
    take_markup_error (error, cause, AMFA_PROTOCOL_PROBLEM_TRUNCATED);
  else if (!builder.root)
    set_problem (error, AMFA_PROTOCOL_PROBLEM_TRUNCATED);
  else
    done = TRUE;

  if (!done)
    g_clear_pointer (&builder.root, amfa_node_free);
  return builder.root;
}

/* Copies a JSON value into a node, and wipes json-glib's copy of a string. Members become children;
 * what an array holds becomes children called "member", as XML has it. */
static gboolean
node_fill_from_json (AmfaNode *self, JsonNode *json, guint depth)
{
  if (depth > DEPTH_MAX)
    return FALSE;

  if (JSON_NODE_HOLDS_OBJECT (json))
    {
      JsonObjectIter members;
      const char *name;
      JsonNode *value;

      json_object_iter_init (&members, json_node_get_object (json));
      while (json_object_iter_next (&members, &name, &value))
        {
          AmfaNode *child = node_new (name);

          node_add_child (self, child);
          if (!node_fill_from_json (child, value, depth + 1))
            return FALSE;
        }
    }
  else if (JSON_NODE_HOLDS_ARRAY (json))
    {
      JsonArray *array = json_node_get_array (json);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          AmfaNode *child = node_new ("member");

          node_add_child (self, child);
          if (!node_fill_from_json (child, json_array_get_element (array, i), depth + 1))
            return FALSE;
        }
    }
  else if (json_node_get_value_type (json) == G_TYPE_STRING)
    {
      char *text = (char *) json_node_get_string (json);

      self->text = g_strdup (text);
      amfa_wipe (text, strlen (text));
    }
  else if (json_node_get_value_type (json) == G_TYPE_BOOLEAN)
    self->text = g_strdup (json_node_get_boolean (json) ? "true" : "false");
  else if (json_node_get_value_type (json) == G_TYPE_INT64)
    self->text = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (json));
  else if (json_node_get_value_type (json) == G_TYPE_DOUBLE)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      self->text =
          g_strdup (g_ascii_formatd (number, sizeof number, "%.3f", json_node_get_double (json)));
    }
  return TRUE;
}

/* json-glib descends by recursion and knows no bound. Counting every bracket, wherever it is,
 * cannot be fooled. */
static gboolean
json_is_too_big (const char *text, gsize length)
{
  gsize brackets = 0;

  for (gsize i = 0; i < length; i++)
    brackets += text[i] == '{' || text[i] == '[';
  return brackets > JSON_BRACKETS_MAX;
}

/**
 * amfa_node_parse_json:
 * @text: a document
 * @length: its length
 * @error: (out): %AMFA_ERROR_PROTOCOL with an #AmfaProtocolProblem
 *
 * Returns: (transfer full): the outermost object, without a name
 */
AmfaNode *
amfa_node_parse_json (const char *text, gsize length, GError **error)
{
  if (json_is_too_big (text, length))
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_TOO_BIG);
      return NULL;
    }
  /* A string of json-glib's ends there. */
  if (g_strstr_len (text, (gssize) length, "\\u0000"))
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_NOT_XML);
      return NULL;
    }

  g_autoptr (JsonParser) parser = json_parser_new ();

  if (!g_utf8_validate_len (text, length, NULL) ||
      !json_parser_load_from_data (parser, text, length, NULL) || !json_parser_get_root (parser) ||
      !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      while (length > 0 && g_ascii_isspace (text[length - 1]))
        length--;
      set_problem (error, length > 0 && text[0] == '{' && text[length - 1] != '}'
                              ? AMFA_PROTOCOL_PROBLEM_TRUNCATED
                              : AMFA_PROTOCOL_PROBLEM_NOT_XML);
      return NULL;
    }

  g_autoptr (AmfaNode) root = node_new ("");

  if (!node_fill_from_json (root, json_parser_get_root (parser), 1))
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_TOO_BIG);
      return NULL;
    }
  return g_steal_pointer (&root);
}

void
amfa_node_free (AmfaNode *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->name);
  amfa_wipe_and_free (self->text);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

/* Returns: (transfer none): the text of @self (nullable), "" if there is none */
const char *
amfa_node_get_text (const AmfaNode *self)
{
  return self && self->text ? self->text : "";
}

guint
amfa_node_get_n_children (const AmfaNode *self)
{
  return self->children ? self->children->len : 0;
}

const AmfaNode *
amfa_node_get_nth_child (const AmfaNode *self, guint i)
{
  g_return_val_if_fail (i < amfa_node_get_n_children (self), NULL);

  return g_ptr_array_index (self->children, i);
}

/* Returns: (transfer none) (nullable): the first child of that name */
const AmfaNode *
amfa_node_get_child (const AmfaNode *self, const char *name)
{
  for (guint i = 0; i < amfa_node_get_n_children (self); i++)
    {
      const AmfaNode *child = g_ptr_array_index (self->children, i);

      if (g_str_equal (child->name, name))
        return child;
    }
  return NULL;
}

/* Returns: (transfer none) (nullable): the child of that name, if there is exactly one */
const AmfaNode *
amfa_node_get_only_child (const AmfaNode *self, const char *name)
{
  const AmfaNode *found = NULL;

  for (guint i = 0; i < amfa_node_get_n_children (self); i++)
    {
      const AmfaNode *child = g_ptr_array_index (self->children, i);

      if (!g_str_equal (child->name, name))
        continue;
      if (found)
        return NULL;
      found = child;
    }
  return found;
}

const char *
amfa_node_get_name (const AmfaNode *self)
{
  return self->name;
}

/* Returns: (transfer none) (nullable): the first one of that name, @self included */
const AmfaNode *
amfa_node_find (const AmfaNode *self, const char *name)
{
  if (g_str_equal (self->name, name))
    return self;
  for (guint i = 0; i < amfa_node_get_n_children (self); i++)
    {
      const AmfaNode *found = amfa_node_find (g_ptr_array_index (self->children, i), name);

      if (found)
        return found;
    }
  return NULL;
}
