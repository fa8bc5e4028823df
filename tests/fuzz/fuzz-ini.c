#include "fuzz.h"

#include "core/model/error.h"

#include <string.h>

/* The input is a credentials or config file. Whatever can be read survives a session and its
 * undoing to the byte. */

#define MAX_SECTIONS 3 /* of one file: more of them find nothing more */

static AmfaIniDocument *
edit (AmfaIniDocument *document, const char *section, const char *text, AmfaIniDocument *source)
{
  g_autoptr (AmfaSecret) value = text ? amfa_secret_new (text, -1) : NULL;
  const AmfaIniEdit edits[] = {
    { .key = "aws_access_key_id", .value = value, .source = source },
    { .key = "aws_secret_access_key", .value = value, .source = source },
    { .key = "aws_session_token", .value = value, .source = source },
    { .key = "expiration", .value = value, .source = source },
    { .key = "aws_security_token", .source = source },
  };
  g_autoptr (GError) error = NULL;
  AmfaIniDocument *after =
      amfa_ini_document_edit (document, section, edits, G_N_ELEMENTS (edits), &error);

  g_assert_true ((after != NULL) == (error == NULL));
  if (error)
    g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
  return after;
}

/* What is listed can be had, and lies in the file. */
static void
check_reading (AmfaIniDocument *document, const char *section)
{
  g_auto (GStrv) keys = amfa_ini_document_list_keys (document, section);
  g_autoptr (AmfaSecret) text = amfa_ini_document_get_section_text (document, section);
  gsize length = amfa_secret_get_length (text);
  g_autoptr (AmfaSecret) same = amfa_ini_document_get_text_at (document, section, length);

  g_assert_true (amfa_ini_document_has_section (document, section));
  g_assert_cmpuint (amfa_ini_document_get_line (document, section, NULL), >, 0);
  g_assert_true (amfa_secret_equal (text, same));
  for (char **key = keys; *key; key++)
    {
      g_autoptr (AmfaSecret) value = amfa_ini_document_get_value (document, section, *key);
      g_autofree char *value_text = amfa_ini_document_dup_text (document, section, *key);
      g_autofree char *nested = amfa_ini_document_dup_nested (document, section, *key, "region");

      g_assert_nonnull (value);
      g_assert_cmpuint (amfa_ini_document_get_line (document, section, *key), >, 0);
      g_assert_true (value_text && g_utf8_validate (value_text, -1, NULL));
      g_assert_true (!nested || g_utf8_validate (nested, -1, NULL));
    }
}

/* Line by line the order may differ, the keys and values may not. */
static void
check_taken_back (AmfaIniDocument *after, const char *section, AmfaIniDocument *before)
{
  g_autoptr (AmfaIniDocument) back = edit (after, section, NULL, before);
  g_auto (GStrv) keys = amfa_ini_document_list_keys (before, section);

  if (!back)
    return;
  for (char **key = keys; *key; key++)
    {
      g_autoptr (AmfaSecret) old = amfa_ini_document_get_value (before, section, *key);
      g_autoptr (AmfaSecret) now = amfa_ini_document_get_value (back, section, *key);

      g_assert_true (amfa_secret_equal (old, now));
    }
  g_assert_true (amfa_ini_document_equal_outside (before, back, section, NULL));
}

static void
check_section (AmfaIniDocument *before, const char *section)
{
  g_autoptr (AmfaSecret) text = amfa_ini_document_get_section_text (before, section);
  g_autoptr (AmfaIniDocument) first = edit (before, section, "1", NULL);
  g_autoptr (AmfaIniDocument) second = first ? edit (first, section, "22", NULL) : NULL;
  g_autoptr (AmfaIniDocument) restored = NULL;
  g_autoptr (GError) error = NULL;

  if (!first)
    return;
  g_assert_nonnull (second);
  g_assert_false (amfa_ini_document_owns_key (second, section, "aws_security_token"));
  restored = amfa_ini_document_replace_section (second, section, 0, text, &error);
  g_assert_no_error (error);
  fuzz_assert_same_text (restored, before);
  check_taken_back (second, section, before);
}

static void
check_new_section (AmfaIniDocument *before)
{
  g_autoptr (AmfaSecret) section = amfa_secret_new ("[fuzz new]\nx = 0\n  1", -1);
  g_autofree char *separator = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaIniDocument) appended = NULL;
  g_autoptr (AmfaIniDocument) written = NULL;
  g_autoptr (AmfaIniDocument) removed = NULL;

  if (amfa_ini_document_has_section (before, "fuzz new"))
    return;
  appended = amfa_ini_document_append_section (before, section, &separator, &error);
  if (!appended)
    {
      g_assert_error (error, AMFA_ERROR, AMFA_ERROR_FILE_UNUSABLE);
      return;
    }
  written = edit (appended, "fuzz new", "1", NULL);
  g_assert_nonnull (written);
  removed = amfa_ini_document_remove_section (written, "fuzz new", separator, &error);
  g_assert_no_error (error);
  fuzz_assert_same_text (removed, before);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = fuzz_input (data, size);
  g_autoptr (AmfaSecret) text = amfa_secret_new (input.at, (gssize) size);
  g_autoptr (GError) error = NULL;
  g_autoptr (AmfaIniDocument) document = amfa_ini_document_parse (text, &error);

  if (!document)
    {
      g_assert_cmpuint (amfa_error_get_details (error)->line, >, 0);
      amfa_error_set_path (error, "credentials");
      fuzz_assert_error (error);
      return 0;
    }

  g_auto (GStrv) sections = amfa_ini_document_list_sections (document);

  for (guint i = 0; sections[i] && i < MAX_SECTIONS; i++)
    {
      check_reading (document, sections[i]);
      check_section (document, sections[i]);
    }
  check_new_section (document);
  return 0;
}
