#include "core/model/error.h"
#include "core/model/ini-document.h"

#include <string.h>

/* Edits of "p": a value, NULL for a key that leaves, "<" for the lines of the source document. */
typedef struct
{
  const char *before;
  const char *edits[5][2];
  const char *after;
  const char *source;
} EditRow;

static AmfaIniDocument *
parse (const char *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *document = amfa_ini_document_parse (secret, &error);

  g_assert_no_error (error);
  return document;
}

static const char *
peek (AmfaIniDocument *document)
{
  return amfa_secret_peek (amfa_ini_document_get_text (document));
}

static const EditRow edit_rows[] = {
  /* values */
  { "[p]\na = 1\nb = 2\n", { { "a", "3" } }, "[p]\na = 3\nb = 2\n" },
  { "[p] # x\nA:1 # y\n# c\nb=2\n", { { "a", "3" } }, "[p] # x\na = 3\n# c\nb=2\n" },
  { "[p]\na = 1\n  2\n# c\n\n  3\n# d\nb = 2", { { "a", "" } }, "[p]\na =\n# d\nb = 2" },
  { "[p]\n\t a = 1\n b = 2", { { "a", "3" }, { "b", "4" } }, "[p]\n\t a = 3\n b = 4" },
  { "[p]\r\na = 1\r\nb = 2\r\n", { { "b", "3" } }, "[p]\r\na = 1\r\nb = 3\r\n" },
  { "[p]\ra = 1\rb = 2", { { "b", "3" } }, "[p]\ra = 1\rb = 3" },
  /* keys that leave */
  { "[p]\na = 1\nb = 2\nc = 3\n", { { "b", NULL } }, "[p]\na = 1\nc = 3\n" },
  { "[p]\na = 1\nb = 2\n  3\n", { { "b", NULL } }, "[p]\na = 1\n" },
  { "[p]\na = 1\nb = 2", { { "b", NULL } }, "[p]\na = 1" },
  { "[p]\na = 1", { { "a", NULL } }, "[p]" },
  { "[p]\na = 1\n# c\nb = 2\n[q]\n", { { "b", NULL } }, "[p]\na = 1\n# c\n[q]\n" },
  { "[p]\na = 1\n[q]\nb = 2\n", { { "b", NULL } }, "[p]\na = 1\n[q]\nb = 2\n" },
  { "[DEFAULT]\na = 1\n[p]\n", { { "a", NULL } }, "[DEFAULT]\na = 1\n[p]\n" },
  /* new keys */
  { "[p]\na = 1\n\n# c\n[q]\n",
    { { "c", "3" }, { "b", "2" } },
    "[p]\na = 1\nc = 3\nb = 2\n\n# c\n[q]\n" },
  { "[p]\na = 1\n  2\n\n", { { "b", "2" } }, "[p]\na = 1\n  2\nb = 2\n\n" },
  { "[p]\n    a = 1\n\tb = 2", { { "c", "3" } }, "[p]\n    a = 1\n\tb = 2\n\tc = 3" },
  { "[p]\r\na = 1\n[q]\n", { { "b", "2" } }, "[p]\r\na = 1\r\nb = 2\n[q]\n" },
  { "# c\r[p]", { { "a", "1" }, { "b", "2" } }, "# c\r[p]\ra = 1\rb = 2" },
  { "[p]", { { "a", "1" } }, "[p]\na = 1" },
  { "[p]\n# c\n[q]\n", { { "a", "1" } }, "[p]\na = 1\n# c\n[q]\n" },
  { "[p]\n\n  [q]\nb = 1\n",
    { { "a", "1" }, { "b", "2" } },
    "[p]\n  a = 1\n  b = 2\n\n  [q]\nb = 1\n" },
  { "[DEFAULT]\na = 1\n[p]\n", { { "a", "2" } }, "[DEFAULT]\na = 1\n[p]\na = 2\n" },
  /* all at once */
  { "[p]\na = 1\nb = 2\n# c\nc = 3\n# d\n",
    { { "a", "9" }, { "c", NULL }, { "d", "4" } },
    "[p]\na = 9\nb = 2\n# c\nd = 4\n# d\n" },
  { "[p]\na = 1\nb = 2\nc = 3\n", { { "a", "9" }, { "c", NULL } }, "[p]\na = 9\nb = 2\n" },
  { "[p]\n  a = 1\nb = 2\n# c\nc = 3\nd = 4\n",
    { { "a", "9" }, { "b", "8" }, { "c", NULL }, { "d", NULL } },
    "[p]\n  a = 9\n# c\nb = 8\n" },
  { "[p]\n  a = 1\n# c\nc = 3\n", { { "a", "9" }, { "c", NULL } }, "[p]\n# c\na = 9\n" },
  /* lines of another document */
  { "[p]\na = 9\nb = 9\nc = 9\n",
    { { "a", "<" }, { "b", "<" }, { "c", "<" } },
    "[p]\nA:1\n # x\n  2\nb=3\n",
    "[p]\nA:1\n # x\n  2\r\nb=3\n[q]\nc = 1\n" },
  { "[p]\n  a = 9\n[q]\n",
    { { "a", "<" }, { "b", "<" } },
    "[p]\n  A: 1\r\n# x\r\n   2\n  b=3\n[q]\n",
    "[p]\r\nA: 1\r\n# x\r\n 2\r\nb=3" },
  { "[p]\nx = 1\n",
    { { "a", "<" } },
    "[p]\nx = 1\na = 1\n  2\n\n\t3\n",
    "[p]\n  a = 1\n    2\n\n  \t3" },
  { "[p]\na = 1\n", { { "a", "<" } }, "[p]\n", "[DEFAULT]\na = 2\n[p]\n" },
};

