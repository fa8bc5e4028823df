#define G_LOG_DOMAIN "amfa-verbs"

#include "code-input.h"
#include "core/model/nearest-word.h"
#include "verb.h"

#include <glib/gi18n.h>

#define MAX_SLIPS 2 /* in a word that may be a verb */

/* In the order of the help. */
/* clang-format off */
static const AmfaVerb *const verbs[] = {
  &amfa_verb_status, &amfa_verb_end,         &amfa_verb_shell,
  &amfa_verb_exec,   &amfa_verb_env,         &amfa_verb_credential_process,
  &amfa_verb_setup,  &amfa_verb_forget_keys, &amfa_verb_devices,
  &amfa_verb_policy, &amfa_verb_doctor,      &amfa_verb_help,
  &amfa_verb_profiles,
};
/* clang-format on */

static const char *
find_nearest (const char *word)
{
  const char *names[G_N_ELEMENTS (verbs) + 1] = { NULL };
  gsize n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (verbs[i]->summary)
      names[n++] = verbs[i]->name;
  return amfa_nearest_word (word, names, MAX_SLIPS);
}

/**
 * amfa_command_enter:
 * @name: (nullable): the program's name in its help from now on
 *
 * From here on @command is about @verb.
 */
void
amfa_command_enter (AmfaCommand *command, const AmfaVerb *verb, const char *name)
{
  command->operands = verb->operands;
  command->summary = verb->summary;
  command->takes = verb->takes;
  if (name)
    g_set_prgname (name);
}

/**
 * amfa_verb_find:
 * @operand: (nullable): the first operand
 * @error: #GOptionError, with the nearest verb if there is one near
 *
 * Returns: (transfer none): what it asks for; a login for a code and for nothing
 */
const AmfaVerb *
amfa_verb_find (const char *operand, GError **error)
{
  g_autofree char *shown = NULL;
  const char *nearest;

  if (!operand || amfa_code_input_is_code (operand))
    return &amfa_verb_login;
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (operand, verbs[i]->name))
      return verbs[i];

  shown = g_filename_display_name (operand);
  nearest = find_nearest (operand);
  if (nearest)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("Unknown command “%s”. Did you mean “awsmfa %s”?"), shown, nearest);
  else
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("Unknown command “%s”. Use: awsmfa 123456, or see awsmfa --help"), shown);
  return NULL;
}

/**
 * amfa_verb_list:
 *
 * Returns: (transfer full): every verb with its summary, a line each
 */
char *
amfa_verb_list (void)
{
  GString *list = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (verbs[i]->summary)
      g_string_append_printf (list, "  %-20s %s\n", verbs[i]->name, _ (verbs[i]->summary));
  return g_string_free (list, FALSE);
}
