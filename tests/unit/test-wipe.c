#include "core/model/mfa.h"
#include "core/model/query-form.h"
#include "core/model/sigv4.h"
#include "core/operations/code-memory.h"

#include <malloc.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

/* What held a code or a signing key is wiped before it is freed or left behind. Linked with
 * --wrap=g_free, so that every call of our own code comes by here; and what can be left on a stack
 * is left on one that the test has made. */

#define CODE "493817"
#define STACK_SIZE (512 * 1024)

static gboolean is_watching;
static guint n_unwiped;

void __real_g_free (gpointer memory);
void __wrap_g_free (gpointer memory);

void
__wrap_g_free (gpointer memory)
{
  if (is_watching && memory && memmem (memory, malloc_usable_size (memory), CODE, strlen (CODE)))
    n_unwiped++;
  __real_g_free (memory);
}

static void
forget (char *text)
{
  amfa_wipe_and_free (text);
}

static void
parse (void)
{
  static const char *const TEXTS[] = {
    CODE,     " 493-817 ", CODE "1",
    CODE "x", "x" CODE,    "My long password, and 493817 behind it, by mistake"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    forget (amfa_code_parse (TEXTS[i], NULL));
}

static void
remember (void)
{
  AmfaCodeMemory *memory = amfa_code_memory_new ();

  amfa_code_memory_add (memory, "GAHT12345678", CODE, 1);
  g_assert_true (amfa_code_memory_has (memory, "GAHT12345678", CODE, 2));
  amfa_code_memory_free (memory);
}

static void
encode (void)
{
  const AmfaQueryParameter parameters[] = { { "SerialNumber", "GAHT12345678" },
                                            { "TokenCode", CODE } };
  g_autoptr (AmfaSecret) form = amfa_query_form_encode ("GetSessionToken", "2011-06-15", parameters,
                                                        G_N_ELEMENTS (parameters));

  g_assert_nonnull (strstr (amfa_secret_peek (form), CODE));
}

static void
test_codes (void)
{
  static const struct
  {
    const char *name;
    void (*deed) (void);
  } ROWS[] = { { "parse", parse }, { "remember", remember }, { "encode", encode } };
  char *left = g_strdup ("a code: " CODE);

  is_watching = TRUE;
  g_free (left);
  g_assert_cmpuint (n_unwiped, ==, 1); /* it would be seen */
  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      n_unwiped = 0;
      g_test_message ("%s", ROWS[i].name);
      ROWS[i].deed ();
      g_assert_cmpuint (n_unwiped, ==, 0);
    }
  is_watching = FALSE;
}

/* The example of AWS's documentation, "Deriving a signing key". */
static const guint8 SIGNING_KEY[] = {
  0xc4, 0xaf, 0xb1, 0xcc, 0x57, 0x71, 0xd8, 0x71, 0x76, 0x3a, 0x39, 0x3e, 0x44, 0xb7, 0x03, 0x57,
  0x1b, 0x55, 0xcc, 0x28, 0x42, 0x4d, 0x1a, 0x5e, 0x86, 0xda, 0x6e, 0xd3, 0xc1, 0x54, 0xa4, 0xb9,
};

static gpointer
sign (gpointer credentials)
{
  const AmfaSigv4Scope scope = { .time = 1440938160, .region = "us-east-1", .service = "iam" };

  return amfa_sigv4_authorization ("string to sign", "host", credentials, &scope);
}

static gpointer
leave_key (gpointer credentials)
{
  guint8 key[sizeof SIGNING_KEY];
  char *copy;

  memcpy (key, SIGNING_KEY, sizeof key);
  copy = g_compute_hmac_for_data (G_CHECKSUM_SHA256, key, sizeof key, key, sizeof key);
  return copy;
}

typedef struct
{
  gpointer (*function) (gpointer credentials);
  gpointer credentials;
  guint8 *stack;
  guint n_keys;
} Run;

/* Before the thread ends: its stack may be given back then. */
static gpointer
run (gpointer data)
{
  Run *self = data;
  g_autofree char *result = self->function (self->credentials);

  g_assert_nonnull (result);
  for (gsize i = 0; i + sizeof SIGNING_KEY <= STACK_SIZE; i++)
    if (memcmp (self->stack + i, SIGNING_KEY, sizeof SIGNING_KEY) == 0)
      self->n_keys++;
  return NULL;
}

/* How often the key is on the stack of a thread that has run @function. */
static guint
count_keys (gpointer (*function) (gpointer credentials), gpointer credentials)
{
  Run self = { function, credentials, NULL, 0 };
  pthread_attr_t attributes;
  pthread_t thread;

  self.stack = mmap (NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pthread_attr_init (&attributes);
  g_assert_cmpint (pthread_attr_setstack (&attributes, self.stack, STACK_SIZE), ==, 0);
  g_assert_cmpint (pthread_create (&thread, &attributes, run, &self), ==, 0);
  pthread_join (thread, NULL);
  pthread_attr_destroy (&attributes);
  munmap (self.stack, STACK_SIZE);
  return self.n_keys;
}

static void
test_signing_key (void)
{
  g_autoptr (AmfaSecret) secret = amfa_secret_new ("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", -1);
  g_autoptr (AmfaCredentials) credentials = amfa_credentials_new ("AKIDEXAMPLE", secret, NULL, 0);

  g_assert_cmpuint (count_keys (leave_key, NULL), >, 0); /* it would be seen */
  g_assert_cmpuint (count_keys (sign, credentials), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wipe/codes", test_codes);
  g_test_add_func ("/wipe/signing-key", test_signing_key);
  return g_test_run ();
}