static void
test_edit (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edit_rows); i++)
    {
      const EditRow *row = &edit_rows[i];
      g_autoptr (AmfaIniDocument) before = parse (row->before);
      g_autoptr (AmfaIniDocument) source = row->source ? parse (row->source) : NULL;
      g_autoptr (AmfaIniDocument) after = NULL;
      g_autoptr (GError) error = NULL;
      AmfaIniEdit edits[5] = { { NULL } };
      gsize n = 0;

      for (; n < 5 && row->edits[n][0]; n++)
        {
          edits[n].key = row->edits[n][0];
          if (g_strcmp0 (row->edits[n][1], "<") == 0)
            edits[n].source = source;
          else if (row->edits[n][1])
            edits[n].value = amfa_secret_new (row->edits[n][1], -1);
        }

      after = amfa_ini_document_edit (before, "p", edits, n, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (peek (after), ==, row->after);
      g_assert_cmpstr (peek (before), ==, row->before);

      for (gsize j = 0; j < n; j++)
        g_clear_pointer (&edits[j].value, amfa_secret_unref);
    }
}

static void
test_append_and_remove (void)
{
  const struct
  {
    const char *before;
    const char *section;
    const char *after;
    const char *separator;
  } rows[] = {
    { "", "[p]\na = 1", "[p]\na = 1\n", "" },
    { "\n", "[p]", "\n[p]\n", "" },
    { "[q]\n", "[p]\na = 1\n  2", "[q]\n\n[p]\na = 1\n  2\n", "\n" },
    { "[q]\n\n", "[p]", "[q]\n\n[p]\n", "" },
    { "[q]\n \t\n", "[p]", "[q]\n \t\n[p]\n", "" },
    { "[q]\n  ", "[p]", "[q]\n  \n[p]", "\n" },
    { "[q]", "[p]\na = 1", "[q]\n\n[p]\na = 1", "\n\n" },
    { "[q]\r\nx = 1", "[p]\na = 1", "[q]\r\nx = 1\r\n\r\n[p]\r\na = 1", "\r\n\r\n" },
    { "[q]\r\n", "[p]\r\na = 1\nb = 2", "[q]\r\n\r\n[p]\r\na = 1\r\nb = 2\r\n", "\r\n" },
    { "[q]\r", "[p]\na = 1", "[q]\r\r[p]\ra = 1\r", "\r" },
    { "[q]\nx = 1\r", "[p]\na = 1", "[q]\nx = 1\r\r[p]\na = 1\n", "\r" },
    { "[q]\n  x = 1\n# c", "[p]", "[q]\n  x = 1\n# c\n\n[p]", "\n\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaIniDocument) before = parse (rows[i].before);
      g_autoptr (AmfaSecret) section = amfa_secret_new (rows[i].section, -1);
      g_autoptr (AmfaIniDocument) after = NULL;
      g_autoptr (AmfaIniDocument) undone = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *separator = NULL;

      after = amfa_ini_document_append_section (before, section, &separator, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (peek (after), ==, rows[i].after);
      g_assert_cmpstr (separator, ==, rows[i].separator);

      undone = amfa_ini_document_remove_section (after, "p", separator, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (peek (undone), ==, rows[i].before);
    }
}

static void
test_remove (void)
{
  const struct
  {
    const char *before;
    const char *separator;
    const char *after;
  } rows[] = {
    { "[p]\na = 1\n\n[q]\n", NULL, "\n[q]\n" },
    { "[q]\n[p]\na = 1\n[r]\n", "", "[q]\n[r]\n" },
    /* there is no blank line in front any more */
    { "[q]\n[p]\na = 1\n[r]\n", "\n\n", "[q]\n[r]\n" },
    { "[q]\n[p]\na = 1\n[r]\n", "\n", "[q]\n[r]\n" },
    { "[q]\r\n\r\n[p]\r\na = 1\r\n", "\n", "[q]\r\n\r\n" },
    /* others came behind */
    { "[q]\n\n[p]\na = 1\n\n[r]\n", "\n", "[q]\n\n[r]\n" },
    { "[q]\n\n[p]\na = 1\n[r]\n", "\n\n", "[q]\n[r]\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaIniDocument) before = parse (rows[i].before);
      g_autoptr (AmfaIniDocument) after = NULL;
      g_autoptr (GError) error = NULL;

      after = amfa_ini_document_remove_section (before, "p", rows[i].separator, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (peek (after), ==, rows[i].after);
    }
}

static void
test_replace (void)
{
  g_autoptr (AmfaIniDocument) before = parse ("# a\r\n[p]\r\na = 1\r\n  2\r\n# b\r\n[q]");
  g_autoptr (AmfaSecret) text = amfa_secret_new (" [p] # c\nA:3\n  4", -1);
  g_autoptr (AmfaIniDocument) after = NULL;
  g_autoptr (GError) error = NULL;

  after = amfa_ini_document_replace_section (before, "p", 0, text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (peek (after), ==, "# a\r\n [p] # c\nA:3\n  4\r\n# b\r\n[q]");
}

typedef enum
{
  APPEND,
  REPLACE,
  REMOVE,
} Deed;

/* What would not mean what is meant is an error, and never a document. */
static void
test_refuse (void)
{
  const struct
  {
    const char *before;
    Deed deed;
    const char *text;
    guint line;
    AmfaFileProblem reason;
    const char *other;
  } rows[] = {
    { "[q]\n[p]\n", APPEND, "[p]\na = 1", 4, AMFA_FILE_PROBLEM_SECTION_TWICE, "p" },
    { "[q]\n", APPEND, "[p]\na", 2, AMFA_FILE_PROBLEM_KEY_WITHOUT_VALUE, NULL },
    { "[q]\nx = 1\n", APPEND, "  [p]\n  a = 1", 0, AMFA_FILE_PROBLEM_HEADER_MALFORMED, "p" },
    { "[q]\n", APPEND, "[DEFAULT]", 0, AMFA_FILE_PROBLEM_HEADER_MALFORMED, "DEFAULT" },
    { "[q]\nx = 1\n[p]\n", REPLACE, "  [p]", 3, AMFA_FILE_PROBLEM_HEADER_MALFORMED, "p" },
    { "[q]\n[p]\n  [r]\n", REPLACE, "[p]\na = 1", 2, AMFA_FILE_PROBLEM_HEADER_MALFORMED, "p" },
    { "[q]\n[p]\n", REPLACE, "[r]", 2, AMFA_FILE_PROBLEM_HEADER_MALFORMED, "p" },
    { "[q]\n[p]\n", REPLACE, "# c", 2, AMFA_FILE_PROBLEM_HEADER_MALFORMED, "p" },
    { "[q]\n[p]\n", REPLACE, "[p]\n[r]", 2, AMFA_FILE_PROBLEM_HEADER_MALFORMED, "p" },
    { "[q]\nx = 1\n[p]\n  [r]\n", REMOVE, NULL, 3, AMFA_FILE_PROBLEM_HEADER_MALFORMED, "p" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaIniDocument) before = parse (rows[i].before);
      g_autoptr (AmfaSecret) text = rows[i].text ? amfa_secret_new (rows[i].text, -1) : NULL;
      g_autoptr (AmfaIniDocument) after = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *separator = NULL;

      if (rows[i].deed == APPEND)
        after = amfa_ini_document_append_section (before, text, &separator, &error);
      else if (rows[i].deed == REPLACE)
        after = amfa_ini_document_replace_section (before, "p", 0, text, &error);
      else
        after = amfa_ini_document_remove_section (before, "p", "", &error);

      g_assert_null (after);
      g_assert_null (separator);
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
      g_assert_cmpuint (amfa_error_get_details (error)->line, ==, rows[i].line);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, rows[i].reason);
      g_assert_cmpstr (amfa_error_get_details (error)->other, ==, rows[i].other);
    }
}

static void
test_mistakes (void)
{
  const char *const values[] = { "a\nb",
                                 "a\rb",
                                 " a",
                                 "a\xc2\xa0",
                                 "a\tb",
                                 "a\xe2\x80\xa8"
                                 "b",
                                 "a\xff",
                                 "\x1c"
                                 "a",
                                 "a\xc2\x85"
                                 "b",
                                 "\x7f" };
  const char *const keys[] = { "", "A", "a b", "a=b", "a:", "#a", "[a", "a\n", "\xc3\xa4" };
  g_autoptr (AmfaIniDocument) document = parse ("[p]\n");
  g_autoptr (AmfaSecret) good = amfa_secret_new ("x", -1);

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (AmfaSecret) value = amfa_secret_new (values[i], -1);
      AmfaIniEdit edit = { .key = "a", .value = value };

      g_test_expect_message ("amfa-ini", G_LOG_LEVEL_CRITICAL, "*edit_is_valid*");
      g_assert_null (amfa_ini_document_edit (document, "p", &edit, 1, NULL));
      g_test_assert_expected_messages ();
    }
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      AmfaIniEdit edit = { .key = keys[i], .value = good };

      g_test_expect_message ("amfa-ini", G_LOG_LEVEL_CRITICAL, "*edit_is_valid*");
      g_assert_null (amfa_ini_document_edit (document, "p", &edit, 1, NULL));
      g_test_assert_expected_messages ();
    }

  g_test_expect_message ("amfa-ini", G_LOG_LEVEL_CRITICAL, "*has_section*");
  g_assert_null (amfa_ini_document_edit (document, "q", NULL, 0, NULL));
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ini-edit/edit", test_edit);
  g_test_add_func ("/ini-edit/append-and-remove", test_append_and_remove);
  g_test_add_func ("/ini-edit/remove", test_remove);
  g_test_add_func ("/ini-edit/replace", test_replace);
  g_test_add_func ("/ini-edit/refuse", test_refuse);
  g_test_add_func ("/ini-edit/mistakes", test_mistakes);

  return g_test_run ();
}
