#include "core/model/section.h"

#include "core/model/error.h"

#include <string.h>

#define LONG_TERM "aws_access_key_id = AKIABASE\naws_secret_access_key = base/secret\n"

static AmfaIniDocument *
parse (const char *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *document = amfa_ini_document_parse (secret, &error);

  g_assert_no_error (error);
  return document;
}

static AmfaCredentials *
session (guint number)
{
  g_autofree char *id = g_strdup_printf ("ASIASESSION%u", number);
  g_autofree char *token_text = g_strdup_printf ("token%u==", number);
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("session/secret", -1);
  g_autoptr (AmfaSecret) token = amfa_secret_new (token_text, -1);

  return amfa_credentials_new (id, secret, token, 1767323045 + number);
}

static void
assert_text (AmfaIniDocument *document, const char *expected)
{
  g_assert_cmpstr (amfa_secret_peek (amfa_ini_document_get_text (document)), ==, expected);
}

/* One login; @records is the keyring, which keeps the original and the marks. */
static AmfaIniDocument *
login (AmfaIniDocument *document, AmfaRecords *records, AmfaOriginalDegree absence, guint number)
{
  g_autoptr (AmfaCredentials) keys = session (number);
  g_autoptr (AmfaSection) section = amfa_section_classify (document, "default", records);
  g_autoptr (AmfaOriginal) original = NULL;
  g_auto (GStrv) marks = g_strdupv (records->marks);
  g_autoptr (GError) error = NULL;

  amfa_section_plan_original (document, "default", section, absence, records, &original, &error);
  g_assert_no_error (error);

  AmfaIniDocument *written =
      amfa_section_write_session (document, "default", keys, original, &marks, &error);

  g_assert_no_error (error);
  amfa_records_set_original (records, original);
  amfa_records_add_marks (records, (const char *const *) marks);

  g_autoptr (AmfaSection) after = amfa_section_classify (written, "default", records);

  g_assert_cmpint (after->kind, ==, AMFA_SECTION_OURS);
  g_assert_true (amfa_credentials_equal (after->credentials, keys));
  return written;
}

static AmfaIniDocument *
end_session (AmfaIniDocument *document, AmfaRecords *records)
{
  g_autoptr (AmfaSection) section = amfa_section_classify (document, "default", records);

  return amfa_section_end_session (document, "default", section, records->original, &records->marks,
                                   NULL);
}

static AmfaIniDocument *
restore (AmfaIniDocument *document, AmfaRecords *records, AmfaRestoreOutcome *outcome)
{
  g_autoptr (AmfaSection) section = amfa_section_classify (document, "default", records);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *restored =
      amfa_section_restore (document, "default", section, records, outcome, &error);

  g_assert_no_error (error);
  return restored;
}

#define OUR_SECRET "aws_secret_access_key = session/secret\n"
#define OUR_TOKEN "aws_session_token = token1==\n"

