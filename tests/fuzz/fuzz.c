#include "fuzz.h"

#include "core/model/error.h"
#include "messages/messages.h"

#include <stdlib.h>
#include <string.h>

#define SEPARATOR "\n====\n"

/* What comes from outside must not even make us or a library warn: a warning of GLib's about a
 * parameter is one of our own mistakes, too. */
static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) == 0)
    return G_LOG_WRITER_HANDLED;
  g_log_writer_standard_streams (level, fields, n_fields, data);
  abort ();
}

static void
on_print (const char *text)
{
}

/* libFuzzer calls this before the first input. */
int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_log_set_writer_func (on_log, NULL, NULL);
  g_set_printerr_handler (on_print);
  return 0;
}

/* Secrets, documents among them, have pages of their own. Here the linker leads them to the heap
 * (--wrap; mmap64 is what mmap() is called), where the sanitizer sees who reads beyond their end,
 * and which is much faster. */
void *__wrap_mmap64 (void *at, gsize length, int access, int flags, int fd, gint64 offset);
int __wrap_munmap (void *memory, gsize length);
int __wrap_mlock (const void *memory, gsize length);
int __wrap_madvise (void *memory, gsize length, int advice);

void *
__wrap_mmap64 (void *at, gsize length, int access, int flags, int fd, gint64 offset)
{
  g_assert_cmpint (fd, ==, -1);
  return g_malloc0 (length);
}

int
__wrap_munmap (void *memory, gsize length)
{
  g_free (memory);
  return 0;
}

int
__wrap_mlock (const void *memory, gsize length)
{
  return 0;
}

int
__wrap_madvise (void *memory, gsize length, int advice)
{
  return 0;
}

FuzzInput
fuzz_input (const guint8 *data, gsize size)
{
  const char *text = size > 0 ? (const char *) data : "";

  return (FuzzInput){ text, text + size };
}

/* Returns: (transfer full): the next line, which a NUL byte cuts short; "" if nothing is left */
char *
fuzz_take_line (FuzzInput *input)
{
  const char *start = input->at;
  const char *end = memchr (start, '\n', input->end - start);

  input->at = end ? end + 1 : input->end;
  return g_strndup (start, (end ? end : input->end) - start);
}

/* Returns: (transfer full): everything up to a line "====", or to the end */
AmfaSecret *
fuzz_take_part (FuzzInput *input)
{
  const char *start = input->at;
  const char *end = memmem (start, input->end - start, SEPARATOR, strlen (SEPARATOR));

  input->at = end ? end + strlen (SEPARATOR) : input->end;
  return amfa_secret_new (start, (end ? end + 1 : input->end) - start);
}

/* Returns: (transfer full): a document that is known to be readable */
AmfaIniDocument *
fuzz_parse (const char *text)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new (text, -1);
  AmfaIniDocument *document = amfa_ini_document_parse (secret, NULL);

  g_assert_nonnull (document);
  return document;
}

void
fuzz_assert_same_text (AmfaIniDocument *a, AmfaIniDocument *b)
{
  AmfaSecret *left = amfa_ini_document_get_text (a);
  AmfaSecret *right = amfa_ini_document_get_text (b);

  g_assert_cmpmem (amfa_secret_peek (left), amfa_secret_get_length (left), amfa_secret_peek (right),
                   amfa_secret_get_length (right));
}

/* What was refused was refused for a reason that can be told in a sentence. */
void
fuzz_assert_error (const GError *error)
{
  g_autofree char *message = NULL;

  g_assert_nonnull (error);
  message = amfa_message_for_error (error);
  g_assert_cmpstr (message, !=, "");
  g_assert_true (g_utf8_validate (message, -1, NULL));
}
