#define G_LOG_DOMAIN "amfa-verb-doctor"

#include "core/model/json-report.h"
#include "core/operations/doctor.h"
#include "exit-status.h"
#include "messages/findings.h"
#include "verb.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

/* `awsmfa doctor`: findings on stdout, a sentence and a command each; status 1 if any of them is a
 * problem. The output can be shown to anybody: no secret is in it. */

static gboolean
may_embolden (const AmfaCommand *command)
{
  const char *no_color = g_environ_getenv ((char **) command->envp, "NO_COLOR");
  const char *terminal = g_environ_getenv ((char **) command->envp, "TERM");

  /* https://no-color.org: set to anything but nothing. */
  return isatty (STDOUT_FILENO) && !(no_color && *no_color) && terminal &&
         !g_str_equal (terminal, "dumb");
}

static const char *
get_mark (AmfaSeverity severity)
{
  switch (severity)
    {
    case AMFA_SEVERITY_PROBLEM:
      return _ ("problem:");
    case AMFA_SEVERITY_ADVICE:
      return _ ("advice:");
    case AMFA_SEVERITY_FINE:
    default:
      return _ ("ok:");
    }
}

/* A path or a profile's name may hold anything: what a terminal would obey is not printed. */
static char *
dup_printable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *printable = g_string_new (NULL);

  for (const char *p = valid; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (printable, g_unichar_iscntrl (c) ? '?' : c);
    }
  return g_string_free (printable, FALSE);
}

static void
print_words (GPtrArray *findings, const AmfaCommand *command, gint64 now)
{
  gboolean bold = may_embolden (command);

  for (guint i = 0; i < findings->len; i++)
    {
      const AmfaFinding *finding = g_ptr_array_index (findings, i);
      AmfaSeverity severity = amfa_finding_get_severity (finding);
      g_autofree char *message = amfa_message_for_finding (finding, now);
      g_autofree char *printable = dup_printable (message);
      g_autofree char *cure = amfa_command_for_finding (finding);
      g_autofree char *printable_cure = cure ? dup_printable (cure) : NULL;

      if (severity == AMFA_SEVERITY_FINE && command->options.quiet)
        continue;
      if (bold && severity == AMFA_SEVERITY_PROBLEM)
        g_print ("\033[1m%s\033[0m %s\n", get_mark (severity), printable);
      else
        g_print ("%s %s\n", get_mark (severity), printable);
      if (printable_cure)
        g_print ("    %s\n", printable_cure);
    }
}

static void
print_summary (GPtrArray *findings, const AmfaCommand *command)
{
  guint n_problems = amfa_findings_count (findings, AMFA_SEVERITY_PROBLEM);
  guint n_advice = amfa_findings_count (findings, AMFA_SEVERITY_ADVICE);
  g_autofree char *profile = dup_printable (command->profile);

  if (n_problems > 0)
    g_print (ngettext ("Profile %s: %u problem.\n", "Profile %s: %u problems.\n", n_problems),
             profile, n_problems);
  else if (n_advice > 0)
    g_print (ngettext ("Profile %s: nothing is wrong, %u piece of advice.\n",
                       "Profile %s: nothing is wrong, %u pieces of advice.\n", n_advice),
             profile, n_advice);
  else
    g_print (_ ("Profile %s: nothing is wrong.\n"), profile);
}

static void
print_json (GPtrArray *findings, gint64 now)
{
  g_autoptr (AmfaJsonReport) report = amfa_json_report_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < findings->len; i++)
    {
      const AmfaFinding *finding = g_ptr_array_index (findings, i);
      g_autofree char *message = amfa_message_for_finding (finding, now);
      g_autofree char *cure = amfa_command_for_finding (finding);

      amfa_json_report_begin (report);
      amfa_json_report_add_text (report, "id", amfa_finding_get_id (finding));
      amfa_json_report_add_text (report, "severity",
                                 amfa_severity_to_string (amfa_finding_get_severity (finding)));
      amfa_json_report_add_text (report, "message", message);
      amfa_json_report_add_text (report, "command", cure);
      amfa_json_report_add_text (report, "profile", finding->profile);
      amfa_json_report_add_text (report, "path", finding->path);
      amfa_json_report_add_number (report, "line", finding->line);
      amfa_json_report_add_text (report, "variable", finding->variable);
    }
  text = amfa_json_report_to_text (report);
  fputs (text, stdout);
  fputc ('\n', stdout);
}

static int
run_doctor (AmfaCommand *command, GStrv *arguments)
{
  gboolean offline = FALSE;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "offline", 0, 0, G_OPTION_ARG_NONE, &offline, N_ ("Do without the network"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print JSON"), NULL },
    { NULL },
  };
  g_auto (GStrv) operands = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  int status;

  if (!amfa_command_parse (command, entries, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_command_refuse_operands (operands, &error))
    return amfa_command_fail (error);

  g_autoptr (AmfaVariables) variables = amfa_variables_new (command->envp);

  amfa_doctor_async (command->backend, command->profile, variables, offline, command->cancellable,
                     amfa_command_on_result, &result);
  amfa_command_await (&result);
  findings = amfa_doctor_finish (result, &error);
  if (!findings)
    return amfa_command_fail (error);

  if (json)
    print_json (findings, now);
  else
    {
      print_words (findings, command, now);
      print_summary (findings, command);
    }
  status = amfa_command_done ();
  if (status == AMFA_EXIT_DONE && amfa_findings_count (findings, AMFA_SEVERITY_PROBLEM) > 0)
    status = AMFA_EXIT_FAILED;
  return status;
}

const AmfaVerb amfa_verb_doctor = { "doctor", NULL,
                                    N_ ("Find out what is wrong, and how to fix it"), run_doctor,
                                    AMFA_TAKES_PROFILE | AMFA_TAKES_QUIET | AMFA_TAKES_VERBOSE };
