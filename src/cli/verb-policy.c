#define G_LOG_DOMAIN "amfa-verb-policy"

#include "core/model/partition.h"
#include "verb.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdio.h>

#define POLICY "/com/example/AwsMfa/mfa-required-policy.json.in"
#define PLACEHOLDER "@PARTITION@"
#define DEFAULT_PARTITION "aws"

static gboolean
check_partition (const char *partition, GError **error)
{
  g_auto (GStrv) known = amfa_partition_list_names ();
  g_autofree char *shown = g_filename_display_name (partition);
  g_autofree char *list = g_strjoinv (", ", known);

  if (g_strv_contains ((const char *const *) known, partition))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("“%s” is not an AWS partition. There are: %s."), shown, list);
  return FALSE;
}

/* `awsmfa policy`: an IAM policy for who shall need MFA; README.md explains it. */
static int
run_policy (AmfaCommand *command, GStrv *arguments)
{
  g_autofree char *partition = NULL;
  const GOptionEntry entries[] = {
    { "partition", 0, 0, G_OPTION_ARG_STRING, &partition,
      N_ ("The partition of the account (otherwise “aws”)"), "aws|aws-cn|aws-us-gov|…" },
    { NULL },
  };
  g_auto (GStrv) operands = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GString) policy = NULL;
  g_autoptr (GError) error = NULL;

  if (!amfa_command_parse (command, entries, AMFA_PARSE_MIXED, arguments, &operands, &error) ||
      !amfa_command_refuse_operands (operands, &error) ||
      (partition && !check_partition (partition, &error)))
    return amfa_command_fail (error);

  bytes = g_resources_lookup_data (POLICY, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_assert_no_error (error);
  policy = g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  g_string_replace (policy, PLACEHOLDER, partition ? partition : DEFAULT_PARTITION, 0);
  fputs (policy->str, stdout);
  return amfa_command_done ();
}

const AmfaVerb amfa_verb_policy = { "policy", NULL, N_ ("Print an IAM policy that requires MFA"),
                                    run_policy, AMFA_TAKES_NOTHING };
