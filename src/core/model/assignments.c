#define G_LOG_DOMAIN "amfa-assignments"

#include "assignments.h"

#include "json-writer.h"

#include <string.h>

static void
assignment_free (AmfaAssignment *self)
{
  g_free (self->name);
  amfa_wipe_and_free (self->value);
  g_free (self);
}

/**
 * amfa_assignments_new:
 *
 * Returns: (transfer full) (element-type AmfaAssignment): none yet; values are wiped when they go
 */
GPtrArray *
amfa_assignments_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) assignment_free);
}

/**
 * amfa_assignments_add:
 * @name: a variable's name
 * @value: (nullable): what to set it to, %NULL to remove it
 */
void
amfa_assignments_add (GPtrArray *self, const char *name, const char *value)
{
  AmfaAssignment *assignment = g_new0 (AmfaAssignment, 1);

  assignment->name = g_strdup (name);
  assignment->value = g_strdup (value);
  g_ptr_array_add (self, assignment);
}

static gboolean
names (const char *entry, const char *name)
{
  gsize length = strlen (name);

  return strncmp (entry, name, length) == 0 && entry[length] == '=';
}

static gboolean
is_replaced (GPtrArray *self, const char *entry)
{
  for (guint i = 0; i < self->len; i++)
    if (names (entry, ((AmfaAssignment *) g_ptr_array_index (self, i))->name))
      return TRUE;
  return FALSE;
}

/**
 * amfa_assignments_apply:
 * @envp: "NAME=value" strings, then %NULL
 *
 * What is named here leaves the environment however often it is in it; what is not stays as it is,
 * in its order.
 *
 * Returns: (transfer full): the changed environment, for amfa_environment_strings_free()
 */
char **
amfa_assignments_apply (GPtrArray *self, const char *const *envp)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();

  for (const char *const *entry = envp; entry && *entry; entry++)
    if (!is_replaced (self, *entry))
      g_ptr_array_add (changed, g_strdup (*entry));
  for (guint i = 0; i < self->len; i++)
    {
      const AmfaAssignment *assignment = g_ptr_array_index (self, i);

      if (assignment->value)
        g_ptr_array_add (changed, g_strconcat (assignment->name, "=", assignment->value, NULL));
    }
  g_ptr_array_add (changed, NULL);
  return (char **) g_ptr_array_steal (changed, NULL);
}

/* Nothing between single quotes means anything but their end to a POSIX shell (2.2.2 of its
 * grammar); fish knows \' and \\ there. */
char *
amfa_assignments_quote (const char *value, AmfaSyntax syntax)
{
  /* Long enough from the start: growing would leave copies behind. */
  GString *quoted = g_string_sized_new (4 * strlen (value) + 3);

  g_string_append_c (quoted, '\'');
  for (const char *p = value; *p; p++)
    if (syntax == AMFA_SYNTAX_FISH && (*p == '\'' || *p == '\\'))
      g_string_append_printf (quoted, "\\%c", *p);
    else if (*p == '\'')
      g_string_append (quoted, "'\\''");
    else
      g_string_append_c (quoted, *p);
  g_string_append_c (quoted, '\'');
  return g_string_free (quoted, FALSE);
}

static AmfaSecret *
to_json (GPtrArray *self)
{
  AmfaJsonWriter *writer = amfa_json_writer_new (TRUE);

  for (guint i = 0; i < self->len; i++)
    {
      const AmfaAssignment *assignment = g_ptr_array_index (self, i);

      if (assignment->value)
        amfa_json_writer_add_text (writer, assignment->name, assignment->value);
    }

  g_autoptr (AmfaSecret) text = amfa_json_writer_end (writer);

  return amfa_secret_new_join (amfa_secret_peek (text), "\n", NULL);
}

/* In fish an erasure without a scope may take a universal variable from every fish for good, and
 * one of nothing fails. */
static char *
to_line (const AmfaAssignment *assignment, AmfaSyntax syntax)
{
  amfa_autowipe char *quoted =
      assignment->value ? amfa_assignments_quote (assignment->value, syntax) : NULL;

  if (syntax == AMFA_SYNTAX_FISH)
    return quoted ? g_strconcat ("set -gx ", assignment->name, " ", quoted, ";\n", NULL)
                  : g_strconcat ("set -eg ", assignment->name, "; or true;\n", NULL);
  return quoted ? g_strconcat ("export ", assignment->name, "=", quoted, ";\n", NULL)
                : g_strconcat ("unset ", assignment->name, ";\n", NULL);
}

/**
 * amfa_assignments_to_text:
 * @syntax: who will read it
 *
 * Lines end with a semicolon for shells, so that an unquoted `eval $(…)` works too.
 *
 * Returns: (transfer full): the text
 */
AmfaSecret *
amfa_assignments_to_text (GPtrArray *self, AmfaSyntax syntax)
{
  g_autoptr (AmfaSecret) text = amfa_secret_new ("", 0);

  if (syntax == AMFA_SYNTAX_JSON)
    return to_json (self);
  for (guint i = 0; i < self->len; i++)
    {
      amfa_autowipe char *line = to_line (g_ptr_array_index (self, i), syntax);
      AmfaSecret *longer = amfa_secret_new_join (amfa_secret_peek (text), line, NULL);

      amfa_secret_unref (text);
      text = longer;
    }
  return g_steal_pointer (&text);
}

/* Frees an environment that holds secrets. */
void
amfa_environment_strings_free (char **envp)
{
  for (char **entry = envp; entry && *entry; entry++)
    amfa_wipe_and_free (*entry);
  g_free (envp);
}
