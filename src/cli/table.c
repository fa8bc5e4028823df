#define G_LOG_DOMAIN "amfa-table"

#include "table.h"

#include "messages/formats.h"

struct _AmfaTable
{
  guint n_columns;
  GPtrArray *cells; /* row by row */
};

AmfaTable *
amfa_table_new (guint n_columns)
{
  g_return_val_if_fail (n_columns > 0, NULL);

  AmfaTable *self = g_new0 (AmfaTable, 1);

  self->n_columns = n_columns;
  self->cells = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
amfa_table_free (AmfaTable *self)
{
  if (!self)
    return;

  g_ptr_array_unref (self->cells);
  g_free (self);
}

static guint
get_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      width += g_unichar_iswide (character) ? 2 : g_unichar_iszerowidth (character) ? 0 : 1;
    }
  return width;
}

/**
 * amfa_table_add:
 * @cell: (nullable): the next cell of the row; a row begins when the last one is full
 */
void
amfa_table_add (AmfaTable *self, const char *cell)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_add (self->cells, cell && *cell ? amfa_format_printable (cell) : g_strdup ("-"));
}

void
amfa_table_print (AmfaTable *self)
{
  g_return_if_fail (self != NULL && self->cells->len % self->n_columns == 0);

  g_autofree guint *widths = g_new0 (guint, self->n_columns);

  for (guint i = 0; i < self->cells->len; i++)
    {
      guint *width = &widths[i % self->n_columns];

      *width = MAX (*width, get_width (g_ptr_array_index (self->cells, i)));
    }
  for (guint i = 0; i < self->cells->len; i++)
    {
      const char *cell = g_ptr_array_index (self->cells, i);
      guint column = i % self->n_columns;

      if (column + 1 < self->n_columns)
        g_print ("%s%*s", cell, (int) (widths[column] - get_width (cell)) + 2, "");
      else
        g_print ("%s\n", cell);
    }
}
