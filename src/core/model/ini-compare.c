#define G_LOG_DOMAIN "amfa-ini"

#include "ini-private.h"

#include <string.h>

static gboolean
key_same (const AmfaIniKey *a, const AmfaIniKey *b)
{
  gsize length = a->end - a->start;
  g_autoptr (AmfaSecret) left = NULL;
  g_autoptr (AmfaSecret) right = NULL;

  if (strcmp (a->name, b->name) != 0)
    return FALSE;
  /* The same lines have the same value; that spares nearly all the copies. */
  if (length == (gsize) (b->end - b->start) && memcmp (a->start, b->start, length) == 0)
    return TRUE;

  left = amfa_ini_key_get_value (a);
  right = amfa_ini_key_get_value (b);
  return amfa_secret_equal (left, right);
}

static const AmfaIniKey *
next_key (const AmfaIniSection *section, guint *index, const char *const *skipped)
{
  while (*index < section->keys->len)
    {
      const AmfaIniKey *key = g_ptr_array_index (section->keys, (*index)++);

      if (!skipped || !g_strv_contains (skipped, key->name))
        return key;
    }
  return NULL;
}

static gboolean
section_same (const AmfaIniSection *a, const AmfaIniSection *b, const char *const *skipped)
{
  const AmfaIniKey *left;
  const AmfaIniKey *right;
  guint i = 0;
  guint j = 0;

  do
    {
      left = next_key (a, &i, skipped);
      right = next_key (b, &j, skipped);
      if ((left || right) && (!left || !right || !key_same (left, right)))
        return FALSE;
    }
  while (left);
  return TRUE;
}

static const AmfaIniSection *
next_section (AmfaIniDocument *self, guint *index, const char *skipped)
{
  while (*index < self->sections->len)
    {
      const AmfaIniSection *section = g_ptr_array_index (self->sections, (*index)++);

      if (!skipped || !g_str_equal (section->name, skipped))
        return section;
    }
  return NULL;
}

/**
 * amfa_ini_document_equal_outside:
 * @section: (nullable): the section to leave out; %NULL to compare everything
 * @keys: (nullable) (array zero-terminated=1): leave out only these keys of it; %NULL: all of it,
 *   and whether it is there
 *
 * Whether both mean the same: sections, keys and values, and the order of both. Comments, blank
 * lines and the way things are written do not count.
 */
gboolean
amfa_ini_document_equal_outside (AmfaIniDocument *self,
                                 AmfaIniDocument *other,
                                 const char *section,
                                 const char *const *keys)
{
  const char *skipped = keys ? NULL : section;
  const AmfaIniSection *left;
  const AmfaIniSection *right;
  guint i = 0;
  guint j = 0;

  g_return_val_if_fail (self != NULL && other != NULL, FALSE);
  g_return_val_if_fail (section != NULL || keys == NULL, FALSE);

  do
    {
      left = next_section (self, &i, skipped);
      right = next_section (other, &j, skipped);
      if (!left && !right)
        return TRUE;
      if (!left || !right || !g_str_equal (left->name, right->name))
        return FALSE;
    }
  while (section_same (left, right, g_strcmp0 (left->name, section) == 0 ? keys : NULL));
  return FALSE;
}
