#include "core/model/error.h"
#include "core/model/ini-document.h"

#include <json-glib/json-glib.h>
#include <string.h>

typedef struct
{
  const char *text;
  gssize length; /* -1: up to the NUL byte */
  const char *dump;
} ReadRow;

typedef struct
{
  const char *text;
  guint line;
  AmfaFileProblem reason;
  const char *other;
} RefusalRow;

static AmfaIniDocument *
parse (const char *text, gssize length, GError **error)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, length);

  return amfa_ini_document_parse (secret, error);
}

static AmfaIniDocument *
parse_ok (const char *text)
{
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *document = parse (text, -1, &error);

  g_assert_no_error (error);
  return document;
}

/* "section{key<value>key<value>}section{}" */
static char *
dump (AmfaIniDocument *document)
{
  GString *out = g_string_new (NULL);
  g_auto (GStrv) sections = amfa_ini_document_list_sections (document);

  for (char **section = sections; *section; section++)
    {
      g_auto (GStrv) keys = amfa_ini_document_list_keys (document, *section);

      g_string_append_printf (out, "%s{", *section);
      for (char **key = keys; *key; key++)
        {
          g_autofree char *text = amfa_ini_document_dup_text (document, *section, *key);

          g_string_append_printf (out, "%s<%s>", *key, text);
        }
      g_string_append_c (out, '}');
    }
  return g_string_free (out, FALSE);
}

static const ReadRow read_rows[] = {
  { "", -1, "" },
  { "\n \n# c\n", -1, "" },
  { "[p]\na = 1\nb=2\nC : 3\n", -1, "p{a<1>b<2>c<3>}" },
  { "[p]\r\na = 1\r\nb = 2\r\n", -1, "p{a<1>b<2>}" },
  { "[p]\ra = 1\rb = 2", -1, "p{a<1>b<2>}" },
  { "[p]\r\na = 1\rb = 2\nc = 3", -1, "p{a<1>b<2>c<3>}" },
  /* headers */
  { "[ p ]\n[p]q] # c\n[[r]\n[]]\n[s] = [t]\n", -1, " p {}p]q{}[r{}]{}s] = [t{}" },
  { "[p]\n[P]\n[Default]\n", -1, "p{}P{}Default{}" },
  { "  [p]\n    a = 1\n  b = 2\n[q]\n", -1, "p{a<1>b<2>}q{}" },
  { "[p]\na = 1\n [q]\nb = 2\n", -1, "p{a<1\n[q]>b<2>}" },
  { "[p]\n[q = 1\n", -1, "p{[q<1>}" },
  /* continuation lines: characters count, not bytes or columns */
  { "[p]\na = 1\n 2\n\n# c\n ; c\n\t3\nb = 4\n", -1, "p{a<1\n2\n\n3>b<4>}" },
  { "[p]\n    a = 1\n  b = 2\n\tc = 3\n", -1, "p{a<1>b<2>c<3>}" },
  { "[p]\n\xc2\xa0"
    "a = 1\n b = 2\n\xc2\xa0\xc2\xa0"
    "c\n",
    -1, "p{a<1>b<2\nc>}" },
  { "[p]\na = 1\n\n\n", -1, "p{a<1>}" },
  { "[p]\na =\n\n  x = 1\n", -1, "p{a<\n\nx = 1>}" },
  /* values */
  { "[p]\na = 1 # c\nb = \"x\" ; y\nc = %(a)s ${b}\\\nd:=:\ne =\n", -1,
    "p{a<1 # c>b<\"x\" ; y>c<%(a)s ${b}\\>d<=:>e<>}" },
  { "[p]\na = \xc2\xa0\x1fx\xe2\x80\x8b\xe3\x80\x80\x1c\n", -1, "p{a<x\xe2\x80\x8b>}" },
  { "[p]\na = x\x0by\xc2\x85z\xe2\x80\xa8t\n", -1, "p{a<x\x0by\xc2\x85z\xe2\x80\xa8t>}" },
  { "[p]\na = x\0y\n", 12, "p{a<x\xef\xbf\xbdy>}" },
  { "[p]\na\0a = 1\na = 2\na\0b = 3\n[q\0]\n", 31, "p{a<2>}" },
  /* lower case */
  { "[p]\n\xc3\x84 = 1\n\xc4\xb0 = 2\nAWS_ACCESS_\xe2\x84\xaa"
    "EY_ID = 3\n\xe2\x85\xa0 = 4\n",
    -1, "p{\xc3\xa4<1>i\xcc\x87<2>aws_access_key_id<3>\xe2\x85\xb0<4>}" },
  /* [DEFAULT] */
  { "[p]\na = 1\n[DEFAULT]\nb = 2\n[DEFAULT]\na = 3\n[q]\n", -1, "p{a<1>b<2>}q{b<2>a<3>}" },
  { "[DEFAULT]\na =\n  no\n", -1, "" },
  { "[DEFAULT]\na =\n  no\n[p]\na = 1\n", -1, "p{a<1>}" },
};

