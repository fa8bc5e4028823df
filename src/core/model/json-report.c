#define G_LOG_DOMAIN "amfa-json"

#include "json-report.h"

#include <json-glib/json-glib.h>

struct _AmfaJsonReport
{
  JsonArray *objects;
  JsonObject *last; /* in the array */
};

/* Returns: (transfer full): an empty array */
AmfaJsonReport *
amfa_json_report_new (void)
{
  AmfaJsonReport *self = g_new0 (AmfaJsonReport, 1);

  self->objects = json_array_new ();
  return self;
}

void
amfa_json_report_free (AmfaJsonReport *self)
{
  if (!self)
    return;

  json_array_unref (self->objects);
  g_free (self);
}

/* Begins the next object: what is added goes there. */
void
amfa_json_report_begin (AmfaJsonReport *self)
{
  g_return_if_fail (self != NULL);

  self->last = json_object_new ();
  json_array_add_object_element (self->objects, self->last);
}

/**
 * amfa_json_report_add_text:
 * @value: (nullable): %NULL gives null; bytes that are not UTF-8 are replaced
 */
void
amfa_json_report_add_text (AmfaJsonReport *self, const char *name, const char *value)
{
  g_return_if_fail (self != NULL && self->last != NULL && name != NULL);

  g_autofree char *valid = value ? g_utf8_make_valid (value, -1) : NULL;

  if (valid)
    json_object_set_string_member (self->last, name, valid);
  else
    json_object_set_null_member (self->last, name);
}

/**
 * amfa_json_report_add_number:
 * @value: 0 gives null
 */
void
amfa_json_report_add_number (AmfaJsonReport *self, const char *name, gint64 value)
{
  g_return_if_fail (self != NULL && self->last != NULL && name != NULL);

  if (value != 0)
    json_object_set_int_member (self->last, name, value);
  else
    json_object_set_null_member (self->last, name);
}

/* Unlike amfa_json_report_add_number(): 0 is a number of things. */
void
amfa_json_report_add_count (AmfaJsonReport *self, const char *name, gint64 value)
{
  g_return_if_fail (self != NULL && self->last != NULL && name != NULL);

  json_object_set_int_member (self->last, name, value);
}

void
amfa_json_report_add_flag (AmfaJsonReport *self, const char *name, gboolean value)
{
  g_return_if_fail (self != NULL && self->last != NULL && name != NULL);

  json_object_set_boolean_member (self->last, name, value);
}

/* Returns: (transfer full): the array, indented */
char *
amfa_json_report_to_text (AmfaJsonReport *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_ARRAY);

  json_node_set_array (root, self->objects);
  return json_to_string (root, TRUE);
}

/* Returns: (transfer full): the object begun last alone, indented */
char *
amfa_json_report_to_single_text (AmfaJsonReport *self)
{
  g_return_val_if_fail (self != NULL && self->last != NULL, NULL);

  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (root, self->last);
  return json_to_string (root, TRUE);
}
