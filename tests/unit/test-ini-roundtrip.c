#include "core/model/error.h"
#include "core/model/ini-document.h"

/* Awkward files at random, from a fixed seed: whatever is readable must survive a login and its
 * undoing to the byte. */

#define N_FILES 4000

static const char *const indents[] = { "", "", "", "", "", " ", "  ", "\t", "    ", "\xc2\xa0" };
static const char *const breaks[] = { "\n", "\r\n", "\r" };
static const char *const lines[] = {
  "[p]",
  "[p] # c",
  "[ p ]",
  "[q]",
  "[q];",
  "[DEFAULT]",
  "[r]s]",
  "aws_access_key_id = AKIA1",
  "AWS_ACCESS_KEY_ID=AKIA2",
  "aws_secret_access_key = S/+=",
  "aws_secret_access_key: S",
  "aws_session_token = T==",
  "aws_session_token =",
  "aws_security_token=T",
  "expiration = 2026-01-02T03:04:05Z",
  "region = x # y",
  "s3 =",
  "x = 1",
  "y: \xc3\xa4\xe2\x80\x8b",
  "z=\x0b\x1c",
  "more = text",
  "more = text",
  "# comment",
  "; comment = 1",
  "#",
  "",
  "",
  " ",
};

#define PICK(rand, array) ((array)[g_rand_int_range ((rand), 0, G_N_ELEMENTS (array))])

static AmfaIniDocument *
make_file (GRand *rand)
{
  AmfaIniDocument *document = NULL;

  while (!document)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (AmfaSecret) secret = NULL;
      const char *usual = PICK (rand, breaks);
      gboolean mixed = g_rand_int_range (rand, 0, 4) == 0;
      gboolean indented = g_rand_int_range (rand, 0, 2) == 0;
      int n = g_rand_int_range (rand, 0, 14);

      for (int i = 0; i < n; i++)
        {
          if (i == 0 && g_rand_boolean (rand))
            g_string_append (text, "[p]");
          else
            g_string_append_printf (text, "%s%s", indented ? PICK (rand, indents) : "",
                                    PICK (rand, lines));
          if (i + 1 < n || g_rand_int_range (rand, 0, 3) > 0)
            g_string_append (text, mixed ? PICK (rand, breaks) : usual);
        }
      secret = amfa_secret_new (text->str, text->len);
      document = amfa_ini_document_parse (secret, NULL);
    }
  return document;
}

static AmfaIniDocument *
log_in (AmfaIniDocument *document, const char *section, const char *mark)
{
  g_autoptr (AmfaSecret) value = amfa_secret_new (mark, -1);
  g_autoptr (GError) error = NULL;
  const AmfaIniEdit edits[] = {
    { .key = "aws_access_key_id", .value = value },
    { .key = "aws_secret_access_key", .value = value },
    { .key = "aws_session_token", .value = value },
    { .key = "expiration", .value = value },
    { .key = "aws_security_token" },
  };
  AmfaIniDocument *after =
      amfa_ini_document_edit (document, section, edits, G_N_ELEMENTS (edits), &error);

  g_assert_no_error (error);
  return after;
}

static AmfaIniDocument *
take_back (AmfaIniDocument *document, const char *section, AmfaIniDocument *source)
{
  g_autoptr (GError) error = NULL;
  const AmfaIniEdit edits[] = {
    { .key = "aws_access_key_id", .source = source },
    { .key = "aws_secret_access_key", .source = source },
    { .key = "aws_session_token", .source = source },
    { .key = "expiration", .source = source },
    { .key = "aws_security_token", .source = source },
  };
  AmfaIniDocument *after =
      amfa_ini_document_edit (document, section, edits, G_N_ELEMENTS (edits), &error);

  g_assert_no_error (error);
  return after;
}

static void
assert_same_text (AmfaIniDocument *a, AmfaIniDocument *b)
{
  AmfaSecret *left = amfa_ini_document_get_text (a);
  AmfaSecret *right = amfa_ini_document_get_text (b);

  g_assert_cmpmem (amfa_secret_peek (left), amfa_secret_get_length (left), amfa_secret_peek (right),
                   amfa_secret_get_length (right));
}

