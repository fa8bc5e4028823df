#define G_LOG_DOMAIN "amfa-shell-start"

#include "shell-start.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* The user's own start-up files are read as ever: each shell gets one file of ours in front of them
 * that brings itself out of the way and leaves behind a function that runs before each prompt,
 * after whatever else does. Where that cannot be had there are the variables alone. */

/* The prompt may be made anew by another entry of PROMPT_COMMAND. A PROMPT_COMMAND that is exported
 * reaches shells that do not know the function. bash has read the file whole when it runs it. */
#define BASH_FILE                                                                                  \
  "\\command rm -rf -- %s\n"                                                                       \
  "_awsmfa_hint=%s\n"                                                                              \
  "if [ -r ~/.bashrc ]; then . ~/.bashrc; fi\n"                                                    \
  "_awsmfa_prompt () { case $PS1 in \"$_awsmfa_hint\"*) ;; *) PS1=$_awsmfa_hint$PS1 ;; esac; }\n"  \
  "case $(declare -p PROMPT_COMMAND 2>/dev/null) in\n"                                             \
  "'declare -a'*) PROMPT_COMMAND+=(_awsmfa_prompt) ;;\n"                                           \
  "*) PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\\n'}"                                     \
  "'! declare -F _awsmfa_prompt >/dev/null || _awsmfa_prompt' ;;\n"                                \
  "esac\n"

/* Being .zshenv, the first of zsh's files, it puts ZDOTDIR back: zsh finds all the others by it.
 * The first prompt moves the function behind those that .zshrc added. */
#define ZSH_FILE                                                                                   \
  "%s\n"                                                                                           \
  "\\command rm -rf -- %s\n"                                                                       \
  "_awsmfa_hint=%s\n"                                                                              \
  "_awsmfa_prompt () { [[ $PROMPT == \"$_awsmfa_hint\"* ]] || PROMPT=$_awsmfa_hint$PROMPT }\n"     \
  "_awsmfa_first () {\n"                                                                           \
  "  precmd_functions=(\"${(@)precmd_functions:#_awsmfa_first}\" _awsmfa_prompt)\n"                \
  "  _awsmfa_prompt\n"                                                                             \
  "}\n"                                                                                            \
  "typeset -ga precmd_functions\n"                                                                 \
  "precmd_functions+=(_awsmfa_first)\n"                                                            \
  "if [[ -r ${ZDOTDIR:-$HOME}/.zshenv ]]; then . \"${ZDOTDIR:-$HOME}/.zshenv\"; fi\n"

/* The prompt sees the status of the last command. */
#define FISH_COMMANDS                                                                              \
  "if functions -q fish_prompt\n"                                                                  \
  "functions -c fish_prompt _awsmfa_prompt\n"                                                      \
  "function _awsmfa_status; return $argv[1]; end\n"                                                \
  "function fish_prompt; set -l last $status; printf %%s %s; _awsmfa_status $last; "               \
  "_awsmfa_prompt; end\n"                                                                          \
  "end\n"

static char *
make_folder (const char *parent)
{
  g_autofree char *folder = g_build_filename (parent, "awsmfa-shell-XXXXXX", NULL);

  if (g_mkdtemp_full (folder, 0700))
    return g_steal_pointer (&folder);
  return g_dir_make_tmp ("awsmfa-shell-XXXXXX", NULL);
}

static gboolean
write_file (AmfaShellStart *self, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error))
    return TRUE;
  g_info ("no prompt: %s", error->message);
  return FALSE;
}

static void
set_argv (AmfaShellStart *self, const char *program, const char *option, const char *value)
{
  const char *argv[] = { program, option, value, NULL };

  g_strfreev (self->argv);
  self->argv = g_strdupv ((char **) argv);
}

static void
start_bash (AmfaShellStart *self, const char *program, const char *hint)
{
  g_autofree char *folder = amfa_assignments_quote (self->folder, AMFA_SYNTAX_SH);
  g_autofree char *text = g_strdup_printf (BASH_FILE, folder, hint);
  g_autofree char *path = g_build_filename (self->folder, "bashrc", NULL);

  if (write_file (self, "bashrc", text))
    set_argv (self, program, "--rcfile", path);
}

/* Where the system sets ZDOTDIR unless it is set, ours would be in its way. */
static gboolean
system_sets_folder (void)
{
  static const char *const paths[] = { "/etc/zsh/zshenv", "/etc/zshenv" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *text = NULL;

      if (g_file_get_contents (paths[i], &text, NULL, NULL) && strstr (text, "ZDOTDIR"))
        return TRUE;
    }
  return FALSE;
}

static void
start_zsh (AmfaShellStart *self, const char *const *envp, const char *hint, GPtrArray *variables)
{
  const char *before = g_environ_getenv ((char **) envp, "ZDOTDIR");
  g_autofree char *quoted = before ? amfa_assignments_quote (before, AMFA_SYNTAX_SH) : NULL;
  g_autofree char *put_back =
      quoted ? g_strconcat ("export ZDOTDIR=", quoted, NULL) : g_strdup ("unset ZDOTDIR");
  g_autofree char *folder = amfa_assignments_quote (self->folder, AMFA_SYNTAX_SH);
  g_autofree char *text = g_strdup_printf (ZSH_FILE, put_back, folder, hint);

  if ((before || !system_sets_folder ()) && write_file (self, ".zshenv", text))
    amfa_assignments_add (variables, "ZDOTDIR", self->folder);
}

static void
start_fish (AmfaShellStart *self, const char *program, const char *hint)
{
  g_autofree char *commands = g_strdup_printf (FISH_COMMANDS, hint);

  set_argv (self, program, "--init-command", commands);
}

/* What no shell expands in a prompt, or takes for the end of a string. */
static char *
make_plain (const char *hint)
{
  char *plain = g_strdup (hint);

  for (char *p = plain; *p; p++)
    if (!g_ascii_isalnum (*p) && !strchr (" ():.,_@/+-", *p) && !(*p & 0x80))
      *p = '_';
  return plain;
}

/**
 * amfa_shell_start_init:
 * @program: path of the shell
 * @envp: the environment it would have
 * @folder_parent: where a temporary folder should be
 * @hint: what the prompt is to begin with
 * @variables: (element-type AmfaAssignment): gets what the shell needs besides
 */
void
amfa_shell_start_init (AmfaShellStart *self,
                       const char *program,
                       const char *const *envp,
                       const char *folder_parent,
                       const char *hint,
                       GPtrArray *variables)
{
  g_autofree char *name = g_path_get_basename (program);
  g_autofree char *plain = make_plain (hint);
  g_autofree char *quoted = amfa_assignments_quote (plain, AMFA_SYNTAX_SH);

  *self = (AmfaShellStart){ NULL };
  set_argv (self, program, NULL, NULL);
  if (g_str_equal (name, "fish"))
    start_fish (self, program, quoted);
  if (!g_str_equal (name, "bash") && !g_str_equal (name, "zsh"))
    return;

  self->folder = make_folder (folder_parent);
  if (!self->folder)
    return;
  if (g_str_equal (name, "bash"))
    start_bash (self, program, quoted);
  else
    start_zsh (self, envp, quoted, variables);
}

/* Removes what the shell has left of the temporary folder. */
void
amfa_shell_start_clear (AmfaShellStart *self)
{
  static const char *const names[] = { "bashrc", ".zshenv" };

  for (gsize i = 0; self->folder && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      g_unlink (path);
    }
  if (self->folder)
    g_rmdir (self->folder);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->argv, g_strfreev);
}
