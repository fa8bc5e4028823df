#define G_LOG_DOMAIN "amfa-secret"

#include "secret.h"

#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

struct _AmfaSecret
{
  gatomicrefcount references;
  gsize length;
  gsize mapped; /* bytes of the mapping behind @bytes */
  char *bytes;  /* followed by a NUL byte */
};

G_DEFINE_BOXED_TYPE (AmfaSecret, amfa_secret, amfa_secret_ref, amfa_secret_unref)

static AmfaSecret *
secret_alloc (gsize length)
{
  AmfaSecret *self = g_new0 (AmfaSecret, 1);

  g_atomic_ref_count_init (&self->references);
  self->length = length;
  self->mapped = length + 1;
  self->bytes =
      mmap (NULL, self->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (self->bytes == MAP_FAILED)
    g_error ("cannot map %" G_GSIZE_FORMAT " bytes for a secret", self->mapped);

  /* Best effort: RLIMIT_MEMLOCK may be spent, and an old kernel may not know the advice. */
  if (mlock (self->bytes, self->mapped) != 0)
    g_debug ("a secret could not be locked into memory");
  if (madvise (self->bytes, self->mapped, MADV_DONTDUMP) != 0)
    g_debug ("a secret could not be kept out of core dumps");

  return self;
}

/**
 * amfa_secret_new:
 * @bytes: the secret, copied; the caller's copy stays the caller's to wipe
 * @length: its length in bytes, or -1 if it ends with a NUL byte
 *
 * Returns: (transfer full): a new secret
 */
AmfaSecret *
amfa_secret_new (const char *bytes, gssize length)
{
  g_return_val_if_fail (bytes != NULL || length == 0, NULL);

  AmfaSecret *self = secret_alloc (length < 0 ? strlen (bytes) : (gsize) length);

  if (self->length > 0)
    memcpy (self->bytes, bytes, self->length);
  return self;
}

/**
 * amfa_secret_new_sized:
 * @length: how many bytes
 * @bytes: (out) (transfer none): where they are, for the caller to fill before anybody else sees
 *   the secret
 *
 * For bytes that come from outside (a file) and shall lie nowhere else.
 *
 * Returns: (transfer full): a new secret of zeros
 */
AmfaSecret *
amfa_secret_new_sized (gsize length, char **bytes)
{
  g_return_val_if_fail (bytes != NULL, NULL);

  AmfaSecret *self = secret_alloc (length);

  *bytes = self->bytes;
  return self;
}

/**
 * amfa_secret_new_steal:
 * @text: (inout) (transfer full): a g_malloc'ed string; wiped, freed and set to %NULL
 *
 * Returns: (transfer full): a new secret with what @text held
 */
AmfaSecret *
amfa_secret_new_steal (char **text)
{
  g_return_val_if_fail (text != NULL && *text != NULL, NULL);

  AmfaSecret *self = amfa_secret_new (*text, -1);

  amfa_wipe_and_free (g_steal_pointer (text));
  return self;
}

/**
 * amfa_secret_new_join:
 * @first: a string
 * @...: further strings, then %NULL
 *
 * Returns: (transfer full): a secret that holds all of them, one after the other
 */
AmfaSecret *
amfa_secret_new_join (const char *first, ...)
{
  va_list args;
  gsize length = 0;

  va_start (args, first);
  for (const char *part = first; part; part = va_arg (args, const char *))
    length += strlen (part);
  va_end (args);

  AmfaSecret *self = secret_alloc (length);
  char *end = self->bytes;

  va_start (args, first);
  for (const char *part = first; part; part = va_arg (args, const char *))
    end = g_stpcpy (end, part);
  va_end (args);

  return self;
}

AmfaSecret *
amfa_secret_ref (AmfaSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
amfa_secret_unref (AmfaSecret *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  amfa_wipe (self->bytes, self->mapped);
  munmap (self->bytes, self->mapped);
  g_free (self);
}

/**
 * amfa_secret_peek:
 *
 * Returns: (transfer none): the bytes, followed by a NUL byte; never log them
 */
const char *
amfa_secret_peek (AmfaSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->bytes;
}

gsize
amfa_secret_get_length (AmfaSecret *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->length;
}

/**
 * amfa_secret_digest:
 *
 * Returns: (transfer full): SHA-256 in hexadecimal, by which the secret is known again; harmless
 *   for what AWS generates, which nobody can guess
 */
char *
amfa_secret_digest (AmfaSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) self->bytes,
                                      self->length);
}

/**
 * amfa_secret_equal:
 * @a: (nullable): a secret
 * @b: (nullable): another
 */
gboolean
amfa_secret_equal (AmfaSecret *a, AmfaSecret *b)
{
  if (!a || !b)
    return a == b;
  return a->length == b->length && memcmp (a->bytes, b->bytes, a->length) == 0;
}

/**
 * amfa_wipe:
 * @memory: (nullable): bytes that held a secret
 * @size: how many
 */
void
amfa_wipe (void *memory, gsize size)
{
  if (memory)
    explicit_bzero (memory, size);
}

/**
 * amfa_wipe_and_free:
 * @text: (nullable) (transfer full): a g_malloc'ed string that held a secret
 */
void
amfa_wipe_and_free (char *text)
{
  if (text)
    amfa_wipe (text, strlen (text));
  g_free (text);
}