/* Ours is what we know by id and token, or by its secret, and never a long-term key's. */
static void
test_classify (void)
{
  static const struct
  {
    const char *text;
    AmfaSectionKind kind;
    AmfaSectionKind by_old_marks; /* of version 0.1.0, which made none of secrets */
  } ROWS[] = {
    { "", AMFA_SECTION_NO_KEYS, AMFA_SECTION_NO_KEYS },
    { "[default]\n", AMFA_SECTION_NO_KEYS, AMFA_SECTION_NO_KEYS },
    { "[default]\naws_access_key_id = AKIA1\n", AMFA_SECTION_NO_KEYS, AMFA_SECTION_NO_KEYS },
    { "[default]\naws_secret_access_key = s\n", AMFA_SECTION_NO_KEYS, AMFA_SECTION_NO_KEYS },
    { "[default]\naws_access_key_id =\naws_secret_access_key = s\n", AMFA_SECTION_NO_KEYS,
      AMFA_SECTION_NO_KEYS },
    { "[other]\n" LONG_TERM, AMFA_SECTION_NO_KEYS, AMFA_SECTION_NO_KEYS },
    { "[default]\n" LONG_TERM, AMFA_SECTION_LONG_TERM, AMFA_SECTION_LONG_TERM },
    { "[default]\naws_access_key_id = 0555b35654ad1656d804\naws_secret_access_key = s\n",
      AMFA_SECTION_LONG_TERM, AMFA_SECTION_LONG_TERM },
    { "[DEFAULT]\n" LONG_TERM "[default]\n", AMFA_SECTION_LONG_TERM, AMFA_SECTION_LONG_TERM },
    { "[default]\n" LONG_TERM "aws_session_token = t\n", AMFA_SECTION_FOREIGN,
      AMFA_SECTION_FOREIGN },
    { "[default]\n" LONG_TERM "aws_security_token = t\n", AMFA_SECTION_FOREIGN,
      AMFA_SECTION_FOREIGN },
    { "[default]\n" LONG_TERM "aws_session_token =\n", AMFA_SECTION_LONG_TERM,
      AMFA_SECTION_LONG_TERM },
    { "[default]\n" LONG_TERM "expiration = 2026-01-02T03:04:06Z\n", AMFA_SECTION_LEFTOVERS,
      AMFA_SECTION_LEFTOVERS },
    { "[default]\n" LONG_TERM OUR_TOKEN, AMFA_SECTION_LEFTOVERS, AMFA_SECTION_LEFTOVERS },
    { "[default]\n" LONG_TERM "expiration = 2026-01-02T03:04:07Z\n", AMFA_SECTION_LONG_TERM,
      AMFA_SECTION_LONG_TERM },
    { "[default]\naws_access_key_id = ASIAX\naws_secret_access_key = s\n", AMFA_SECTION_FOREIGN,
      AMFA_SECTION_FOREIGN },
    { "[default]\naws_access_key_id = ASIASESSION1\naws_secret_access_key = s\n",
      AMFA_SECTION_FOREIGN, AMFA_SECTION_FOREIGN },
    { "[default]\naws_access_key_id = ASIASESSION1\n" OUR_SECRET, AMFA_SECTION_OURS,
      AMFA_SECTION_FOREIGN },
    { "[default]\naws_access_key_id = ASIASESSION1\n" OUR_SECRET OUR_TOKEN, AMFA_SECTION_OURS,
      AMFA_SECTION_OURS },
    { "[default]\naws_access_key_id = ASIASESSION1\naws_secret_access_key = s\n" OUR_TOKEN,
      AMFA_SECTION_OURS, AMFA_SECTION_OURS },
    { "[default]\naws_access_key_id = AKIABASE\n" OUR_SECRET OUR_TOKEN, AMFA_SECTION_LEFTOVERS,
      AMFA_SECTION_LEFTOVERS },
    { "[default]\naws_access_key_id = AKIABASE\naws_secret_access_key = base/secret\n"
      "aws_session_token = other\n",
      AMFA_SECTION_FOREIGN, AMFA_SECTION_FOREIGN },
  };
  static const char *const OLD_MARKS[] = {
    "ASIASESSION1", "AKIABASE", "2026-01-02T03:04:06Z", "", /* of the token */
    NULL,
  };
  g_autoptr (AmfaCredentials) keys = session (1);
  g_autofree char *token_mark = amfa_secret_digest (amfa_credentials_get_token (keys));
  g_auto (GStrv) old_marks = g_strdupv ((char **) OLD_MARKS);
  g_auto (GStrv) marks = NULL;

  g_free (old_marks[3]);
  old_marks[3] = g_steal_pointer (&token_mark);
  marks = amfa_marks_add_session ((const char *const *) old_marks, keys);

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (AmfaIniDocument) document = parse (ROWS[i].text);
      g_autoptr (AmfaRecords) records = amfa_records_new ((const char *const *) marks, "AKIABASE");
      g_autoptr (AmfaRecords) old_records =
          amfa_records_new ((const char *const *) old_marks, "AKIABASE");
      g_autoptr (AmfaSection) section = amfa_section_classify (document, "default", records);
      g_autoptr (AmfaSection) old = amfa_section_classify (document, "default", old_records);

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (section->kind, ==, ROWS[i].kind);
      g_assert_cmpint (old->kind, ==, ROWS[i].by_old_marks);
    }
}