static void
test_read (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (read_rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaIniDocument) document = parse (read_rows[i].text, read_rows[i].length, &error);
      g_autofree char *found = document ? dump (document) : NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (found, ==, read_rows[i].dump);
    }
}

static const RefusalRow refusal_rows[] = {
  { "[p]\na = 1\n# \xff\n", 3, AMFA_FILE_PROBLEM_NOT_UTF8, NULL },
  { "\xff\xfe[", 1, AMFA_FILE_PROBLEM_NOT_UTF8, NULL },
  { "[p]\r\n\xed\xa0\x80", 2, AMFA_FILE_PROBLEM_NOT_UTF8, NULL },
  { "[p]\n\r\n\r\xc2", 4, AMFA_FILE_PROBLEM_NOT_UTF8, NULL },
  { "\xef\xbb\xbf[p]\n", 1, AMFA_FILE_PROBLEM_BYTE_ORDER_MARK, NULL },
  { "\xef\xbb\xbf\n[p]\n", 1, AMFA_FILE_PROBLEM_BYTE_ORDER_MARK, NULL },
  { "# c\n\na = 1\n[p]\n", 3, AMFA_FILE_PROBLEM_TEXT_BEFORE_HEADER, NULL },
  { "junk", 1, AMFA_FILE_PROBLEM_TEXT_BEFORE_HEADER, NULL },
  { "\n[p\na = 1\n", 2, AMFA_FILE_PROBLEM_HEADER_MALFORMED, NULL },
  { "[p]\n[]\n", 2, AMFA_FILE_PROBLEM_HEADER_MALFORMED, NULL },
  { "[p]\ra = 1\r[q", 3, AMFA_FILE_PROBLEM_HEADER_MALFORMED, NULL },
  { "[p]\n\n[q]\n[p] # again\n", 4, AMFA_FILE_PROBLEM_SECTION_TWICE, "p" },
  { "[p]\na = 1\n[q]\nB = 1\n\nb = 2\n", 6, AMFA_FILE_PROBLEM_KEY_TWICE, "b" },
  { "[DEFAULT]\na = 1\n[DEFAULT]\na = 2\n", 4, AMFA_FILE_PROBLEM_KEY_TWICE, "a" },
  { "[p]\nflag\n", 2, AMFA_FILE_PROBLEM_KEY_WITHOUT_VALUE, NULL },
  { "[p]\na = 1\n= 2\n", 3, AMFA_FILE_PROBLEM_KEY_WITHOUT_VALUE, NULL },
  { "[p]\na = 1\n\xc2\xa0\n\xe2\x80\x8b\n", 4, AMFA_FILE_PROBLEM_KEY_WITHOUT_VALUE, NULL },
  { "[p]\nS3 =\n\n  a = 1\n # c\n  b: 2\n", 6, AMFA_FILE_PROBLEM_NESTED, "s3" },
  { "[p]\ns3 =\n  a = 1\x1d"
    "b\n",
    3, AMFA_FILE_PROBLEM_NESTED, "s3" },
  { "[p]\ns3 =\n  [q]\n", 3, AMFA_FILE_PROBLEM_NESTED, "s3" },
  { "[p]\na = 1\n[DEFAULT]\ns3 =\n  no\n", 5, AMFA_FILE_PROBLEM_NESTED, "s3" },
};

static void
test_refuse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusal_rows); i++)
    {
      const RefusalRow *row = &refusal_rows[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (AmfaIniDocument) document = parse (row->text, -1, &error);

      g_assert_null (document);
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
      g_assert_cmpuint (amfa_error_get_details (error)->line, ==, row->line);
      g_assert_cmpint (amfa_error_get_details (error)->reason, ==, row->reason);
      g_assert_cmpstr (amfa_error_get_details (error)->other, ==, row->other);
      g_assert_null (amfa_error_get_details (error)->subject);
      g_assert_null (amfa_error_get_details (error)->quote);
    }
}

