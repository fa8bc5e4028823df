#define G_LOG_DOMAIN "amfa-verb-shell"

#include "borrow.h"
#include "code-input.h"
#include "core/io/system-timer.h"
#include "core/operations/session-clock.h"
#include "exit-status.h"
#include "messages/formats.h"
#include "shell-job.h"
#include "shell-start.h"
#include "verb.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <pwd.h>
#include <unistd.h>

#define PROFILE_VARIABLE "AWSMFA_PROFILE"
#define UNTIL_VARIABLE "AWSMFA_SESSION_UNTIL"
#define LAST_RESORT "/bin/sh"

/* A running shell, and what is told to who sits before it. */
typedef struct
{
  const AmfaCommand *command;
  AmfaShellJob *job;
  char *until;
  gboolean is_over; /* the session */
} Watch;

static char *
dup_shell (const AmfaCommand *command)
{
  const char *shell = g_environ_getenv ((char **) command->envp, "SHELL");
  const struct passwd *user = shell && *shell ? NULL : getpwuid (getuid ());

  if (shell && *shell)
    return g_strdup (shell);
  return g_strdup (user && user->pw_shell && *user->pw_shell ? user->pw_shell : LAST_RESORT);
}

static int
fail_to_start (const char *shell, int number)
{
  g_autofree char *shown = g_filename_display_name (shell);

  amfa_command_say (_ ("cannot start the shell “%s”: %s"), shown, g_strerror (number));
  return number == ENOENT ? AMFA_EXIT_NOT_FOUND : AMFA_EXIT_NOT_EXECUTABLE;
}

static void
on_warning (Watch *watch, gint64 left)
{
  g_autofree char *span = amfa_format_duration (left);
  g_autofree char *text = NULL;

  if (watch->command->options.quiet)
    return;
  /* Translators: a time of day and a duration: "17:40", "5 minutes". */
  text = g_strdup_printf (_ ("The AWS session of this shell ends at %s (%s left)."), watch->until,
                          span);
  amfa_shell_job_say (watch->job, text);
}

static void
on_ended (Watch *watch)
{
  watch->is_over = TRUE;
  amfa_shell_job_close (watch->job);
}

static AmfaSessionClock *
make_clock (const AmfaCommand *command, const AmfaLoan *loan)
{
  g_autoptr (AmfaWallTimer) timer = amfa_system_timer_new ();
  gint64 expiration = amfa_credentials_get_expiration (loan->session);
  gsize n_warnings = 0;
  g_autofree guint *warnings = amfa_settings_dup_warnings (command->backend->settings, &n_warnings);

  return amfa_session_clock_new (timer, expiration, expiration - loan->expires, loan->granted,
                                 warnings, n_warnings);
}

static void
say_start (const AmfaCommand *command, const AmfaLoan *loan, const char *until)
{
  const char *outer = g_environ_getenv ((char **) command->envp, PROFILE_VARIABLE);
  gint64 left = loan->expires - g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *span = amfa_format_duration (loan->granted > 0 ? loan->granted : left);

  if (command->options.quiet)
    return;
  if (outer)
    amfa_command_say (_ ("This shell is inside another one with a session (profile %s)."), outer);
  /* Translators: a profile, a time of day and a duration. */
  amfa_command_say (_ ("This shell has a session of profile %s until %s (%s). “exit” leaves it."),
                    command->profile, until, span);
}

/* Nothing of the session is left with us but its end once the shell has it. */
static AmfaShellJob *
start_job (const AmfaCommand *command,
           const AmfaLoan *loan,
           AmfaShellStart *shell,
           const char *program,
           const char *until,
           int *number)
{
  g_autoptr (GPtrArray) variables = amfa_borrow_list_variables (loan);
  g_autofree char *hint = g_strdup_printf ("(aws %s %s) ", command->profile, until);
  char **envp;
  AmfaShellJob *job;

  amfa_assignments_add (variables, PROFILE_VARIABLE, command->profile);
  amfa_assignments_add (variables, UNTIL_VARIABLE, until);
  amfa_shell_start_init (shell, program, command->envp, command->backend->environment->runtime_dir,
                         hint, variables);
  envp = amfa_assignments_apply (variables, command->envp);
  job = amfa_shell_job_new (command->inheritance, shell->argv, envp, number);
  amfa_environment_strings_free (envp);
  return job;
}

static int
run_in_session (const AmfaCommand *command, const char *program, AmfaLoan *lent)
{
  g_autoptr (AmfaLoan) loan = lent;
  g_autofree char *until = amfa_format_time (loan->expires, g_get_real_time () / G_USEC_PER_SEC);
  g_autoptr (AmfaSessionClock) clock = make_clock (command, loan);
  g_auto (AmfaShellStart) shell = { NULL };
  g_autoptr (AmfaShellJob) job = NULL;
  Watch watch = { command, NULL, until, FALSE };
  int number, status;

  say_start (command, loan, until);
  job = start_job (command, loan, &shell, program, until, &number);
  if (!job)
    return fail_to_start (program, number);
  g_clear_pointer (&loan, amfa_loan_free);

  watch.job = job;
  g_signal_connect_swapped (clock, "warning", G_CALLBACK (on_warning), &watch);
  g_signal_connect_swapped (clock, "ended", G_CALLBACK (on_ended), &watch);
  amfa_session_clock_start (clock);
  status = amfa_shell_job_wait (job);
  if (watch.is_over && !command->options.quiet)
    amfa_command_say (_ ("The session has ended."));
  return status;
}

/* `awsmfa shell`: the user's shell with a session in its environment, for as long as that lasts. */
static int
run_shell (AmfaCommand *command, GStrv *arguments)
{
  g_auto (GStrv) operands = NULL;
  g_autofree char *shell = dup_shell (command);
  g_autofree char *program = g_find_program_in_path (shell);
  g_autoptr (GError) error = NULL;
  AmfaLoan *loan;

  if (!amfa_command_parse (command, NULL, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_code_input_check (operands, &error))
    return amfa_command_fail (error);
  if (!program)
    return fail_to_start (shell, g_file_test (shell, G_FILE_TEST_EXISTS) ? EACCES : ENOENT);
  loan = amfa_borrow (command, operands[0], &error);
  if (!loan)
    return amfa_command_fail (error);
  return run_in_session (command, program, loan);
}

const AmfaVerb amfa_verb_shell = { "shell", N_ ("[CODE]"), N_ ("Start a shell with a session"),
                                   run_shell, AMFA_TAKES_ALL };
