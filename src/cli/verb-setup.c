#define G_LOG_DOMAIN "amfa-verb-setup"

#include "account-question.h"
#include "core/io/process.h"
#include "core/model/error.h"
#include "core/model/process-line.h"
#include "core/model/profile-name.h"
#include "core/operations/setup.h"
#include "exit-status.h"
#include "key-input.h"
#include "messages/formats.h"
#include "messages/messages.h"
#include "messages/own-command.h"
#include "setup-autostart.h"
#include "setup-import.h"
#include "terminal.h"
#include "verb.h"

#include <glib/gi18n.h>

#define FROM_STDIN "-"

#define YES "yes"
#define NO "no"

/* What is asked for beside the profile's key. */
typedef struct
{
  gboolean process;
  gboolean no_process;
  gboolean import;
  gboolean yes;
} Wanted;

static gboolean
on_autostart (const char *option, const char *value, gpointer data, GError **error)
{
  AmfaOptions *options = data;
  g_autofree char *shown = NULL;

  options->autostart = !value || g_str_equal (value, YES) ? YES
                       : g_str_equal (value, NO)          ? NO
                                                          : NULL;
  if (options->autostart)
    return TRUE;
  shown = amfa_format_printable (value);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("“%s” is neither yes nor no. Use: awsmfa setup --autostart, or --autostart=no"),
               shown);
  return FALSE;
}

static gboolean
check_usage (const AmfaCommand *command, GStrv operands, const Wanted *wanted, GError **error)
{
  gboolean is_process = wanted->process || wanted->no_process;

  if (command->options.autostart &&
      (is_process || wanted->import || wanted->yes || command->options.profile || operands[0]))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("--autostart stands alone. Use: awsmfa setup --autostart"));
  else if (wanted->import && (is_process || operands[0]))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("--import stands alone. Use: awsmfa setup --import"));
  else if (wanted->yes && !wanted->import)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("--yes goes with --import only."));
  else if (wanted->process && wanted->no_process)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("--process and --no-process are opposites: say one."));
  else if (!amfa_profile_name_is_possible (command->profile))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("A profile cannot have the name “%s”."), command->profile);
  else
    return amfa_command_refuse_operands (
        !wanted->no_process && operands[0] && g_str_equal (operands[0], FROM_STDIN) ? operands + 1
                                                                                    : operands,
        error);
  return FALSE;
}

static char *
make_process_line (const AmfaCommand *command, GError **error)
{
  g_autofree char *program = amfa_process_dup_program ();
  char *line = program ? amfa_process_line_new (program, command->profile) : NULL;

  if (!line)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                 _ ("A config file cannot hold the command for this program and profile: %s"),
                 program ? program : "awsmfa");
  return line;
}

static AmfaSetupResult *
try_to_set_up (const AmfaCommand *command, const char *line, AmfaCredentials *typed, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  AmfaProfileOptions said;

  amfa_command_get_profile_options (command, &said);
  amfa_setup_async (command->backend, command->profile, &said, line, typed, command->cancellable,
                    amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_setup_finish (result, error);
}

/* Only the keyring has keys: at the terminal that means that others are to replace them. */
static gboolean
has_brought_none (const AmfaSetupResult *done)
{
  return done->origin == AMFA_BASE_KEYRING && !done->is_process;
}

static void
say_what_to_type (const AmfaCommand *command, const AmfaSetupResult *done)
{
  if (done)
    amfa_command_say (_ ("The keyring has access key %s of profile %s already. Type another one to "
                         "replace it, or press Ctrl-C to keep it."),
                      done->key_id, command->profile);
  else
    amfa_command_say (_ ("No keys for profile %s are in the AWS files or the environment. Type "
                         "those of its IAM user; they go into your keyring."),
                      command->profile);
}

static AmfaSetupResult *
set_up (AmfaCommand *command, const char *line, AmfaCredentials *typed, GError **error)
{
  g_autoptr (GError) problem = NULL;
  AmfaSetupResult *done = try_to_set_up (command, line, typed, &problem);
  g_autofree char *account = done ? NULL : amfa_account_question_ask (command, &problem, error);

  if (!account)
    return done;
  command->options.accept_account = TRUE;
  return try_to_set_up (command, line, typed, error);
}

/* Whoever has no keys anywhere is asked for them, if there is somebody. */
static AmfaSetupResult *
set_up_or_ask (AmfaCommand *command, const char *line, GError **error)
{
  g_autoptr (AmfaCredentials) typed = NULL;
  g_autoptr (GError) problem = NULL;
  g_autoptr (AmfaSetupResult) done = set_up (command, line, NULL, &problem);
  gboolean is_missing = g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NO_KEYS);

  if ((done ? !has_brought_none (done) : !is_missing) || !amfa_terminal_is_there ())
    {
      if (problem)
        g_propagate_error (error, g_steal_pointer (&problem));
      return g_steal_pointer (&done);
    }

  say_what_to_type (command, done);
  typed = amfa_key_input_ask (command, error);
  return typed ? set_up (command, line, typed, error) : NULL;
}