static void
test_lookup (void)
{
  g_autoptr (AmfaIniDocument) document =
      parse_ok ("[DEFAULT]\nr = x\n[p]\n# c\na = 1\n  2\nr2 = y\n\n; c\n[q]\nr = z\n");
  g_autoptr (AmfaSecret) value = amfa_ini_document_get_value (document, "p", "a");
  g_autoptr (AmfaSecret) no_value = amfa_ini_document_get_value (document, "p", "A");
  g_autoptr (AmfaSecret) text = amfa_ini_document_get_section_text (document, "p");
  g_auto (GStrv) no_keys = amfa_ini_document_list_keys (document, "DEFAULT");

  g_assert_cmpstr (amfa_secret_peek (value), ==, "1\n2");
  g_assert_null (no_value);
  g_assert_cmpstr (amfa_secret_peek (text), ==, "[p]\n# c\na = 1\n  2\nr2 = y");
  g_assert_cmpuint (g_strv_length (no_keys), ==, 0);

  g_assert_true (amfa_ini_document_has_section (document, "q"));
  g_assert_false (amfa_ini_document_has_section (document, "DEFAULT"));
  g_assert_null (amfa_ini_document_get_section_text (document, "x"));
  g_assert_true (amfa_ini_document_owns_key (document, "q", "r"));
  g_assert_false (amfa_ini_document_owns_key (document, "p", "r"));
  g_assert_false (amfa_ini_document_owns_key (document, "x", "r"));

  g_assert_cmpuint (amfa_ini_document_get_line (document, "p", NULL), ==, 3);
  g_assert_cmpuint (amfa_ini_document_get_line (document, "p", "a"), ==, 5);
  g_assert_cmpuint (amfa_ini_document_get_line (document, "p", "r"), ==, 2);
  g_assert_cmpuint (amfa_ini_document_get_line (document, "q", "r"), ==, 11);
  g_assert_cmpuint (amfa_ini_document_get_line (document, "x", NULL), ==, 0);
  g_assert_cmpuint (amfa_ini_document_get_line (document, "p", "x"), ==, 0);
}

static void
test_nested (void)
{
  g_autoptr (AmfaIniDocument) document = parse_ok (
      "[DEFAULT]\nd =\n x=y\n[services s]\nsts =\n  # c\n  endpoint_url = http://e?a=b\n  Key =\n"
      "\n  k = 1\x0bk = 2\nsts2 = x\n  endpoint_url = no\n");
  const char *const rows[][3] = {
    { "sts", "endpoint_url", "http://e?a=b" },
    { "sts", "Key", "" },
    { "sts", "key", NULL },
    { "sts", "k", "2" },
    { "sts2", "endpoint_url", NULL },
    { "sts3", "endpoint_url", NULL },
    { "d", "x", "y" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *value =
          amfa_ini_document_dup_nested (document, "services s", rows[i][0], rows[i][1]);

      g_assert_cmpstr (value, ==, rows[i][2]);
    }
}

static void
test_equal_outside (void)
{
  const char *old = "[p]\na = 1\nb = 2\n[q]\nc = 3\n";
  const char *const b[] = { "b", NULL };
  const struct
  {
    const char *text;
    gboolean everything, p, p_b;
  } rows[] = {
    { "# c\r\n[p]\r\n  A:1\r\n  b = 2\r\n\r\n[q] # d\r\nc = 3", TRUE, TRUE, TRUE },
    { "[p]\nb = 9\na = 1\n[q]\nc = 3\n", FALSE, TRUE, TRUE },
    { "[p]\na = 1\n[q]\nc = 3\n", FALSE, TRUE, TRUE },
    { "[p]\na = 2\nb = 2\n[q]\nc = 3\n", FALSE, TRUE, FALSE },
    { "[p]\na = 1\nb = 2\nd = 3\n[q]\nc = 3\n", FALSE, TRUE, FALSE },
    { "[q]\nc = 3\n", FALSE, TRUE, FALSE },
    { "[q]\nc = 3\n[p]\na = 1\nb = 2\n", FALSE, TRUE, FALSE },
    { "[p]\na = 1\nb = 2\n[q]\nc = 4\n", FALSE, FALSE, FALSE },
    { "[p]\na = 1\nb = 2\n", FALSE, FALSE, FALSE },
    { "[p]\na = 1\nb = 2\n[q]\nc = 3\n[r]\n", FALSE, FALSE, FALSE },
    { "[p]\na = 1\nb = 2\n[q]\nc = 3\n[DEFAULT]\nd = 4\n", FALSE, FALSE, FALSE },
  };
  g_autoptr (AmfaIniDocument) before = parse_ok (old);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (AmfaIniDocument) after = parse_ok (rows[i].text);

      g_assert_cmpint (amfa_ini_document_equal_outside (before, after, NULL, NULL), ==,
                       rows[i].everything);
      g_assert_cmpint (amfa_ini_document_equal_outside (before, after, "p", NULL), ==, rows[i].p);
      g_assert_cmpint (amfa_ini_document_equal_outside (after, before, "p", b), ==, rows[i].p_b);
    }
}

