#define G_LOG_DOMAIN "amfa-output"

#include "output.h"

#include "messages/formats.h"

#include <stdio.h>

/* What people read, in the encoding of their locale: g_print(), g_printerr(), and what goes to the
 * terminal directly. GLib puts a question mark for what an encoding lacks, which makes
 * "?awsmfa --restore?" of a command in quotation marks. What programs read (JSON, profile names,
 * variables) is UTF-8 everywhere and does not come here. */

/**
 * amfa_output_encode:
 * @text: UTF-8
 *
 * Returns: (transfer full): the bytes to write
 */
char *
amfa_output_encode (const char *text)
{
  const char *charset;
  g_autofree char *valid = NULL;
  g_autofree char *plain = NULL;
  char *encoded;

  if (g_get_charset (&charset))
    return g_strdup (text);
  valid = g_utf8_make_valid (text, -1);
  plain = amfa_format_plain (valid);
  encoded = g_convert_with_fallback (plain, -1, charset, "UTF-8", "?", NULL, NULL, NULL);
  return encoded ? encoded : g_str_to_ascii (plain, "C");
}

static void
write_to (FILE *stream, const char *text)
{
  g_autofree char *encoded = amfa_output_encode (text);

  fputs (encoded, stream);
  fflush (stream);
}

static void
on_print (const char *text)
{
  write_to (stdout, text);
}

static void
on_printerr (const char *text)
{
  write_to (stderr, text);
}

/* To be called once the locale is set. */
void
amfa_output_install (void)
{
  g_set_print_handler (on_print);
  g_set_printerr_handler (on_printerr);
}