static int
report (const AmfaCommand *command, const AmfaSetupResult *done)
{
  g_autofree char *restore = amfa_own_command ("--restore", command->profile);
  g_autofree char *leave = amfa_own_command ("setup --no-process", command->profile);

  if (done->origin == AMFA_BASE_ENVIRONMENT)
    amfa_command_say (
        _ ("The environment has the key too, and AWS tools take that first. To remove "
           "it: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY"));
  if (done->origin == AMFA_BASE_DEFAULTS)
    amfa_command_say (_ ("Access key %s is in [DEFAULT] of the credentials file, and stays there: "
                         "other profiles have it from there, too."),
                      done->key_id);
  if (done->origin == AMFA_BASE_PAIR)
    amfa_command_say (_ ("The section [%s-long-term] of the credentials file still has the key as "
                         "well."),
                      command->profile);
  if (done->origin == AMFA_BASE_CONFIG)
    amfa_command_say (_ ("The config file still has the key as well."));
  if (command->options.quiet)
    return amfa_command_done ();

  if (done->origin == AMFA_BASE_FILE)
    g_print (_ ("Access key %s of profile %s has moved from the file into the keyring. “%s” puts "
                "it back.\n"),
             done->key_id, command->profile, restore);
  else
    g_print (_ ("Access key %s of profile %s is in the keyring.\n"), done->key_id,
             command->profile);
  if (done->arn)
    /* Translators: a user's ARN. */
    g_print (_ ("It belongs to %s.\n"), done->arn);
  if (done->is_process)
    g_print (_ ("AWS tools ask awsmfa for the keys of profile %s now. “%s” undoes that.\n"),
             command->profile, leave);
  return amfa_command_done ();
}

static int
undo (const AmfaCommand *command)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  AmfaUndoOutcome outcome;
  gboolean left_behind;

  amfa_setup_undo_async (command->backend, command->profile, command->cancellable,
                         amfa_command_on_result, &result);
  amfa_command_await (&result);
  if (!amfa_setup_undo_finish (result, &outcome, &left_behind, &error))
    return amfa_command_fail (error);
  if (left_behind)
    amfa_command_say (_ ("The session could not be removed from the keyring."));
  if (command->options.quiet)
    return amfa_command_done ();

  g_print (_ ("AWS tools no longer ask awsmfa for the keys of profile %s.\n"), command->profile);
  switch (outcome)
    {
    case AMFA_UNDO_ORIGINAL:
      g_print (_ ("Its original credentials are back in the credentials file.\n"));
      break;
    case AMFA_UNDO_SESSION:
      g_print (_ ("Its session is in the credentials file.\n"));
      break;
    case AMFA_UNDO_AS_IT_IS:
    default:
      break;
    }
  return amfa_command_done ();
}

/* "Bring them with setup" is no advice here. */
static int
fail (const AmfaCommand *command, const GError *error)
{
  g_autofree char *own = amfa_own_command ("setup -", command->profile);
  g_autofree char *sentence = NULL;

  if (!g_error_matches (error, AMFA_ERROR, AMFA_ERROR_NO_KEYS))
    return amfa_command_fail (error);
  sentence = amfa_message_for_error (error);
  amfa_command_say ("%s", sentence);
  amfa_command_say (_ ("There is no terminal to type them. Give them as two lines, the ID and the "
                       "secret, to: %s"),
                    own);
  return amfa_exit_status_for_error (error);
}

/* `awsmfa setup`: base credentials into the keyring, before the first login. */
static int
run_setup (AmfaCommand *command, GStrv *arguments)
{
  Wanted wanted = { FALSE };
  const GOptionEntry entries[] = {
    { "process", 0, 0, G_OPTION_ARG_NONE, &wanted.process,
      N_ ("Let AWS tools ask awsmfa for the keys (credential_process)"), NULL },
    { "no-process", 0, 0, G_OPTION_ARG_NONE, &wanted.no_process, N_ ("Undo --process"), NULL },
    { "import", 0, 0, G_OPTION_ARG_NONE, &wanted.import,
      N_ ("Import the keys that other MFA tools have left"), NULL },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &wanted.yes, N_ ("Import all of them without a question"),
      NULL },
    /* A file name, so that bytes which are no text come as they are, and not as an error that is
     * followed by this call. */
    { "autostart", 0, G_OPTION_FLAG_OPTIONAL_ARG | G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK,
      on_autostart, N_ ("Start the applet when you log in (=no: do not)"), NULL },
    { NULL },
  };
  g_auto (GStrv) operands = NULL;
  g_autofree char *line = NULL;
  g_autoptr (AmfaCredentials) typed = NULL;
  g_autoptr (AmfaSetupResult) done = NULL;
  g_autoptr (GError) error = NULL;

  if (!amfa_command_parse (command, entries, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !check_usage (command, operands, &wanted, &error))
    return amfa_command_fail (error);
  if (command->options.autostart)
    return amfa_setup_autostart_run (command, g_str_equal (command->options.autostart, YES));
  if (wanted.import)
    return amfa_setup_import_run (command, wanted.yes);
  if (wanted.no_process)
    return undo (command);
  if (wanted.process && !(line = make_process_line (command, &error)))
    return amfa_command_fail (error);

  if (!operands[0])
    done = set_up_or_ask (command, line, &error);
  else if ((typed = amfa_key_input_read (command, &error)))
    done = set_up (command, line, typed, &error);
  return done ? report (command, done) : fail (command, error);
}

const AmfaVerb amfa_verb_setup = { "setup", "[-]", N_ ("Bring the long-term key into the keyring"),
                                   run_setup,
                                   AMFA_TAKES_PROFILE | AMFA_TAKES_SERIAL | AMFA_TAKES_REGION |
                                       AMFA_TAKES_ACCOUNT | AMFA_TAKES_QUIET | AMFA_TAKES_VERBOSE };
