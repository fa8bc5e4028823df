#define G_LOG_DOMAIN "amfa-ini"

#include "ini-private.h"

#include <string.h>

/* A shared credentials or config file.
 *
 * The text itself is the document: it is kept whole, and sections and keys are places in it.
 * Nothing is ever written from what was understood, so everything that is not understood (comments,
 * blank lines, odd line ends, trailing white space, the order) is preserved by itself: an edit
 * copies the old text around the lines that it replaces (ini-edit.c).
 *
 * It reads what botocore reads, that is Python's configparser.RawConfigParser over a text file plus
 * botocore's nested blocks (botocore/configloader.py), rule by rule:
 *
 * - A line whose first character is "#" or ";" is a comment wherever it stands. Nothing behind a
 *   value is one.
 * - A line that is indented deeper than the key above it goes on with that key's value, even if it
 *   looks like a key or header; blank lines and comments do not end that. Right behind a header no
 *   line can be such a continuation, so the first key may be indented.
 * - A header is "[", at least one character, and the last "]" of the line; what follows is ignored.
 *   No section may come twice, but [DEFAULT] may: it is no section, every section inherits its
 * keys.
 * - A key ends at the first "=" or ":" and is lower-cased. No key may come twice in its section.
 * - Every other line, and any line but comments before the first header, makes the whole file
 *   unreadable; so do a byte order mark and a byte that is not UTF-8, even in a comment.
 * - A value that begins on the line behind its key is a nested block: each of its lines needs a
 * "=".
 *
 * Such a file is refused with the number of the line, since nobody could say what it means. */

G_DEFINE_BOXED_TYPE (AmfaIniDocument,
                     amfa_ini_document,
                     amfa_ini_document_ref,
                     amfa_ini_document_unref)

static void
section_free (AmfaIniSection *section)
{
  g_free (section->name);
  g_ptr_array_unref (section->keys);
  g_free (section);
}

static void
key_free (AmfaIniKey *key)
{
  g_free (key->name);
  g_free (key);
}

static guint
key_hash (gconstpointer pointer)
{
  const AmfaIniKey *key = pointer;

  return g_str_hash (key->name) * 33 + (guint) (GPOINTER_TO_SIZE (key->scope) >> 4);
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const AmfaIniKey *left = a;
  const AmfaIniKey *right = b;

  return left->scope == right->scope && strcmp (left->name, right->name) == 0;
}

/**
 * amfa_ini_document_parse:
 * @text: the file's bytes
 * @error: %AMFA_ERROR_FILE_UNUSABLE with line and reason, and as other the name of the section or
 *   key; the file's path is the caller's to add
 *
 * Returns: (transfer full): the document, or %NULL if botocore could not read the file
 */
AmfaIniDocument *
amfa_ini_document_parse (AmfaSecret *text, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (AmfaIniDocument) self = g_new0 (AmfaIniDocument, 1);

  g_atomic_ref_count_init (&self->references);
  self->text = amfa_secret_ref (text);
  self->start = amfa_secret_peek (text);
  self->end = self->start + amfa_secret_get_length (text);
  self->sections = g_ptr_array_new_with_free_func ((GDestroyNotify) section_free);
  self->defaults = g_ptr_array_new ();
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_profile = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->keys = g_hash_table_new_full (key_hash, key_equal, (GDestroyNotify) key_free, NULL);

  if (!amfa_ini_parse (self, error))
    return NULL;
  amfa_ini_index_profiles (self);
  return g_steal_pointer (&self);
}

AmfaIniDocument *
amfa_ini_document_ref (AmfaIniDocument *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
amfa_ini_document_unref (AmfaIniDocument *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_hash_table_unref (self->keys);
  g_hash_table_unref (self->by_profile);
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->defaults);
  g_ptr_array_unref (self->sections);
  amfa_secret_unref (self->text);
  g_free (self);
}

/**
 * amfa_ini_document_find:
 *
 * Returns: (nullable) (transfer none): the section of that name; there is none for [DEFAULT]
 */
AmfaIniSection *
amfa_ini_document_find (AmfaIniDocument *self, const char *section)
{
  return g_hash_table_lookup (self->by_name, section);
}

/**
 * amfa_ini_document_find_in_scope:
 * @scope: a section, or @self for [DEFAULT]
 *
 * Returns: (nullable) (transfer none): the key of that name there
 */
AmfaIniKey *
amfa_ini_document_find_in_scope (AmfaIniDocument *self, gconstpointer scope, const char *key)
{
  AmfaIniKey wanted = { .name = (char *) key, .scope = scope };
  gpointer found = NULL;

  g_hash_table_lookup_extended (self->keys, &wanted, &found, NULL);
  return found;
}

/**
 * amfa_ini_document_find_own:
 *
 * Returns: (nullable) (transfer none): the key of that name in the section itself
 */
AmfaIniKey *
amfa_ini_document_find_own (AmfaIniDocument *self, const char *section, const char *key)
{
  AmfaIniSection *found = amfa_ini_document_find (self, section);

  return found ? amfa_ini_document_find_in_scope (self, found, key) : NULL;
}

