#define G_LOG_DOMAIN "amfa-verb-status"

#include "core/model/json-report.h"
#include "core/model/response.h"
#include "core/model/session-rules.h"
#include "core/operations/status-list.h"
#include "duration.h"
#include "exit-status.h"
#include "messages/formats.h"
#include "table.h"
#include "verb.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* What is printed about one profile. */
typedef struct
{
  const AmfaProfileStatus *profile;
  AmfaBasePlace base;
  AmfaSessionState state;
  gint64 expires;      /* by our clock, Unix seconds; 0 if there is no session */
  gint64 user_expires; /* of the user's session, if a role's keys come from it; 0 otherwise */
  gint64 left;         /* seconds */
} Line;

static Line
make_line (const AmfaCommand *command, const AmfaStatusEntry *entry, gint64 now)
{
  const AmfaProfileStatus *profile = entry->profile;
  gsize n_warnings = 0;
  g_autofree guint *warnings = amfa_settings_dup_warnings (command->backend->settings, &n_warnings);
  const AmfaSessionRules rules = {
    .expires = profile->has_session ? profile->expires - profile->clock_offset : 0,
    .granted = profile->granted,
    .warnings = warnings,
    .n_warnings = n_warnings,
  };

  return (Line){
    .profile = profile,
    .base = entry->base,
    .state = amfa_session_rules_get_state (&rules, now),
    .expires = rules.expires,
    .user_expires =
        profile->role && profile->user_expires ? profile->user_expires - profile->clock_offset : 0,
    .left = MAX (rules.expires - now, 0),
  };
}

static const char *
get_base_id (AmfaBasePlace base)
{
  switch (base)
    {
    case AMFA_PLACE_FILE:
      return "file";
    case AMFA_PLACE_KEYRING:
      return "keyring";
    case AMFA_PLACE_KEYRING_LOCKED:
      return "keyring-locked";
    case AMFA_PLACE_KEYRING_ABSENT:
      return "keyring-absent";
    case AMFA_PLACE_KEYRING_UNKNOWN:
      return "keyring-unknown";
    case AMFA_PLACE_CONFIG:
      return "config";
    case AMFA_PLACE_ENVIRONMENT:
      return "environment";
    case AMFA_PLACE_NOWHERE:
    default:
      return "none";
    }
}

static const char *
describe_base (AmfaBasePlace base)
{
  switch (base)
    {
    case AMFA_PLACE_FILE:
      return _ ("in the credentials file");
    case AMFA_PLACE_KEYRING:
      return _ ("in the keyring");
    case AMFA_PLACE_KEYRING_LOCKED:
      return _ ("the keyring is locked");
    case AMFA_PLACE_KEYRING_ABSENT:
      return _ ("there is no keyring");
    case AMFA_PLACE_KEYRING_UNKNOWN:
      return _ ("the keyring did not say");
    case AMFA_PLACE_CONFIG:
      return _ ("in the config file");
    case AMFA_PLACE_ENVIRONMENT:
      return _ ("in the environment");
    case AMFA_PLACE_NOWHERE:
    default:
      return _ ("nowhere");
    }
}

static char *
describe_end (gint64 expires, gint64 now)
{
  g_autofree char *time = amfa_format_time (expires, now);
  g_autofree char *left = amfa_format_duration (MAX (expires - now, 0));

  if (expires <= now)
    return g_strdup_printf (_ ("ended at %s"), time);
  /* Translators: a time of day and a duration. */
  return g_strdup_printf (_ ("until %s (%s left)"), time, left);
}

static char *
describe_session (const Line *line, gint64 now)
{
  switch (line->state)
    {
    case AMFA_SESSION_ACTIVE:
    case AMFA_SESSION_EXPIRING:
    case AMFA_SESSION_EXPIRED:
      return describe_end (line->expires, now);
    case AMFA_SESSION_NONE:
    default:
      if (line->profile->kind == AMFA_SECTION_FOREIGN)
        return g_strdup_printf (_ ("none; the temporary keys %s come from another program"),
                                line->profile->key_id);
      return g_strdup (_ ("none"));
    }
}

static void
print_one (const Line *line, gint64 now)
{
  g_autoptr (AmfaTable) table = amfa_table_new (2);
  g_autofree char *session = describe_session (line, now);
  g_autofree char *user = line->user_expires ? describe_end (line->user_expires, now) : NULL;

  amfa_table_add (table, _ ("Profile:"));
  amfa_table_add (table, line->profile->profile);
  amfa_table_add (table, _ ("Session:"));
  amfa_table_add (table, session);
  if (user)
    {
      /* Translators: that of the user, which a role's keys come from. */
      amfa_table_add (table, _ ("User's session:"));
      amfa_table_add (table, user);
    }
  amfa_table_add (table, _ ("Identity:"));
  amfa_table_add (table, line->profile->identity);
  amfa_table_add (table, _ ("Account:"));
  amfa_table_add (table, line->profile->account);
  amfa_table_add (table, _ ("Long-term keys:"));
  amfa_table_add (table, describe_base (line->base));
  amfa_table_add (table, _ ("AWS tools:"));
  amfa_table_add (table, line->profile->is_process ? _ ("ask awsmfa for the session")
                                                   : _ ("read the credentials file"));
  amfa_table_print (table);
}

