#define G_LOG_DOMAIN "amfa-verb-credential-process"

#include "command-loan.h"
#include "core/io/applet-client.h"
#include "core/model/error.h"
#include "core/model/json-forms.h"
#include "roles.h"
#include "terminal.h"
#include "verb.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* SDKs come back for new keys long before the end: botocore on every request of the last 15
 * minutes, and it fails in the last 10 if it gets none; the JavaScript SDK in the last 5. So a
 * session is good for them until there is hardly time to use it, and nobody is asked for a code
 * only because an SDK wants to be early: that is what the applet's own warnings are for. A minute
 * is what a request may take to be signed, sent and tried again. */
#define MIN_SECONDS 60
#define ANOTHER_SESSION G_MAXUINT /* longer than any */
/* SDKs end the process after a minute. */
#define DEFAULT_WAIT 50
#define MAX_WAIT 3600

static AmfaLoan *
find (AmfaCommand *command,
      AmfaRolePlan *plan,
      guint min_seconds,
      AmfaVaultManner manner,
      GError **error)
{
  gboolean session_refused;

  return amfa_roles_find_loan (command, plan, AMFA_ROLE_FOR_AN_HOUR, min_seconds, manner,
                               &session_refused, error);
}

static gboolean
ask (AmfaCommand *command,
     const char *profile,
     guint min_seconds,
     gboolean dialog,
     guint wait,
     GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  amfa_applet_client_request_async (command->backend->environment->application_id, profile,
                                    min_seconds, dialog, wait, command->cancellable,
                                    amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_applet_client_request_finish (result, error) >= 0;
}

/* A login opens the keyring on its way, so that a locked one is a reason to ask, too; but not whom
 * the keyring itself has just asked at the terminal. */
static gboolean
is_worth_asking (const GError *problem, gboolean attended)
{
  return g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NO_SESSION) ||
         (g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED) && !attended);
}

/* The profile's own command, which needs nobody, first; half of the time is for the person who has
 * to be asked if it does not do. %NULL without @error: there is no command. */
static AmfaLoan *
try_command (AmfaCommand *command, AmfaRolePlan *plan, guint wait, GError **error)
{
  g_autoptr (GError) problem = NULL;
  AmfaLoan *loan = amfa_command_loan_get (command, plan, MIN_SECONDS, (wait + 1) / 2, &problem);

  if (!loan && problem->domain != G_OPTION_ERROR)
    g_propagate_error (error, g_steal_pointer (&problem));
  return loan;
}

/* A session that is there, or else one that the applet has the user start. The applet may know of
 * one that nobody can read, in a locked keyring or in one that has lost it: only another one helps
 * then. Once there is a new one it will do however short it is: a code was typed for it. */
static AmfaLoan *
obtain (AmfaCommand *command, AmfaRolePlan *plan, guint wait, GError **error)
{
  gint64 end = g_get_monotonic_time () + wait * G_USEC_PER_SEC;
  gboolean attended = wait > 0 && amfa_terminal_is_there ();
  AmfaVaultManner manner = attended ? AMFA_VAULT_MAY_PROMPT : AMFA_VAULT_QUIETLY;
  const guint wanted[] = { MIN_SECONDS, ANOTHER_SESSION };
  g_autoptr (GError) problem = NULL;
  g_autoptr (GError) refusal = NULL;
  g_autoptr (GError) silence = NULL;
  AmfaLoan *loan = find (command, plan, MIN_SECONDS, manner, &problem);

  if (wait > 0 && g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_NO_SESSION))
    loan = try_command (command, plan, wait, &silence);
  for (gsize i = 0; !loan && i < G_N_ELEMENTS (wanted); i++)
    {
      gint64 left = (end - g_get_monotonic_time () + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

      if (left <= 0 || !is_worth_asking (problem, attended))
        break;
      if (i == 0 && g_error_matches (problem, AMFA_ERROR, AMFA_ERROR_KEYRING_LOCKED))
        continue;
      if (!ask (command, plan->source, wanted[i], attended, (guint) left, &refusal))
        {
          gboolean asked = !g_error_matches (refusal, AMFA_ERROR, AMFA_ERROR_NO_DESKTOP);

          g_propagate_error (error, g_error_copy (silence && !asked ? silence : refusal));
          return NULL;
        }
      g_clear_error (&problem);
      loan = find (command, plan, 1, manner, &problem);
    }
  if (!loan)
    g_propagate_error (error, silence ? g_steal_pointer (&silence) : g_steal_pointer (&problem));
  return loan;
}

/* In one piece, and with no copy left behind in the buffer of stdout. Whether it was written,
 * amfa_command_done() sees. */
static void
print (AmfaLoan *loan)
{
  g_autoptr (AmfaSecret) json = amfa_json_for_sdk (loan->session, loan->account);
  g_autoptr (AmfaSecret) line = amfa_secret_new_join (amfa_secret_peek (json), "\n", NULL);

  setvbuf (stdout, NULL, _IONBF, 0);
  fputs (amfa_secret_peek (line), stdout);
}

static gboolean
parse (AmfaCommand *command, GStrv *arguments, int *wait, GError **error)
{
  const GOptionEntry entries[] = {
    { "wait", 0, 0, G_OPTION_ARG_INT, wait,
      N_ ("How long to wait for a code to be entered (0: do not ask for one)"), N_ ("SECONDS") },
    { NULL },
  };
  g_auto (GStrv) operands = NULL;

  if (!amfa_command_parse (command, entries, AMFA_PARSE_MIXED, arguments, &operands, error) ||
      !amfa_command_refuse_operands (operands, error))
    return FALSE;
  if (*wait >= 0 && *wait <= MAX_WAIT)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("--wait takes 0 to %d seconds. Use: awsmfa credential-process --wait %d"),
               MAX_WAIT, DEFAULT_WAIT);
  return FALSE;
}

/* `awsmfa credential-process`: what the AWS SDKs start to get keys. */
static int
run_credential_process (AmfaCommand *command, GStrv *arguments)
{
  int wait = DEFAULT_WAIT;
  g_autoptr (AmfaRolePlan) plan = NULL;
  g_autoptr (AmfaLoan) loan = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse (command, arguments, &wait, &error))
    return amfa_command_fail (error);

  plan = amfa_roles_read_plan (command, &error);
  if (!plan)
    return amfa_command_fail (error);
  loan = obtain (command, plan, (guint) wait, &error);
  if (!loan)
    return amfa_command_fail (error);
  print (loan);
  return amfa_command_done ();
}

const AmfaVerb amfa_verb_credential_process = {
  "credential-process", NULL,
  N_ ("Print the session for AWS tools that ask for it (credential_process)"),
  run_credential_process, AMFA_TAKES_ALL
};
