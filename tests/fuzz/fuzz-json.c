#include "fuzz.h"

#include "core/model/json-forms.h"
#include "core/model/json-report.h"
#include "core/model/section.h"

#include "unit/json-reference.h"

/* What a keyring item holds, which any program may have written; behind a line "====" a credentials
 * file. What is taken for a form of ours keeps its meaning, and can be written into that file; and
 * json-glib reads and writes the same. */

static gboolean
strings_equal (GStrv a, GStrv b)
{
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

static void
check_write (AmfaCredentials *session, AmfaIniDocument *file)
{
  g_auto (GStrv) marks = g_new0 (char *, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaIniDocument) after =
      amfa_section_write_session (file, "default", session, NULL, &marks, &error);
  g_autoptr (AmfaIniDocument) based = amfa_section_put_base (file, "default", session, NULL);

  g_assert_true ((after != NULL) == (error == NULL));
  g_assert_true ((after != NULL) == (based != NULL));
}

/* A session's form says more than its keys, and so does a base's. */
static void
check_session (AmfaSecret *text, AmfaCredentials *read)
{
  g_auto (GStrv) marks = NULL;
  g_auto (GStrv) again_marks = NULL;
  g_autoptr (AmfaSecret) ended = NULL;
  g_autoptr (AmfaSecret) again_ended = NULL;
  gboolean is_from_file, is_again;
  g_autoptr (AmfaCredentials) session = amfa_json_to_session (text, &marks, &ended);
  g_autoptr (AmfaSecret) again = amfa_json_from_session (read, (const char *const *) marks, ended);
  g_autoptr (AmfaCredentials) session_again =
      amfa_json_to_session (again, &again_marks, &again_ended);
  g_autoptr (AmfaCredentials) base = amfa_json_to_base (text, &is_from_file);
  g_autoptr (AmfaSecret) base_text = amfa_json_from_base (read, is_from_file);
  g_autoptr (AmfaCredentials) base_again = amfa_json_to_base (base_text, &is_again);

  g_assert_true (amfa_credentials_equal (session, session_again));
  g_assert_true (amfa_credentials_equal (base, base_again));
  g_assert_true (strings_equal (marks, again_marks));
  g_assert_true (amfa_secret_equal (ended, again_ended));
  g_assert_cmpint (is_from_file, ==, is_again);
}

static void
check_credentials (AmfaSecret *text, AmfaIniDocument *file)
{
  g_autoptr (AmfaCredentials) read = amfa_json_to_credentials (text);
  g_auto (GStrv) ids = amfa_json_to_former_ids (text);

  g_assert_true ((read != NULL) == (ids != NULL));
  if (!read)
    return;

  g_autoptr (AmfaSecret) again_text = amfa_json_from_credentials (read);
  g_autoptr (AmfaCredentials) again = amfa_json_to_credentials (again_text);
  g_autoptr (AmfaSecret) former_text = amfa_json_from_former (read, (const char *const *) ids);
  g_auto (GStrv) former_ids = amfa_json_to_former_ids (former_text);
  g_autoptr (AmfaSecret) line = amfa_json_for_sdk (read, NULL);

  g_assert_true (amfa_credentials_equal (read, again));
  g_assert_cmpint (amfa_credentials_get_expiration (read), ==,
                   amfa_credentials_get_expiration (again));
  g_assert_cmpstr (amfa_credentials_get_session_name (read), ==,
                   amfa_credentials_get_session_name (again));
  g_assert_cmpuint (g_strv_length (former_ids), ==, g_strv_length (ids) + 1);
  g_assert_cmpstr (former_ids[0], ==, ids[0]);
  g_assert_nonnull (line);
  check_session (text, read);
  check_write (read, file);
}

static void
check_restore (const AmfaOriginal *original, AmfaIniDocument *file)
{
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
  g_autoptr (AmfaCredentials) keys = amfa_original_dup_keys (original, "default");
  g_autoptr (AmfaSection) section = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaIniDocument) restored = NULL;
  AmfaRestoreOutcome outcome;

  amfa_records_set_original (records, original);
  section = amfa_section_classify (file, "default", records);
  restored = amfa_section_restore (file, "default", section, records, &outcome, &error);
  g_assert_true ((restored != NULL) == (error == NULL));
  g_assert_false (keys && amfa_credentials_are_temporary (keys));
}

static void
check_original (AmfaSecret *text, AmfaIniDocument *file)
{
  g_autoptr (AmfaOriginal) read = amfa_json_to_original (text);

  if (!read)
    return;

  g_autoptr (AmfaSecret) again_text = amfa_json_from_original (read);
  g_autoptr (AmfaOriginal) again = amfa_json_to_original (again_text);

  g_assert_true (amfa_original_equal (read, again));
  g_assert_true (strings_equal (read->marks, again->marks));
  check_restore (read, file);
}

/* Scripts can read what "--json" prints, whatever a name in it holds. */
static void
check_report (AmfaSecret *text)
{
  g_autoptr (AmfaJsonReport) report = amfa_json_report_new ();
  g_autofree char *printed = NULL;

  amfa_json_report_begin (report);
  amfa_json_report_add_text (report, "name", amfa_secret_peek (text));
  printed = amfa_json_report_to_text (report);
  g_assert_true (g_utf8_validate (printed, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = fuzz_input (data, size);
  g_autoptr (AmfaSecret) text = fuzz_take_part (&input);
  g_autoptr (AmfaSecret) file_text = fuzz_take_part (&input);
  g_autoptr (AmfaIniDocument) file = amfa_ini_document_parse (file_text, NULL);

  if (!file)
    file = fuzz_parse ("");
  if (json_reference_check_parse (text))
    json_reference_check_writer (text);
  check_credentials (text, file);
  check_original (text, file);
  check_report (text);
  return 0;
}