static void
test_written_form (void)
{
  g_autoptr (AmfaIniDocument) before =
      parse ("# mine\n[default]\n" LONG_TERM "aws_security_token = old\nregion = x\n\n[b]\n");
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
  g_autoptr (AmfaIniDocument) after = login (before, records, AMFA_ORIGINAL_NO_SECTION, 0);

  assert_text (after, "# mine\n[default]\n"
                      "aws_access_key_id = ASIASESSION0\n"
                      "aws_secret_access_key = session/secret\n"
                      "region = x\n"
                      "aws_session_token = token0==\n"
                      "expiration = 2026-01-02T03:04:05Z\n"
                      "\n[b]\n");
}

/* Whatever the file: login, renew, end and restore in any order give back the identical bytes. */
static void
test_round_trip (void)
{
  static const char *const FILES[] = {
    "",
    "\n",
    "[default]",
    "[default]\n",
    "[default]\n" LONG_TERM,
    "[default]\r\naws_access_key_id=AKIABASE\r\nAWS_SECRET_ACCESS_KEY : s\r\nregion=x",
    "  [default] # home\n    aws_access_key_id = AKIABASE\n    aws_secret_access_key = "
    "s\n\t\n[b]\nx=1",
    "[a]\nx = 1\n\n\n; c\n[default]\n# c\naws_secret_access_key = s\n   \naws_access_key_id = A\n# "
    "e\n",
    "[default]\naws_access_key_id = A\naws_secret_access_key = s\naws_security_token = t\n"
    "s3 =\n  max = 1\n  min = 2\n\n[z]\n",
    "[a]\nx = 1",
    "[a]\r\nx = 1\r\n",
    "[default]\naws_access_key_id = A\naws_secret_access_key = s\nexpiration = soon\n[b]\n",
    "[default]\n[b]\n  x = 1\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (FILES); i++)
    for (guint way = 0; way < 16; way++)
      {
        gboolean renew = way & 1, end = way & 2, again = way & 4, later = way & 8;
        g_autoptr (AmfaIniDocument) file = parse (FILES[i]);
        g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
        g_autoptr (AmfaIniDocument) now = login (file, records, AMFA_ORIGINAL_NO_SECTION, 1);
        AmfaRestoreOutcome outcome;

        if (renew)
          {
            g_autoptr (AmfaIniDocument) old = g_steal_pointer (&now);

            now = login (old, records, AMFA_ORIGINAL_NO_SECTION, 2);
          }
        if (end)
          {
            g_autoptr (AmfaIniDocument) old = g_steal_pointer (&now);

            now = end_session (old, records);
          }
        if (end && again)
          {
            g_autoptr (AmfaIniDocument) old = g_steal_pointer (&now);

            now = login (old, records, AMFA_ORIGINAL_NO_SECTION, 3);
          }
        if (end && again && later)
          {
            g_autoptr (AmfaIniDocument) old = g_steal_pointer (&now);

            now = login (old, records, AMFA_ORIGINAL_NO_SECTION, 4);
          }

        g_autoptr (AmfaIniDocument) restored = restore (now, records, &outcome);

        g_test_message ("file %" G_GSIZE_FORMAT " way %u", i, way);
        assert_text (restored, FILES[i]);
        g_assert_cmpint (outcome, ==, AMFA_RESTORE_VERBATIM);
      }
}

/* The record was stored, and then the file could not be written. */
static void
test_record_ahead (void)
{
  static const char FILE[] = "[default]\n# c\naws_secret_access_key = s\n   \n"
                             "aws_access_key_id = A\n# e\n";
  g_autoptr (AmfaIniDocument) file = parse (FILE);
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
  g_autoptr (AmfaIniDocument) ours = login (file, records, AMFA_ORIGINAL_NO_SECTION, 1);
  g_autoptr (AmfaIniDocument) ended = end_session (ours, records);
  AmfaRestoreOutcome outcome;
  g_autoptr (AmfaIniDocument) from_ours = restore (ours, records, &outcome);

  assert_text (from_ours, FILE);
  g_assert_cmpint (outcome, ==, AMFA_RESTORE_VERBATIM);

  g_autoptr (AmfaIniDocument) again = login (ended, records, AMFA_ORIGINAL_NO_SECTION, 2);
  g_autoptr (AmfaIniDocument) from_ended = restore (ended, records, &outcome);

  assert_text (from_ended, FILE);
  g_assert_cmpint (outcome, ==, AMFA_RESTORE_VERBATIM);

  g_autoptr (AmfaIniDocument) from_again = restore (again, records, &outcome);

  assert_text (from_again, FILE);
  g_assert_cmpint (outcome, ==, AMFA_RESTORE_VERBATIM);
}

/* Other people's edits stay, ours go. */
static void
test_restore_by_line (void)
{
  g_autoptr (AmfaIniDocument) before = parse ("[default]\n" LONG_TERM "aws_security_token = old\n");
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
  g_autoptr (AmfaIniDocument) ours = login (before, records, AMFA_ORIGINAL_NO_SECTION, 0);
  g_autoptr (AmfaIniDocument) edited = parse ("[new]\na = 1\n[default]\nregion = eu-west-1\n"
                                              "aws_access_key_id = ASIASESSION0\n"
                                              "aws_secret_access_key = session/secret\n"
                                              "aws_session_token = token0==\n"
                                              "expiration = 2026-01-02T03:04:05Z\n"
                                              "# note\n");
  AmfaRestoreOutcome outcome;
  g_autoptr (AmfaIniDocument) restored = restore (edited, records, &outcome);

  g_assert_cmpint (outcome, ==, AMFA_RESTORE_BY_LINE);
  assert_text (restored, "[new]\na = 1\n[default]\nregion = eu-west-1\n" LONG_TERM
                         "aws_security_token = old\n# note\n");
}

/* Somebody edits the section, and only then comes the next session, or the end of this one. */
static void
test_edited_before_renewal (gconstpointer data)
{
  gboolean is_ended = GPOINTER_TO_INT (data);
  g_autoptr (AmfaIniDocument) before = parse ("[default]\n# note\n" LONG_TERM "output = json\n");
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
  g_autoptr (AmfaIniDocument) ours = login (before, records, AMFA_ORIGINAL_NO_SECTION, 0);
  g_autofree char *text = g_strdup (amfa_secret_peek (amfa_ini_document_get_text (ours)));
  g_autofree char *edited_text =
      g_strconcat ("[default]\nregion = x\n", strstr (text, "# note"), NULL);
  g_autoptr (AmfaIniDocument) edited = parse (edited_text);
  g_autoptr (AmfaIniDocument) ended =
      is_ended ? end_session (edited, records) : amfa_ini_document_ref (edited);
  g_autoptr (AmfaIniDocument) again = login (ended, records, AMFA_ORIGINAL_NO_SECTION, 1);
  AmfaRestoreOutcome outcome;
  g_autoptr (AmfaIniDocument) restored = restore (again, records, &outcome);

  assert_text (restored, "[default]\nregion = x\n# note\n" LONG_TERM "output = json\n");
}

/* The same where there was no section: what others have put into it stays. */
static void
test_used_before_renewal (gconstpointer data)
{
  gboolean is_ended = GPOINTER_TO_INT (data);
  g_autoptr (AmfaIniDocument) before = parse ("[a]\nx = 1\n");
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
  g_autoptr (AmfaIniDocument) ours = login (before, records, AMFA_ORIGINAL_NO_SECTION, 0);
  g_autofree char *used =
      g_strconcat (amfa_secret_peek (amfa_ini_document_get_text (ours)), "region = x\n", NULL);
  g_autoptr (AmfaIniDocument) edited = parse (used);
  g_autoptr (AmfaIniDocument) ended =
      is_ended ? end_session (edited, records) : amfa_ini_document_ref (edited);
  g_autoptr (AmfaIniDocument) again = login (ended, records, AMFA_ORIGINAL_NO_SECTION, 1);
  AmfaRestoreOutcome outcome;
  g_autoptr (AmfaIniDocument) restored = restore (again, records, &outcome);

  g_assert_nonnull (
      strstr (amfa_secret_peek (amfa_ini_document_get_text (restored)), "[default]\nregion = x\n"));
  g_assert_null (strstr (amfa_secret_peek (amfa_ini_document_get_text (restored)), "ASIA"));
}

/* What others write into a section after an end stays, whether or not another session follows, and
 * even where nothing but the header had been left. */
static void
test_used_after_end (gconstpointer data)
{
  static const struct
  {
    const char *file;
    const char *restored;
  } ROWS[] = {
    { "[default]\n" LONG_TERM, "[default]\n" LONG_TERM "region = x\n" },
    { "[default]\noutput = json\n", "[default]\noutput = json\nregion = x\n" },
    { "", "[default]\nregion = x\n" },
  };
  gboolean is_renewed = GPOINTER_TO_INT (data);

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (AmfaIniDocument) before = parse (ROWS[i].file);
      g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
      g_autoptr (AmfaIniDocument) ours = login (before, records, AMFA_ORIGINAL_NO_SECTION, 0);
      g_autoptr (AmfaIniDocument) ended = end_session (ours, records);
      g_autofree char *used =
          g_strconcat (amfa_secret_peek (amfa_ini_document_get_text (ended)), "region = x\n", NULL);
      g_autoptr (AmfaIniDocument) edited = parse (used);
      g_autoptr (AmfaIniDocument) last = is_renewed
                                             ? login (edited, records, AMFA_ORIGINAL_NO_SECTION, 1)
                                             : amfa_ini_document_ref (edited);
      AmfaRestoreOutcome outcome;
      g_autoptr (AmfaIniDocument) restored = restore (last, records, &outcome);

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      assert_text (restored, ROWS[i].restored);
    }
}

