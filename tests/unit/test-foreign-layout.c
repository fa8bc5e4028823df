#include "core/model/foreign-layout.h"

/* What is recognised of other tools, as "TOOL PROFILE SECTION:LINE KEY-ID SERIAL PATH", a line
 * each. Settings in the samples are as the tools write them. */

#define KEYS(id) "aws_access_key_id = " id "\naws_secret_access_key = secret/" id "\n"
#define SESSION(id) KEYS (id) "aws_session_token = token\n"
#define ARN "arn:aws:iam::123456789012:mfa/alice"

typedef struct
{
  const char *name;
  const char *credentials;
  const char *awsmfa; /* its copy; nullable */
  const char *leapp;  /* its copy; nullable */
  const char *found;
} Row;

static const Row rows[] = {
  { "nothing", "", NULL, NULL, "" },
  { "plain", "[default]\n" KEYS ("AKIA1") "[other]\n" SESSION ("ASIA1"), NULL, NULL, "" },
  { "pair",
    "[default-long-term]\n" KEYS (
        "AKIA1") "aws_mfa_device = " ARN "\n\n"
                 "[default]\nassumed_role = False\n" SESSION (
                     "ASIA1") "aws_security_token = token\nexpiration = 2026-01-02 03:04:05\n",
    NULL, NULL, "aws-mfa default default-long-term:2 AKIA1 " ARN "\n" },
  { "pair-without-a-session", "[x-long-term]\n" KEYS ("AKIA1"), NULL, NULL,
    "aws-mfa x x-long-term:2 AKIA1 -\n" },
  { "device-in-the-other-section",
    "[x]\naws_mfa_device = GAHT12345678\n[x-long-term]\n" KEYS ("AKIA1"), NULL, NULL,
    "aws-mfa x x-long-term:4 AKIA1 GAHT12345678\n" },
  { "device-that-is-none", "[x-long-term]\naws_mfa_device = phone\n" KEYS ("AKIA1"), NULL, NULL,
    "aws-mfa x x-long-term:3 AKIA1 -\n" },
  { "key-that-is-no-device",
    "[x-long-term]\naws_mfa_device = arn:aws:iam::123456789012:u2f/user/alice/k\n" KEYS ("AKIA1"),
    NULL, NULL, "aws-mfa x x-long-term:3 AKIA1 -\n" },
  { "own-keys-are-nearer", "[x-long-term]\n" KEYS ("AKIA1") "[x]\n" KEYS ("AKIA2"), NULL, NULL,
    "" },
  { "pair-of-temporary-keys", "[x-long-term]\n" SESSION ("ASIA1"), NULL, NULL, "" },
  { "pair-of-an-id", "[x-long-term]\naws_access_key_id = AKIA1\n", NULL, NULL, "" },
  { "pair-of-nobody", "[-long-term]\n" KEYS ("AKIA1"), NULL, NULL, "" },
  { "pairs", "[a-long-term]\n" KEYS ("AKIA1") "[b-long-term]\n" KEYS ("AKIA2"), NULL, NULL,
    "aws-mfa a a-long-term:2 AKIA1 -\naws-mfa b b-long-term:5 AKIA2 -\n" },
  { "awsmfa", "[default]\n" SESSION ("ASIA1"), "[default]\n" KEYS ("AKIA1"), NULL,
    "awsmfa (luhring) default default:2 AKIA1 - /awsmfa alone\n" },
  { "awsmfa-restored", "[default]\n" KEYS ("AKIA1"), "[default]\n" KEYS ("AKIA1"), NULL, "" },
  { "awsmfa-with-everybody", "[default]\n" SESSION ("ASIA1"),
    "[default]\n" KEYS ("AKIA1") "[work]\n" KEYS ("AKIA2") "[tmp]\n" SESSION ("ASIA2"), NULL,
    "awsmfa (luhring) default default:2 AKIA1 - /awsmfa\n"
    "awsmfa (luhring) work work:5 AKIA2 - /awsmfa\n" },
  { "leapp", "", NULL, "# mine\n[default]\n" KEYS ("AKIA1"),
    "Leapp default default:3 AKIA1 - /leapp alone\n" },
  { "leapp-and-awsmfa", "[default]\n" SESSION ("ASIA1"), "[default]\n" KEYS ("AKIA1"),
    "[default]\n" KEYS ("AKIA2"),
    "awsmfa (luhring) default default:2 AKIA1 - /awsmfa alone\n"
    "Leapp default default:2 AKIA2 - /leapp alone\n" },
  { "awsume",
    "[autoawsume-work]\n" SESSION ("ASIA1") "autoawsume = true\nmanager = awsume\n"
                                            "[mine]\nmanager = awsume\n" SESSION (
                                                "ASIA2") "[not]\nmanager = me\n",
    NULL, NULL, "awsume autoawsume-work autoawsume-work:6 - -\nawsume mine mine:8 - -\n" },
  { "old-awsume", "[autoawsume-work]\n" SESSION ("ASIA1"), NULL, NULL,
    "awsume autoawsume-work autoawsume-work:2 - -\n" },
};

static AmfaIniDocument *
parse (const char *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *document = amfa_ini_document_parse (secret, &error);

  g_assert_no_error (error);
  return document;
}

static void
add_copy (GPtrArray *files, AmfaForeignTool tool, const char *path, const char *text)
{
  g_autoptr (AmfaIniDocument) document = text ? parse (text) : NULL;

  if (document)
    g_ptr_array_add (files, amfa_foreign_file_new (tool, path, document));
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (AmfaIniDocument) credentials = parse (row->credentials);
  g_autoptr (GPtrArray) files =
      g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_foreign_file_free);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  add_copy (files, AMFA_FOREIGN_AWSMFA, "/awsmfa", row->awsmfa);
  add_copy (files, AMFA_FOREIGN_LEAPP, "/leapp", row->leapp);
  found = amfa_foreign_layouts_find (credentials, files);
  for (guint i = 0; i < found->len; i++)
    {
      const AmfaForeignLayout *l = g_ptr_array_index (found, i);

      g_string_append_printf (text, "%s %s %s:%u %s %s%s%s%s\n",
                              amfa_foreign_tool_get_name (l->tool), l->profile, l->section, l->line,
                              l->keys ? amfa_credentials_get_key_id (l->keys) : "-",
                              l->serial ? l->serial : "-", l->path ? " " : "",
                              l->path ? l->path : "", l->is_alone ? " alone" : "");
    }
  g_assert_cmpstr (text->str, ==, row->found);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/foreign-layout/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  return g_test_run ();
}
