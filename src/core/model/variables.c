#define G_LOG_DOMAIN "amfa-variables"

#include "variables.h"

#include <string.h>

struct _AmfaVariables
{
  gatomicrefcount references;
  GHashTable *values; /* name → value; WITHHELD for what may be a secret */
};

/* Values that may be shown as they are. */
static const char *const harmless[] = {
  "AWS_CA_BUNDLE",
  "AWS_CONFIG_FILE",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_CREDENTIAL_FILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_DEFAULT_REGION",
  "AWS_PROFILE",
  "AWS_REGION",
  "AWS_SHARED_CREDENTIALS_FILE",
  NULL,
};

/* Stands for a value that is not kept. */
#define WITHHELD "…"

/* As long as a secret access key of AWS: whoever mixes up id and secret is not given away. */
#define SECRET_LENGTH 40

/**
 * amfa_presentable_key_id:
 * @text: (nullable): what stands where an access key id should
 *
 * Returns: (transfer full) (nullable): @text if it can be shown: IAM's pattern for ids (16 to 128
 *   word characters), but not what may be a secret
 */
char *
amfa_presentable_key_id (const char *text)
{
  gsize length = text ? strlen (text) : 0;

  if (length == 0 || length > 128 || length == SECRET_LENGTH)
    return NULL;
  for (const char *p = text; *p; p++)
    if (!g_ascii_isalnum (*p) && *p != '_')
      return NULL;
  return g_strdup (text);
}

/**
 * amfa_presentable_url:
 * @text: (nullable): what stands where a URL should
 *
 * Returns: (transfer full) (nullable): @text without what may be a password in it: user and
 *   password, query and fragment
 */
char *
amfa_presentable_url (const char *text)
{
  const char *scheme = text ? strstr (text, "://") : NULL;
  const char *host = scheme ? scheme + 3 : text;
  const char *at = text ? strrchr (host, '@') : NULL;
  gsize length = 0;

  if (!text)
    return NULL;
  if (at)
    host = at + 1;
  length = strcspn (host, "?#");
  return g_strdup_printf ("%.*s%s%.*s%s", scheme ? (int) (scheme + 3 - text) : 0, text,
                          at ? WITHHELD "@" : "", (int) length, host, host[length] ? WITHHELD : "");
}

static char *
dup_presentable (const char *name, const char *value)
{
  char *shown = NULL;

  if (g_strv_contains (harmless, name) || !*value)
    return g_strdup (value);
  if (g_str_equal (name, "AWS_ACCESS_KEY_ID"))
    shown = amfa_presentable_key_id (value);
  else if (g_str_has_prefix (name, "AWS_ENDPOINT_URL"))
    shown = amfa_presentable_url (value);
  return shown ? shown : g_strdup (WITHHELD);
}

/**
 * amfa_variables_new:
 * @envp: "NAME=value" strings, then %NULL
 *
 * Returns: (transfer full): what is known of the variables named AWS_…
 */
AmfaVariables *
amfa_variables_new (const char *const *envp)
{
  AmfaVariables *self = g_new0 (AmfaVariables, 1);

  g_atomic_ref_count_init (&self->references);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (; envp && *envp; envp++)
    {
      const char *value = strchr (*envp, '=');

      if (!value || !g_str_has_prefix (*envp, "AWS_"))
        continue;

      char *name = g_strndup (*envp, (gsize) (value - *envp));

      /* getenv() takes the first of two. */
      if (g_hash_table_contains (self->values, name))
        g_free (name);
      else
        g_hash_table_insert (self->values, name, dup_presentable (name, value + 1));
    }
  return self;
}

AmfaVariables *
amfa_variables_ref (AmfaVariables *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
amfa_variables_unref (AmfaVariables *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_hash_table_unref (self->values);
  g_free (self);
}

/* Whether the variable says something: one that is set to nothing does not. */
gboolean
amfa_variables_is_set (const AmfaVariables *self, const char *name)
{
  const char *value = g_hash_table_lookup (self->values, name);

  return value && *value;
}

/* Whether the variable is there, but set to nothing. */
gboolean
amfa_variables_is_empty (const AmfaVariables *self, const char *name)
{
  const char *value = g_hash_table_lookup (self->values, name);

  return value && !*value;
}

/* Returns: (transfer none) (nullable): its value, or NULL if there is none that may be shown */
const char *
amfa_variables_get (const AmfaVariables *self, const char *name)
{
  const char *value = g_hash_table_lookup (self->values, name);

  return value && *value && !g_str_equal (value, WITHHELD) ? value : NULL;
}