static void
test_restore_absent (void)
{
  g_autoptr (AmfaIniDocument) before = parse ("[a]\nx = 1");
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
  g_autoptr (AmfaIniDocument) ours = login (before, records, AMFA_ORIGINAL_NO_SECTION, 0);
  g_autofree char *appended =
      g_strconcat (amfa_secret_peek (amfa_ini_document_get_text (ours)), "\n[q]\ny = 1\n", NULL);
  g_autofree char *used =
      g_strconcat (amfa_secret_peek (amfa_ini_document_get_text (ours)), "\nregion = x\n", NULL);
  g_autoptr (AmfaIniDocument) with_q = parse (appended);
  g_autoptr (AmfaIniDocument) in_use = parse (used);
  AmfaRestoreOutcome outcome;
  g_autoptr (AmfaIniDocument) a = restore (with_q, records, &outcome);
  g_autoptr (AmfaIniDocument) b = restore (in_use, records, &outcome);

  g_assert_cmpint (records->original->degree, ==, AMFA_ORIGINAL_NO_SECTION);
  assert_text (a, "[a]\nx = 1\n[q]\ny = 1\n");
  assert_text (b, "[a]\nx = 1\n\n[default]\nregion = x\n");
}

static void
test_restore_leftovers (void)
{
  g_autoptr (AmfaIniDocument) before = parse ("[default]\n" LONG_TERM);
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
  g_autoptr (AmfaIniDocument) ours = login (before, records, AMFA_ORIGINAL_NO_SECTION, 0);
  g_autoptr (AmfaIniDocument) configured =
      parse ("[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n"
             "aws_session_token = token0==\nexpiration = 2026-01-02T03:04:05Z\n");
  g_autoptr (AmfaSection) section = amfa_section_classify (configured, "default", records);
  AmfaRestoreOutcome outcome;
  g_autoptr (AmfaIniDocument) restored = restore (configured, records, &outcome);

  g_assert_cmpint (section->kind, ==, AMFA_SECTION_LEFTOVERS);
  g_assert_null (amfa_credentials_get_token (section->credentials));
  g_assert_cmpint (outcome, ==, AMFA_RESTORE_LEFTOVERS);
  assert_text (restored, "[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n");

  /* A login there takes the new key, without the leftovers, as the original. */
  g_autoptr (AmfaIniDocument) again = login (configured, records, AMFA_ORIGINAL_NO_SECTION, 1);
  g_autoptr (AmfaIniDocument) back = restore (again, records, &outcome);

  assert_text (back, "[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n");
}