/**
 * amfa_ini_document_find_inherited:
 *
 * Returns: (nullable) (transfer none): the key of that name in the section, else in [DEFAULT];
 *   "DEFAULT" itself is no section, but may be asked for
 */
AmfaIniKey *
amfa_ini_document_find_inherited (AmfaIniDocument *self, const char *section, const char *key)
{
  AmfaIniSection *found = amfa_ini_document_find (self, section);
  AmfaIniKey *own = found ? amfa_ini_document_find_in_scope (self, found, key) : NULL;

  if (own || (!found && !g_str_equal (section, AMFA_INI_DEFAULT)))
    return own;
  return amfa_ini_document_find_in_scope (self, self, key);
}

AmfaSecret *
amfa_ini_document_get_text (AmfaIniDocument *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

/* C has no word for a name with a NUL byte: such a one can be preserved, but not asked for. */
static void
list_name (GStrvBuilder *names, const char *name)
{
  if (!amfa_ini_name_has_nul (name))
    g_strv_builder_add (names, name);
}

/**
 * amfa_ini_document_list_sections:
 *
 * Returns: (transfer full): the names in the file's order, without [DEFAULT]
 */
char **
amfa_ini_document_list_sections (AmfaIniDocument *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->sections->len; i++)
    {
      AmfaIniSection *section = g_ptr_array_index (self->sections, i);

      if (!g_str_equal (section->name, AMFA_INI_DEFAULT))
        list_name (names, section->name);
    }
  return g_strv_builder_end (names);
}

gboolean
amfa_ini_document_has_section (AmfaIniDocument *self, const char *section)
{
  g_return_val_if_fail (self != NULL && section != NULL, FALSE);

  return amfa_ini_document_find (self, section) != NULL;
}

/**
 * amfa_ini_document_list_keys:
 *
 * Returns: (transfer full): the section's own keys in the file's order, then the inherited ones;
 *   nothing if there is no such section
 */
char **
amfa_ini_document_list_keys (AmfaIniDocument *self, const char *section)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  AmfaIniSection *found;

  g_return_val_if_fail (self != NULL && section != NULL, NULL);

  found = amfa_ini_document_find (self, section);
  for (guint i = 0; found && i < found->keys->len; i++)
    list_name (names, ((AmfaIniKey *) g_ptr_array_index (found->keys, i))->name);
  for (guint i = 0; found && i < self->defaults->len; i++)
    {
      AmfaIniKey *key = g_ptr_array_index (self->defaults, i);

      if (!amfa_ini_document_find_in_scope (self, found, key->name))
        list_name (names, key->name);
    }
  return g_strv_builder_end (names);
}

/**
 * amfa_ini_document_owns_key:
 *
 * Whether @key stands in @section itself, not in [DEFAULT].
 */
gboolean
amfa_ini_document_owns_key (AmfaIniDocument *self, const char *section, const char *key)
{
  g_return_val_if_fail (self != NULL && section != NULL && key != NULL, FALSE);

  return amfa_ini_document_find_own (self, section, key) != NULL;
}

/**
 * amfa_ini_document_get_line:
 * @key: (nullable): a key, its own or inherited; %NULL for the section's header
 *
 * Returns: the line where it stands, from 1; 0 if there is none
 */
guint
amfa_ini_document_get_line (AmfaIniDocument *self, const char *section, const char *key)
{
  AmfaIniSection *found;
  AmfaIniKey *place;

  g_return_val_if_fail (self != NULL && section != NULL, 0);

  found = amfa_ini_document_find (self, section);
  if (!key)
    return found ? found->number : 0;

  place = amfa_ini_document_find_inherited (self, section, key);
  return place ? place->number : 0;
}

/**
 * amfa_ini_section_end:
 *
 * Returns: the end of the section's text
 */
const char *
amfa_ini_section_end (const AmfaIniSection *section)
{
  guint n = section->keys->len;

  return n > 0 ? ((AmfaIniKey *) g_ptr_array_index (section->keys, n - 1))->end
               : section->header.end;
}

/**
 * amfa_ini_document_get_section_text:
 *
 * Returns: (nullable) (transfer full): from the header to the last line of the last key, verbatim
 */
AmfaSecret *
amfa_ini_document_get_section_text (AmfaIniDocument *self, const char *section)
{
  AmfaIniSection *found;

  g_return_val_if_fail (self != NULL && section != NULL, NULL);

  found = amfa_ini_document_find (self, section);
  return found ? amfa_secret_new (found->header.start,
                                  amfa_ini_section_end (found) - found->header.start)
               : NULL;
}

/**
 * amfa_ini_document_get_text_at:
 * @length: how many bytes
 *
 * Returns: (nullable) (transfer full): what stands in the file from the section's header on; %NULL
 *   if the file is shorter
 */
AmfaSecret *
amfa_ini_document_get_text_at (AmfaIniDocument *self, const char *section, gsize length)
{
  AmfaIniSection *found;

  g_return_val_if_fail (self != NULL && section != NULL, NULL);

  found = amfa_ini_document_find (self, section);
  if (!found || (gsize) (self->end - found->header.start) < length)
    return NULL;
  return amfa_secret_new (found->header.start, length);
}