static AmfaIniDocument *
append_other (AmfaIniDocument *document, const char *other)
{
  const char *text = amfa_secret_peek (amfa_ini_document_get_text (document));
  g_autoptr (AmfaSecret) more = amfa_secret_new_join (text, other, NULL);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *after = amfa_ini_document_parse (more, &error);

  g_assert_no_error (error);
  return after;
}

/* What another program would append: it ends the last line first. */
static const char *
choose_other (AmfaIniDocument *document)
{
  AmfaSecret *text = amfa_ini_document_get_text (document);

  switch (amfa_secret_peek (text)[amfa_secret_get_length (text) - 1])
    {
    case '\n':
      return "\n# o\n[other]\nx = 1\n";
    case '\r': /* with "\n" it would be one line break */
      return "\r# o\r[other]\rx = 1\r";
    default:
      return "\n\n# o\n[other]\nx = 1\n";
    }
}

static void
check_existing_section (AmfaIniDocument *before, const char *section)
{
  g_autoptr (AmfaSecret) text = amfa_ini_document_get_section_text (before, section);
  g_autoptr (AmfaIniDocument) first = log_in (before, section, "1");
  g_autoptr (AmfaIniDocument) second = log_in (first, section, "22");
  g_autoptr (AmfaIniDocument) restored = NULL;
  g_autoptr (AmfaIniDocument) taken_back = take_back (second, section, before);
  g_autoptr (GError) error = NULL;

  g_assert_false (amfa_ini_document_owns_key (second, section, "aws_security_token"));
  restored = amfa_ini_document_replace_section (second, section, 0, text, &error);
  g_assert_no_error (error);
  assert_same_text (restored, before);

  /* Line by line the order may differ, the keys and values may not. */
  g_auto (GStrv) keys = amfa_ini_document_list_keys (before, section);

  for (char **key = keys; *key; key++)
    {
      g_autoptr (AmfaSecret) old = amfa_ini_document_get_value (before, section, *key);
      g_autoptr (AmfaSecret) now = amfa_ini_document_get_value (taken_back, section, *key);

      g_assert_true (amfa_secret_equal (old, now));
    }
  g_assert_true (amfa_ini_document_equal_outside (before, taken_back, section, NULL));
}

static void
check_new_section (AmfaIniDocument *before)
{
  g_autoptr (AmfaSecret) section = amfa_secret_new ("[new]\naws_access_key_id = 0", -1);
  g_autofree char *separator = NULL;
  g_autoptr (AmfaIniDocument) appended = NULL;
  g_autoptr (AmfaIniDocument) first = NULL;
  g_autoptr (AmfaIniDocument) second = NULL;
  g_autoptr (AmfaIniDocument) removed = NULL;
  g_autoptr (AmfaIniDocument) crowded = NULL;
  g_autoptr (AmfaIniDocument) crowd = NULL;
  g_autoptr (AmfaIniDocument) left = NULL;
  g_autoptr (GError) error = NULL;

  appended = amfa_ini_document_append_section (before, section, &separator, &error);
  if (!appended)
    {
      /* A broken block in [DEFAULT] breaks the file once a section is there that inherits it. */
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, AMFA_FILE_PROBLEM_NESTED);
      return;
    }
  first = log_in (appended, "new", "1");
  second = log_in (first, "new", "22");
  removed = amfa_ini_document_remove_section (second, "new", separator, &error);
  g_assert_no_error (error);
  assert_same_text (removed, before);

  crowded = append_other (second, choose_other (second));
  crowd = append_other (before, choose_other (second));
  left = amfa_ini_document_remove_section (crowded, "new", separator, &error);
  g_assert_no_error (error);
  assert_same_text (left, crowd);
}

static void
test_roundtrip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20260102);
  guint with_section = 0;

  for (guint i = 0; i < N_FILES; i++)
    {
      g_autoptr (AmfaIniDocument) file = make_file (rand);
      g_auto (GStrv) sections = amfa_ini_document_list_sections (file);

      for (char **section = sections; *section; section++, with_section++)
        check_existing_section (file, *section);
      check_new_section (file);
    }
  /* The generator must not have become a maker of empty files. */
  g_assert_cmpuint (with_section, >, N_FILES / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ini-roundtrip/random-files", test_roundtrip);

  return g_test_run ();
}
