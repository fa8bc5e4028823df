#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * AmfaSecret:
 *
 * Immutable, reference-counted bytes in pages of their own: kept from swap as far as the limits
 * allow, left out of core dumps, wiped when the last reference goes. Safe to share among threads.
 */
typedef struct _AmfaSecret AmfaSecret;

#define AMFA_TYPE_SECRET (amfa_secret_get_type ())
GType amfa_secret_get_type (void);

AmfaSecret *amfa_secret_new (const char *bytes, gssize length);
AmfaSecret *amfa_secret_new_sized (gsize length, char **bytes);
AmfaSecret *amfa_secret_new_steal (char **text);
AmfaSecret *amfa_secret_new_join (const char *first, ...) G_GNUC_NULL_TERMINATED;
AmfaSecret *amfa_secret_ref (AmfaSecret *self);
void amfa_secret_unref (AmfaSecret *self);
const char *amfa_secret_peek (AmfaSecret *self);
gsize amfa_secret_get_length (AmfaSecret *self);
char *amfa_secret_digest (AmfaSecret *self);
gboolean amfa_secret_equal (AmfaSecret *a, AmfaSecret *b);

void amfa_wipe (void *memory, gsize size);
void amfa_wipe_and_free (char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaSecret, amfa_secret_unref)

/* A plain string that held a secret for a moment: `amfa_autowipe char *text = …`. */
static inline void
amfa_autowipe_cleanup (char **text)
{
  amfa_wipe_and_free (*text);
}
#define amfa_autowipe __attribute__ ((cleanup (amfa_autowipe_cleanup)))

G_END_DECLS
