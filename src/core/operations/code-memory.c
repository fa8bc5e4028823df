#define G_LOG_DOMAIN "amfa-code-memory"

#include "code-memory.h"

#include "core/model/secret.h"

#define MEMORY (90 * G_USEC_PER_SEC)

struct _AmfaCodeMemory
{
  GHashTable *answered; /* digest of serial and code → gint64 monotonic time */
};

AmfaCodeMemory *
amfa_code_memory_new (void)
{
  AmfaCodeMemory *self = g_new0 (AmfaCodeMemory, 1);

  self->answered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
amfa_code_memory_free (AmfaCodeMemory *self)
{
  if (!self)
    return;

  g_hash_table_unref (self->answered);
  g_free (self);
}

static char *
make_key (const char *serial, const char *code)
{
  amfa_autowipe char *text = g_strconcat (serial, "\n", code, NULL);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

static gboolean
is_forgotten (gpointer key, gpointer value, gpointer user_data)
{
  return *(gint64 *) value + MEMORY <= *(gint64 *) user_data;
}

/**
 * amfa_code_memory_add:
 * @serial: the device
 * @code: a code that STS has accepted or refused
 * @monotonic: now, as of g_get_monotonic_time()
 */
void
amfa_code_memory_add (AmfaCodeMemory *self, const char *serial, const char *code, gint64 monotonic)
{
  g_return_if_fail (self != NULL && serial != NULL && code != NULL);

  g_hash_table_foreach_remove (self->answered, is_forgotten, &monotonic);
  g_hash_table_replace (self->answered, make_key (serial, code),
                        g_memdup2 (&monotonic, sizeof monotonic));
}

gboolean
amfa_code_memory_has (AmfaCodeMemory *self, const char *serial, const char *code, gint64 monotonic)
{
  g_return_val_if_fail (self != NULL && serial != NULL && code != NULL, FALSE);

  g_autofree char *key = make_key (serial, code);
  const gint64 *at = g_hash_table_lookup (self->answered, key);

  return at && *at + MEMORY > monotonic;
}
