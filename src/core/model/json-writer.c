#define G_LOG_DOMAIN "amfa-json-writer"

#include "json-writer.h"

#include <string.h>

/* What is written here is byte for byte what json-glib writes, which items and scripts are used to.
 * Only U+001F, which it leaves as it is against RFC 8259, is escaped like its like. */

/* What has an escape of its own, and which. */
static const char MEANINGS[] = "\"\\\b\f\n\r\t";
static const char ESCAPES[] = "\"\\bfnrt";

struct _AmfaJsonWriter
{
  AmfaSecret *text; /* of which @length bytes are written */
  char *bytes;
  gsize length;
  gboolean is_indented;
  gboolean has_members;
};

static void
append (AmfaJsonWriter *self, const char *bytes, gsize length)
{
  if (amfa_secret_get_length (self->text) - self->length < length)
    {
      g_autoptr (AmfaSecret) shorter = self->text;
      const char *before = self->bytes;

      self->text = amfa_secret_new_sized (2 * (self->length + length), &self->bytes);
      memcpy (self->bytes, before, self->length);
    }
  memcpy (self->bytes + self->length, bytes, length);
  self->length += length;
}

static void
append_plain (AmfaJsonWriter *self, const char *text)
{
  append (self, text, strlen (text));
}

static void
append_string (AmfaJsonWriter *self, const char *text)
{
  append_plain (self, "\"");
  for (; *text; text++)
    {
      const char *meaning = strchr (MEANINGS, *text);
      char escape[8] = { *text, '\0' };

      if (meaning)
        g_snprintf (escape, sizeof escape, "\\%c", ESCAPES[meaning - MEANINGS]);
      else if (g_ascii_iscntrl (*text))
        g_snprintf (escape, sizeof escape, "\\u%04x", (guint) *text);
      append_plain (self, escape);
    }
  append_plain (self, "\"");
}

static void
append_name (AmfaJsonWriter *self, const char *name)
{
  append_plain (self, self->has_members ? "," : "");
  append_plain (self, self->is_indented ? "\n  " : "");
  append_string (self, name);
  append_plain (self, self->is_indented ? " : " : ":");
  self->has_members = TRUE;
}

/**
 * amfa_json_writer_new:
 * @is_indented: each member has a line
 *
 * Returns: (transfer full): one that has begun an object; no name may be added twice
 */
AmfaJsonWriter *
amfa_json_writer_new (gboolean is_indented)
{
  AmfaJsonWriter *self = g_new0 (AmfaJsonWriter, 1);

  self->text = amfa_secret_new_sized (1024, &self->bytes);
  self->is_indented = is_indented;
  append_plain (self, "{");
  return self;
}

void
amfa_json_writer_free (AmfaJsonWriter *self)
{
  g_return_if_fail (self != NULL);

  amfa_secret_unref (self->text);
  g_free (self);
}

void
amfa_json_writer_add_text (AmfaJsonWriter *self, const char *name, const char *text)
{
  g_return_if_fail (self != NULL && name != NULL && text != NULL);

  append_name (self, name);
  append_string (self, text);
}

void
amfa_json_writer_add_integer (AmfaJsonWriter *self, const char *name, gint64 integer)
{
  g_return_if_fail (self != NULL && name != NULL);

  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, integer);

  append_name (self, name);
  append_plain (self, digits);
}

void
amfa_json_writer_add_flag (AmfaJsonWriter *self, const char *name, gboolean flag)
{
  g_return_if_fail (self != NULL && name != NULL);

  append_name (self, name);
  append_plain (self, flag ? "true" : "false");
}

/**
 * amfa_json_writer_add_names:
 * @names: (nullable): strings; they are on the line of the array
 */
void
amfa_json_writer_add_names (AmfaJsonWriter *self, const char *name, const char *const *names)
{
  g_return_if_fail (self != NULL && name != NULL);

  append_name (self, name);
  append_plain (self, "[");
  for (gsize i = 0; names && names[i]; i++)
    {
      append_plain (self, i > 0 ? "," : "");
      append_string (self, names[i]);
    }
  append_plain (self, "]");
}

/**
 * amfa_json_writer_end:
 * @self: (transfer full): the writer
 *
 * Returns: (transfer full): the object
 */
AmfaSecret *
amfa_json_writer_end (AmfaJsonWriter *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autoptr (AmfaJsonWriter) ended = self;

  append_plain (self, self->is_indented && self->has_members ? "\n}" : "}");
  return amfa_secret_new (self->bytes, (gssize) self->length);
}