static void
check_case_section (AmfaIniDocument *document, const char *section, JsonObject *expected)
{
  g_auto (GStrv) keys = amfa_ini_document_list_keys (document, section);

  g_assert_cmpuint (g_strv_length (keys), ==, json_object_get_size (expected));
  for (char **key = keys; *key; key++)
    {
      JsonNode *node = json_object_get_member (expected, *key);

      g_assert_nonnull (node);
      if (JSON_NODE_HOLDS_OBJECT (node))
        {
          JsonObjectIter iter;
          const char *sub_key;
          JsonNode *sub_node;

          json_object_iter_init (&iter, json_node_get_object (node));
          while (json_object_iter_next (&iter, &sub_key, &sub_node))
            {
              g_autofree char *text =
                  amfa_ini_document_dup_nested (document, section, *key, sub_key);

              g_assert_cmpstr (text, ==, json_node_get_string (sub_node));
            }
        }
      else
        {
          g_autofree char *text = amfa_ini_document_dup_text (document, section, *key);

          g_assert_cmpstr (text, ==, json_node_get_string (node));
        }
    }
}

static void
check_case (JsonObject *row)
{
  const char *encoded = json_object_get_string_member_with_default (row, "bytes_b64", NULL);
  gsize length = 0;
  g_autofree guchar *bytes = encoded ? g_base64_decode (encoded, &length) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaIniDocument) document = NULL;

  g_test_message ("%s", json_object_get_string_member (row, "name"));
  if (!encoded)
    {
      /* The one row that is too long to be written down. */
      g_autofree char *token = g_strnfill (100000, 'T');
      g_autofree char *text = g_strdup_printf (
          "[p]\naws_access_key_id = AKIA1\naws_secret_access_key = S\naws_session_token = %s\n",
          token);
      g_autofree char *found = NULL;

      g_assert_cmpstr (json_object_get_string_member (row, "name"), ==, "very long value (100 kB)");
      document = parse_ok (text);
      found = amfa_ini_document_dup_text (document, "p", "aws_session_token");
      g_assert_cmpstr (found, ==, token);
      return;
    }

  document = parse ((const char *) bytes, length, &error);
  if (json_object_has_member (row, "cause"))
    {
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
      return;
    }

  g_assert_no_error (error);
  JsonObject *expected = json_object_get_object_member (row, "sections");
  g_auto (GStrv) sections = amfa_ini_document_list_sections (document);

  g_assert_cmpuint (g_strv_length (sections), ==, json_object_get_size (expected));
  for (char **section = sections; *section; section++)
    {
      g_assert_true (json_object_has_member (expected, *section));
      check_case_section (document, *section, json_object_get_object_member (expected, *section));
    }
}

/* What botocore made of these files when it was asked. */
static void
test_cases (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "ini-cases.jsonl", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; **line; line++, n++)
    {
      g_autoptr (JsonNode) node = json_from_string (*line, &error);

      g_assert_no_error (error);
      check_case (json_node_get_object (node));
    }
  g_assert_cmpuint (n, ==, 62);
}

static void
test_big (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (AmfaIniDocument) document = NULL;
  g_autoptr (AmfaIniDocument) again = NULL;
  gint64 start;

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (text,
                            "[profile %u]\nregion = eu-west-1\nrole_arn = arn:aws:iam::%012u:"
                            "role/some/longer/name\nmfa_serial = x\n\n",
                            i, i);

  start = g_get_monotonic_time ();
  document = parse_ok (text->str);
  again = parse_ok (text->str);
  g_assert_true (amfa_ini_document_equal_outside (document, again, NULL, NULL));
  g_assert_cmpuint (amfa_ini_document_get_line (document, "profile 99999", "region"), ==, 499997);
  g_test_minimized_result ((g_get_monotonic_time () - start) / 1e6, "10 MB twice");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ini-document/read", test_read);
  g_test_add_func ("/ini-document/refuse", test_refuse);
  g_test_add_func ("/ini-document/lookup", test_lookup);
  g_test_add_func ("/ini-document/nested", test_nested);
  g_test_add_func ("/ini-document/equal-outside", test_equal_outside);
  g_test_add_func ("/ini-document/cases", test_cases);
  g_test_add_func ("/ini-document/big", test_big);

  return g_test_run ();
}
