#include "fuzz.h"

#include "core/model/profile.h"
#include "cli/exit-status.h"
#include "cli/help.h"
#include "cli/verb.h"

#include <string.h>

/* The input is a command line of awsmfa, an argument a line. It is parsed as far as the verb's own
 * options. No verb runs: the linker leads every parsing through here (--wrap), and from here each
 * comes back as a failure. */

gboolean __real_g_option_context_parse_strv (GOptionContext *context,
                                             GStrv *arguments,
                                             GError **error);
gboolean __wrap_g_option_context_parse_strv (GOptionContext *context,
                                             GStrv *arguments,
                                             GError **error);

#define PARSED (g_quark_from_static_string ("fuzz-parsed"))

static gboolean is_parsed;

gboolean
__wrap_g_option_context_parse_strv (GOptionContext *context, GStrv *arguments, GError **error)
{
  is_parsed = __real_g_option_context_parse_strv (context, arguments, error);
  if (is_parsed)
    g_set_error_literal (error, PARSED, 0, "parsed");
  return FALSE;
}

/* What src/cli/main.c does before it looks for the verb. */
static gboolean
parse_leading_options (AmfaOptions *options, GStrv *arguments, GError **error)
{
  g_autoptr (GOptionContext) context = amfa_help_new_context (options);

  g_option_context_set_strict_posix (context, TRUE);
  return __real_g_option_context_parse_strv (context, arguments, error);
}

static void
check_text (const char *text)
{
  g_assert_true (!text || (*text && g_utf8_validate (text, -1, NULL)));
}

static void
check_options (const AmfaOptions *options)
{
  check_text (options->profile);
  check_text (options->serial);
  check_text (options->role);
  check_text (options->region);
  g_assert_true (options->duration == 0 || (options->duration >= AMFA_DURATION_MIN &&
                                            options->duration <= AMFA_DURATION_MAX));
}

/* A verb fails, in words that can be read. */
static void
parse_for_verb (AmfaCommand *command, const AmfaVerb *verb, GStrv *arguments)
{
  g_auto (GStrv) all = g_strdupv (*arguments);

  if (verb->name)
    {
      g_strfreev (*arguments);
      *arguments = g_strdupv (all + 1);
    }
  is_parsed = FALSE;
  g_assert_cmpint (verb->run (command, arguments), !=, AMFA_EXIT_DONE);
  if (is_parsed)
    check_options (&command->options);
}

static void
parse (AmfaCommand *command, GStrv *arguments)
{
  g_autoptr (GError) error = NULL;
  const AmfaVerb *verb = NULL;

  if (parse_leading_options (&command->options, arguments, &error))
    verb = amfa_verb_find ((*arguments)[1], &error);
  if (!verb)
    {
      fuzz_assert_error (error);
      return;
    }
  parse_for_verb (command, verb, arguments);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = fuzz_input (data, size);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;
  g_auto (AmfaCommand) command = { NULL };

  g_strv_builder_add (builder, "awsmfa");
  while (input.at < input.end)
    {
      g_autofree char *argument = fuzz_take_line (&input);

      g_strv_builder_add (builder, argument);
    }
  arguments = g_strv_builder_end (builder);
  parse (&command, &arguments);
  return 0;
}