static void
print_all (GArray *lines, gint64 now)
{
  g_autoptr (AmfaTable) table = amfa_table_new (5);

  amfa_table_add (table, _ ("PROFILE"));
  amfa_table_add (table, _ ("SESSION"));
  amfa_table_add (table, _ ("ACCOUNT"));
  amfa_table_add (table, _ ("LONG-TERM KEYS"));
  amfa_table_add (table, _ ("IDENTITY"));
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);
      g_autofree char *session = describe_session (line, now);

      amfa_table_add (table, line->profile->profile);
      amfa_table_add (table, session);
      amfa_table_add (table, line->profile->account);
      amfa_table_add (table, describe_base (line->base));
      amfa_table_add (table, line->profile->identity);
    }
  amfa_table_print (table);
}

static void
print_json (GArray *lines, gboolean is_single)
{
  g_autoptr (AmfaJsonReport) report = amfa_json_report_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);
      g_autofree char *expires = line->expires > 0 ? amfa_time_format (line->expires) : NULL;
      g_autofree char *user = line->user_expires > 0 ? amfa_time_format (line->user_expires) : NULL;

      amfa_json_report_begin (report);
      amfa_json_report_add_text (report, "profile", line->profile->profile);
      amfa_json_report_add_text (report, "state", amfa_session_state_to_string (line->state));
      amfa_json_report_add_text (report, "expires", expires);
      amfa_json_report_add_count (report, "seconds_left", line->left);
      amfa_json_report_add_text (report, "user_expires", user);
      amfa_json_report_add_text (report, "account", line->profile->account);
      amfa_json_report_add_text (report, "arn", line->profile->identity);
      amfa_json_report_add_text (report, "base", get_base_id (line->base));
      amfa_json_report_add_flag (report, "process", line->profile->is_process);
    }
  text = is_single ? amfa_json_report_to_single_text (report) : amfa_json_report_to_text (report);
  fputs (text, stdout);
  fputc ('\n', stdout);
}

/* How the verb was asked. */
typedef struct
{
  gboolean json;
  gboolean all;
  guint min;
} Request;

static GPtrArray *
read_list (const AmfaCommand *command, const Request *request, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  /* Prompts of shells ask with --quiet, at each of their lines. */
  gboolean is_for_prompt = command->options.quiet && !request->json;

  amfa_status_list_async (command->backend, request->all ? NULL : command->profile,
                          is_for_prompt ? AMFA_REACH_FILES : AMFA_REACH_KEYRING,
                          command->cancellable, amfa_command_on_result, &result);
  amfa_command_await (&result);
  return amfa_status_list_finish (result, error);
}

static int
report (const AmfaCommand *command, const Request *request, GPtrArray *list)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (Line));
  int status;

  for (guint i = 0; i < list->len; i++)
    {
      Line line = make_line (command, g_ptr_array_index (list, i), now);

      g_array_append_val (lines, line);
    }

  if (request->json)
    print_json (lines, !request->all);
  else if (request->all && !command->options.quiet)
    print_all (lines, now);
  else if (!command->options.quiet)
    print_one (&g_array_index (lines, Line, 0), now);

  status = amfa_command_done ();
  if (status != AMFA_EXIT_DONE || request->all)
    return status;

  gint64 left = g_array_index (lines, Line, 0).left;

  return left > 0 && left >= request->min ? AMFA_EXIT_DONE : AMFA_EXIT_NOTHING;
}

/* `awsmfa status`: offline, and without unlocking anything. */
static int
run_status (AmfaCommand *command, GStrv *arguments)
{
  Request request = { FALSE, FALSE, 0 };
  g_autofree char *min = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &request.json,
      N_ ("Print JSON: profile, state (none, active, expiring, expired), expires (RFC 3339 or "
          "null), seconds_left, user_expires (of the user's session that a role's keys come from, "
          "or "
          "null), account, arn, base (file, keyring, keyring-locked, keyring-absent, "
          "keyring-unknown, config, environment, none), process"),
      NULL },
    { "all", 0, 0, G_OPTION_ARG_NONE, &request.all,
      N_ ("Every profile, also those that are only remembered"), NULL },
    { "min", 0, 0, G_OPTION_ARG_STRING, &min,
      N_ ("Exit with 6 unless the session lasts at least so long"), "30m|1h|90s" },
    { NULL },
  };
  g_auto (GStrv) operands = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;

  if (!amfa_command_parse (command, entries, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_command_refuse_operands (operands, &error))
    return amfa_command_fail (error);
  if (min && !amfa_duration_parse (min, &request.min, &error))
    return amfa_command_fail (error);
  if (request.all && min)
    {
      g_set_error (&error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--min is about one profile. Use: awsmfa status --min 30m"));
      return amfa_command_fail (error);
    }

  list = read_list (command, &request, &error);
  return list ? report (command, &request, list) : amfa_command_fail (error);
}

const AmfaVerb amfa_verb_status = { "status", NULL,
                                    N_ ("Say whether there is a session, and until when"),
                                    run_status, AMFA_TAKES_PROFILE | AMFA_TAKES_QUIET };
