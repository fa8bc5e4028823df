#include "core/model/error.h"
#include "core/model/finding.h"
#include "messages/findings.h"

static const char *const names[] = { "one", "two", NULL };

/* Every kind has an id of its own, a sentence, and at most one line of command. */
static void
test_kinds (void)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error =
      amfa_error_new (AMFA_ERROR_KEYRING_FAILED, &(AmfaErrorDetails){ .quote = "reason" });

  for (guint kind = 0; kind < AMFA_N_FINDINGS; kind++)
    {
      const AmfaFinding finding = {
        .kind = (AmfaFindingKind) kind,
        .profile = "work",
        .path = "/a b/config",
        .line = 7,
        .subject = "SUBJECT",
        .other = "OTHER",
        .names = names,
        .number = 1,
        .error = error,
      };
      const AmfaFinding empty = { .kind = (AmfaFindingKind) kind };
      g_autofree char *message = amfa_message_for_finding (&finding, 1);
      g_autofree char *bare = amfa_message_for_finding (&empty, 1);
      g_autofree char *command = amfa_command_for_finding (&finding);
      gboolean is_fine = amfa_finding_get_severity (&finding) == AMFA_SEVERITY_FINE;

      g_assert_nonnull (amfa_finding_get_id (&finding));
      g_assert_true (g_hash_table_add (ids, (char *) amfa_finding_get_id (&finding)));
      g_assert_cmpstr (message, !=, "");
      g_assert_cmpstr (bare, !=, "");
      g_assert_null (strchr (message, '\n'));
      g_assert_false (is_fine && command);
      g_assert_false (command && strchr (command, '\n'));
    }
}

static void
test_commands (void)
{
  static const struct
  {
    AmfaFindingKind kind;
    const char *profile, *path;
    guint line;
    const char *command;
  } rows[] = {
    { AMFA_FINDING_SESSION_ENDED, "default", NULL, 0, "awsmfa end" },
    { AMFA_FINDING_SESSION_LEFTOVERS, "work", NULL, 0, "awsmfa --restore -p work" },
    { AMFA_FINDING_NO_KEYS, "my work; rm", NULL, 0, "awsmfa setup -p 'my work; rm'" },
    { AMFA_FINDING_FILE_MODE, NULL, "/a b", 0, "chmod 600 '/a b'" },
    { AMFA_FINDING_FILE_MODE, NULL, "/a'b", 0, "chmod 600 '/a'\\''b'" },
    { AMFA_FINDING_ROLE, "work", "/c", 7, "${EDITOR:-vi} +7 /c" },
    { AMFA_FINDING_REGION_MALFORMED, "work", "/c", 2, "${EDITOR:-vi} +2 /c" },
    { AMFA_FINDING_FILE_HARD_LINK, NULL, "/c", 0, "cp -p /c /c.copy && mv /c.copy /c" },
    { AMFA_FINDING_FOREIGN_KEYS, "work", "/c", 2, "awsmfa setup --import -p work" },
    { AMFA_FINDING_FOREIGN_COPY, "work", "/c", 2, "rm /c" },
    { AMFA_FINDING_FOREIGN_COPY_MIXED, "work", "/c", 2, "${EDITOR:-vi} +2 /c" },
    { AMFA_FINDING_FOREIGN_MANAGER, "work", "/c", 2, NULL },
    { AMFA_FINDING_FILE_MOUNT_POINT, NULL, "/c", 0, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const AmfaFinding finding = {
        .kind = rows[i].kind,
        .profile = rows[i].profile,
        .path = rows[i].path,
        .line = rows[i].line,
      };
      g_autofree char *command = amfa_command_for_finding (&finding);

      g_assert_cmpstr (command, ==, rows[i].command);
    }
}

static void
test_order (void)
{
  static const AmfaFindingKind before[] = { AMFA_FINDING_FILE, AMFA_FINDING_FILE_LEFTOVER,
                                            AMFA_FINDING_FILE_MODE, AMFA_FINDING_SESSION,
                                            AMFA_FINDING_ROLE };
  static const AmfaFindingKind after[] = { AMFA_FINDING_FILE_MODE, AMFA_FINDING_ROLE,
                                           AMFA_FINDING_FILE_LEFTOVER, AMFA_FINDING_FILE,
                                           AMFA_FINDING_SESSION };
  g_autoptr (GPtrArray) findings = amfa_findings_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (before); i++)
    amfa_findings_add (findings, &(AmfaFinding){ .kind = before[i] });
  amfa_findings_sort (findings);
  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    g_assert_cmpint (((AmfaFinding *) g_ptr_array_index (findings, i))->kind, ==, after[i]);
  g_assert_cmpuint (amfa_findings_count (findings, AMFA_SEVERITY_PROBLEM), ==, 2);
  g_assert_cmpuint (amfa_findings_count (findings, AMFA_SEVERITY_ADVICE), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/finding/kinds", test_kinds);
  g_test_add_func ("/finding/commands", test_commands);
  g_test_add_func ("/finding/order", test_order);

  return g_test_run ();
}