static void
test_restore_rotated (void)
{
  g_autoptr (AmfaIniDocument) before = parse ("[default]\n" LONG_TERM "region = x\n");
  g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
  g_autoptr (AmfaIniDocument) ours = login (before, records, AMFA_ORIGINAL_NO_SECTION, 0);
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("newer", -1);
  g_autoptr (AmfaCredentials) rotated = amfa_credentials_new ("AKIANEWER", secret, NULL, 0);
  static const char *const FORMER[] = { "AKIABASE", NULL };
  AmfaRestoreOutcome outcome;

  amfa_records_set_base (records, rotated);
  records->former_ids = g_strdupv ((char **) FORMER);

  g_autoptr (AmfaIniDocument) restored = restore (ours, records, &outcome);

  g_assert_cmpint (outcome, ==, AMFA_RESTORE_ROTATED);
  assert_text (restored, "[default]\naws_access_key_id = AKIANEWER\naws_secret_access_key = newer\n"
                         "region = x\n");
}

static void
test_nothing_to_restore (void)
{
  static const struct
  {
    const char *text;
    const char *subject;
  } ROWS[] = {
    { "[default]\n" LONG_TERM, NULL },
    { "", NULL },
    { "[default]\naws_access_key_id = ASIAX\naws_secret_access_key = s\n", "ASIAX" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (AmfaIniDocument) document = parse (ROWS[i].text);
      g_autoptr (AmfaRecords) records = amfa_records_new (NULL, NULL);
      g_autoptr (AmfaSection) section = amfa_section_classify (document, "default", records);
      g_autoptr (GError) error = NULL;
      AmfaRestoreOutcome outcome;

      g_assert_null (
          amfa_section_restore (document, "default", section, records, &outcome, &error));
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_NOTHING_TO_RESTORE);
      g_assert_cmpstr (amfa_error_get_details (error)->subject, ==, ROWS[i].subject);
    }
}

static void
test_inherited_token (void)
{
  g_autoptr (AmfaIniDocument) bad =
      parse ("[DEFAULT]\nx = 1\naws_security_token = t\n[default]\n" LONG_TERM);
  g_autoptr (AmfaIniDocument) good = parse ("[default]\n" LONG_TERM "aws_security_token = t\n");
  g_autoptr (GError) error = NULL;

  g_assert_true (amfa_section_check_writable (good, "default", NULL));
  g_assert_false (amfa_section_check_writable (bad, "default", &error));
  g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
  g_assert_cmpuint (amfa_error_get_details (error)->line, ==, 3);
}

static void
test_marks_are_capped (void)
{
  g_auto (GStrv) marks = NULL;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *mark = g_strdup_printf ("m%u", i);
      g_auto (GStrv) old = g_steal_pointer (&marks);

      marks = amfa_marks_add ((const char *const *) old, mark);
    }
  g_assert_cmpuint (g_strv_length (marks), ==, 80);
  g_assert_cmpstr (marks[79], ==, "m99");

  g_auto (GStrv) again = amfa_marks_add ((const char *const *) marks, "m50");

  g_assert_cmpuint (g_strv_length (again), ==, 80);
  g_assert_cmpstr (again[79], ==, "m50");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/section/classify", test_classify);
  g_test_add_func ("/section/written-form", test_written_form);
  g_test_add_func ("/section/round-trip", test_round_trip);
  g_test_add_func ("/section/record-ahead", test_record_ahead);
  g_test_add_func ("/section/restore/by-line", test_restore_by_line);
  g_test_add_data_func ("/section/restore/edited-before-renewal", GINT_TO_POINTER (FALSE),
                        test_edited_before_renewal);
  g_test_add_data_func ("/section/restore/edited-before-end", GINT_TO_POINTER (TRUE),
                        test_edited_before_renewal);
  g_test_add_data_func ("/section/restore/used-before-renewal", GINT_TO_POINTER (FALSE),
                        test_used_before_renewal);
  g_test_add_data_func ("/section/restore/used-before-end", GINT_TO_POINTER (TRUE),
                        test_used_before_renewal);
  g_test_add_data_func ("/section/restore/used-after-end", GINT_TO_POINTER (FALSE),
                        test_used_after_end);
  g_test_add_data_func ("/section/restore/used-after-end-and-renewed", GINT_TO_POINTER (TRUE),
                        test_used_after_end);
  g_test_add_func ("/section/restore/absent", test_restore_absent);
  g_test_add_func ("/section/restore/leftovers", test_restore_leftovers);
  g_test_add_func ("/section/restore/rotated", test_restore_rotated);
  g_test_add_func ("/section/restore/nothing", test_nothing_to_restore);
  g_test_add_func ("/section/inherited-token", test_inherited_token);
  g_test_add_func ("/section/marks", test_marks_are_capped);

  return g_test_run ();
}
